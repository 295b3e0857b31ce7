"""The PDF of the built site: all pages, in order, each where the contents say."""

import re
import tomllib

import pypdfium2
import pytest
from pypdf import PdfReader

from wd import config as configs
from wd.evidence.store import Evidence
from wd.pipeline import EVIDENCE
from wd.project import PROJECT
from wd.report.print.book import read_chapters
from wd.report.print.pdf import find_sheets, write_pdfs
from wd.report.read.labels import Labels
from wd.report.site.languages import FIRST, LANGUAGES
from wd.report.site.navigation import list_screen_only, read_parts

WORDS = Labels(PROJECT / "docs/en/labels").table("pdf")
BOOK = 90  # sheets of the first part, with title and contents


@pytest.fixture(scope="module")
def pdfs(built_site, chromium):
    """The PDFs by their languages."""
    output = built_site.parent
    with Evidence(output / EVIDENCE) as evidence:
        ((text,),) = evidence.rows("SELECT value FROM provenance WHERE name = 'config'")
        paths = write_pdfs(configs.parse(tomllib.loads(text), text), evidence, output)
    yield dict(zip(LANGUAGES, paths, strict=True))
    for path in paths:
        path.unlink()


def read_texts(path, sheets=None):
    """The text of each sheet, as a viewer copies it; pypdf would need minutes for them all."""
    with pypdfium2.PdfDocument(path) as pdf:
        chosen = pdf if sheets is None else [pdf[sheet] for sheet in sheets]
        return [" ".join(sheet.get_textpage().get_text_range().split()) for sheet in chosen]


def join(text):
    """Without its spaces: a viewer finds none where two letters are set close."""
    return "".join(text.split())


@pytest.fixture(scope="module")
def pdf(pdfs):
    return pdfs[FIRST.name]


@pytest.fixture(scope="module")
def chapters(built_site):
    return read_chapters(
        built_site / FIRST.name,
        read_parts(FIRST.mkdocs_file),
        WORDS,
        list_screen_only(FIRST.mkdocs_file),
    )


@pytest.fixture(scope="module")
def texts(pdf):
    return read_texts(pdf)


def test_the_outline_names_every_page_in_the_order_of_the_navigation(pdf, chapters):
    outline = [entry["/Title"] for entry in PdfReader(pdf).outline if not isinstance(entry, list)]

    titles = [chapter.title for chapter in chapters]
    title_page, *others = [title for title in outline if title in titles]
    assert title_page == titles[0]  # the first page has the report's name
    assert others == titles


def test_every_page_begins_on_a_sheet_of_its_own_that_the_contents_name(pdf, chapters, texts):
    sheets = find_sheets(pdf)
    begins = [sheets[chapter.name] for chapter in chapters]
    assert begins == sorted(set(begins))
    assert begins[0] > 2
    contents = " ".join(texts[1 : begins[0] - 1])
    for chapter, sheet in zip(chapters, begins, strict=True):
        assert join(chapter.title) in join(texts[sheet - 1])[:200]
        assert f"{chapter.title} {sheet}" in contents


def test_there_is_a_title_page_without_a_number_and_every_other_sheet_has_its_own(texts):
    assert texts[0].startswith("Weight decay, measured")
    wrong = [sheet for sheet, text in enumerate(texts[1:], 2) if text.split()[0] != str(sheet)]
    assert wrong == []


def test_the_sheets_are_a4_and_hold_no_navigation(pdf, texts):
    assert {tuple(round(float(side)) for side in page.mediabox[2:]) for page in PdfReader(pdf).pages} == {(595, 842)}  # fmt: skip  # noqa: E501
    assert join("Material for MkDocs") not in join(" ".join(texts))


def test_the_path_is_a_book_and_what_is_looked_up_comes_after_it(pdf, chapters, texts):
    sheets = find_sheets(pdf)
    first = min(sheets[chapter.name] for chapter in chapters if chapter.part == "aside")
    assert max(sheets[chapter.name] for chapter in chapters if chapter.part == "path") < first
    assert join(WORDS["aside"]) in join(texts[first - 2])
    assert first - 2 <= BOOK


def test_a_picture_that_moves_on_the_site_is_a_still_that_says_so(chapters):
    moving = [chapter for chapter in chapters if chapter.article.select(".explore__still")]
    assert moving
    for chapter in moving:
        for still in chapter.article.select(".explore__still"):
            assert WORDS["still"] in still.get_text(), chapter.name
    assert not any(chapter.article.select(".explore") for chapter in moving)


RADICALS = range(0x2E80, 0x2FE0)
"""What text becomes that is set in a face of the system: it looks like the letter and isn't."""


def find_letters(path):
    """The letters that a copy of any glyph gives, from the tables of all faces of a PDF."""
    reader = PdfReader(path)
    # Named in the file's bytes: to read all objects, most of them tags, would take long.
    numbers = set(re.findall(rb"/ToUnicode (\d+) 0 R", path.read_bytes()))
    for number in map(int, numbers):
        table = reader.get_object(number).get_data().decode("ascii")
        for block in re.findall(r"beginbfchar(.*?)endbfchar", table, flags=re.DOTALL):
            for letters in re.findall(r"<\w+>\s*<(\w+)>", block):
                yield from bytes.fromhex(letters).decode("utf-16-be")
        for block in re.findall(r"beginbfrange(.*?)endbfrange", table, flags=re.DOTALL):
            for low, high, letter in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
                for place in range(int(high, 16) - int(low, 16) + 1):
                    yield chr(int(letter, 16) + place)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_copied_from_a_sheet_are_the_letters_of_the_page(pdfs, built_site, language):
    (sheet,) = read_texts(pdfs[language], [find_sheets(pdfs[language])["index"] - 1])
    home = (built_site / language / "index.html").read_text(encoding="utf-8")
    (title,) = re.findall(r"<h1[^>]*>(.*?)<(?:a|/h1)", home, flags=re.DOTALL)
    letters = set(find_letters(pdfs[language]))

    title = re.sub("<[^>]*>", "", title)
    assert set(join(title)) <= letters
    assert [letter for letter in letters if ord(letter) in RADICALS] == []
    assert join(title) in join(sheet)
