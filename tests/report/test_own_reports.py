"""What the pages say of a reader's own configuration is true of it, however odd it is."""

import random
import re
from pathlib import Path

import pytest
import torch

from wd import config
from wd.evidence.store import Evidence
from wd.lab import experiment
from wd.project import PROJECT
from wd.report.publish import CONTENT
from wd.report.read.claims import CLAIMS
from wd.report.read.parts import Basis, State
from wd.report.read.readings import Missing, Readings
from wd.report.site.navigation import list_pages
from wd.report.tell.absences import expecting_numbers
from wd.report.tell.pages import Pages

COUNT = 40
BOTH = ["scratch", "concise"]


def draw_document(seed):
    """A small configuration with the names of published studies and other contents."""
    draw = random.Random(seed)
    n_train = draw.choice([1, 2, 5, 7, 20, 40])
    defaults = {
        "n_train": n_train,
        "n_test": draw.choice([1, 10]),
        "n_features": draw.choice([1, 2, 7, 30, 200]),
        "batch_size": min(draw.choice([1, 3, 5, 50]), n_train),
        "noise_std": draw.choice([0, 0.01, 1]),
        "true_w": draw.choice([0, 0.01, 1]),
        "init_std": draw.choice([0, 0.1, 1]),
        "lr": draw.choice([0.003, 0.03, 3]),
        "epochs": draw.choice([1, 3]),
        "dtype": draw.choice(["float32", "float64"]),
    }
    seeds = draw.choice([1, 2, 6, 7])
    decays = draw.choice([[0, 3], [0, 1, 3], [3], [0, 1e6]])
    programs = draw.choice([BOTH, BOTH, ["scratch"], ["concise"]])
    studies = {
        "chapter": {
            "implementation": programs,
            "weight_decay": decays,
            "seeds": seeds,
            "curves_every": 1,
            "decompose": draw.random() < 0.7,
        },
        "sweep": {"implementation": programs, "weight_decay": [0, 0.5, 3, 40], "seeds": seeds},
        "reference": {
            "implementation": ["ridge", "constant"],
            "weight_decay": [0, 0.05, 3],
            "seeds": seeds,
        },
        "hard": {
            "implementation": ["projected", "constrained"],
            "theta": [0.001, 0.1, 100],
            "seeds": seeds,
        },
        "zero_start": {"init_std": 0, "weight_decay": decays, "seeds": seeds, "curves_every": 1},
        "bias": {"weight_decay": [3], "bias_decay": [0, 1], "seeds": seeds},
    }
    for name in draw.sample(sorted(studies), draw.randrange(4)):
        del studies[name]
    studies["mine"] = {"weight_decay": decays, "seeds": seeds}
    return {"defaults": defaults, "study": studies}


@pytest.fixture(scope="module", params=range(COUNT))
def own(request, tmp_path_factory, labels, no_drawings):
    """A random report: its readings, and its pages by name."""
    wanted = config.parse(draw_document(request.param))
    path = tmp_path_factory.mktemp("own") / "evidence.sqlite"
    with Evidence(path, writable=True) as store:
        experiment.run(wanted, store, torch.device("cpu"), lambda *_: None)
    with Evidence(path, checked=True) as evidence:
        readings = Readings(wanted, evidence)
        pages = Pages(
            PROJECT / "docs/en",
            list_pages(PROJECT / "mkdocs.yml"),
            readings,
            labels,
            no_drawings,
            CONTENT,
        )
        yield readings, pages.render()


def find_all(pattern, text):
    """All groups of all matches, as whole numbers."""
    return [
        tuple(int(each.replace(",", "")) for each in found) for found in re.findall(pattern, text)
    ]


def test_every_sentence_with_a_setting_is_true_of_it(own):
    readings, pages = own
    n, d = (readings.config.first(name) for name in ("n_train", "n_features"))

    assert find_all(r"in this report \$n\$ is (\d+) and \$d\$ is (\d+)", pages["hard.md"]) == [
        (n, d)
    ]
    assert find_all(
        r"The (\d+) inputs span at most (\d+) of the (\d+) directions", pages["norm.md"]
    ) == [(n, min(n, d), d)]
    assert find_all(r"here (\d+) of (\d+) directions", pages["test-loss.md"]) == [(min(n, d), d)]


def test_no_page_shows_what_is_no_number_or_counts_one_as_many(own):
    _, pages = own
    for name, text in pages.items():
        prose = re.sub(r"data-content=\"[^\"]*\"|```.*?```|`[^`]*`", " ", text, flags=re.DOTALL)
        told = [line for line in prose.splitlines() if line[:1] == "|" or "claim__" in line]
        assert not re.findall(r"(?<![\w-])(?:nan|inf|None)(?![\w-])", "\n".join(told)), name
        assert not re.findall(r"(?<![\d,.×/])1 (?:seeds|runs|data sets)\b", prose), name


def test_a_theorem_is_never_refuted_and_one_seed_proves_nothing(own):
    """Theorems hold for any settings; what rests on an interval can't be told from few seeds."""
    readings, _ = own
    for name, judge in CLAIMS.load(CONTENT).items():
        try:
            with expecting_numbers():
                finding = judge(readings)
        except Missing:
            continue
        for part in finding.parts:
            if part.basis is Basis.PROVED:
                assert part.state is State.HOLDS, (name, part)
            if part.basis is Basis.INTERVAL and part.seeds < 6 and not part.share:
                assert part.state is State.UNSURE, (name, part)


def test_sentences_about_the_books_run_are_asked_of_its_settings_only(own):
    """What is said of the chapter's run is no statement about another one."""
    readings, _ = own
    for name in ("decay-lowers-the-test-loss-of-the-run", "decayed-run-is-worse-than-a-constant"):
        with pytest.raises(Missing):
            CLAIMS.load(CONTENT)[name](readings)


def test_an_own_study_has_a_page_that_home_leads_to(own):
    _, pages = own

    assert "(study-mine.md)" in pages["index.md"]
    assert Path("study-mine.md").name in pages
