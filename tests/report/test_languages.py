"""A language is a folder and a MkDocs file; one that is derived follows its list of words."""

import itertools
import re
from collections import Counter

import pytest

from wd.errors import SiteError
from wd.report.site.breaks import keep_together, mark_breaks
from wd.report.site.derivation import read_derivation
from wd.report.site.languages import FIRST, LANGUAGES, Language, find_languages
from wd.report.site.lines import join_lines
from wd.report.site.navigation import (
    check_translation,
    list_pages,
    list_path,
    read_parts,
)
from wd.report.site.words import gather_words


def write(folder, **files):
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_TOML", ".toml").replace("_YML", ".yml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def project(tmp_path):
    """A project of two languages, the second of which inherits."""
    write(
        tmp_path,
        mkdocs_YML="docs_dir: build/docs/en\nextra: {language: English}\n",
        docs__en__labels__site_TOML="",
        docs__xx__labels__site_TOML="",
    )
    (tmp_path / "mkdocs.xx.yml").write_text("INHERIT: mkdocs.yml\nextra: {language: Xish}\n")
    return tmp_path


def test_languages_are_found_from_folders_and_files_the_first_one_first(project):
    found = find_languages(project)

    assert list(found) == ["en", "xx"]
    assert [language.own_name for language in found.values()] == ["English", "Xish"]
    assert found["xx"].folder == project / "docs/xx"


def test_a_folder_of_words_without_a_mkdocs_file_is_an_error(project):
    (project / "docs/yy/labels").mkdir(parents=True)

    with pytest.raises(SiteError, match=r"docs/yy: there is no mkdocs\.yy\.yml"):
        find_languages(project)


def test_a_mkdocs_file_without_a_folder_is_an_error(project):
    (project / "mkdocs.zz.yml").write_text("INHERIT: mkdocs.yml\n")

    with pytest.raises(SiteError, match=r"mkdocs\.zz\.yml: there is no folder docs/zz"):
        find_languages(project)


def test_every_language_says_what_it_calls_itself():
    names = [language.own_name for language in LANGUAGES.values()]

    assert len(set(names)) == len(names)
    assert FIRST.own_name == "English"


# Navigation


def test_a_language_that_begins_is_told_of_all_that_its_navigation_lacks_at_once(tmp_path):
    file = tmp_path / "mkdocs.xx.yml"
    file.write_text(
        "nav:\n  - hard.md\n  - soft.md\n  - Z:\n      - norm.md\n      - P: proofs.md\n"
    )
    write(tmp_path / "docs/xx", **{"soft.md.j2": "# S\n"})

    with pytest.raises(SiteError) as refused:
        check_translation(Language("xx", tmp_path / "docs/xx", file), tmp_path / "docs/xx")
    home, untitled, left_out = str(refused.value).splitlines()
    assert home == "docs/xx has no page to which other languages lead: index.md.j2."
    assert untitled.endswith("no title for pages that aren't translated: hard, norm.")
    assert left_out.startswith("mkdocs.xx.yml: the `nav` leaves out pages: index, ")
    assert "proofs" not in left_out and "scratch" in left_out


WRITTEN = [each for each in LANGUAGES.values() if not each.derivation]
NEXT = re.compile(r"^([^\W\d_]+)[:：][^\[\n]*\[[^\]\n]*\]\(([\w-]+)\.\w+\).*\Z", re.MULTILINE)
"""A page's last line, if it is "Next: [title](page.md)" in some language: the word, the page."""


def find_next(language):
    """Where the pages say that one reads on, by the page that says so.

    The language's word for it is the one with which most last lines begin.
    """
    paths = language.folder.glob("*.md.j2")
    found = {path: NEXT.search(path.read_text(encoding="utf-8").rstrip()) for path in paths}
    lines = {path.name.split(".")[0]: match.groups() for path, match in found.items() if match}
    (usual, _), *_ = Counter(word for word, _ in lines.values()).most_common()
    return {page: named for page, (word, named) in lines.items() if word == usual}


@pytest.mark.parametrize("language", WRITTEN, ids=lambda each: each.name)
def test_the_next_page_that_a_page_names_is_the_next_one_of_the_navigation(language):
    """The last before what is only looked up may lead back to those that are read in turn."""
    order, aside = list_pages(language.mkdocs_file), read_parts(language.mkdocs_file)[1]
    looked_up = {pages[0] for _, pages in aside}
    followers = dict(itertools.pairwise(order))
    told = find_next(language)

    wrong = {
        page: f"leads to {named}, and {followers.get(page, 'nothing')} follows"
        for page, named in told.items()
        if named != followers.get(page)
        and not (followers.get(page) in looked_up and named in list_path(language.mkdocs_file))
    }
    assert wrong == {}
    there = {path.name.split(".")[0] for path in language.folder.glob("*.md.j2")}
    assert told.keys() == find_next(FIRST).keys() & there


@pytest.mark.parametrize("language", [each for each in LANGUAGES.values() if each is not FIRST])
def test_every_page_is_in_the_navigation_of_every_language(language, tmp_path):
    """A build refuses it otherwise; here it costs no build."""
    check_translation(language, language.prepare(tmp_path))


# Derived languages


@pytest.fixture
def derive(tmp_path):
    """A function that writes a language, and one derived from it by some words."""

    def prepare(terms, quotes="", **files):
        write(tmp_path / "aa", **files)
        write(
            tmp_path / "bb",
            derived_TOML=f'from = "aa"\nopencc = "s2tw"\n[quotes]\n{quotes}',
            terms_TOML="".join(f'"{word}" = "{other}"\n' for word, other in terms.items()),
        )
        return read_derivation(tmp_path / "bb")

    return prepare


def test_the_longer_of_two_words_counts_and_what_it_becomes_stays(derive):
    derivation = derive({"行空间": "列空間", "空间": "空格", "列空间": "行空間"})

    assert derivation.convert("行空间与列空间，空间") == "列空間與行空間，空格"


def test_what_no_word_says_is_converted_letter_by_letter(derive):
    assert derive({}).convert("训练集的参数") == "訓練集的參數"
    assert derive({"最小范数": "最小範數"}).convert("最小范数") == "最小範數"


def test_quotes_are_replaced_and_names_and_look_ups_stay(derive):
    derivation = derive({}, quotes='"“" = "「"\n"”" = "」"')
    text = '“权重”{{ figure("norm") }} { #bias } $\\lambda$ `code`'

    assert derivation.convert(text) == '「權重」{{ figure("norm") }} { #bias } $\\lambda$ `code`'


def test_a_derived_word_is_found_by_the_letters_of_the_word_it_is_made_from(tmp_path):
    names = gather_words(LANGUAGES["zh-Hant"], tmp_path)

    assert {"伪逆", "偽逆"} <= set(names["偽反矩陣"])


def test_a_file_of_the_derived_language_stands_in_place_of_the_converted_one(derive, tmp_path):
    derivation = derive({}, labels__site_TOML='a = "训练"', labels__soft_TOML='b = "训练"')
    write(tmp_path / "bb", labels__soft_TOML='b = "自己寫的"')

    folder = derivation.write(tmp_path / "out")
    assert (folder / "labels/site.toml").read_text(encoding="utf-8") == 'a = "訓練"'
    assert (folder / "labels/soft.toml").read_text(encoding="utf-8") == 'b = "自己寫的"'


def test_what_is_no_longer_there_is_no_longer_converted(derive, tmp_path):
    derivation = derive({}, labels__site_TOML="", labels__soft_TOML="")
    derivation.write(tmp_path / "out")
    (tmp_path / "aa/labels/soft.toml").unlink()

    derivation.write(tmp_path / "out")
    assert [path.name for path in (tmp_path / "out/labels").iterdir()] == ["site.toml"]


# Lines


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("at n = d, 5 % of it", "at n~=~d, 5~% of it"),
        ("3.4 [1.2, 5,600] and [low, high]", "3.4 [1.2,~5,600] and [low, high]"),
        ("0.1 – 2 – but not 3", "0.1~–_~2 – but not 3"),
        ("5–95 % in |w| ≤ 1", "5–_95~% in |w|_~≤~1"),
        ("p/(1 − p) or d + 2", "p/(1~−~p) or d~+~2"),
        ("<code>invoke --list all</code>", "<code>invoke --list all</code>"),
        ("<code>SGD(weight_decay=a)</code>", "<code>SGD(<wbr>weight_decay=a)</code>"),
        ("<b>λ ≤ 3</b> holds", "<b>λ~≤~3</b> holds"),
        (
            "<code>lr = 3</code> and <em>w = 0</em>",
            '<code class="whole">lr = 3</code> and <em>w~=~0</em>',
        ),
        ("<pre><code>a = b</code>\nc = d</pre>", "<pre><code>a = b</code>\nc = d</pre>"),
        ('<a title="n = d">n = 1</a>', '<a title="n = d">n~=~1</a>'),
    ],
)
def test_no_line_ends_within_a_formula_in_the_text_or_before_a_percent_sign(html, kept):
    marked = kept if "weight_decay" in kept else kept.replace("_", "\u2060")
    assert keep_together(html) == marked.replace("~", "\u00a0")


@pytest.mark.parametrize(
    ("html", "marked"),
    [
        ("<h1>测试|损失|是|什么？</h1>", "<h1>测试<wbr>损失是<wbr>什么？</h1>"),
        ("<th>它|为什么|限制|容量</th>", "<th>它为什么<wbr>限制<wbr>容量</th>"),
        ("<summary>限制|容量</summary>", "<summary>限制<wbr>容量</summary>"),
        ("<h2>程序，|同一个|（新|版本|）</h2>", "<h2>程序，同一个（新版本）</h2>"),
        ('<th a="一|二二">One|two</th>', '<th a="一|二二">One|two</th>'),
        ("<p>测试|损失</p>", "<p>测试|损失</p>"),
    ],
)
def test_titles_and_cells_break_between_words_alone(html, marked):
    assert mark_breaks(html, lambda text: text.split("|")) == marked


def test_a_cell_of_few_letters_stays_whole_and_one_of_many_gets_a_wide_column():
    def mark(cell):
        return mark_breaks(cell, lambda text: text.split("|"))

    assert mark("<td>训练损失</td>") == "<td>训练损失</td>"
    assert mark("<td>13.4</td>") == "<td>13.4</td>"
    assert mark('<td style="x"><a>限制</a>模型|容量</td>') == (
        '<td class="cell--prose" style="x"><a>限制</a>模型<wbr>容量</td>'
    )


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        ("第一句。\n第二句。", "第一句。第二句。"),
        ("第一句。\nPyTorch", "第一句。PyTorch"),
        ("PyTorch\n第二句", "PyTorch第二句"),
        ("他说“好。”\n第二句", "他说“好。”第二句"),
        ("<strong>重</strong>\n点", "<strong>重</strong>点"),
        (
            "等于\n<span class='arithmatex'>\\(x\\)</span>\n的",
            "等于<span class='arithmatex'>\\(x\\)</span>的",
        ),
        ("Zhang (2023b).\n动手学", "Zhang (2023b).\n动手学"),
        ("One line.\nAnother.", "One line.\nAnother."),
        ("<pre>第一\n第二</pre>", "<pre>第一\n第二</pre>"),
        ("<p>一</p>\n<p>two</p>", "<p>一</p>\n<p>two</p>"),
    ],
)
def test_lines_are_joined_where_one_side_is_han(lines, joined):
    assert join_lines(lines) == joined
