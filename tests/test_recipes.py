"""The recipes of CONTRIBUTING are enough: what they name is written, and nothing else changed."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup

from wd.pipeline import EVIDENCE
from wd.report.site.languages import FIRST, LANGUAGES, read_mkdocs

ROOT = Path(__file__).parents[1]
LANGUAGE = "fr"

NEW = {
    # a page
    "docs/en/coins.md.j2": """---
description: "Coins are tossed, by the recipes of this project."
needs: "[the soft constraint](soft.md)"
search:
  aliases:
    page: flipping
---

# Coins

Heads came up in {{ number("heads") }} of a hundred tosses.

## In numbers { #in-numbers }

{{ table("heads") }}

{{ claim("coins-are-fair") }}

{{ widget("coin", fallback="heads") }}
""",
    "docs/en/labels/coins.toml": """
[figure.heads]
caption = "How often heads came up, seed by seed."
alt = "Points, one for each seed, about {usual} of a hundred."

[figure_column]
heads = { meaning = "How many tosses of a hundred were heads.", unit = "tosses" }

[claim.coins-are-fair]
statement = "Heads comes up in {share.least} to {share.most} tosses of a hundred."
evidence = "Typically in {share}."
part.share = "tosses of a hundred that are heads"

[widget.coin]
name = "Coins"

[widget.coin.script]
told = "tosses"

[implementation]
halved = "halved steps"

[column]
step_share = "share"
heads = "heads"

[schema.cells]
step_share = { meaning = "Which share of each step is taken.", unit = "–" }

[schema.coins]
heads = { meaning = "How many tosses of a hundred were heads.", unit = "tosses" }

[kind]
coins = "tosses of a coin"
""",
    # a figure, a number, a table, a claim, a widget
    "wd/report/content/figures/coins.py": '''"""Coins."""

from wd.report.read.figures import Drawing, figure


@figure("heads")
def heads(readings, labels, style):
    """Draw how often heads came up."""
    (cell,) = readings.cells("coins")
    drawn = style.figure()
    drawn.axes[0].plot(cell.seeds, cell["heads"], "o", color=style.colours["accent"])
    rows = [(int(seed), each) for seed, each in zip(cell.seeds, cell["heads"], strict=True)]
    return Drawing(drawn, ("seed", "heads"), rows, {"usual": "fifty"})
''',
    "wd/report/content/numbers/coins.py": '''"""Coins."""

from wd.report.read.numbers import number, write


@number("heads")
def heads(readings):
    """Write how often heads came up."""
    return write(readings.cell("coins")["heads"].mean())
''',
    "wd/report/content/tables/coins.py": '''"""Coins."""

from wd.report.read.numbers import write
from wd.report.read.tables import markdown, table


@table("heads")
def heads(readings, labels):
    """Tabulate how often heads came up."""
    rows = [[write(each)] for each in readings.cell("coins")["heads"]]
    return markdown([labels("column", "heads")], rows, numeric=1)
''',
    "wd/report/content/claims/coins.py": '''"""Coins."""

from wd.report.read.claims import Finding, claim
from wd.report.read.parts import median


@claim("coins-are-fair")
def coins_are_fair(readings):
    """Half of the tosses are heads, about."""
    return Finding((median("share", readings.cell("coins")["heads"], above=40, below=60),))
''',
    "wd/report/content/widgets/coin.py": '''"""Coins."""

from wd.report.read.widgets import widget


@widget("coin")
def gather_coins(readings, labels):
    """Gather how often heads came up."""
    return {"heads": readings.cell("coins")["heads"].tolist()}
''',
    "docs/widgets/coin.html.j2": """<div class="explore" data-explore="coin"
 data-content="{{ content }}" role="group" aria-label="{{ words.name }}">
<p class="explore__verdict" data-part="verdict"></p>
</div>
""",
    "docs/assets/explore/coin.js": """/* Coins: tell how many were tossed. */

const coin = (root, { heads, words }) => {
  root.querySelector('[data-part="verdict"]').textContent = `${heads.length} ${words.told}`;
};
""",
    # a program with a hyperparameter of its own
    "wd/declarations/implementations/halved.py": '''"""A program that takes a share of each step."""

from wd.declarations.forms import Hyperparameter, Implementation
from wd.declarations.shared import DATA, TRAINING

DECLARATION = Implementation(
    reads=(*DATA, *TRAINING, "weight_decay", "bias_decay"),
    trained=True,
    tile=4,
    own=(Hyperparameter("step_share", float, 0.5, "share of a step", above=0, most=1),),
)
''',
    "wd/lab/programs/halved.py": '''"""A program that takes a share of each step."""

from wd.lab.programs.scratch import Scratch


class Halved(Scratch):
    """The scratch program, slowed down."""

    def __init__(self, w, b, settings, width):
        """Start as it does."""
        super().__init__(w, b, settings, width)
        self._share = settings[0].step_share

    def step(self, x, y):
        """Take a share of its step."""
        before = self.weights.clone()
        super().step(x, y)
        self.weights.lerp_(before, 1 - self._share)


PROGRAM = Halved
''',
    # a kind of study
    "wd/declarations/kinds/coins.py": '''"""Tosses of a coin."""

from wd.declarations.forms import Kind

DECLARATION = Kind(reads=("n_train",), numbers=("heads",))
''',
    "wd/lab/studies/coins.py": '''"""Tosses of a coin."""

import numpy as np

from wd.lab.outcomes import Outcomes


def measure(settings, seeds):
    """Toss a hundred coins for each seed."""
    heads = [np.random.default_rng(seed).integers(2, size=100).sum() for seed in seeds]
    return [(setting, Outcomes(seeds, measures={"heads": np.array(heads)})) for setting in settings]
''',
}
"""The files that the recipes name, as somebody writes them."""

CHANGED = {
    "mkdocs.yml": ("      - summary.md\n", "      - summary.md\n      - coins.md\n"),
    "docs/assets/explore/start.js": ("const WIDGETS = { ", "const WIDGETS = { coin, "),
    "wd/report/content/looks.py": (
        "LOOKS: dict[str, Look] = {",
        'LOOKS: dict[str, Look] = {\n    "halved": ("data", "dashed"),',
    ),
    "tests/small.toml": (
        "[study.chapter]",
        '[study.coins]\nkind = "coins"\nseeds = 30\n\n'
        '[study.halved]\nimplementation = "halved"\nstep_share = [0.5, 1]\nseeds = 3\n'
        "\n[study.chapter]",
    ),
}
"""The lines that they ask for in files that are there."""


def write_language(project: Path) -> None:
    """A translation that has its words, and two pages so far, of which one is still English."""
    folder = project / "docs" / LANGUAGE
    shutil.copytree(project / "docs/en/labels", folder / "labels")
    text = (project / "docs/en/coins.md.j2").read_text(encoding="utf-8")
    page = text.replace("# Coins", "# Pièces").replace("Heads came up in", "Face est sortie")
    page = page.replace("Coins are tossed", "Des pièces")
    (folder / "coins.md.j2").write_text(page, encoding="utf-8")
    shutil.copy(project / "docs/en/index.md.j2", folder)
    told = read_mkdocs(project / "mkdocs.yml")

    def name(entry: object) -> object:
        if isinstance(entry, str):
            return entry if entry == "coins.md" else {f"Page {entry.partition('.')[0]}": entry}
        assert isinstance(entry, dict)
        return {title: [name(each) for each in pages] for title, pages in entry.items()}

    nav = [
        entry if isinstance(entry, dict) and "Home" in entry else name(entry)
        for entry in told["nav"]
    ]
    own = {
        "INHERIT": "mkdocs.yml",
        "docs_dir": f"build/docs/{LANGUAGE}",
        "site_dir": f"build/site/{LANGUAGE}",
        "theme": {"language": LANGUAGE},
        "extra": {"language": "Français"},
        "nav": nav,
    }
    (project / f"mkdocs.{LANGUAGE}.yml").write_text(yaml.safe_dump(own), encoding="utf-8")


def invoke(project: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "invoke", *arguments],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-3000:]
    return done.stdout


def apply(project: Path) -> None:
    """Follow every recipe in a copy of this project."""
    for name in LANGUAGES.keys() - {FIRST.name}:
        shutil.rmtree(project / "docs" / name)
        (project / f"mkdocs.{name}.yml").unlink()
    for name, text in NEW.items():
        assert not (project / name).exists()
        (project / name).write_text(text, encoding="utf-8")
    for name, (old, new) in CHANGED.items():
        text = (project / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, name
        (project / name).write_text(text.replace(old, new), encoding="utf-8")
    write_language(project)
    said = invoke(project, "translated", LANGUAGE)
    assert f"docs/{LANGUAGE}/index.md.j2: still the original text" in said


@pytest.fixture(scope="module")
def built(small_report: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The site of a copy of this project in which every recipe was followed, and what was said."""
    project = tmp_path_factory.mktemp("recipes") / "project"
    left_out = shutil.ignore_patterns("build", "node_modules", ".git", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, project, ignore=left_out)
    (project / "node_modules").symlink_to(ROOT / "node_modules")
    apply(project)
    output = project / "build"
    output.mkdir()
    for path in small_report.glob(f"{EVIDENCE}*"):
        shutil.copy(path, output)
    said = invoke(project, "build-report", "--config", "tests/small.toml")
    return output / "site", said


def read(site: Path, page: str) -> BeautifulSoup:
    return BeautifulSoup((site / page).read_text(encoding="utf-8"), "html.parser")


def test_a_page_has_its_number_figure_table_claim_and_widget(built):
    site, _ = built
    page = read(site, "en/coins/index.html")

    assert "You need: the soft constraint" in page.get_text()
    assert "Heads came up in 49" in page.get_text() or "Heads came up in 5" in page.get_text()
    assert page.select_one("figure#fig-heads img")["alt"].startswith("Points")
    assert len(page.select("article table tbody tr")) == 30
    assert "claim--holds" in page.select_one("#claim-coins-are-fair")["class"]
    assert page.select_one('[data-explore="coin"]')
    assert "const coin =" in (site / "en/assets/explore.js").read_text(encoding="utf-8")


def test_the_claim_is_among_all_claims_and_the_page_is_found(built):
    site, _ = built

    assert read(site, "en/claims/index.html").select_one("#docket-coins-are-fair")
    assert "flipping" in (site / "en/search/search_index.json").read_text(encoding="utf-8")


def test_a_program_and_a_kind_have_their_studies_and_nothing_else_is_made_again(built):
    site, said = built
    with (site / "en/data/study-halved.csv").open(encoding="utf-8") as file:
        runs = list(csv.DictReader(file))

    assert [float(run["step_share"]) for run in runs] == [0.5] * 3 + [1.0] * 3
    assert len({run["w_norm"] for run in runs}) == 6
    assert read(site, "en/study-coins/index.html").select_one("article")
    told = read(site, "en/data/index.html").get_text()
    assert "tosses of a coin" in told
    assert "Which share of each step is taken." in told
    trained = {line.partition(":")[0] for line in said.splitlines() if " runs" in line}
    assert trained == {"coins", "halved", "plan"}


def test_a_language_begins_with_one_page(built):
    site, _ = built
    page = read(site, f"{LANGUAGE}/coins/index.html")

    assert page.html["lang"] == LANGUAGE
    assert page.h1.get_text().startswith("Pièces")
    assert read(site, "en/coins/index.html").select_one(f'a[hreflang="{LANGUAGE}"]')
