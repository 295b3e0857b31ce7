"""Copies of report.toml with fewer seeds, and with more examples, tell nothing that is false.

Both are made from report.toml itself, trained, judged and rendered whole, without pictures.
"""

import json
import re
import shutil
import tomllib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import torch

from wd import config
from wd.evidence.store import Evidence
from wd.lab import experiment
from wd.project import PROJECT
from wd.report.content.book import CHAPTER
from wd.report.publish import CONTENT
from wd.report.read.claims import CLAIMS
from wd.report.read.parts import Basis
from wd.report.read.readings import Missing, Readings
from wd.report.site.navigation import list_pages
from wd.report.tell.pages import Pages


def with_few_seeds(document, runs, comparisons):
    """The document with at most so many seeds per study, of runs and of other kinds."""

    def shorten(study):
        most = comparisons if "kind" in study else runs
        count = study["seeds"]
        return study | {"seeds": min(count, most)} if isinstance(count, int) else study

    return document | {"study": {name: shorten(each) for name, each in document["study"].items()}}


def twenty_seeds(document):
    """Twenty seeds wherever there are more."""
    return with_few_seeds(document, 20, 20)


def twice_the_examples(document):
    """Twice as many training examples, and few seeds: what is trained anew has to be little."""
    defaults = document["defaults"] | {"n_train": 2 * document["defaults"]["n_train"]}
    return with_few_seeds(document | {"defaults": defaults}, 20, 2)


@pytest.fixture(scope="module", params=[twenty_seeds, twice_the_examples])
def copy(request, make_once, published_evidence, labels, no_drawings):
    """A copy's configuration and evidence, its pages, and the verdicts, by claim."""
    text = (PROJECT / "report.toml").read_text(encoding="utf-8")
    wanted = config.parse(request.param(tomllib.loads(text)))

    def write(output: Path) -> None:
        path = output / "evidence.sqlite"
        shutil.copyfile(published_evidence, path)
        with Evidence(path, writable=True) as store:
            experiment.run(wanted, store, torch.device("cpu"), lambda *_: None)
        with Evidence(path, checked=True) as evidence:
            pages = Pages(
                PROJECT / "docs/en",
                list_pages(PROJECT / "mkdocs.yml"),
                Readings(wanted, evidence),
                labels,
                no_drawings,
                CONTENT,
            )
            told = {"pages": pages.render(), "refuted": pages.list_refuted()}
        (output / "told.json").write_text(json.dumps(told), encoding="utf-8")

    folder = make_once(request.param.__name__, write)
    told = json.loads((folder / "told.json").read_text(encoding="utf-8"))
    with Evidence(folder / "evidence.sqlite") as evidence:
        yield Readings(wanted, evidence), told["pages"], told["refuted"]


def is_the_chapters(readings):
    """Whether the report's settings are those of the book."""
    return all(readings.config.defaults[name] == value for name, value in CHAPTER.items())


def read_boxes(page):
    """The boxes of a page: (state, words), without links and names of files."""
    found = re.findall(r'<div class="claim claim--(\w+)"[^\n]*</div>', page)
    boxes = re.findall(r'<div class="claim claim--[^\n]*</div>', page)
    words = [re.sub(r"<[^>]*>|\[[^\]]*\]\([^)]*\)|`[^`]*`", " ", box) for box in boxes]
    return list(zip(found, words, strict=True))


def test_no_claim_is_refuted(copy):
    """What the published report shows, these can't deny: they can be too few, or not asked."""
    _, pages, refuted = copy
    states = [state for state, _ in read_boxes(pages["claims.md"])]

    assert refuted == []
    assert len(states) == len(CLAIMS.load(CONTENT))
    assert states.count("holds") >= len(states) / 4


def test_other_settings_are_said_at_the_top_of_every_page(copy):
    readings, pages, _ = copy
    note = f"n = {readings.config.defaults['n_train']} in place of {CHAPTER['n_train']}"

    for name, page in pages.items():
        assert (note in page.partition("\n## ")[0]) == (not is_the_chapters(readings)), name


def test_what_is_asked_of_other_settings_does_not_speak_of_the_book(copy):
    """Sentences about the chapter's run, its readers and the editions need the book's settings."""
    readings, pages, _ = copy
    spoken = [
        words
        for state, words in read_boxes(pages["claims.md"])
        if state != "unasked" and re.search(r"chapter|readers|publish|edition", words)
    ]

    assert bool(spoken) == is_the_chapters(readings), spoken


def test_counts_of_seeds_are_those_of_studies(copy):
    readings, pages, _ = copy
    counts = {str(len(study.seeds)) for study in readings.config.studies}

    for name, page in pages.items():
        told = re.findall(r"(?<!about )(?<![\d,.–-])(\d[\d,]*) (?:seeds|data sets|readers)\b", page)
        assert {each.replace(",", "") for each in told} <= counts, name


def test_the_claims_page_counts_its_intervals_and_how_many_may_miss(copy):
    """Five in a hundred of the intervals that parts rest on, counted anew."""
    readings, pages, _ = copy
    count = 0
    for judge in CLAIMS.load(CONTENT).values():
        with suppress(Missing):
            parts = judge(readings).parts
            count += sum(len(part.found) for part in parts if part.basis is Basis.INTERVAL)

    assert f"rest on {count} intervals" in pages["claims.md"]
    assert f"About {round(count / 20)} of them" in pages["claims.md"]


def median_of(readings, name, program="scratch", decay=3):
    return np.median(readings.cell("chapter", implementation=program, weight_decay=decay)[name])


def leftover_share(readings, program="scratch"):
    """What is left of the start, in the squared norm of the typical run at λ = 3."""
    cell = readings.cell("chapter", implementation=program, weight_decay=3)
    return np.median((cell["null_norm"] / cell["w_norm"]) ** 2)


def over_constant(readings, study, **setting):
    """The typical test loss over that of the best constant, on the same data."""
    run = readings.cell(study, **setting)
    constant = readings.cell("reference", implementation="constant")
    count = min(len(run.seeds), len(constant.seeds))
    return np.median(run["test_loss"][:count] / constant["test_loss"][:count])


def over_optimum(readings):
    """The typical norm after more epochs over that of the optimum."""
    run = readings.cell("more_epochs", implementation="scratch", weight_decay=3)
    optimum = readings.cell("reference", implementation="ridge", weight_decay=3)
    count = min(len(run.seeds), len(optimum.seeds))
    return np.median(run["w_norm"][:count] / optimum["w_norm"][:count])


CHAPTER_RUN = {"study": "chapter", "implementation": "scratch", "weight_decay": 3}
SENTENCES = {
    ("norm.md", "it follows the dotted line to the last epoch"): lambda readings: (
        leftover_share(readings) > 0.8
    ),
    ("norm.md", "The run has the chapter's settings"): is_the_chapters,
    ("two-programs.md", "is mostly what is left of the initial weights"): lambda readings: (
        leftover_share(readings, "concise") > 0.5
    ),
    ("test-loss.md", "how far above the horizontal lines it ends"): lambda readings: (
        over_constant(readings, **CHAPTER_RUN) > 2
    ),
    ("test-loss.md", "neither shrinkage nor noise can be seen"): lambda readings: (
        median_of(readings, "part_shrinkage") < 0.01 * median_of(readings, "expected_test_loss")
    ),
    ("my-norm.md", "the numbers that others have published scatter"): is_the_chapters,
    ("my-norm.md", "leaves little more than the norm of"): lambda readings: (
        over_optimum(readings) < 1.3
    ),
}
"""Sentences outside of boxes, and whether they are true, computed from the evidence anew."""


@pytest.mark.parametrize(("page", "sentence"), SENTENCES)
def test_a_sentence_that_needs_the_books_numbers_stands_only_where_it_is_true(copy, page, sentence):
    """Where it isn't true it is gone; where it is it may be gone for want of seeds."""
    readings, pages, _ = copy

    assert (sentence in pages[page]) <= bool(SENTENCES[page, sentence](readings))


def test_the_first_copy_still_says_most_of_them(copy):
    """They didn't vanish everywhere: with the book's settings few are for want of seeds."""
    readings, pages, _ = copy
    told = sum(sentence in pages[page] for page, sentence in SENTENCES)

    assert (told >= len(SENTENCES) - 2) == is_the_chapters(readings)
