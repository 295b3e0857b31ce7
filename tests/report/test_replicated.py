"""The report on fresh seeds: which these are, what is told of them, how many alarms are chance."""

import tomllib
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest
from filelock import FileLock

from wd import comparing, config, pipeline
from wd.config.seeds import refresh
from wd.config.writing import write_toml
from wd.errors import ConfigError, DeviceError
from wd.evidence.store import Evidence
from wd.holding import LOCK
from wd.project import PROJECT
from wd.report.compare.alarms import expect_alarms
from wd.report.compare.replication import Replication, read_replication
from wd.report.publish import CONTENT
from wd.report.read.parts import Basis, Part, State, median, worst
from wd.report.read.readings import Readings
from wd.report.site.navigation import list_pages
from wd.report.tell.pages import Pages
from wd.report.tell.rulings import Rulings

STUDIES = {
    "sweep": {"implementation": ["scratch", "concise"], "weight_decay": [0, 3], "seeds": 99},
    "portrait": {"implementation": "ridge", "n_features": 2, "n_train": 8, "seeds": [10]},
}


def falling(setting, seed):
    return 0.5, 2.0, (13 + seed % 100) / (1 + setting.weight_decay), 0.05


def rising(setting, seed):
    return 0.5, 2.0, (13 + seed % 100) * (1 + setting.weight_decay), 0.05


@pytest.fixture
def repeat(tmp_path, write_evidence, labels):
    """A function that writes a report and its replication, and gives what a page tells of them."""

    def write(value):
        document = {"study": STUDIES}
        wanted = write_evidence(tmp_path / "evidence.sqlite", STUDIES, falling)
        fresh, folder = refresh(document, 5000), tmp_path / "replication"
        folder.mkdir()
        text = write_toml(fresh)
        (folder / "report.toml").write_text(text, encoding="utf-8")
        made = {"config": text, "commit": "c0ffee", "started": "2026-11-26 08:00 UTC"}
        write_evidence(folder / "evidence.sqlite", fresh["study"], value, provenance=made)
        with Evidence(tmp_path / "evidence.sqlite") as evidence:
            readings = Readings(wanted, evidence)
            rulings = Rulings(readings, labels, CONTENT)
            told = read_replication(tmp_path, labels, CONTENT)
            return Replication(told, readings, rulings, labels)

    return write


# Seeds


def test_fresh_seeds_are_as_many_others_and_named_ones_stay():
    known = config.load(PROJECT / "report.toml")
    document = refresh(tomllib.loads(known.text), 100_000)
    fresh = config.parse(tomllib.loads(write_toml(document)))

    for one, other in zip(known.studies, fresh.studies, strict=True):
        assert one.settings == other.settings
        if one.seeds == (10,):
            assert other.seeds == (10,)
        else:
            assert other.seeds == tuple(range(100_000, 100_000 + len(one.seeds)))


def test_a_week_has_seeds_of_its_own(monkeypatch):
    """1,000 times the year and the number of the week that ISO 8601 gives the day."""
    firsts = []
    for day in (date(2026, 11, 26), date(2026, 12, 31), date(2027, 1, 4)):
        week = SimpleNamespace(isocalendar=day.isocalendar)
        monkeypatch.setattr(comparing, "datetime", SimpleNamespace(now=lambda _, each=week: each))
        firsts.append(comparing._read_first(""))

    assert firsts == [202_648_000, 202_653_000, 202_701_000]


def test_seeds_that_the_report_has_are_not_fresh(tmp_path):
    with pytest.raises(ConfigError, match=r"has some of these seeds already.\nGive .* 1000"):
        comparing.replicate(PROJECT / "report.toml", tmp_path, "cpu", "999")
    with pytest.raises(ConfigError, match="Run: invoke run"):
        comparing.replicate(PROJECT / "report.toml", tmp_path, "cpu", "5000")
    assert list(tmp_path.iterdir()) == []


def test_a_range_of_seeds_begins_elsewhere_and_is_as_long():
    known = {"study": {"mine": {"seeds": {"first": 100, "count": 7}}}}

    assert refresh(known, 5000)["study"]["mine"]["seeds"] == {"first": 5000, "count": 7}


def test_the_command_trains_the_same_on_fresh_seeds_and_leaves_the_evidence_as_it_is(
    tmp_path, capsys
):
    path, output = tmp_path / "report.toml", tmp_path / "build"
    path.write_text("[study.mine]\nepochs = 2\nn_features = 6\nseeds = 7\n", encoding="utf-8")
    pipeline.run(path, output, "cpu", None, programs=False)
    known = (output / pipeline.EVIDENCE).read_bytes()

    comparing.replicate(path, output, "cpu", "5000")

    folder = output / "replication"
    with Evidence(folder / pipeline.EVIDENCE) as evidence:
        seeds = {seed for (seed,) in evidence.rows("SELECT seed FROM runs")}
    assert seeds == set(range(5000, 5007))
    assert (output / pipeline.EVIDENCE).read_bytes() == known
    assert capsys.readouterr().out.splitlines()[-1] == str(folder / comparing.PAGE)
    assert (folder / comparing.PAGE).is_file()
    pipeline.clean(output)
    assert not output.exists()


def test_a_replication_that_is_refused_leaves_the_last_one_as_it_is(tmp_path):
    path, output = tmp_path / "report.toml", tmp_path / "build"
    path.write_text("[study.mine]\nepochs = 2\nn_features = 6\nseeds = 7\n", encoding="utf-8")
    pipeline.run(path, output, "cpu", None, programs=False)
    comparing.replicate(path, output, "cpu", "5000")
    folder = output / "replication"
    before = {each.name: each.read_bytes() for each in folder.iterdir()}

    with pytest.raises(DeviceError):
        comparing.replicate(path, output, "cuda:99", "7000")
    with FileLock(folder / LOCK), pytest.raises(ConfigError, match="is building into it"):
        comparing.replicate(path, output, "cpu", "9000")

    (folder / LOCK).unlink(missing_ok=True)
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before


@pytest.mark.parametrize(("first", "free"), [("0", 9), ("6", 9), ("8", 9)])
def test_no_seed_of_the_report_is_fresh_not_even_all_of_them(tmp_path, first, free):
    path = tmp_path / "report.toml"
    ranges = ("{first = 0, count = 7}", "{first = 2, count = 7}", "[100]")
    studies = (f"[study.mine{place}]\nseeds = {each}\n" for place, each in enumerate(ranges))
    path.write_text("".join(studies), encoding="utf-8")

    with pytest.raises(ConfigError, match=rf"^--first {first}: .*\nGive .* as {free}\.$"):
        comparing.replicate(path, tmp_path, "cpu", first)


def test_a_report_of_listed_seeds_has_nothing_to_replicate(tmp_path):
    path = tmp_path / "report.toml"
    path.write_text("[study.mine]\nseeds = [1, 2]\n", encoding="utf-8")

    with pytest.raises(ConfigError, match="none can be fresh"):
        comparing.replicate(path, tmp_path, "cpu", "5000")


@pytest.mark.parametrize("first", ["-1", "1.5", "٣", "9" * 5000])
def test_what_is_no_seed_is_refused_in_two_lines(tmp_path, first):
    with pytest.raises(ConfigError, match=r"^--first .{1,20} isn't allowed\.\nAllowed: .*\.$"):
        comparing.replicate(PROJECT / "report.toml", tmp_path, "cpu", first)


# The page


def test_what_holds_again_is_told_with_its_date_commit_and_seeds(repeat):
    again = repeat(falling)

    assert "c0ffee" in again.made and "2026-11-26" in again.made
    assert again.first == "5,000"
    assert again.verdicts["refuted"] == "0"
    assert again.verdicts["same"] == again.verdicts["asked"] != "0"
    assert again.changed == ""
    assert "claims.md#docket-more-decay-smaller-norm" in again.claims


def test_what_the_fresh_seeds_refute_stands_beside_what_was_found_here(repeat):
    again = repeat(rising)

    assert int(again.verdicts["refuted"]) > 0
    (row, *_) = [line for line in again.changed.splitlines() if "more-decay-smaller" in line]
    assert "100" in row and "holds" in row and "does not hold" in row


def test_what_was_judged_is_kept_until_the_evidence_changes(repeat, tmp_path, labels, monkeypatch):
    repeat(falling)
    told = read_replication(tmp_path, labels, CONTENT)
    with monkeypatch.context() as patched:
        patched.setattr("wd.report.compare.replication.open_side", None)
        assert read_replication(tmp_path, labels, CONTENT) == told
    (tmp_path / "replication/report.toml").write_text(
        write_toml(refresh({"study": STUDIES}, 5000)) + "# other\n", encoding="utf-8"
    )
    with monkeypatch.context() as patched:
        patched.setattr("wd.report.compare.replication.open_side", None)
        with pytest.raises(TypeError):
            read_replication(tmp_path, labels, CONTENT)


@pytest.mark.parametrize("there", [False, True])
def test_the_page_is_there_with_and_without_a_replication(
    there, invent, labels, no_drawings, repeat
):
    again = repeat(falling) if there else None
    readings = invent({"mine": {"seeds": 6}})
    order = list_pages(PROJECT / "mkdocs.yml")
    told = (order, readings, labels, no_drawings, CONTENT)
    pages = Pages(PROJECT / "docs/en", *told, replicate=lambda _: again)
    page = pages.render()["replicated.md"]

    assert ("has not been repeated on fresh seeds" in page) != there
    assert ("c0ffee" in page) == there
    assert "invoke replicate" in page


# Alarms


def test_the_expected_alarms_are_those_that_draws_give():
    """A claim that just holds is tried on other draws, ten thousand times."""
    draws = np.random.default_rng(3)
    first = Part("a", Basis.INTERVAL, ((1.0, 0.8, 1.2),), 100, above=0.75, below=1.3)
    expected = expect_alarms([first])
    error = 0.2 / 1.959964
    tried = (1 + draws.normal(0, np.sqrt(2) * error, 10_000))[:, None] + [0, -0.2, 0.2]
    states = [
        Part("a", Basis.INTERVAL, (tuple(each),), 100, above=0.75, below=1.3).state
        for each in tried
    ]

    assert expected.bounds == 2
    assert expected.most == pytest.approx(0.05)
    assert expected.refuted == pytest.approx(states.count(State.REFUTED) / 10_000, abs=0.004)
    assert expected.unsure == pytest.approx(states.count(State.UNSURE) / 10_000, abs=0.02)


def test_the_most_alarms_are_those_of_true_values_on_their_bounds():
    draws = np.random.default_rng(4)
    refuted = [
        median("a", draws.normal(size=100), above=0).state is State.REFUTED for _ in range(4000)
    ]
    expected = expect_alarms([median("a", draws.normal(size=100), above=0)])

    assert sum(refuted) / 4000 <= expected.most * 1.3
    assert sum(refuted) / 4000 >= expected.most * 0.4


def test_single_runs_give_no_expectation():
    expected = expect_alarms([worst("a", np.ones(5), above=0)])

    assert (expected.bounds, expected.most, expected.worst) == (0, 0, 1)
