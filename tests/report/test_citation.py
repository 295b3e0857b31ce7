"""A build is cited by what stays the same when the same evidence is rendered again."""

import hashlib
import re
from pathlib import Path

import pytest
import yaml

from wd.report.publish import CONTENT
from wd.report.read.tables import TABLES
from wd.report.tell.citation import Citation

ROOT = Path(__file__).parents[2]
FILE = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
PROVENANCE = {
    "commit": "0123456789abcdef0123456789abcdef01234567+",
    "started": "2031-02-03 04:05 UTC",
    "device": "cpu",
    "config": "secret",
}


@pytest.fixture
def readings(invent, amend, monkeypatch):
    for name in ("SITE_URL", "REPO_URL"):
        monkeypatch.delenv(name, raising=False)
    found = invent({"mine": {"seeds": 1}, "yours": {"seeds": 2}})
    amend(
        found, *(f"INSERT INTO provenance VALUES (1, '{n}', '{v}')" for n, v in PROVENANCE.items())
    )
    return found


@pytest.fixture
def build(readings, labels):
    return Citation(readings, labels)


def test_title_version_and_authors_are_those_of_the_citation_file(build):
    assert build.title == FILE["title"]
    assert build.version == FILE["version"]
    assert build.authors == FILE["authors"][0]["name"]


def test_commit_and_date_are_those_of_the_evidence(build):
    assert build.commit == "0123456789ab+"
    assert (build.date, build.year) == ("2031-02-03", "2031")


def test_the_configuration_is_named_by_the_digest_of_its_text(build, readings):
    whole = hashlib.sha256(readings.config.text.encode()).hexdigest()
    assert len(build.config) == 12
    assert whole.startswith(build.config)


def test_bibtex_says_the_same(build, monkeypatch):
    monkeypatch.setenv("SITE_URL", "https://example.org/report/")

    entry = build.bibtex

    assert entry.startswith("@software{weight_decay_report,\n")
    assert entry.count("{") == entry.count("}")
    fields = dict(re.findall(r"^  (\w+) = {(.*)},$", entry, re.MULTILINE))
    assert fields.pop("note") == (
        f"evidence of 2031-02-03, configuration {build.config}, commit 0123456789ab+"
    )
    assert fields == {
        "author": f"{{{FILE['authors'][0]['name']}}}",
        "title": f"{{{FILE['title']}}}",
        "version": FILE["version"],
        "year": "2031",
        "month": "2",
        "url": "https://example.org/report/",
    }


def test_people_are_named_as_bibtex_sorts_them(readings, labels, tmp_path):
    path = tmp_path / "CITATION.cff"
    path.write_text(
        'title: T\nversion: 1.0\nauthors:\n  - {family-names: Lovelace, given-names: "Ada"}\n'
        "  - {family-names: Babbage, given-names: Charles}\n",
        encoding="utf-8",
    )
    build = Citation(readings, labels, path)

    assert build.authors == "Ada Lovelace; Charles Babbage"
    assert "author = {Lovelace, Ada and Babbage, Charles}" in build.bibtex


def test_what_is_not_known_is_left_out(invent, labels, monkeypatch):
    monkeypatch.delenv("SITE_URL", raising=False)
    monkeypatch.delenv("REPO_URL", raising=False)
    build = Citation(invent({"mine": {"seeds": 1}}), labels)

    assert (build.commit, build.date, build.address) == ("", "", "")
    assert not re.search("year|month|url|commit", build.bibtex)


# Where it comes from, and how long it took


def cells(text):
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]


TABLES.load(CONTENT)


def test_provenance_says_what_made_the_evidence_but_not_its_whole_configuration(readings, labels):
    rows = cells(TABLES["provenance"](readings, labels))[2:]

    assert sorted(name for name, _ in rows) == sorted(
        labels("provenance", name) for name in ("commit", "device", "started")
    )
    assert cells(TABLES["provenance"](readings, labels, only=["device"]))[2:] == [
        ["device", "`cpu`"]
    ]


def test_a_study_s_time_comes_with_its_runs_per_second_and_the_sum_of_all(readings, labels, amend):
    amend(
        readings,
        "UPDATE parts SET seconds = 0.25 WHERE cell IN (SELECT id FROM cells WHERE study = 'mine')",
        "UPDATE parts SET seconds = 4 WHERE cell IN (SELECT id FROM cells WHERE study = 'yours')",
    )

    assert cells(TABLES["timings"](readings, labels, stage="train"))[2:] == [
        ["`yours`", "2", "4.0", "0"],
        ["`mine`", "1", "0.2", "4"],
        ["together", "3", "4.2", "1"],
    ]


def test_what_counts_no_runs_has_no_rate(readings, labels, amend):
    amend(readings, "INSERT INTO programs VALUES ('scratch', 'key', 'text', 12.34, 1, 'seal')")

    header, _, *rows = cells(TABLES["timings"](readings, labels, stage="execute"))
    assert (len(header), rows) == (2, [["`scratch`", "12.3"]])


def test_a_stage_that_was_not_timed_says_so(readings, labels):
    assert TABLES["timings"](readings, labels, stage="check").startswith("*This build has no")
