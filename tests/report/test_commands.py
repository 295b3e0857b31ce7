"""The command under a figure is one that the command line accepts, and it draws that figure."""

import re
import shlex
from pathlib import Path

import pytest
from invoke import Collection
from invoke.loader import FilesystemLoader
from invoke.parser import Parser

from wd import pipeline
from wd.errors import ConfigError
from wd.evidence.store import Evidence
from wd.project import name_in_commands
from wd.report.publish import CONTENT, draw_figure
from wd.report.site.languages import LANGUAGES
from wd.report.tell.drawings import Drawings

ROOT = Path(__file__).parents[2]
SWEEP = {"sweep": {"implementation": ["scratch", "concise"], "weight_decay": [0, 3], "seeds": 2}}


def parse(command):
    """What Invoke makes of a command line: the task's name and its arguments."""
    program, *arguments = shlex.split(command)
    assert program == "invoke"
    module, _ = FilesystemLoader(start=str(ROOT)).load("tasks")
    contexts = Collection.from_module(module).to_contexts()
    (call,) = Parser(contexts=contexts).parse_argv(arguments)
    return call.name, {name: argument.value for name, argument in call.args.items()}


def command_under(figure):
    (command,) = re.findall(r"`(invoke [^`]+)`", figure)
    return command


@pytest.mark.parametrize(
    ("config", "accepted"),
    [
        ("report.toml", "report.toml"),
        ("tests/small.toml", "tests/small.toml"),
        ("elsewhere/my own.toml", "my own.toml"),
    ],
)
def test_the_command_under_a_figure_names_it_and_its_configuration(
    invent, labels, tmp_path, config, accepted
):
    here = tmp_path if config.startswith("elsewhere") else ROOT
    options = name_in_commands(here / config)

    placed = Drawings(invent(SWEEP), labels, tmp_path / "cache", CONTENT, options).place(
        "sweep_norm"
    )

    task, arguments = parse(command_under(placed))
    assert task == "figure"
    assert (arguments["name"], arguments["config"]) == ("sweep_norm", accepted)


def test_the_command_draws_the_bytes_that_the_page_has(invent, labels, tmp_path):
    """From evidence alone: a drawing that was tampered with in the cache plays no part."""
    readings = invent(SWEEP)
    placed = Drawings(readings, labels, tmp_path / "out/cache/figures/en", CONTENT)
    placed.place("sweep_norm")
    cached = tmp_path / "out/cache/figures/en/sweep_norm.json"
    cached.write_text(cached.read_text(encoding="utf-8").replace("#0072b2", "#ffffff"))

    with Evidence(readings.evidence.path) as evidence:
        written = draw_figure(readings.config, evidence, tmp_path / "out", "sweep_norm")

    docs = tmp_path / "out/docs/en"
    here = {path.relative_to(docs).as_posix() for path in written if path.is_relative_to(docs)}
    assert here == set(placed.files)
    assert len(written) == len(LANGUAGES) * len(here)
    assert {name: (docs / name).read_bytes() for name in placed.files} == placed.files


def test_a_misspelt_figure_is_refused_before_anything_is_trained(tmp_path):
    with pytest.raises(ConfigError, match="Did you mean 'sweep_norm'") as refused:
        pipeline.figure("swep_norm", ROOT / "report.toml", tmp_path / "out", "auto")

    assert refused.value.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_a_figure_whose_study_is_not_there_is_refused_with_the_study(invent, tmp_path):
    readings = invent({"mine": {"seeds": 1}})

    with pytest.raises(ConfigError, match=r"sweep_norm can't .*\n.*no study “sweep”"):
        draw_figure(readings.config, readings.evidence, tmp_path / "out", "sweep_norm")
