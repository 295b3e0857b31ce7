"""Tables of single pages, in modules named after them; those of several pages are in `tables`."""

from __future__ import annotations

from collections.abc import Callable

from wd.report.read.tables import TABLES

Tabulate = Callable[..., str]


table = TABLES.register
"""Registers a table function under the name that templates use."""


def load_tables() -> dict[str, Tabulate]:
    """Import every module of tables and return the registry, by name."""
    return TABLES.load(__name__, __path__)
