"""What the CSV files beside the figures hold."""

from __future__ import annotations

from collections.abc import Mapping

from wd.report.read.labels import Labels
from wd.report.read.tables import markdown, tabulate_names

_FOLDER = "data/figures/"


def read_headers(files: Mapping[str, bytes]) -> dict[str, list[str]]:
    """Read the columns of every CSV file of a figure, by the file's path."""
    return {
        path: content.decode().partition("\n")[0].split(",")
        for path, content in sorted(files.items())
        if path.startswith(_FOLDER)
    }


def tabulate_files(files: Mapping[str, bytes], labels: Labels) -> str:
    """Tabulate the files and the names of their columns."""
    rows = []
    for path, header in read_headers(files).items():
        names = labels.enumerate(f"`{name}`" for name in header)
        rows.append([f"[{path.removeprefix(_FOLDER)}]({path})", names])
    return markdown([labels("column", name) for name in ("file", "columns")], rows, numeric=0)


def tabulate_columns(files: Mapping[str, bytes], labels: Labels) -> str:
    """Tabulate every column of these files once, with unit and meaning.

    Raises:
        SiteError: If the labels don't describe one.
    """
    names = {name for header in read_headers(files).values() for name in header}
    return tabulate_names(sorted(names), labels, "figure_column")
