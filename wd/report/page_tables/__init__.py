"""Tables of single pages, in modules named after them; those of several pages are in `tables`."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from wd.report.tables import TABLES

Tabulate = Callable[..., str]


def table(name: str) -> Callable[[Tabulate], Tabulate]:
    """Register a table function under the name that templates use."""

    def register(tabulate: Tabulate) -> Tabulate:
        if name in TABLES:
            raise ValueError(f"two tables are named {name!r}")
        TABLES[name] = tabulate
        return tabulate

    return register


def load_tables() -> dict[str, Tabulate]:
    """Import every module of tables and return the registry, by name."""
    for module in sorted(Path(__file__).parent.glob("[!_]*.py")):
        import_module(f"{__name__}.{module.stem}")
    return TABLES
