"""Typed measurements are found in prose, and what belongs there is left alone."""

import re
from pathlib import Path

import pytest

from wd.errors import SiteError
from wd.report.site import prose
from wd.report.site.prose import (
    ALLOWED,
    check,
    check_all,
    find_in_labels,
    find_numbers,
    read_markdown,
)

ROOT = Path(__file__).parents[2]
ASIDE = re.compile(
    r"\b(?:on|to|from|in|at) the (?:left|right)\b"
    r"|\b(?:left|right)(?:most)? (?:panel|grid|side|picture|plot|column|half|edge|two)\b"
    r"|\b(?:left|right) to (?:left|right)\b"
    r"|\bfurther (?:left|right)\b|\b(?:left|right) the (?:same|exact|projected)\b",
    re.IGNORECASE,
)
"""Words for where something stands beside something else."""

TYPED = [
    "The norm is 13.4 in the median.",
    "The norm is $13.4$ in the median.",
    "It beats the constant by 7 %.",
    "We trained 13,000 models.",
    "The error is 3e-6 or 3 · 10⁻⁶ of the norm, or 2.5e-6.",
    "With 200 features.",
    "$$n = 20$$",
    "!!! note\n    The loss is 0.085.\n",
    "!!! example\n    We measured 0.085.\n",
    "---\nsearch:\n  boost: 1\ndescription: The norm is 13.4.\n---\n",
]
LEFT_ALONE = [
    "The norm is {{ number('norm') }} in the median of {{ config.n_train }}.",
    '{% call equation("x") %}',
    "Pass `--lr 0.1` to it.",
    "```python\nlr = 0.003\n```",
    "See [the page](https://example.org/1.25/200).",
    '<img width="720">',
    "## Heading { #eq-13.4 }",
    "{# once 88.1 #}",
    "At $\\lambda = 3$ in two halves.",
    "---\nsearch:\n  boost: 0.5\n  aliases:\n    page: L2 2023\n---\n",
    "!!! example\n    With $\\eta = 0.1$ it is $1.9 - 0.1 \\cdot 3 = 1.6$.\n",
    '??? question "Try it"\n    First.\n\n    Then $w = 0.25$.\n',
]


@pytest.mark.parametrize("text", TYPED)
def test_a_number_typed_into_prose_is_found(text: str):
    """Decimals, percentages, powers of ten and whole numbers from 10 on count."""
    assert list(find_numbers(text))


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_lookups_code_links_and_worked_examples_are_left_alone(text: str):
    """None of these can be a measurement that went stale."""
    assert not list(find_numbers(text))


def test_the_line_is_told_whatever_stands_above():
    """Blanked code and boxes keep their lines."""
    text = "a\n```\n1.5\n```\n!!! example\n    $2.5$\n\nthen 3.5\n"
    assert list(find_numbers(text)) == [(8, "3.5")]


def test_only_the_markdown_of_a_notebook_counts(tmp_path: Path):
    """Its code is full of numbers, by right."""
    path = tmp_path / "program.py"
    path.write_text("# %% [markdown]\n# It is 1.5.\n\n# %%\nlr = 0.003  # not 0.1\n")
    assert list(find_numbers(read_markdown(path))) == [(2, "1.5")]


MULTIPLES = "half|twice"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("In {{ config.n_train }} runs, half of them.", ["half"]),
        ("Twice: {{ number('norm') }}.", ["Twice"]),
        ("The loss is half the mean square.\nIt is {{ number('norm') }}.", []),
    ],
)
def test_a_fraction_in_words_counts_in_a_sentence_that_tells_a_measurement(text, found):
    """Elsewhere it is a definition, such as that of the loss."""
    assert [number for _, number in find_numbers(text, MULTIPLES)] == found


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        (
            "[claim.a]\nstatement = 'It is twice as large in {share} % of 20 runs.'\n",
            ["20", "twice"],
        ),
        ("[claim.a.part]\nb = 'half of it'\n", ["half"]),
        ("[figure.a]\ncaption = 'At {n_12} and `0.1`.'\n", []),
        ("[word]\nx = 'half'\n", []),
        ('[word]\nx = """\nfirst\n1.5"""\n', ["1.5"]),
    ],
)
def test_labels_are_read_as_pages_are(tmp_path: Path, labels: str, found: list[str]):
    """Those beside measurements hold no fraction in words either."""
    path = tmp_path / "labels.toml"
    path.write_text(labels)
    assert [number for _, number in find_in_labels(path, MULTIPLES)] == found


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mkdocs.yml", "site_name: 13.4 or less\nsite_url: http://127.0.0.1:8000\n"),
        ("mkdocs.yml", "nav:\n  - The 13.4: index.md\nport: 5000\n"),
        ("main.html", "<script>x = 12;</script><p class='a-12'>About 13.4</p>"),
        ("norm.html.j2", "<p>13.4</p><svg viewBox='0 0 360 320'></svg>"),
    ],
)
def test_what_stands_around_the_pages_is_read_too(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)
    assert [number for _, number in find_numbers(read_markdown(path))] == ["13.4"]


def _folder(tmp_path: Path, text: str, allowed: str) -> Path:
    (tmp_path / "page.md.j2").write_text(text)
    (tmp_path / "allowed-numbers.toml").write_text(allowed)
    return tmp_path


def test_an_allowed_number_passes_on_its_own_page_only(tmp_path: Path):
    """The list is as narrow as its entries say."""
    entry = '[[allowed]]\nnumber = "3.11"\npages = ["page"]\nreason = "a version"\n'
    folder = _folder(tmp_path, "Python 3.11 or 3.12.", entry)
    (folder / "other.md.j2").write_text("Python 3.11.")
    found = [(each.path.name, each.number) for each in check(folder)]
    assert found == [("other.md.j2", "3.11"), ("page.md.j2", "3.12")]


@pytest.mark.parametrize(
    "allowed",
    [
        '[[allowed]]\nnumber = "3.12"\nreason = "no page has it"\n',
        '[[allowed]]\nnumber = "3.11"\nreason = " "\n',
        '[[allowed]]\nnumber = "3.11"\n',
        "[[allowed",
    ],
)
def test_a_list_with_stale_or_unreasoned_entries_is_refused(tmp_path: Path, allowed: str):
    """An exception that nobody needs would let the next number through."""
    with pytest.raises(SiteError):
        check(_folder(tmp_path, "Python 3.11.", allowed))


def test_a_language_without_a_list_allows_no_number(tmp_path: Path):
    folder = _folder(tmp_path, "Python 3.11.", "")
    (folder / "allowed-numbers.toml").unlink()
    assert [each.number for each in check(folder)] == ["3.11"]


def test_the_command_says_what_is_wrong_with_a_list_instead_of_a_traceback(monkeypatch):
    def refuse():
        raise SiteError("nothing has 3.12 any more")

    monkeypatch.setattr(prose, "check_all", refuse)
    assert prose.main() == "error: nothing has 3.12 any more"


def test_what_was_found_ends_with_what_to_do(monkeypatch):
    monkeypatch.setattr(prose, "check", lambda folder, *_: [prose.Found(folder, 3, "0.42")])

    *found, remedy = prose.main().splitlines()

    assert len(found) > 1
    assert all("0.42" in each for each in found)
    assert all(way in remedy for way in ("look-up", "{placeholder}", "{part.bound}", ALLOWED))


def test_the_words_of_this_report_hold_no_typed_measurement():
    """What `invoke lint` runs."""
    assert not check_all()


SOURCES = [
    path
    for folder in ("docs/en", "docs/widgets")
    for path in sorted((ROOT / folder).rglob("*.*"))
    if path.suffix in (".j2", ".toml", ".py")
]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_text_says_left_or_right_of_what_may_stand_below(path: Path):
    """Panels and pictures are below each other on a phone, and have names on every screen."""
    assert ASIDE.findall(path.read_text(encoding="utf-8")) == []


def test_words_for_a_side_are_told_from_what_is_left_and_what_is_right():
    assert ASIDE.search("Look at the left panel.")
    assert ASIDE.search("On the right the same.")
    assert not ASIDE.search("What is left of the start is right, and the right λ is left free.")
