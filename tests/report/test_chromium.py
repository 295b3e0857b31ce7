"""The browser that prints is found, or its absence is told in three lines."""

import sys

import pytest

from wd.errors import ConfigError, SiteError
from wd.report.print import chromium
from wd.report.print.chromium import find_chromium, print_pdf

needs_shell = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")


def add_program(path, text="exit 0"):
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch, tmp_path):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "PLACES", ())


@needs_shell
def test_the_environment_s_choice_comes_before_the_usual_names(monkeypatch, tmp_path):
    usual, own = add_program(tmp_path / "chromium"), add_program(tmp_path / "mine")
    assert find_chromium() == usual

    monkeypatch.setenv("CHROMIUM", own)
    assert find_chromium() == own


@pytest.mark.parametrize("named", [None, "/nowhere/chrome"])
def test_a_missing_browser_is_refused_as_bad_input_with_what_to_do(monkeypatch, named):
    if named:
        monkeypatch.setenv("CHROMIUM", named)

    with pytest.raises(ConfigError, match="CHROMIUM") as refused:
        find_chromium()

    assert refused.value.exit_code == 2
    assert len(str(refused.value).splitlines()) <= 3


@needs_shell
@pytest.mark.parametrize(
    ("text", "reason"), [("echo 'no display' >&2; exit 3", "no display"), ("exit 0", "no reason")]
)
def test_a_browser_that_prints_nothing_fails_with_its_last_words(tmp_path, text, reason):
    program = add_program(tmp_path / "chromium", text)

    with pytest.raises(SiteError, match=reason):
        print_pdf(program, tmp_path / "page.html", tmp_path / "page.pdf")
