"""The README promises a table, commands and files; all of them are real."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
import torch
from invoke import Collection
from invoke.loader import FilesystemLoader

from wd import config as configs
from wd.evidence.store import Evidence
from wd.lab import experiment
from wd.report.content.figures.home import home
from wd.report.content.tables.norms import norms
from wd.report.read.labels import Labels
from wd.report.read.numbers import write
from wd.report.read.readings import Readings
from wd.report.read.style import LIGHT

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TRANSLATIONS = sorted(ROOT.glob("README.*.md"))
REPRODUCE = (ROOT / "docs/en/reproduce.md.j2").read_text(encoding="utf-8")
CI = (ROOT / ".ci/run").read_text(encoding="utf-8")
DOCUMENTS = [
    ROOT / "README.md",
    *TRANSLATIONS,
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs/decisions").glob("*.md")),
]


def blocks(text: str, language: str) -> list[list[str]]:
    """The lines of each code block of one language."""
    found = re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    return [block.splitlines() for block in found]


def commands(text: str, language: str = "bash") -> list[str]:
    """All lines of the code blocks of one language."""
    return [line for block in blocks(text, language) for line in block]


def in_cells(text: str) -> list[tuple[str, str]]:
    """The commands of the tables: (Linux and macOS, Windows)."""
    return re.findall(r"\| `(\.venv/bin/[^`]+)` \| `(\.venv\\Scripts\\[^`]+)`", text)


def for_windows(command: str) -> str:
    command = command.replace("python3 -m venv", "py -m venv")
    command = command.replace(".venv/bin/", ".venv\\Scripts\\")
    return re.sub(r"\S+\.py\b", lambda path: path[0].replace("/", "\\"), command)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Readings]:
    """The published runs that the README shows, without curves and decompositions."""
    config = configs.load(ROOT / "report.toml")
    studies = {study.name: study for study in config.studies}
    chapter = replace(studies["chapter"], curves_every=None, decompose=False)
    asked = [each for each in studies["reference"].settings if each.weight_decay in (None, 3)]
    reference = replace(studies["reference"], settings=tuple(asked))
    config = replace(config, studies=(chapter, reference))
    path = tmp_path_factory.mktemp("published") / "evidence.sqlite"
    with Evidence(path, writable=True) as evidence:
        experiment.run(config, evidence, torch.device("cpu"), lambda *_: None)
        yield Readings(config, evidence)


def test_the_norm_table_is_what_the_published_configuration_trains(published: Readings) -> None:
    """A failure shows the lines to paste."""
    table = norms(published, Labels(ROOT / "docs/en/labels"))
    shown = [line for line in README.splitlines() if line.startswith("|")]
    assert shown[: len(table.splitlines())] == table.splitlines()
    assert f"over {len(published.cells('chapter')[0].seeds):,} seeds" in README


def test_the_picture_is_what_the_published_configuration_trains(published: Readings) -> None:
    """Names, numbers and places of its dots and bars are those of the first page's figure."""
    (path,) = re.findall(r"!\[.*?\]\((.*?\.svg)\)", README)
    picture = ElementTree.parse(ROOT / path).getroot()
    labels = Labels(ROOT / "docs/en/labels")
    with LIGHT.applied():
        rows = home(published, labels, LIGHT).rows

    def place(value: float) -> float:
        return 20 + 600 * math.log(value / 0.005) / math.log(200 / 0.005)

    for name, *values in rows:
        row = picture.find(f".//{{*}}g[@id='{name}']")
        words, number = (each.text for each in row.findall("{*}text"))
        assert (words, number) == (labels("figure", "home", name), write(values[0], 2))
        bar, dot = row.find("{*}rect"), row.find("{*}circle")
        left, width, middle = (
            float(part) for part in (bar.get("x"), bar.get("width"), dot.get("cx"))
        )
        shown = [middle, left, left + width]
        assert shown == pytest.approx([place(value) for value in values], abs=0.3)
    assert len(rows) == len(picture.findall("{*}g"))


def test_the_commands_are_those_of_the_reproduce_page() -> None:
    (build, test), (build_on_windows, test_on_windows) = (
        blocks(README, language) for language in ("bash", "powershell")
    )
    assert build == commands(REPRODUCE)[: len(build)]
    assert build_on_windows == commands(REPRODUCE, "powershell")
    assert (*test, *test_on_windows) in in_cells(REPRODUCE)


def test_the_tests_are_one_command_to_copy() -> None:
    """In a block of its own for each system, which a reader copies with one click."""
    assert blocks(README, "bash")[1] == [".venv/bin/invoke test"]
    assert blocks(README, "powershell")[1] == [".venv\\Scripts\\invoke test"]


def test_the_commands_are_those_that_ci_runs() -> None:
    """But for the environment's folder, and the build, which the tests do in small."""
    _, install, _, test = commands(README)
    for command in (install, test):
        own = command.replace(".venv/", ".venv-ci/")
        assert own in CI.splitlines()


def test_every_command_has_its_counterpart_on_windows() -> None:
    pairs = list(zip(commands(README), commands(README, "powershell"), strict=True))
    pairs += in_cells(README)
    assert [windows for _, windows in pairs] == [for_windows(unix) for unix, _ in pairs]
    assert README.count("`.venv\\Scripts") == len(in_cells(README))


def test_every_command_exists() -> None:
    module, _ = FilesystemLoader(start=str(ROOT)).load("tasks")
    tasks = Collection.from_module(module)
    lines = commands(README) + [unix for unix, _ in in_cells(README)]
    for line in lines:
        if found := re.match(r"\.venv/bin/invoke ([a-z][a-z-]*)(.*)", line):
            options = {flag for flags in tasks[found[1]].get_arguments() for flag in flags.names}
            asked = re.findall(r"--(\w+)", found[2])
            assert set(asked) <= options, line
        elif found := re.match(r"\.venv/bin/python (\S+\.py)", line):
            assert (ROOT / found[1]).is_file(), line


@pytest.mark.parametrize("path", TRANSLATIONS, ids=lambda path: path.name)
def test_a_translation_has_the_same_numbers_commands_and_links(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for language in ("bash", "powershell", "toml"):
        assert blocks(text, language) == blocks(README, language)
    assert in_cells(text) == in_cells(README)
    assert norm_rows(text) == norm_rows(README)
    assert set(re.findall(r"\]\(([^)]+)\)", text)) ^ set(re.findall(r"\]\(([^)]+)\)", README)) == {
        "README.md",
        path.name,
    }


def norm_rows(text: str) -> list[str]:
    """The rows of the norm table without the programs' names."""
    return re.findall(r"^\| [^|]+ (\| [03] \|.*)$", text, flags=re.M)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_file_leads_to_one(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#\s]+)\)", text)
    local = [link for link in links if not link.startswith("https://")]
    assert [link for link in local if not (document.parent / link).exists()] == []


def test_every_path_of_the_architecture_tour_exists() -> None:
    """Indented names are in the folder above them; "…" and "*" stand for more of the kind."""
    (tour,) = re.findall(r"^## The architecture.*?^```\n(.*?)^```", README, flags=re.M | re.S)
    lines = tour.splitlines()
    assert len(lines) <= 20
    folder = ROOT
    for line in lines[2:]:
        indent, names = re.match(r"( *)(.+?)(?:  +|$)", line).groups()
        for name in re.findall(r"[\w./*]+", names):
            found = list((folder if indent else ROOT).glob(name.rstrip("/")))
            assert found, f"{name} in {line!r}"
            if not indent and found[0].is_dir():
                folder = found[0]
