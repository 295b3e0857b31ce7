"""What goes wrong around a build is told in one to three lines, with its path and cause."""

import errno
import json
import os
import subprocess

import pytest

from wd import config, pipeline
from wd import output as outputs
from wd.console import refusing
from wd.declarations import HYPERPARAMETERS
from wd.errors import ConfigError, SiteError
from wd.project import PROJECT
from wd.report.read.labels import Labels
from wd.report.site import navigation, node
from wd.report.site.address import check_addresses
from wd.report.tell.sources import Sources

MINE = "[study.mine]\nepochs = 2\nn_features = 6\nseeds = 2\n"


@pytest.fixture
def mine(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(MINE, encoding="utf-8")
    return path


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.ENAMETOOLONG])
def test_what_the_file_system_refuses_is_told_with_its_path_and_cause(number, capsys):
    with pytest.raises(SystemExit) as end, refusing():
        raise OSError(number, os.strerror(number), "build/site")

    said = capsys.readouterr().err
    assert end.value.code == 1
    assert said.startswith(f"error: build/site: {os.strerror(number)}.\n")
    assert said.count("\n") == 2


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("wd", "weight_decay"),
        ("lambda", "weight_decay"),
        ("optimizer", "optimiser"),
        ("learning_rate", "lr"),
        ("num_epochs", "epochs"),
        ("seed", "seeds"),
    ],
)
def test_a_name_that_people_use_is_answered_with_the_key_that_is_meant(word, meant):
    kind = {"kind": "optimisers"} if meant == "optimiser" else {}
    with pytest.raises(ConfigError, match=f"Did you mean {meant!r}"):
        config.parse({"study": {"mine": {**kind, word: 1}}})


def test_a_key_of_another_kind_is_told_from_an_unknown_one():
    with pytest.raises(
        ConfigError, match="Studies of another kind have it: 'deep_nets', 'optimisers'"
    ):
        config.parse({"study": {"mine": {"momentum": 0.9}}})


def test_no_other_name_is_a_name_itself_or_stands_for_two():
    others = [word for each in HYPERPARAMETERS.values() for word in each.also]

    assert len(set(others)) == len(others)
    assert not set(others) & HYPERPARAMETERS.keys()


def test_a_key_of_any_length_makes_a_short_message():
    with pytest.raises(ConfigError) as refused:
        config.parse({"study": {"mine": {"k" * 2_000_000: 1}}})
    assert len(str(refused.value)) < 1000


def test_a_configuration_in_utf_16_is_told_how_to_be_saved(mine):
    mine.write_text(MINE, encoding="utf-16")

    with pytest.raises(ConfigError, match=r"isn't UTF-8.*\nSave it as UTF-8"):
        config.load(mine)


@pytest.mark.parametrize("name", ["SITE_URL", "REPO_URL"])
@pytest.mark.parametrize(
    "value",
    ["x.org/sub", "javascript:alert(1)", 'https://h/"><script>', "https://h/a b", "ftp://h"],
)
def test_an_address_that_is_none_is_refused_by_its_name_before_anything_is_made(
    mine, tmp_path, monkeypatch, name, value
):
    monkeypatch.setenv(name, value)

    with pytest.raises(ConfigError, match=f"variable {name} is no address"):
        pipeline.run(mine, tmp_path / "build", "cpu", None)
    assert not (tmp_path / "build").exists()


@pytest.mark.parametrize(
    "value", ["", "https://me.github.io/", "https://github.com/me/a.b-c_d", "http://127.0.0.1:8000"]
)
def test_addresses_as_people_have_them_are_taken(monkeypatch, value):
    monkeypatch.setenv("SITE_URL", value)
    monkeypatch.setenv("REPO_URL", value)

    check_addresses()


def test_serving_without_evidence_is_refused(mine, tmp_path):
    with pytest.raises(ConfigError, match=r"no evidence yet\.\nRun: invoke run"):
        pipeline.serve(mine, tmp_path / "build", "8765")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"packages": 3}'])
def test_a_broken_copy_of_the_lock_counts_as_none(tmp_path, text):
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "package-lock.json").write_text(json.dumps({"packages": {"": {}}}))
    (tmp_path / "node_modules/.package-lock.json").write_text(text)

    assert not node.packages_are_current(tmp_path)


REFUSED = """npm error code ECONNREFUSED
npm error syscall connect
npm error errno ECONNREFUSED
npm error FetchError: request to http://127.0.0.1:9/katex failed, reason: connect ECONNREFUSED
npm error If you are behind a proxy, please make sure that the 'proxy' config is set properly.
npm error A complete log of this run can be found in: 1.log
"""


def test_of_what_npm_says_the_reason_is_told():
    assert node._reason(REFUSED).startswith("FetchError: request to http://127.0.0.1:9/katex")
    assert node._reason("") == "It gives no reason."


def test_npm_that_fails_is_told_before_the_training(mine, tmp_path, monkeypatch):
    def fail():
        raise SiteError("npm ci failed")

    monkeypatch.setattr(node, "install_packages", fail)
    monkeypatch.setattr(pipeline, "train_missing", lambda *_, **__: pytest.fail("trained"))
    with pytest.raises(SiteError, match="npm ci failed"):
        pipeline.build_report(mine, tmp_path / "build", "cpu", None)


@pytest.mark.parametrize("text", ["[a", "[a]\nyear = 2000\n", "a = 3\n"])
def test_broken_references_are_told_with_their_file(tmp_path, text):
    path = tmp_path / "references.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(SiteError, match=r"references.toml: ") as refused:
        Sources(path, Labels(tmp_path / "none"))
    assert str(refused.value).count("\n") <= 2


def test_a_broken_navigation_is_told_with_its_file(tmp_path):
    path = tmp_path / "mkdocs.yml"
    path.write_text("nav: [\n - a: {\n", encoding="utf-8")

    with pytest.raises(SiteError, match=r"mkdocs\.yml: can't be read") as refused:
        navigation.list_pages(path)
    assert str(refused.value).count("\n") <= 2


@pytest.mark.parametrize("folder", ["docs", "docs/en/mine", "wd", "tests/out"])
def test_nothing_is_built_among_the_sources(mine, folder):
    with pytest.raises(ConfigError, match="among the sources"):
        pipeline.run(mine, PROJECT / folder, "cpu", None)
    assert not (PROJECT / folder / pipeline.EVIDENCE).exists()


def test_every_folder_of_the_sources_is_known():
    done = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    folders = {line.split("/")[0] for line in done.stdout.splitlines() if "/" in line}
    assert folders <= set(outputs.SOURCES)
