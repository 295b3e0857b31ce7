"""The kinds of studies as the page about the data lists them."""

from __future__ import annotations

from wd.declarations import KINDS, MATRIX
from wd.evidence.schema import view_of
from wd.report.read.labels import Labels


def list_kinds(labels: Labels) -> list[dict[str, object]]:
    """List the kinds beside the matrix: name, words, and its view with the tables of its series."""
    return [
        {"name": name, "words": labels("kind", name), "tables": [view_of(name), *kind.series]}
        for name, kind in KINDS.items()
        if name != MATRIX
    ]
