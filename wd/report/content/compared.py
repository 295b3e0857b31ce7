"""The data on which ways to choose λ, and cures, are compared: which there are, and their names."""

from __future__ import annotations

from wd.report.content.claims.cures import list_square
from wd.report.read.estimates import list_settled
from wd.report.read.labels import Labels
from wd.report.read.numbers import write_exactly
from wd.report.read.readings import Reading, Readings


def describe_data(cell: Reading) -> str:
    """Name data by their sizes and noise, as n = 20, d = 200, σ = 0.01."""
    setting = cell.setting
    return (
        f"n = {setting.n_train}, d = {setting.n_features}, σ = {write_exactly(setting.noise_std)}"
    )


def list_compared(readings: Readings) -> list[Reading]:
    """List all data on which cures are compared, the chapter's first."""
    return [
        *list_settled(readings, "cures_chapter"),
        *list_square(readings, "cures_square"),
        *list_settled(readings, "cures_sparse"),
    ]


def name_data(cell: Reading, labels: Labels) -> str:
    """Name data by sizes and noise, and by their true weights where these are few."""
    name, relevant = describe_data(cell), cell.setting.relevant
    if relevant == cell.setting.n_features:
        return name
    return labels("cured", "sparse", data=name, relevant=str(relevant))
