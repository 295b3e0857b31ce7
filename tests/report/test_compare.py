"""Two evidence files beside each other: which numbers, verdicts and speeds are the same in both."""

import sqlite3
import threading
from contextlib import closing
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from scipy import stats

from wd import comparing
from wd.config.writing import write_toml
from wd.errors import ConfigError, DifferenceError
from wd.evidence.seals import note_of, seal
from wd.report.compare.cells import UNITS, Answer
from wd.report.compare.chance import (
    estimate_difference,
    find_least,
    judge_distributions,
    judge_signs,
    list_unlikely,
)
from wd.report.compare.comparison import compare
from wd.report.compare.sides import open_side
from wd.report.publish import CONTENT

EPS = float(np.finfo("float32").eps)
TABLE = {"weight_decay": 3, "seeds": 40}


def draw(shift=0.0, stream=0):
    """Norms around 13, drawn anew for each seed: losses and bias as they are."""

    def value(_, seed):
        norm = 13 + np.random.default_rng([stream, seed]).normal()
        return 0.5, 2.0, norm * (1 + shift), 0.05

    return value


@pytest.fixture
def make(tmp_path, write_evidence):
    """A function that writes one side's evidence into a folder, and returns its path."""

    def write(name, value=None, studies=None, **table):
        studies = studies or {"mine": TABLE | table}
        folder = tmp_path / name
        folder.mkdir()
        provenance = {"config": write_toml({"study": studies}), "commit": name}
        write_evidence(folder / "evidence.sqlite", studies, value or draw(), provenance=provenance)
        return folder

    return write


@pytest.fixture
def change():
    """A function that changes a side's evidence and seals it again, as if it had been made so."""

    def change(folder, statement):
        path = folder / "evidence.sqlite"
        with closing(sqlite3.connect(path)) as db, db:
            db.execute(statement)
            for (part,) in db.execute("SELECT id FROM parts").fetchall():
                seal(db, "parts", part)
        note_of(path).unlink(missing_ok=True)

    return change


@pytest.fixture
def answer(labels):
    """A function that compares two folders and returns the comparison."""

    def ask(first, second):
        with open_side(str(first)) as one, open_side(str(second)) as other:
            return compare(one, other, labels, CONTENT, lambda *_: None)

    return ask


def test_evidence_of_the_same_numbers_has_the_same_bits(make, answer):
    found = answer(make("a", curves_every=50), make("b", curves_every=50))

    assert [each for _, each in found.pairs] == [Answer.BITS]
    assert found.tests == 0


@pytest.mark.parametrize(
    ("units", "expected"), [(UNITS // 2, Answer.ROUNDING), (4 * UNITS, Answer.DIFFERENT)]
)
def test_rounding_is_a_few_units_of_what_a_number_is_made_of(make, answer, units, expected):
    """All of them moved the same way: too far for rounding, and too regularly for chance."""
    found = answer(make("a"), make("b", draw(units * EPS)))

    assert [each for _, each in found.pairs] == [expected]


def test_a_loss_that_is_rounding_may_be_any_other_such_loss(make, answer):
    def rounding(size):
        return lambda *_: (size, 2.0, 13.0, 0.05)

    assert answer(make("a", rounding(1e-11)), make("b", rounding(4e-11))).pairs[0][1] is (
        Answer.ROUNDING
    )
    assert answer(make("c", rounding(1e-6)), make("d", rounding(4e-6))).pairs[0][1] is (
        Answer.DIFFERENT
    )


def test_one_point_of_a_curve_counts(make, answer, change):
    first, second = make("a", curves_every=50), make("b", curves_every=50)
    change(second, "UPDATE curves SET w_norm = 2 * w_norm WHERE run = 3 AND epoch = 50")

    ((pair, found),) = answer(first, second).pairs
    assert pair.alike is None
    assert found is Answer.DISTRIBUTION  # the ends are the same


def test_runs_that_scatter_alike_have_the_same_distribution(make, answer):
    """Other numbers for the same seeds, and other seeds."""
    first = make("a")
    for second in (
        make("b", draw(stream=1)),
        make("c", seeds={"first": 1000, "count": 40}),
    ):
        (pair, found), comparison = answer(first, second).pairs[0], answer(first, second)

        assert found is Answer.DISTRIBUTION
        assert pair.paired == (second.name == "b")
        assert comparison.tests == len(pair.tests) == 5


def test_runs_that_lie_elsewhere_are_different_on_the_same_seeds_and_on_others(make, answer):
    first = make("a")
    for second in (
        make("b", draw(0.2)),
        make("c", draw(0.5), seeds={"first": 1000, "count": 40}),
    ):
        found = answer(first, second)

        assert found.pairs[0][1] is Answer.DIFFERENT
        assert [test.name for test in found.found[0]] == ["w_norm"]


def test_runs_that_diverge_on_one_side_alone_are_different(make, answer):
    found = answer(make("a"), make("b", lambda *_: None))

    assert found.pairs[0][1] is Answer.DIFFERENT


def test_few_runs_cannot_tell(make, answer):
    found = answer(make("a", seeds=4), make("b", draw(0.5), seeds=4))

    assert found.pairs[0][1] is Answer.UNSURE


def test_many_comparisons_find_nothing_where_nothing_is(make, answer):
    """Of so many tests about one in twenty finds something by itself."""
    studies = {"mine": {"weight_decay": list(range(60)), "seeds": 20}}
    other = {"mine": {"weight_decay": list(range(60)), "seeds": {"first": 500, "count": 20}}}

    def value(setting, seed):
        drawn = np.random.default_rng([int(setting.weight_decay), seed]).lognormal(size=4)
        return tuple(map(float, drawn))

    found = answer(make("a", value, studies), make("b", value, other))

    assert found.tests == 300
    assert {each for _, each in found.pairs} == {Answer.DISTRIBUTION}
    assert sum(test.probability < 0.05 for pair, _ in found.pairs for test in pair.tests) > 0


def test_a_cell_that_other_code_made_is_found_by_its_setting(make, answer, change):
    first, second = make("a"), make("b")
    change(second, "UPDATE cells SET key = 'of other code'")

    assert [each for _, each in answer(first, second).pairs] == [Answer.BITS]


def test_a_claim_with_another_verdict_is_told(make, answer):
    """Norms that fall with λ, and norms that rise."""
    studies = {
        "sweep": {"implementation": ["scratch", "concise"], "weight_decay": [0, 3], "seeds": 99}
    }

    def falling(setting, seed):
        return 0.5, 2.0, (13 + seed) / (1 + setting.weight_decay), 0.05

    def rising(setting, seed):
        return 0.5, 2.0, (13 + seed) * (1 + setting.weight_decay), 0.05

    found = answer(make("a", falling, studies), make("b", rising, studies))
    changed = {each.name: each for each in found.claims if each.changed}

    assert changed["more-decay-smaller-norm"].first.state == "holds"
    assert changed["more-decay-smaller-norm"].newly_refuted
    assert not changed["more-decay-smaller-norm"].fresh


# The command


def test_the_command_says_by_its_exit_whether_more_differs_than_is_allowed(make, tmp_path, capsys):
    same, near, far = make("a"), make("b", draw(8 * EPS)), make("c", draw(0.2))
    for second, allow, good in (
        (same, "bits", True),
        (near, "bits", False),
        (near, "rounding", True),
        (near, "distribution", True),
        (far, "distribution", False),
    ):
        if good:
            comparing.compare(str(same), str(second), tmp_path / "out", allow)
        else:
            with pytest.raises(DifferenceError, match="1 of 1 cells"):
                comparing.compare(str(same), str(second), tmp_path / "out", allow)
    page = (tmp_path / "out/compare.md").read_text(encoding="utf-8")
    assert "w_norm" in page
    assert "w_norm" in capsys.readouterr().out
    assert DifferenceError.exit_code == 1


def test_an_evidence_file_is_a_side_as_well_and_nothing_else_is(make, tmp_path):
    folder = make("a")
    comparing.compare(str(folder), str(folder / "evidence.sqlite"), tmp_path / "out", "bits")
    with pytest.raises(ConfigError, match="there is no evidence"):
        comparing.compare(str(folder), str(tmp_path / "nowhere"), tmp_path / "out", "bits")
    with pytest.raises(ConfigError, match="Allowed: bits, rounding, distribution"):
        comparing.compare(str(folder), str(folder), tmp_path / "out", "anything")


def test_a_download_is_a_side_as_well(make, tmp_path):
    folder = make("a")
    handler = partial(SimpleHTTPRequestHandler, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/evidence.sqlite"
        comparing.compare(str(folder), address, tmp_path / "out", "bits")
        with pytest.raises(ConfigError, match="can't be downloaded"):
            comparing.compare(str(folder), f"{address}x", tmp_path / "out", "bits")
        server.shutdown()


# Chance


def test_the_sign_test_is_the_binomial_test_of_a_half():
    differences = np.array([1.0] * 12 + [-1.0] * 3 + [0.0] * 5)

    assert judge_signs(differences) == pytest.approx(stats.binomtest(3, 15).pvalue, rel=1e-12)
    assert judge_signs(np.zeros(9)) == 1
    assert judge_signs(np.ones(9)) == pytest.approx(find_least(9), rel=1e-12)


@pytest.mark.parametrize("sizes", [(6, 6), (50, 50), (200, 1000)])
def test_the_distance_of_distributions_is_judged_as_exactly_and_never_more_strictly(sizes):
    """Where the exact probability is small enough to be found."""
    draws, judged = np.random.default_rng(1), 0
    for shift in np.linspace(0, 3 / np.sqrt(sizes[0] / 6), 30):
        first, second = draws.normal(size=sizes[0]), draws.normal(shift, size=sizes[1])
        exact = stats.ks_2samp(first, second, method="exact").pvalue
        if 1e-6 < exact < 0.05:
            judged += 1
            assert exact <= judge_distributions(first, second) < 5 * exact
    assert judged > 3


def test_the_correction_is_holms():
    """Worked by hand: 0.01 ≤ 0.05/4 and 0.013 ≤ 0.05/3, but 0.03 > 0.05/2."""
    assert list_unlikely([0.03, 0.01, 0.04, 0.013], 0.05) == [1, 3]
    assert list_unlikely([0.01], 0.05) == [0]
    assert list_unlikely([], 0.05) == []


def test_the_interval_of_a_difference_covers_it():
    draws = np.random.default_rng(2)
    missed = {True: 0, False: 0}
    for _ in range(400):
        first, second = draws.normal(size=60), draws.normal(0.5, size=60)
        for paired in missed:
            _, low, high = estimate_difference(first, second, paired=paired)
            missed[paired] += not low <= 0.5 <= high
    assert missed[True] <= 32  # 5 % of 400 are 20; more than 32 come once in 300 times
    assert missed[False] <= missed[True]


@pytest.mark.parametrize("paired", [True, False])
def test_few_runs_have_no_interval_of_95_percent(paired):
    """Of n values the extremes miss the median with probability 2 to the power of 1 - n."""
    least = 6 if paired else 7  # each of two intervals misses half as often
    first = np.arange(least, dtype=float)
    for count in range(1, least + 1):
        found = estimate_difference(first[:count], 10 + first[:count] ** 2, paired=paired)
        assert np.isfinite(found[1:]).all() == (count == least), count
        assert np.isfinite(found[0])


def test_runs_that_diverge_on_either_side_have_no_direction():
    first, second = np.array([1.0, np.inf]), np.array([np.inf, 1.0])

    assert estimate_difference(first, second, paired=True) == (0.0, -np.inf, np.inf)
