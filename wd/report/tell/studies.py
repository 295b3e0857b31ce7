"""The pages of the studies: one template, a page for each study of the configuration."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from wd.config import Study
from wd.declarations import MATRIX
from wd.report.read.labels import Labels
from wd.report.read.readings import Missing, Readings
from wd.report.tell.downloads import name_download

TEMPLATE = "study"
"""The template's name, and that of the figure which any study of the matrix has."""


def list_studies(readings: Readings, labels: Labels) -> list[dict[str, object]]:
    """List the studies as templates see them, in the order of the configuration."""
    return [_describe(study, readings, labels) for study in readings.config.studies]


def list_figures(study: str, labels: Labels) -> list[str]:
    """List the report's own figures of a study; none where it has no words for it."""
    return labels.table("study").get(study, {}).get("figures", [])


def place_figures(study: str, labels: Labels, place: Callable[[str], str]) -> str:
    """Place those of the report's own figures of a study that this build can draw."""
    placed = []
    for name in list_figures(study, labels):
        with suppress(Missing):
            placed.append(place(name))
    return "\n\n".join(placed)


def name_figure(study: str) -> str:
    """Name the figure that a study has where the report has none of its own."""
    return f"{TEMPLATE}-{study}"


def name_page(study: str) -> str:
    """Name the page of a study."""
    return f"{TEMPLATE}-{study}"


def list_shown(readings: Readings, labels: Labels) -> list[str]:
    """List the figures on the pages of studies; a language without the template has none."""
    if not any(labels.path.parent.glob(f"{TEMPLATE}.*")):
        return []
    shown = []
    for study in readings.studies:
        usual = [name_figure(study)] if study in readings.matrix else []
        shown += list_figures(study, labels) or usual
    return shown


def _describe(study: Study, readings: Readings, labels: Labels) -> dict[str, object]:
    cells = readings.cells(study.name)
    return {
        "name": study.name,
        "page": name_page(study.name),
        "purpose": labels.table("study").get(study.name, {}).get("purpose", ""),
        "kind": study.kind,
        "kind_words": labels("kind", study.kind),
        "is_matrix": study.kind == MATRIX,
        "settings": f"{len(cells):,}",
        "seeds": f"{len(study.seeds):,}",
        "runs": f"{sum(len(cell.seeds) for cell in cells):,}",
        "diverged": f"{sum(int(cell.diverged.sum()) for cell in cells):,}",
        "download": name_download(study),
    }
