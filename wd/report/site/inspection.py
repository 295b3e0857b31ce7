"""What can be wrong with a page that MkDocs builds without complaint.

MkDocs' strict mode checks the links that are written in Markdown. Raw HTML, duplicate
anchors, text that should have been a number or a formula, images without a description:
these it passes. Everything here is a pure function from HTML to a list of problems.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from bs4 import BeautifulSoup, NavigableString, Tag

from wd.report.site.elements import element_problems, list_addresses
from wd.report.site.wording import text_problems

# Their text is code, a script, a formula or a drawing: not prose.
NOT_PROSE = frozenset(
    "annotation code kbd math pre samp script style svg template textarea".split()
)
INLINE = frozenset(
    "a abbr b bdi bdo cite del dfn em i ins label mark q s small span strong sub sup u var".split()
)
CLOSED = frozenset(
    "a article aside b blockquote button code details div dl em fieldset figcaption figure form"
    " h1 h2 h3 h4 h5 h6 label ol picture pre section select span strong summary table ul".split()
)
"""Elements that have an end tag wherever they are well-formed; of others it may be left out."""
TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)(?=[\s/>])", re.IGNORECASE)
# Their content is no markup, or it is another language's.
APART = re.compile(r"<(script|style|svg|textarea)\b.*?</\1|<!--.*?-->", re.DOTALL | re.IGNORECASE)


@dataclass
class Page:
    """What a page holds, as far as the checks need it."""

    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_page(html: str) -> Page:
    """Parse a page, or a part of one, and note its anchors, its links and its own problems."""
    soup = BeautifulSoup(html, "html.parser", multi_valued_attributes=None)
    tags = soup.find_all(True)
    page = Page([str(tag["id"]) for tag in tags if "id" in tag.attrs])
    known = frozenset(page.ids)
    labelled = frozenset(str(tag["for"]) for tag in tags if "for" in tag.attrs)
    for tag in tags:
        page.links += [link for link in list_addresses(tag) if not link.startswith("data:")]
        page.problems += element_problems(tag, known, labelled)
        for name in ("alt", "title", "aria-label"):
            if name in tag.attrs:
                page.problems += text_problems(str(tag[name]))
    for text, cell in _list_blocks(soup):
        page.problems += text_problems(text, cell)
    page.problems += [
        f'the anchor "{name}" is there {count} times'
        for name, count in Counter(page.ids).items()
        if count > 1
    ]
    page.problems += heading_problems(
        int(tag.name[1]) for tag in tags if re.fullmatch("h[1-6]", tag.name)
    )
    page.problems += balance_problems(html)
    return page


def heading_problems(levels: Iterable[int]) -> list[str]:
    """Name what breaks the outline: no or several first headings, or a level left out."""
    levels = list(levels)
    problems = []
    if levels.count(1) != 1:
        problems.append(f"{levels.count(1)} headings of level 1 (one is right)")
    for before, after in pairwise(levels):
        if after > before + 1:
            problems.append(f"a heading of level {after} follows one of level {before}")
    return problems


def balance_problems(html: str) -> Iterator[str]:
    """Name the elements that are opened more often than closed, or the other way round.

    No parser tells: each puts in what is missing, where it thinks best.
    """
    ends: Counter[str] = Counter()
    starts: Counter[str] = Counter()
    for slash, name in TAG.findall(APART.sub("", html)):
        (ends if slash else starts)[name.lower()] += 1
    for name in sorted(CLOSED):
        if starts[name] != ends[name]:
            yield f"<{name}> is opened {starts[name]} times and closed {ends[name]} times"


def _list_blocks(soup: Tag) -> list[tuple[str, bool]]:
    """The texts of a page, each with whether it is a table's cell, without code and formulas."""
    blocks: list[tuple[str, bool]] = []
    parts: list[str] = []

    def end(cell: bool) -> None:
        if text := " ".join("".join(parts).split()):
            blocks.append((text, cell))
        parts.clear()

    def walk(tag: Tag, cell: bool) -> None:
        for child in tag.children:
            if isinstance(child, Tag):
                if child.name in NOT_PROSE:
                    # A thing stands here: the words on its two sides don't meet.
                    parts.append(" \N{OBJECT REPLACEMENT CHARACTER} ")
                elif child.name in INLINE:
                    walk(child, cell)
                else:
                    end(cell)
                    walk(child, inside := child.name in ("td", "th"))
                    end(inside)
            elif type(child) is NavigableString:
                parts.append(child)

    walk(soup, False)
    end(False)
    return blocks
