"""A finished site in which one page is built again is the site that a whole build makes."""

import shutil
from pathlib import Path

import pytest

from wd.errors import SiteError
from wd.report.site.build import update_site, write_site
from wd.report.site.languages import LANGUAGES

PAGE, SENTENCE, OTHER = "en/soft.md", "One more sentence.\n", "Another sentence.\n"


@pytest.fixture(scope="module")
def kept(built_site, tmp_path_factory):
    """A copy of the rendered pages, one with a sentence more, and its site, kept for more."""
    output = tmp_path_factory.mktemp("kept")
    for name in ("docs", "cache"):
        shutil.copytree(built_site.parent / name, output / name)
    page = output / "docs" / PAGE
    page.write_text(page.read_text(encoding="utf-8") + SENTENCE, encoding="utf-8")
    finished = write_site(output, keep=True)
    assert SENTENCE.strip() in read(output / "site/en/soft/index.html")
    yield output, finished
    shutil.rmtree(output)


def read(path):
    return path.read_text(encoding="utf-8")


def change(output, before, after):
    page = output / "docs" / PAGE
    page.write_text(read(page).replace(before, after), encoding="utf-8")


def list_files(site):
    """All files but the indexes of the search, which stay as they were."""
    files = {path.relative_to(site): path for path in site.rglob("*") if path.is_file()}
    return {name: path for name, path in files.items() if "search" not in name.parts}


def test_a_page_that_is_built_again_makes_the_site_of_a_whole_build(kept, built_site):
    """The whole one built the languages in processes of their own, this one all in one."""
    output, finished = kept
    change(output, SENTENCE, "")
    update_site(output, finished, [PAGE])
    whole, again = list_files(built_site), list_files(output / "site")

    assert whole.keys() == again.keys()
    other = [str(name) for name in whole if whole[name].read_bytes() != again[name].read_bytes()]
    assert other == []


def test_a_page_with_a_problem_is_refused_and_shown_and_mended_by_the_next_change(kept):
    output, finished = kept
    change(output, "\n\n", f"\n\n[nowhere](#nowhere) {{{{ name }}}}. {OTHER}\n\n")
    with pytest.raises(SiteError, match="an unrendered look-up"):
        update_site(output, finished, [PAGE])
    assert OTHER.strip() in read(output / "site/en/soft/index.html")

    change(output, f"[nowhere](#nowhere) {{{{ name }}}}. {OTHER}\n\n", "")
    update_site(output, finished, [PAGE])
    assert OTHER.strip() not in read(Path(output, "site/en/soft/index.html"))


def test_a_fault_on_one_page_keeps_no_other_page_from_being_built(kept):
    """A formula that doesn't parse ends a page before it is built; the others come after it."""
    output, finished = kept
    others = ["en/norm.md", f"{[*LANGUAGES][1]}/soft.md"]
    pages = {name: read(output / "docs" / name) for name in (PAGE, *others)}
    for name, text in pages.items():
        fault = "$\\lamda$" if name == PAGE else OTHER
        (output / "docs" / name).write_text(f"{text}\n{fault}\n", encoding="utf-8")

    with pytest.raises(SiteError, match="the formula"):
        update_site(output, finished, pages)

    for name in others:
        assert OTHER.strip() in read(output / "site" / name.removesuffix(".md") / "index.html")
    for name, text in pages.items():
        (output / "docs" / name).write_text(text, encoding="utf-8")
    update_site(output, finished, pages)
