"""What a build lacks is told with its reason and its remedy; nothing is denied that is there."""

import ast
import re
import sqlite3
import string
import tomllib
from contextlib import closing, suppress
from functools import cache
from inspect import signature

import pytest

from wd import config
from wd.declarations import HYPERPARAMETERS, KINDS, MATRIX, list_read
from wd.errors import ConfigError
from wd.evidence.store import Evidence
from wd.project import PROJECT
from wd.report.publish import CONTENT, check_figure, draw_figure
from wd.report.read.claims import CLAIMS
from wd.report.read.guesses import GUESSES
from wd.report.read.numbers import NUMBERS
from wd.report.read.readings import Missing, Readings
from wd.report.read.tables import TABLES
from wd.report.read.widgets import WIDGETS
from wd.report.site.navigation import list_pages
from wd.report.tell.absences import expecting_numbers, explain
from wd.report.tell.drawings import Drawings
from wd.report.tell.pages import Pages

PUBLISHED = [study.name for study in config.load(PROJECT / "report.toml").studies]
BOTH = {"implementation": ["scratch", "concise"], "weight_decay": [0, 3], "seeds": 2}
PLACES = ("page", "claim", "command")


@pytest.fixture(scope="module")
def read_pages(write_evidence, labels, tmp_path_factory):
    """A function that renders all pages of one of `BUILDS`, by name; each build once."""

    @cache
    def render(build):
        folder = tmp_path_factory.mktemp(build)
        path = folder / "evidence.sqlite"
        studies, *more = BUILDS[build]
        wanted = write_evidence(path, studies)
        for change in more:
            change(path)
        with Evidence(path, checked=True) as evidence:
            readings = Readings(wanted, evidence)
            drawings = Drawings(readings, labels, folder / "cache", CONTENT)
            order = list_pages(PROJECT / "mkdocs.yml")
            return Pages(PROJECT / "docs/en", order, readings, labels, drawings, CONTENT).render()

    return render


def raised():
    """Every `Missing(...)` of the report: file, kind, and the details as syntax trees."""
    for path in sorted((PROJECT / "wd/report").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Missing":
                yield path.name, node.args[0], {each.arg: each.value for each in node.keywords}


RAISED = [
    (path, kind.value, details)
    for path, kind, details in raised()
    if isinstance(kind, ast.Constant)
]


# The words


@pytest.mark.parametrize(("path", "kind", "details"), RAISED)
def test_every_reason_has_its_sentences_and_what_fills_them(labels, path, kind, details):
    for part in ("why", "remedy"):
        text = labels.table("missing", kind)[part]
        asked = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        assert asked <= details.keys()


def test_every_reason_in_the_labels_is_given_somewhere(labels):
    """And every premise is supposed somewhere."""
    kinds = {name for name, words in labels.table("missing").items() if isinstance(words, dict)}
    premises = {details["premise"].value for _, kind, details in RAISED if kind == "premise"}

    assert kinds == {kind for _, kind, _ in RAISED}
    assert premises == labels.table("premise").keys()


def test_no_code_asks_for_a_study_that_the_published_report_has_not():
    """Its remedy would be to write what nobody can write."""
    named = [
        value.value
        for *_, details in RAISED
        for name, value in details.items()
        if name == "study" and isinstance(value, ast.Constant)
    ]

    assert len(named) > 10
    assert set(named) - set(PUBLISHED) == set()


# Each reason on the page where it is met


def overflow(path):
    """Record one number of the chapter's runs, as if they were taken apart: it isn't finite."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "INSERT INTO measures SELECT run, 'null_error', 9e999 FROM runs WHERE study = 'chapter'"
        )


def make_the_constant_right(path):
    """As where all targets are the same."""
    with closing(sqlite3.connect(path)) as db, db:
        constants = "SELECT run FROM runs WHERE implementation = 'constant'"
        db.execute(f"UPDATE results SET test_loss = 0 WHERE run IN ({constants})")


def lose_a_number(path):
    """As where θ isn't below θ_max, so that there is no penalty to descend on."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DELETE FROM measures WHERE name = 'penalty_closed'")


RIDGE = {"implementation": "ridge", "weight_decay": [0, 3], "seeds": 2}
BUILDS = {
    "chapter": [{"chapter": BOTH}],
    "curved": [{"chapter": BOTH | {"curves_every": 5}}],
    "odd": [
        {
            "chapter": BOTH,
            "sweep": BOTH | {"weight_decay": 3},
            "zero_start": {"lr": 10, "init_std": 0, "weight_decay": [0, 3], "seeds": 2},
            "bias": {"weight_decay": 3, "bias_decay": [0, 1], "seeds": 2},
            "reference": RIDGE | {"implementation": ["ridge", "constant"], "seeds": [7, 8]},
            "landscape": {"kind": "landscape", "n_features": 2, "weight_decay": [0, 3], "seeds": 2},
            "noise": RIDGE | {"implementation": ["ridge", "constant"], "noise_std": 0.7},
        },
        overflow,
    ],
    "three ways": [
        {
            name: {"kind": "same_thing", "n_train": n, "n_features": d, "seeds": 2}
            | {"theta_share": [0.5, 0.9, 1.5]}
            for name, n, d in (("same_thing", 5, 20), ("same_thing_tall", 20, 5))
        },
        lose_a_number,
    ],
    "unlike": [
        {
            "chapter": BOTH | {"lr": [0.003, 0.01]},
            "reference": RIDGE,
            "hard": {
                "implementation": ["projected", "constrained"],
                "theta": [0.001, 1],
                "n_train": 40,
                "seeds": 2,
            },
        },
    ],
    "still": [
        {"chapter": BOTH, "reference": RIDGE | {"implementation": ["ridge", "constant"]}},
        make_the_constant_right,
    ],
}
"""Studies, and what is done to their evidence."""

MET = [
    ("chapter", "matrix", "page", Missing("study", study="sweep")),
    ("chapter", "test-loss", "page", Missing("measure", study="chapter", measure="null_norm")),
    ("chapter", "test-loss", "page", Missing("curves", study="chapter")),
    ("chapter", "twice", "page", Missing("study", study="same_thing")),
    (
        "unlike",
        "test-loss",
        "claim",
        Missing("setting", study="reference", setting='implementation = "constant"'),
    ),
    ("odd", "norm", "claim", Missing("single", study="sweep", name="weight_decay")),
    ("odd", "norm", "page", Missing("diverged", study="zero_start")),
    ("odd", "norm", "claim", Missing("overflow", study="chapter", measure="null_error")),
    ("odd", "test-loss", "claim", Missing("seeds", study="chapter", other="[study.reference]")),
    ("three ways", "twice", "page", Missing("number", study="same_thing", number="penalty_closed")),
    ("odd", "optimum", "page", Missing("premise", study="landscape", premise="single_seed")),
    ("unlike", "test-loss", "claim", Missing("several", study="chapter", varying="lr")),
    (
        "unlike",
        "twice",
        "page",
        Missing("differing", study="reference", other="[study.hard]", varying="n_train"),
    ),
    ("still", "test-loss", "claim", Missing("infinite")),
    ("chapter", "replicated", "page", Missing("replication")),
]
"""In which build, on which page and where a reason is met."""


@pytest.mark.parametrize(
    ("build", "page", "place", "missing"), MET, ids=[missing.kind for *_, missing in MET]
)
def test_a_page_says_why_something_is_not_there(read_pages, labels, build, page, place, missing):
    assert explain(missing, labels, place) in read_pages(build)[f"{page}.md"]


def test_every_reason_is_met_by_one_of_these_pages(labels):
    """But for that of a figure which no page asks of a study that can't have it."""
    kinds = {name for name, words in labels.table("missing").items() if isinstance(words, dict)}

    assert {missing.kind for *_, missing in MET} == kinds - {"kind"}


@pytest.mark.parametrize(
    ("build", "advice"),
    [
        ("chapter", {"decompose = true", "curves_every = 5"}),
        ("curved", {"decompose = true"}),
    ],
)
def test_the_chapter_alone_is_neither_denied_nor_taken_for_another(read_pages, build, advice):
    """Only studies of the published report are called studies; what else it takes is told apart."""
    text = "\n".join(read_pages(build).values())

    called = set(re.findall("stud(?:y|ies) “(.*?)”", text))
    tables = set(re.findall(r"\[study\.(.*?)\]", text))
    denied = set(re.findall("no study “(.*?)”", text))
    assert {"chapter", "sweep", "hard"} <= called | tables
    assert (called | tables) - set(PUBLISHED) - {"mine"} == set()
    assert denied
    assert "chapter" not in denied
    assert {each for each in ("decompose = true", "curves_every = 5") if each in text} == advice


def test_what_is_to_be_written_can_be_copied(read_pages):
    """No space in it is one that may not be broken: TOML knows no such space."""
    code = re.findall("`([^`\n]*)`", "\n".join(read_pages("chapter").values()))

    assert "decompose = true" in code
    assert [each for each in code if "\u00a0" in each] == []


# Every page, whatever its studies are cut down to


@pytest.fixture(scope="module")
def invented_report(write_evidence, labels, tmp_path_factory):
    """Invented evidence of all published studies, two seeds each, with all measures."""
    published = tomllib.loads((PROJECT / "report.toml").read_text(encoding="utf-8"))
    document = {"defaults": published["defaults"]}
    studies = {name: table | {"seeds": 2} for name, table in published["study"].items()}
    measures = {name: 0.5 + place / 100 for place, name in enumerate(labels.table("measure"))}
    path = tmp_path_factory.mktemp("invented") / "evidence.sqlite"
    write_evidence(path, studies, measures=measures, **document)
    return document | {"study": studies}, path


def tell(teller, readings, labels):
    """Let a claim, number, guess, table or widget tell what it does, or say what it lacks."""
    if teller in [*TABLES.load(CONTENT).values(), *WIDGETS.load(CONTENT).values()]:
        with suppress(Missing):
            teller(readings, labels)
    else:
        with suppress(Missing), expecting_numbers():
            teller(readings)


@pytest.fixture(scope="module")
def askers(invented_report, labels):
    """Whom it concerns what a study has: what asks it for cells, or asks none and reads the plan.

    What asks only others sees the same whatever this one is cut down to.
    """
    document, path = invented_report
    tables, numbers = TABLES.load(CONTENT).values(), NUMBERS.load(CONTENT).values()
    tellers = [
        *CLAIMS.load(CONTENT).values(),
        *(each for each in numbers if len(signature(each).parameters) == 1),
        *GUESSES.load(CONTENT).values(),
        *(each for each in tables if len(signature(each).parameters) == 2),
        *WIDGETS.load(CONTENT).values(),
    ]
    found = {study: [] for study in PUBLISHED}
    with Evidence(path, checked=True) as evidence:
        readings = Readings(config.parse(document), evidence)
        for teller in tellers:
            readings.asked.clear()
            tell(teller, readings, labels)
            for study in readings.asked or PUBLISHED:
                found[study].append(teller)
    return found


@pytest.mark.parametrize("cut", [slice(0, 1), slice(1, 3)], ids=["first value", "two others"])
@pytest.mark.parametrize("study", PUBLISHED)
def test_a_study_of_fewer_settings_is_told_or_told_to_lack_them(
    invented_report, askers, labels, study, cut
):
    """No claim, table, number, widget or guess stumbles, which would stop the whole build."""
    document, path = invented_report
    table = document["study"][study]
    fewer = {
        name: value[cut] or value
        for name, value in table.items()
        if isinstance(value, list) and name != "seeds"
    }
    table = table | fewer
    if programs := fewer.get("implementation"):  # what only the others read goes with them
        read = {name for each in programs for name in list_read(MATRIX, each)}
        table = {name: table[name] for name in table if name not in HYPERPARAMETERS.keys() - read}
    wanted = config.parse(document | {"study": document["study"] | {study: table}})
    with Evidence(path, checked=True) as evidence:
        readings = Readings(wanted, evidence)
        for teller in askers[study]:
            tell(teller, readings, labels)


# The command


def test_the_command_says_why_a_figure_cannot_be_drawn_in_three_lines(invent, tmp_path):
    readings = invent({"chapter": BOTH})

    with pytest.raises(ConfigError) as refused:
        draw_figure(readings.config, readings.evidence, tmp_path / "build", "famous_parts")

    lines = str(refused.value).splitlines()
    assert len(lines) == 3
    assert "famous_parts" in lines[0]
    assert "“chapter”" in lines[1]
    assert "`decompose = true`" in lines[2]


@pytest.mark.parametrize(
    ("name", "meant"),
    [("study", "study-STUDY"), ("sweep_norm-chapter", "sweep_norm"), ("sweep_nrom", "sweep_norm")],
)
def test_a_figure_that_nothing_draws_is_refused_before_anything_is_trained(name, meant):
    """Also one of a study without the study's name, and one with it that shows no single study."""
    check_figure("study-mine")
    with pytest.raises(ConfigError) as refused:
        check_figure(name)

    what, remedy = str(refused.value).splitlines()
    assert what == f"there is no figure {name!r}."
    assert remedy.startswith(f"Did you mean {meant!r}? Allowed: ")


def test_the_figure_of_runs_is_refused_for_every_study_of_another_kind(invent, labels, tmp_path):
    """Their runs have no program and no norm: what they have is told by their own figures."""
    small = tomllib.loads((PROJECT / "tests/small.toml").read_text(encoding="utf-8"))["study"]
    others = {each["kind"]: each for each in small.values() if "kind" in each}
    readings = invent(others)

    assert others.keys() == KINDS.keys() - {MATRIX}
    for kind in others:
        with pytest.raises(Missing) as missing:
            Drawings(readings, labels, tmp_path / "cache", CONTENT).place(f"study-{kind}")
        _, why, _ = explain(missing.value, labels, "command", figure=f"study-{kind}").splitlines()
        assert f"of the kind `{kind}`" in why


def test_a_drawing_from_the_cache_gives_the_same_reason(invent, labels, tmp_path):
    readings = invent({"chapter": BOTH})
    reasons = []
    for _ in range(2):
        with pytest.raises(Missing) as missing:
            Drawings(readings, labels, tmp_path / "cache", CONTENT).place("famous_parts")
        reasons.append(missing.value.args)

    assert reasons == [("measure", {"study": "chapter", "measure": "null_norm"})] * 2


@pytest.mark.parametrize("place", PLACES)
def test_a_premise_is_told_in_words(labels, place):
    missing = Missing("premise", study="stability_full", premise="full_batches")

    text = explain(missing, labels, place, figure="divergence_map")

    assert labels("premise", "full_batches") in text
    assert "full_batches" not in text
