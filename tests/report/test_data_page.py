"""The page about the data describes all of it, and its queries are answered by the evidence."""

import re
from pathlib import Path

import numpy as np
import pytest

from wd.errors import EvidenceError, SiteError
from wd.evidence.store import Evidence
from wd.project import PROJECT as ROOT
from wd.report.publish import CONTENT
from wd.report.read.labels import Labels
from wd.report.read.tables import TABLES
from wd.report.tell.figure_data import read_headers, tabulate_columns, tabulate_files
from wd.report.tell.kinds import list_kinds
from wd.report.tell.queries import answer, read_query

TEMPLATE = Path(__file__).parents[2] / "docs/en/data.md.j2"
TEXT = TEMPLATE.read_text(encoding="utf-8")
QUERIES = [
    read_query(block)
    for block in re.findall(r"{% call query\(\) %}\n(.*?){% endcall %}", TEXT, re.DOTALL)
]
STUDIES = {
    "chapter": {
        "implementation": ["scratch", "concise"],
        "weight_decay": [0, 3],
        "seeds": 4,
        "curves_every": 25,
    },
    "reference": {"implementation": ["ridge", "constant"], "weight_decay": [0, 3], "seeds": 4},
}

TABLES.load(CONTENT)
DESCRIBED = [
    *re.findall(r'table\("columns", of="(\w+)"\)', TEXT),
    *(name for kind in list_kinds(Labels(ROOT / "docs/en/labels")) for name in kind["tables"]),
]
"""Tables and views that the page describes: by name, and those of every kind of study."""


def cells(text):
    """The cells of a Markdown table, by row, its two head lines left out."""
    rows = [line.strip("|").split("|") for line in text.splitlines()[2:]]
    return [[cell.strip() for cell in row] for row in rows]


@pytest.fixture
def readings(invent, amend):
    """Evidence of two studies; a null-space part of each run that is half its norm."""
    found = invent(STUDIES)
    amend(
        found,
        "INSERT INTO measures SELECT run, 'null_norm', w_norm / 2 FROM runs"
        " WHERE study = 'chapter'",
    )
    return found


# Queries


def test_there_are_five_queries():
    assert len(QUERIES) == 5


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_every_query_of_the_page_is_answered(readings, labels, query):
    text = answer(readings.evidence, labels, query)

    assert text.startswith("| `")
    assert len(text.splitlines()) > 2
    assert not re.search(r"\bnan\b|None", text)


def test_the_query_for_the_median_finds_the_median(readings):
    header, rows = readings.evidence.ask(QUERIES[1])
    found = {
        (row[0], row[1]): row[header.index("median")] for row in rows if header[0] and row[1] == 3
    }

    for program in ("scratch", "concise"):
        norms = readings.cell("chapter", implementation=program, weight_decay=3)["w_norm"]
        assert found[program, 3] == pytest.approx(np.median(norms), rel=1e-12)


def test_the_query_about_the_leftover_finds_its_share_of_the_squared_norm(readings):
    header, rows = readings.evidence.ask(QUERIES[3])

    shares = [row[header.index("share")] for row in rows]
    assert shares == pytest.approx([0.25] * 4, rel=1e-12)


def test_a_query_without_rows_says_so(readings, labels):
    query = "SELECT run FROM runs WHERE study = 'nonsense'"

    assert answer(readings.evidence, labels, query) == "*This build has no such rows.*"


def test_an_answer_too_long_for_a_page_is_refused(readings, labels):
    with pytest.raises(SiteError, match="answers with 28 rows"):
        answer(readings.evidence, labels, "SELECT run FROM runs")


@pytest.mark.parametrize(
    "query", ["SELECT nothing FROM runs", "DELETE FROM results", "SELECT 1; SELECT 2"]
)
def test_what_sqlite_refuses_fails_and_a_page_cannot_write(readings, labels, query):
    with (
        Evidence(readings.evidence.path, checked=True) as evidence,
        pytest.raises((EvidenceError, Warning)),
    ):
        answer(evidence, labels, query)


@pytest.mark.parametrize("block", ["SELECT 1", "```\nSELECT 1\n```", "x\n```sql\nSELECT 1\n```"])
def test_a_query_stands_in_a_block_of_its_own(block):
    with pytest.raises(SiteError, match="fenced as sql"):
        read_query(block)


def test_numbers_are_set_right_and_missing_ones_shown_as_such(readings, labels):
    text = answer(
        readings.evidence, labels, "SELECT 'a' AS what, 3.0 AS a, 1.23456 AS b, NULL AS c"
    )

    assert text.splitlines()[1] == "| :-- | --: | --: | --: |"
    assert cells(text) == [["a", "3", "1.235", "–"]]


# Columns


def test_every_table_of_the_file_is_described_on_the_page(readings):
    there = {
        name
        for (name,) in readings.evidence.rows(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
        )
    }
    assert set(DESCRIBED) == there


@pytest.mark.parametrize("name", DESCRIBED)
def test_every_column_has_a_unit_and_a_meaning(readings, labels, name):
    """And its name is its name: the table is read from the file itself."""
    rows = cells(TABLES["columns"](readings, labels, of=name))

    there = readings.evidence.rows("SELECT name FROM pragma_table_info(?)", [name])
    assert [row[0] for row in rows] == [f"`{column}`" for (column,) in there]
    assert all(unit and meaning for *_, unit, meaning in rows)


def test_a_table_that_is_not_there_fails_the_build(readings, labels):
    with pytest.raises(SiteError, match="no table 'nonsense'"):
        TABLES["columns"](readings, labels, of="nonsense")


def test_a_description_of_a_column_that_is_gone_fails_the_build(readings, tmp_path):
    (tmp_path / "schema.toml").write_text(
        "[schema.provenance]\n"
        + "".join(f'{name} = {{ meaning = "m", unit = "u" }}\n' for name in ("name", "gone")),
        encoding="utf-8",
    )

    with pytest.raises(SiteError, match=r"\[schema\.provenance\] describes \['gone'\]"):
        TABLES["columns"](readings, Labels(tmp_path), of="provenance")


def test_all_columns_without_words_are_told_with_the_place_of_their_words(readings, tmp_path):
    text = (ROOT / "docs/en/labels/schema.toml").read_text(encoding="utf-8")
    for column in ("lr", "beta2", "status"):
        text, found = re.subn(rf"(?m)^{column} = .*\n", "", text)
        assert found
    (tmp_path / "schema.toml").write_text(text, encoding="utf-8")

    with pytest.raises(SiteError) as refused:
        TABLES["columns"](readings, Labels(tmp_path), of="optimisers")
    for place in ("[schema.runs] lr", "[schema.cells] beta2", "[schema.optimisers] status"):
        assert place in str(refused.value)
    assert str(refused.value).startswith(f"{tmp_path / 'schema.toml'}: ")


def test_every_measure_of_the_evidence_is_described(readings, labels, amend):
    assert [row[0] for row in cells(TABLES["measures"](readings, labels))] == ["`null_norm`"]

    amend(readings, "INSERT INTO measures VALUES (1, 'nonsense', 1.0)")
    with pytest.raises(SiteError, match="nonsense"):
        TABLES["measures"](readings, labels)


FILES = {
    "figures/b-light.svg": b"<svg/>",
    "data/figures/b.csv": b"seed,w_norm\n0,1\n",
    "data/figures/a.csv": b"weight_decay,w_norm\n0,1\n",
}


def test_the_files_of_the_figures_are_listed_with_their_columns(labels):
    assert read_headers(FILES)["data/figures/a.csv"] == ["weight_decay", "w_norm"]
    assert cells(tabulate_files(FILES, labels)) == [
        ["[a.csv](data/figures/a.csv)", "`weight_decay`, `w_norm`"],
        ["[b.csv](data/figures/b.csv)", "`seed`, `w_norm`"],
    ]


def test_each_of_their_columns_is_described_once_or_all_that_are_not_fail_the_build(labels):
    rows = cells(tabulate_columns(FILES, labels))
    assert [row[0] for row in rows] == ["`seed`", "`w_norm`", "`weight_decay`"]

    with pytest.raises(SiteError, match=r"mean: more, nonsense\.\n.* under \[figure_column\]"):
        tabulate_columns({"data/figures/c.csv": b"nonsense,more,seed\n"}, labels)
