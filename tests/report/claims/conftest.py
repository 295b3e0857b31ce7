"""The published evidence, whole, and copies of it that were tampered with."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from wd import config, pipeline
from wd.evidence.store import Evidence
from wd.report.publish import CONTENT
from wd.report.read.claims import CLAIMS, Verdict
from wd.report.read.readings import Readings

PROJECT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def published_evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The evidence of report.toml: that of WD_EVIDENCE, brought up to date, or a new one."""
    output = tmp_path_factory.mktemp("published")
    if known := os.environ.get("WD_EVIDENCE"):
        shutil.copyfile(known, output / pipeline.EVIDENCE)
    pipeline.train(PROJECT / "report.toml", output, "auto", None)
    return output / pipeline.EVIDENCE


@pytest.fixture
def judge(published_evidence: Path, tmp_path: Path) -> Callable[..., Verdict]:
    """Judge a claim on a copy of the published evidence after some SQL."""

    def judged(name: str, *statements: str) -> Verdict:
        copy = tmp_path / "evidence.sqlite"
        shutil.copyfile(published_evidence, copy)
        with sqlite3.connect(copy) as db:
            for statement in statements:
                assert db.execute(statement).rowcount > 0, f"changes nothing: {statement}"
        db.close()
        with Evidence(copy, checked=True) as evidence:
            return CLAIMS.load(CONTENT)[name](
                Readings(config.load(PROJECT / "report.toml"), evidence)
            )

    return judged
