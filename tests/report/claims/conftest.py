"""The published evidence, whole, as claims read it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from wd import config, pipeline
from wd.evidence.store import Evidence
from wd.report.publish import CONTENT
from wd.report.read.claims import CLAIMS, Judge
from wd.report.read.readings import Readings

PROJECT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def published_evidence(make_once) -> Path:
    """The evidence of report.toml: that of WD_EVIDENCE, brought up to date, or a new one."""

    def write(output: Path) -> None:
        if known := os.environ.get("WD_EVIDENCE"):
            shutil.copyfile(known, output / pipeline.EVIDENCE)
        pipeline.run(PROJECT / "report.toml", output, "auto", None, programs=False)

    return make_once("published", write) / pipeline.EVIDENCE


@pytest.fixture(scope="session")
def published(published_evidence: Path) -> Iterator[Readings]:
    """The readings of report.toml."""
    with Evidence(published_evidence, checked=True) as evidence:
        yield Readings(config.load(PROJECT / "report.toml"), evidence)


@pytest.fixture(scope="session")
def claims() -> dict[str, Judge]:
    """All claims of the report."""
    return CLAIMS.load(CONTENT)
