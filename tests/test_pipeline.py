"""The commands as people use them: what is refused, what is trained, what is told."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from wd import config, console, pipeline
from wd.console import progress, refusing
from wd.declarations import IMPLEMENTATIONS
from wd.errors import ClaimError, ConfigError, DeviceError, EvidenceError, SiteError
from wd.evidence.keys import plan
from wd.evidence.outcome import Outcome
from wd.evidence.schema import RUN_COLUMNS
from wd.evidence.store import Evidence
from wd.lab import experiment
from wd.output import MANIFEST, record
from wd.report import publish
from wd.report.read.cache_key import read_kept
from wd.report.site import languages, navigation, notebooks
from wd.report.tell.pages import Pages

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests/small.toml"
THEMES = ("light", "dark")
STAGES = ("run", "render", "site", "build_report")

TINY = """
[defaults]
epochs = 2
n_test = 5
n_features = 6
seeds = 2
"""
MINE = TINY + "[study.mine]\nimplementation = ['scratch', 'concise']\nweight_decay = [0, 1]\n"


def invoke(folder, *arguments, **options):
    """A command as typed into a shell in `folder`, with the tasks of this project."""
    return subprocess.run(
        [sys.executable, "-m", "invoke", "--search-root", str(ROOT), *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def write(folder, text):
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def runs(output):
    with Evidence(output / pipeline.EVIDENCE) as evidence:
        return set(
            evidence.rows(
                "SELECT study, implementation, weight_decay, seed, train_loss, test_loss, w_norm, b"
                " FROM runs"
            )
        )


@pytest.fixture
def no_programs(monkeypatch):
    """Executing the two programs takes seconds and has its own tests."""
    monkeypatch.setattr(notebooks, "list_changed", lambda evidence: {})


# What is refused


@pytest.mark.parametrize(
    ("text", "arguments", "said"),
    [
        ("[study.a]\nlr = -1\n", (), "lr = -1 isn't allowed."),
        (MINE, ("--only", "mime"), "Did you mean 'mine'?"),
        (MINE, ("--device", "quantum"), "Available: auto, "),
        (MINE, ("--output", "mine.toml"), "mine.toml is no folder."),
    ],
)
def test_a_command_refuses_bad_input_in_three_lines_and_writes_nothing(
    tmp_path, text, arguments, said
):
    write(tmp_path, text)

    done = invoke(tmp_path, "build-report", "--config", "mine.toml", *arguments)

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert said in done.stderr
    assert done.stderr.count("\n") <= 3
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


def test_a_command_without_its_configuration_refuses_too(tmp_path):
    done = invoke(tmp_path, "run")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: report.toml: no such file.\nGive one with --config PATH.\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(
    ("text", "device", "only", "error"),
    [
        ("[study.a]\nepochs = 0\n", "auto", None, ConfigError),
        ("", "auto", None, ConfigError),
        (MINE, "cuda:99", None, DeviceError),
        (MINE, "nonsense", None, DeviceError),
        (MINE, "auto", "nonsense", ConfigError),
    ],
)
def test_every_stage_refuses_bad_input_before_it_writes(tmp_path, stage, text, device, only, error):
    path, output = write(tmp_path, text), tmp_path / "build"

    with pytest.raises(error) as refused:
        getattr(pipeline, stage)(path, output, device, only)
    assert refused.value.exit_code == 2
    assert str(refused.value).count("\n") <= 2
    assert not output.exists()


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("folder", ["docs/en", "site/assets"])
def test_no_stage_builds_over_what_no_build_made(tmp_path, no_programs, stage, folder):
    """A build replaces DIR/docs and DIR/site as a whole: in this checkout that were its sources."""
    foreign = tmp_path / folder / "index.md.j2"
    foreign.parent.mkdir(parents=True)
    foreign.touch()

    with pytest.raises(ConfigError, match="was there before any build"):
        getattr(pipeline, stage)(write(tmp_path, MINE), tmp_path, "auto", None)
    with pytest.raises(ConfigError):
        pipeline.clean(tmp_path)
    assert foreign.exists()
    assert not (tmp_path / pipeline.EVIDENCE).exists()


def test_this_checkout_is_no_output_folder():
    with pytest.raises(ConfigError, match="was there before any build"):
        pipeline.render(SMALL, ROOT, "auto", None)


@pytest.mark.parametrize("stage", ["render", "site"])
def test_a_stage_without_the_one_before_it_says_which(tmp_path, stage):
    with pytest.raises((ConfigError, EvidenceError), match=r"\nRun: invoke (run|render)$"):
        getattr(pipeline, stage)(write(tmp_path, MINE), tmp_path / "build", "auto", None)
    assert not (tmp_path / "build").exists()


def test_a_refusal_ends_the_command_with_its_exit_code_and_nothing_else_does(capsys):
    for error, code in [(ConfigError, 2), (DeviceError, 2), (EvidenceError, 1), (ClaimError, 1)]:
        with pytest.raises(SystemExit) as end, refusing():
            raise error("what was wrong")
        assert end.value.code == code
        assert capsys.readouterr() == ("", "error: what was wrong\n")
    with pytest.raises(ZeroDivisionError), refusing():
        _ = 1 / 0


def test_the_commands_are_there_with_their_options():
    listed = invoke(ROOT, "--list").stdout
    commands = set(re.findall(r"^  (\S+)", listed, flags=re.MULTILINE))

    assert commands >= {
        *("build-report", "run", "render", "site", "serve"),
        *("test", "lint", "check", "bench", "clean"),
    }


# What is trained


def test_a_run_says_its_device_first_and_its_progress_in_plain_lines(tmp_path, no_programs, capsys):
    pipeline.run(write(tmp_path, MINE), tmp_path / "build", "cpu", None)

    said = capsys.readouterr().out.splitlines()
    assert said[0] == "device: cpu"
    assert said[1].startswith("plan: 8 runs, 0 of them there; the rest takes about 1 s, ")
    assert said[2] == "mine: 0 of 8 runs"
    assert "mine: 8 of 8 runs" in said
    assert "\x1b" not in "".join(said)
    with Evidence(tmp_path / "build" / pipeline.EVIDENCE) as evidence:
        assert evidence.rows("SELECT DISTINCT device FROM runs") == [("cpu",)]


def test_on_a_terminal_each_study_has_a_bar_with_its_rate(monkeypatch, capsys):
    monkeypatch.setattr(console, "Console", partial(console.Console, force_terminal=True))
    with progress() as advance:
        advance("mine", 0, 1200)
        advance("mine", 700, 1200)
        advance("yours", 3, 3)

    shown = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", capsys.readouterr().out)
    last = shown.rpartition("mine")[2]
    assert re.search(r"700/1200 +[\d,]+ runs/s", last)
    assert re.search(r"yours.*3/3", last, re.DOTALL)


def test_progress_is_told_at_most_ten_times_a_study(capsys):
    with progress() as advance:
        for done in range(1, 1001):
            advance("sweep", done, 1000)
        advance("one", 1, 1)

    said = capsys.readouterr().out.splitlines()
    assert len(said) == 11
    assert said[-2:] == ["sweep: 1,000 of 1,000 runs", "one: 1 of 1 runs"]


@pytest.mark.parametrize("device", ["auto", "cpu"])
def test_what_is_there_is_not_trained_again(tmp_path, no_programs, capsys, device):
    path = write(tmp_path, MINE)
    pipeline.run(path, tmp_path / "build", "auto", None)
    before = runs(tmp_path / "build")
    capsys.readouterr()

    pipeline.run(path, tmp_path / "build", device, None)

    assert "runs" not in capsys.readouterr().out
    assert runs(tmp_path / "build") == before


@pytest.mark.parametrize(("device", "trained"), [("auto", 4), ("cpu", 8)])
def test_with_auto_the_runs_of_another_device_count(tmp_path, no_programs, device, trained):
    """A study is added to evidence from an accelerator that isn't here: only it is trained."""
    path, output = write(tmp_path, MINE), tmp_path / "build"
    (mine,) = config.load(path).studies
    with Evidence(output / pipeline.EVIDENCE, writable=True) as store:
        for cell in plan(mine)[:2]:
            ones = (1.0,) * len(RUN_COLUMNS)
            store.append(cell, "cuda", [Outcome(seed, ones) for seed in mine.seeds])

    pipeline.run(path, output, device, None)

    with Evidence(output / pipeline.EVIDENCE) as evidence:
        assert evidence.rows("SELECT count(*) FROM runs WHERE device = 'cpu'") == [(trained,)]


def test_only_one_study_is_trained_where_only_one_is_asked_for(tmp_path, no_programs):
    """And what the others have is left alone."""
    path = write(tmp_path, MINE + "[study.yours]\nlr = 0.1\n")
    output = tmp_path / "build"

    pipeline.run(path, output, "auto", "yours")
    assert {row[0] for row in runs(output)} == {"yours"}
    pipeline.run(path, output, "auto", "mine")
    assert {row[0] for row in runs(output)} == {"yours", "mine"}


def test_what_another_configuration_has_trained_is_kept_and_counts_again(
    tmp_path, no_programs, monkeypatch
):
    """Another λ, fewer seeds, another study: one goes there and back and trains nothing twice."""
    output = tmp_path / "build"
    pipeline.run(write(tmp_path, MINE), output, "auto", None)
    mine = runs(output)

    other = MINE.replace("[0, 1]", "[1, 3]").replace("seeds = 2", "seeds = 1")
    pipeline.run(write(tmp_path, f"{other}[study.yours]\nlr = 0.1\n"), output, "auto", None)
    assert mine < runs(output)
    assert {row[:3] for row in runs(output) - mine} == {
        ("mine", "scratch", 3.0),
        ("mine", "concise", 3.0),
        ("yours", "scratch", 0.0),
    }

    monkeypatch.setattr(experiment, "run", lambda *_, **__: pytest.fail("all of it is there"))
    pipeline.run(write(tmp_path, MINE), output, "auto", None)


def test_a_run_that_was_killed_goes_on_where_it_stopped(tmp_path, no_programs):
    """SIGKILL after the first batch: no half batch, and in the end the very same numbers."""
    path = write(
        tmp_path, MINE.replace("epochs = 2", "epochs = 20").replace("seeds = 2", "seeds = 300")
    )
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    child = subprocess.Popen(
        [sys.executable, "-m", "invoke", "--search-root", ROOT, "run", "-c", path, "-o", killed],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        while not re.match(r"mine: [1-9]\d* of 1,200 runs", child.stdout.readline()):
            assert child.poll() is None
        child.send_signal(signal.SIGKILL)

    there = runs(killed)
    assert 0 < len(there) < 1200
    assert len(there) % 50 == 0
    pipeline.run(path, killed, "auto", None)
    pipeline.run(path, whole, "auto", None)
    assert there < runs(whole)
    assert runs(killed) == runs(whole)


# What is told


@pytest.mark.parametrize("language", languages.LANGUAGES)
def test_no_figure_is_drawn_that_no_page_shows(small_report, language):
    drawn = small_report.glob(f"cache/figures/{language}/*.json")
    shown = small_report.glob(f"docs/{language}/figures/*-narrow-light.svg")

    assert {path.stem for path in drawn if "missing" not in read_kept(path)} == {
        path.name.removesuffix("-narrow-light.svg") for path in shown
    }


@pytest.fixture
def copy(small_report, tmp_path):
    """A copy of the small report that a test may change."""
    shutil.copytree(small_report, tmp_path / "build")
    return tmp_path / "build"


def test_the_small_report_is_rendered_whole(small_report):
    """Every page, figures of both themes and widths, data, notebooks and programs."""
    docs = small_report / "docs/en"

    studies = {f"study-{study.name}" for study in config.load(SMALL).studies}
    there = {path.stem for path in docs.glob("*.md")} | {path.stem for path in docs.glob("*.ipynb")}
    assert there == {*navigation.list_pages(ROOT / "mkdocs.yml"), *studies}
    assert {path.name for path in docs.glob("*.py")} == {"scratch.py", "concise.py"}
    assert {path.name for path in docs.glob("data/*.*")} == {
        "runs.csv",
        "curves.csv",
        "evidence.sqlite",
        *(f"{study}.csv" for study in studies),
    }
    light = {path.name for path in docs.glob("figures/*-light.svg")}
    assert len(light) >= 2 * 7
    assert {name for name in light if "-narrow-" in name} == {
        name.replace("-light", "-narrow-light") for name in light if "-narrow-" not in name
    }
    assert {name.replace("-light", "-dark") for name in light} == {
        path.name for path in docs.glob("figures/*-dark.svg")
    }


def test_no_page_shows_a_number_that_is_none(small_report):
    for path in (small_report / "docs/en").glob("*.md"):
        cells = re.findall(r"\| ([^|\n]*) (?=\|)", path.read_text(encoding="utf-8"))
        assert not {"nan", "None", "inf", "NULL"} & {cell.strip() for cell in cells}, path.name


def test_no_page_counts_a_solution_among_the_training_runs(small_report):
    """By implementation, as the evidence has them; in descriptions too."""
    with Evidence(small_report / pipeline.EVIDENCE) as evidence:
        rows = evidence.rows("SELECT implementation, count(*) FROM runs GROUP BY implementation")
    counts = {"training runs": 0, "exact solutions": 0}
    for name, count in rows:
        counts["training runs" if IMPLEMENTATIONS[name].trained else "exact solutions"] += count

    for what, count in counts.items():
        told = {
            page.stem: found
            for page in (small_report / "docs/en").glob("*.md")
            if (found := re.findall(rf"([\d,]+) {what}", page.read_text(encoding="utf-8")))
        }
        assert {number for found in told.values() for number in found} == {f"{count:,}"}
        assert len(told["matrix"]) == 2


def test_a_study_whose_runs_diverge_is_shown_as_diverged(small_report):
    page = (small_report / "docs/en/study-divergent.md").read_text(encoding="utf-8")

    study = page.split("{ #numbers ")[1].split("## ")[0]
    rows = [line.strip() for line in study.splitlines() if "| " in line]
    diverged = [row for row in rows if "| diverged |  |" in row]
    assert len(diverged) == 4
    assert all(row.endswith("| 2 |") for row in diverged)
    assert sum(row.endswith("| 0 |") for row in rows) == 4


REBUILD = """
import sys
from pathlib import Path
from wd import pipeline
for stage in (pipeline.run, pipeline.render):
    stage(Path(sys.argv[1]), Path(sys.argv[2]), "auto", None)
heavy = {"torch", "matplotlib", "nbclient", "jupytext", "nbformat"}
print(sorted(heavy & set(sys.modules)))
"""


def rebuild(output):
    """Run and render in a process of its own, and return what it said, line by line."""
    done = subprocess.run(
        [sys.executable, "-c", REBUILD, SMALL, output],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_an_unchanged_rebuild_trains_executes_and_draws_nothing(copy):
    """It doesn't even import what it would need for that, and touches no file."""
    before = {path: path.stat().st_mtime_ns for path in (copy / "docs").rglob("*")}

    rebuild(copy)  # in another folder, which may be a change
    first = {path: path.read_bytes() for path in (copy / "docs").rglob("*.*")}
    before = {path: path.stat().st_mtime_ns for path in (copy / "docs").rglob("*")}
    said = rebuild(copy)

    assert said[-1] == "[]"
    assert not any(line.startswith(("device", "train", "programs")) for line in said)
    assert {path: path.stat().st_mtime_ns for path in (copy / "docs").rglob("*")} == before
    assert {path: path.read_bytes() for path in (copy / "docs").rglob("*.*")} == first


@pytest.fixture
def no_work(monkeypatch):
    """Fails where something would be trained or executed."""

    def work(*_):
        raise AssertionError("an unchanged lab has nothing to do")

    monkeypatch.setattr(experiment, "run", work)
    monkeypatch.setattr("wd.report.site.notebooks.execute_all", work)


def test_a_changed_sentence_is_told_without_any_training(copy, no_work, monkeypatch, tmp_path):
    project = tmp_path / "project"
    for folder in ("docs", "wd"):
        shutil.copytree(ROOT / folder, project / folder)
    template = project / "docs/en/summary.md.j2"
    text = template.read_text(encoding="utf-8")
    template.write_text(f"{text}\nA sentence more.\n", encoding="utf-8")
    changed = replace(languages.FIRST, folder=project / "docs/en")
    monkeypatch.setattr(publish, "REPORT", replace(publish.REPORT, folder=project))
    monkeypatch.setattr(publish, "LANGUAGES", {changed.name: changed})
    # the words stay where they are, so that no figure is drawn again
    monkeypatch.setattr(publish, "Labels", lambda _: LABELS(ROOT / "docs/en/labels"))

    pipeline.run(SMALL, copy, "auto", None)
    pipeline.render(SMALL, copy, "auto", None)

    assert "A sentence more." in (copy / "docs/en/summary.md").read_text(encoding="utf-8")


LABELS = publish.Labels


def test_a_file_that_someone_changed_in_the_built_docs_is_put_right(copy, no_work):
    page = copy / "docs/en/summary.md"
    right = page.read_text(encoding="utf-8")
    page.write_text("wrong", encoding="utf-8")
    (copy / "docs/en/more.md").touch()

    pipeline.render(SMALL, copy, "auto", None)

    assert page.read_text(encoding="utf-8") == right
    assert not (copy / "docs/en/more.md").exists()


@pytest.fixture
def in_english(monkeypatch):
    """Only the first language is rendered, of which a test tells something."""
    monkeypatch.setattr(publish, "LANGUAGES", {languages.FIRST.name: languages.FIRST})


@pytest.fixture
def own_report(tmp_path, monkeypatch):
    """A function that trains and renders an own configuration and returns its pages by name."""

    def build(text, only=None):
        output = tmp_path / "build"
        monkeypatch.setattr(notebooks, "list_changed", lambda evidence: {})
        path = write(tmp_path, text)
        pipeline.run(path, output, "auto", only)
        pipeline.render(path, output, "auto", only)
        return {
            page.stem: page.read_text(encoding="utf-8")
            for page in (output / "docs/en").glob("*.md")
        }

    return build


def test_a_figure_is_drawn_alone_once_what_it_needs_is_trained(tmp_path, in_english, capsys):
    output = tmp_path / "build"

    pipeline.figure("study-mine", write(tmp_path, MINE), output, "cpu")

    paths = [Path(line) for line in capsys.readouterr().out.splitlines() if "study-mine" in line]
    drawings = {f"study-mine{width}-{theme}.svg" for width in ("", "-narrow") for theme in THEMES}
    assert {path.name for path in paths} == {"study-mine.csv", *drawings}
    assert all(path.stat().st_size > 0 for path in paths)
    assert len(runs(output)) == 2 * 2 * 2


def test_an_own_report_without_the_published_studies_says_what_is_missing(own_report, in_english):
    pages = own_report(MINE)

    assert "(study-mine.md)" in pages["matrix"]
    assert "(study-mine.md)" in pages["index"]
    assert "study-mine" in pages
    assert "“sweep”" in pages["matrix"]
    assert "“chapter”" in pages["index"]


@pytest.mark.parametrize(
    "chapter",
    [
        "lr = 10\nepochs = 20\nimplementation = ['scratch', 'concise']\nweight_decay = [0, 3]",
        "lr = [0.003, 0.01]\nimplementation = ['scratch', 'concise']\nweight_decay = [0, 3]",
        "implementation = ['ridge', 'constant']\nweight_decay = [0, 3]",
        "seeds = [4]",
        "implementation = ['scratch', 'concise']\nweight_decay = [0, 3]\ninit_std = 0",
    ],
    ids=["all diverges", "another grid", "nothing is trained", "a single run", "a start at zero"],
)
def test_published_names_with_other_contents_stop_no_page(own_report, chapter):
    """A reader who tries lr 10 in the chapter must see "diverged", not a failed build."""
    table = chapter if "lr" in chapter or "imp" in chapter else f"{chapter}\ncurves_every = 1"
    pages = own_report(f"{TINY}[study.chapter]\n{table}\n[study.sweep]\n{chapter}\n")

    assert "(study-chapter.md)" in pages["matrix"]
    assert ("diverged |  |" in pages["study-chapter"]) == ("lr = 10" in chapter)


def test_a_kind_of_study_that_could_measure_nothing_is_refused(tmp_path):
    """The three ways to solve are compared where n and d are far apart, and only there."""
    text = f"{TINY}n_train = 5\n[study.same_thing]\nkind = 'same_thing'\n"

    with pytest.raises(ConfigError, match="too close for descent to end"):
        pipeline.run(write(tmp_path, text), tmp_path / "build", "cpu", None)


def test_a_page_tells_only_the_study_that_is_asked_for(own_report, in_english):
    pages = own_report(MINE + "[study.yours]\nlr = 0.1\n", only="yours")

    assert "(study-yours.md)" in pages["matrix"]
    assert "(study-mine.md)" not in pages["matrix"]
    assert {name for name in pages if name.startswith("study-")} == {"study-yours"}


def test_a_page_tells_nothing_of_what_another_configuration_has_left_in_the_file(
    own_report, in_english
):
    """Not in the table of studies, not in a query's answer, not among the times."""
    own_report(TINY + "[study.others-study]\nlr = 0.1\n[study.others-steps]\nkind = 'one_step'\n")
    pages = own_report(MINE)

    assert "`mine`" in pages["timings"]
    told = [name for name, text in pages.items() if "others-st" in text]
    assert told == []


def test_a_failed_page_leaves_the_last_good_ones(copy, monkeypatch):
    """Everything is gathered before anything is written."""
    before = {path: path.read_bytes() for path in (copy / "docs").rglob("*.md")}
    (copy / "cache/docs.stamp").unlink(missing_ok=True)

    def fail(pages):
        raise ClaimError("a claim doesn't hold")

    monkeypatch.setattr(Pages, "render", fail)
    with pytest.raises(ClaimError):
        pipeline.render(SMALL, copy, "auto", None)
    assert {path: path.read_bytes() for path in (copy / "docs").rglob("*.md")} == before


# The site


def test_the_site_is_built_whole_and_leaves_nothing_beside_it(built_site):
    names = {path.name for path in built_site.parent.iterdir()}

    assert (built_site / "index.html").is_file()
    assert (built_site / ".nojekyll").is_file()
    for page in navigation.list_pages(ROOT / "mkdocs.yml"):
        folder = built_site / "en" / ("" if page == "index" else page)
        assert (folder / "index.html").is_file(), page
    assert not [name for name in names if name.startswith((".old-site", ".new-site"))]


@pytest.mark.parametrize("other", ["notes.txt", "evidence-2026-11-22.sqlite"])
def test_cleaning_deletes_a_build_and_nothing_else(copy, other, capsys):
    (copy / other).touch()

    pipeline.clean(copy)

    assert [path.name for path in copy.iterdir()] == [other]
    assert f"also holds {other}, which no build made: kept." in capsys.readouterr().err
    (copy / other).unlink()
    pipeline.clean(copy)


def test_cleaning_deletes_what_a_refused_build_has_left(copy, capsys):
    shutil.rmtree(copy / "cache")
    (copy / MANIFEST).unlink()
    record(copy, *(path.name for path in copy.iterdir()))
    with (copy / "docs/en/soft.md").open("a", encoding="utf-8") as page:
        page.write("\n[Nowhere](nowhere.md)\n")
    with pytest.raises(SiteError, match="nowhere"):
        pipeline.site(SMALL, copy, "cpu", None)
    assert list((copy / "cache").rglob("*.png"))

    pipeline.clean(copy)

    assert not copy.exists()
    assert "no build made" not in capsys.readouterr().err


def test_everything_that_is_kept_as_json_has_its_checksum(small_report):
    kept = [*(small_report / "cache").rglob("*.json"), *(small_report / "cache").rglob("*.stamp")]

    assert len(kept) > 10
    assert [path for path in kept if read_kept(path) is None] == []


def test_cleaning_takes_a_replication_along(copy, capsys):
    folder = copy / "replication"
    folder.mkdir()
    (folder / "report.toml").touch()
    record(folder, "report.toml")

    pipeline.clean(copy)

    assert not copy.exists()


def test_the_record_holds_the_configuration_that_was_built(small_report):
    with Evidence(small_report / pipeline.EVIDENCE) as evidence:
        found = dict(evidence.rows("SELECT name, value FROM provenance"))

    assert found["config"] == SMALL.read_text(encoding="utf-8")
    assert json.dumps(found)
    assert config.load(SMALL).text == found["config"]
