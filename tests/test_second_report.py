"""The engine makes another report than this one: all that it asks for is one argument."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from wd.project import ARGUMENT

ROOT = Path(__file__).parents[1]
SECOND = Path(__file__).parent / "second_report"


def invoke(command, module, config, output, *paths):
    """Run a command of this project with a report of its own, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "invoke", command, "--config", str(config), "--output", str(output)],
        cwd=ROOT,
        env=os.environ | {ARGUMENT: module, "PYTHONPATH": os.pathsep.join([*paths, str(ROOT)])},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    output = tmp_path_factory.mktemp("second")
    done = invoke("build-report", "tests.second_report", SECOND / "report.toml", output)
    assert done.returncode == 0, done.stderr
    return output / "site"


def read(site, page):
    return BeautifulSoup((site / page).read_text(encoding="utf-8"), "html.parser")


def test_a_second_report_is_small():
    files = [path for path in SECOND.rglob("*") if path.is_file() and path.suffix != ".pyc"]

    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files) <= 250


def test_it_gets_the_whole_of_a_site(site):
    """Its pages and no others, each with its formula, figure, table, number and claim."""
    pages = {path.relative_to(site).as_posix() for path in (site / "en").rglob("*.html")}
    assert pages == {"en/index.html", "en/formula/index.html", "en/404.html"}
    home, formula = read(site, "en/index.html"), read(site, "en/formula/index.html")

    assert home.title.get_text() == "Buffon's needle"
    assert "The circle's number comes out: 3.1" in home.article.get_text()
    assert home.select_one("figure#fig-scatter img")["alt"].startswith("A band that narrows")
    for image in home.select("figure#fig-scatter img"):
        assert (site / "en" / image["src"].partition("#")[0]).stat().st_size > 1000
    assert formula.select_one("#eq-buffon .katex")
    assert len(formula.select("article table tbody tr")) == 3
    with (site / "en/data/study-floor.csv").open(encoding="utf-8") as file:
        runs = list(csv.DictReader(file))
    assert len(runs) == 120
    assert all(0 < float(run["crossing"]) < 1 for run in runs)


def test_its_claim_is_judged_by_its_evidence(site):
    (claim,) = read(site, "en/index.html").select(".claim")

    assert "claim--holds" in claim["class"]
    assert "40 seeds" in claim.get_text()
    assert "tests/second_report/claims.py" in claim.get_text()


def test_nothing_of_this_checkouts_report_is_in_it(site):
    """Neither in what a reader sees, nor in names, nor in what readers take away."""
    pages = [path.name.removesuffix(".md.j2") for path in (ROOT / "docs/en").glob("*-*.md.j2")]
    subject = ["weight decay", "weight_decay", "ridge", "w_norm", "concise", "from scratch", *pages]
    texts = {
        path.relative_to(site).as_posix(): path.read_bytes().decode("utf-8", "replace").lower()
        for path in site.rglob("*")
        if path.is_file() and path.parts[-2] not in ("javascripts", "min", "stylesheets")
    }

    assert len(texts) > 20
    assert [name for name in texts for page in pages if page in name] == []
    assert [(name, word) for name, text in texts.items() for word in subject if word in text] == []


@pytest.fixture
def copy(tmp_path):
    """A copy of the report as a package of another name, to be changed."""
    folder = tmp_path / "packages" / "needles"
    shutil.copytree(SECOND, folder, ignore=shutil.ignore_patterns("__pycache__"))
    change(folder / "mkdocs.yml", "../../", f"{ROOT}/")
    return folder


def change(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def build(copy, tmp_path):
    config, output = copy / "report.toml", tmp_path / "out"
    trained = invoke("run", "needles", config, output, str(copy.parent))
    assert trained.returncode == 0, trained.stderr
    return invoke("render", "needles", config, output, str(copy.parent)), output / "docs/en"


def test_a_false_claim_of_it_is_told_as_refuted(copy, tmp_path):
    change(copy / "claims.py", "above=0.99, below=1.01", "above=1.01, below=1.1")
    change(copy / "report.toml", "[study.floor]", '[claims]\non_failure = "fail"\n[study.floor]')
    done, docs = build(copy, tmp_path)

    assert done.returncode == 1
    assert "the evidence refutes 1 of the report's claims" in done.stderr
    assert "claim--refuted" in (docs / "index.md").read_text(encoding="utf-8")


def test_another_experiment_changes_its_numbers_and_its_verdict(copy, tmp_path):
    """Needles that all lie across the lines give another number for the circle's."""
    change(copy / "studies/throws.py", "np.sin(np.pi * angle)", "np.sin(np.pi / 2)")
    done, docs = build(copy, tmp_path)
    page = (docs / "index.md").read_text(encoding="utf-8")

    assert done.returncode == 0, done.stderr
    assert "comes out: 2.0" in page
    assert "claim--refuted" in page


def test_a_look_up_that_it_has_not_stops_it_with_the_line(copy, tmp_path):
    change(copy / "docs/en/index.md.j2", 'number("pi")', 'number("tau")')
    done, _ = build(copy, tmp_path)

    assert done.returncode == 1
    assert "index.md.j2, line 8: there is no number 'tau'" in done.stderr
