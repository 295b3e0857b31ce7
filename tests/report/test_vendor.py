"""The site gets from npm's packages what it needs, and nothing that asks elsewhere for more."""

import re

import pytest
from fontTools.ttLib import TTFont

from wd.errors import SiteError
from wd.project import PROJECT
from wd.report.read.faces import FAMILIES
from wd.report.site.vendor import vendored_files


@pytest.fixture(scope="module")
def files():
    return dict(vendored_files())


def test_every_font_that_a_style_names_is_there(files):
    for name, content in files.items():
        if name.endswith(".css"):
            named = re.findall(r"url\((?:\./)?([^):]+)\)", content.decode())
            folder = name.rpartition("/")[0]
            assert named
            assert {f"{folder}/{font}" for font in named} <= set(files)


def test_fonts_are_woff2_only(files):
    fonts = [name for name in files if "/fonts/" in name or "/files/" in name]
    assert {name.rpartition(".")[2] for name in fonts} == {"woff2"}
    assert not re.search(rb"\.woff\b|\.ttf\b", b"".join(files.values()))


def test_a_face_that_comes_late_is_not_used(files):
    css = files["assets/source-sans-3/source-sans-3.css"].decode()
    assert css.count("@font-face") == css.count("font-display: optional") == 6


@pytest.mark.parametrize(
    ("style", "embedded"), [("source-sans-3/source-sans-3.css", 2), ("katex/katex.min.css", 2)]
)
def test_the_faces_of_almost_every_line_come_inside_their_styles(files, style, embedded):
    assert files[f"assets/{style}"].count(b"url(data:font/woff2;base64,d09GMg") == embedded


def test_a_face_inside_a_style_is_not_there_twice(files):
    embedded = (
        "latin-wght-normal.woff2",
        "latin-wght-italic.woff2",
        "Main-Regular.woff2",
        "Math-Italic.woff2",
    )
    assert [name for name in files if name.endswith(tuple(f"-{end}" for end in embedded))] == []


def test_the_text_face_promises_no_letter_of_the_pages_that_it_lacks(files):
    """A browser fetches a file for whatever its range has, in vain where the file hasn't."""
    css = files["assets/source-sans-3/source-sans-3.css"].decode()
    ranges = re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", css)
    written = TTFont(FAMILIES[0][400]).getBestCmap()
    docs = [
        path for path in (PROJECT / "docs").rglob("*") if path.suffix in (".j2", ".toml", ".py")
    ]
    letters = {letter for path in docs for letter in path.read_text(encoding="utf-8")}
    promised = {
        letter
        for letter in letters
        if any(int(first, 16) <= ord(letter) <= int(last or first, 16) for first, last in ranges)
    }
    assert "ŷ" in promised
    assert "ⱼ" in letters
    assert {
        letter for letter in promised if letter.isalpha() and ord(letter) not in written
    } == set()


def test_every_package_brings_its_licence(files):
    folders = {"/".join(name.split("/")[:2]) for name in files}
    assert {f"{folder}/LICENSE.txt" for folder in folders} <= set(files)


def test_a_missing_package_says_how_to_get_it(tmp_path):
    with pytest.raises(SiteError, match=r"katex\.min\.css is missing: `npm ci`"):
        list(vendored_files(tmp_path))
