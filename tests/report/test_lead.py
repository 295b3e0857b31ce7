"""A page says how long it takes and what it needs; only what is read counts."""

import pytest

from wd.errors import SiteError
from wd.report.site.languages import LANGUAGES
from wd.report.site.navigation import list_path
from wd.report.tell.lead import count_words, estimate_minutes, find_title, put_lead

FRONT = '---\ndescription: "x y z"\nneeds: "[the idea](hard.md), derivatives"\n---\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("One two three.", 3),
        ("Of $\\lambda w$ and a [link](page.md#x).", 5),
        ("A\n\n$$\na + b\n$$\n\nB", 2),
        ("A\n\n```python\nx = one two\n```\n\nB", 2),
        ('A\n\n??? expert "Folded words"\n\n    More and more.\n\nB', 2),
        ('<div class="claim claim--holds" markdown="span"><span>It holds so</span></div>\n\nB', 1),
        ("| a | b |\n|:--|:--|\n| c | d |\n\nB", 1),
        ('<figure class="chart">\n<figcaption>Many words</figcaption>\n</figure>\nB', 1),
        ("一个字不是一个词：Adam。", 6),
        (f"{FRONT}# Title\n\nB", 2),
    ],
)
def test_only_prose_is_counted(text, words):
    assert count_words(text) == words


def test_formulas_and_figures_take_their_time():
    prose = "word " * 400

    assert estimate_minutes(prose) == 2
    assert estimate_minutes(f"{prose}\n$$\na\n$$\n$$\nb\n$$\n") == 3
    assert estimate_minutes("") == 2


def test_the_line_stands_under_the_title_of_a_page_that_says_what_it_needs(labels):
    page = put_lead(f"{FRONT}# Title\n\nText.\n", labels)

    assert page.index("# Title") < page.index('<p class="lead"') < page.index("Text.")
    assert "[the idea](hard.md), derivatives" in page[page.index("<p") :]
    assert put_lead("# Title\n\nText.\n", labels) == "# Title\n\nText.\n"


def test_a_template_without_a_title_is_an_error_that_names_it(tmp_path):
    template = tmp_path / "coins.md.j2"
    template.write_text("---\ncard: false\n---\n\n# Coins\n", encoding="utf-8")
    assert find_title(template) == "Coins"

    template.write_text("## Coins { #coins }\n", encoding="utf-8")
    with pytest.raises(SiteError, match=r"coins\.md\.j2: there is no title"):
        find_title(template)


def test_no_page_of_the_path_is_longer_than_a_reader_stays(small_report):
    for language in LANGUAGES.values():
        for name in list_path(language.mkdocs_file):
            page = small_report / "docs" / language.name / f"{name}.md"
            if page.is_file():  # a program is as long as it is
                assert count_words(page.read_text(encoding="utf-8")) <= 1500, page
