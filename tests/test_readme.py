"""The README promises a table, commands and files; all of them are real."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from invoke import Collection
from invoke.loader import FilesystemLoader

from wd import config as configs
from wd.evidence.store import Evidence
from wd.lab import experiment
from wd.report.content.tables.norms import norms
from wd.report.read.labels import Labels
from wd.report.read.readings import Readings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
REPRODUCE = (ROOT / "docs/en/reproduce.md.j2").read_text(encoding="utf-8")
CI = (ROOT / ".ci/run").read_text(encoding="utf-8")
DOCUMENTS = [
    ROOT / "README.md",
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


def test_the_norm_table_is_what_the_published_configuration_trains(tmp_path: Path) -> None:
    """The README's only measured numbers; a failure shows the lines to paste."""
    config = configs.load(ROOT / "report.toml").only("chapter")
    (chapter,) = config.studies
    # Curves and decompositions are no part of the table and take most of the time.
    config = replace(config, studies=(replace(chapter, curves_every=None, decompose=False),))
    with Evidence(tmp_path / "evidence.sqlite", writable=True) as evidence:
        experiment.run(config, evidence, torch.device("cpu"), lambda *_: None)
        table = norms(Readings(config, evidence), Labels(ROOT / "docs/en/labels"))
    shown = [line for line in README.splitlines() if line.startswith("|")]
    assert shown[: len(table.splitlines())] == table.splitlines()
    assert f"over {len(chapter.seeds):,} seeds" in README


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
