"""What can be wrong with a page that MkDocs builds without complaint.

MkDocs' strict mode checks the links that are written in Markdown. Raw HTML, duplicate
anchors, text that should have been a number or a formula, images without a description:
these it passes. Everything here is a pure function from HTML to a list of problems.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from posixpath import join, normpath
from urllib.parse import unquote, urlsplit

VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
# Their text is code, a script, a formula or a drawing: not prose.
NOT_PROSE = frozenset(
    "annotation code kbd math pre samp script style svg template textarea".split()
)
INLINE = frozenset(
    "a abbr b bdi bdo cite del dfn em i ins label mark q s small span strong sub sup u var".split()
)
FETCHED = {
    "audio": ("src",),
    "embed": ("src",),
    "iframe": ("src",),
    "img": ("src",),
    "input": ("src",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src",),
    "track": ("src",),
    "video": ("src", "poster"),
}
FETCHED_RELS = frozenset(
    "dns-prefetch icon manifest modulepreload preconnect prefetch preload stylesheet".split()
)
NO_DESCRIPTION = "No description has been provided for this image"
OUTSIDE = re.compile(r"(?:https?:|wss?:)?//", re.IGNORECASE)

TEMPLATE = re.compile(r"\{\{|\}\}|\{%|%\}")
RAW_TEX = re.compile(r"\\[A-Za-z]+|\\[()\[\]]|\$\$|\$[^\s$](?:[^$]*[^\s$])?\$")
# "None" may begin a sentence, and "NaN" is what a reader of these pages asks about.
NO_VALUE = re.compile(r"\bnan\b|\binf\b|(?<=[^.!?:\s]\s)None\b|(?<=[=(±\[])None\b")
CELL_NO_VALUE = re.compile(r"\bnan\b|\binf\b|^\W*(?:None|NaN|NaT|null|undefined)\W*$")


@dataclass
class Page:
    """What a page holds, as far as the checks need it."""

    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_page(html: str) -> Page:
    """Parse a page and note its anchors, its links and the problems it has by itself."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_block()
    page = reader.page
    page.problems += [
        f'the anchor "{name}" is there {count} times'
        for name, count in Counter(page.ids).items()
        if count > 1
    ]
    page.problems += heading_problems(reader.levels)
    return page


def text_problems(text: str, cell: bool = False) -> Iterator[str]:
    """Name what a reader should never see in a piece of prose.

    Args:
        text: The prose, without its code and formulas.
        cell: Whether it is the whole of a table's cell, where a bare "None" is a missing
            value and not a word.
    """
    checks = (
        (TEMPLATE, "an unrendered look-up"),
        (RAW_TEX, "raw TeX"),
        (CELL_NO_VALUE if cell else NO_VALUE, "a missing value"),
    )
    for pattern, meaning in checks:
        if found := pattern.search(text):
            start, end = max(found.start() - 25, 0), found.end() + 25
            yield f'{meaning} in the text: "{text[start:end].strip()}"'


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


def dead_links(
    pages: Mapping[str, Page], files: Collection[str], prefix: str = "/"
) -> Iterator[tuple[str, str]]:
    """Yield page and problem for each place within the site that is linked and isn't there.

    A place that several pages link, as those in the navigation, is named on the first.

    Args:
        pages: The pages by their address in the site folder ("soft/index.html").
        files: The addresses of all files in the site folder.
        prefix: The path under which the site is published ("/", "/en/"). Links that leave
            it, to another language's pages say, aren't looked at.
    """
    anchors = {address: {*page.ids, ""} for address, page in pages.items()}
    dead: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for address, page in pages.items():
        for link in dict.fromkeys(page.links):
            path, fragment = _target(link, address, prefix)
            if path is None:
                continue
            target = next((name for name in (path, join(path, "index.html")) if name in files), "")
            if not target or fragment not in anchors.get(target, {fragment}):
                place = (target or path, fragment if target else "")
                dead.setdefault(place, []).append((address, link))
    for (_, fragment), links in dead.items():
        address, link = links[0]
        lost = "leads to an anchor that isn't there" if fragment else "leads nowhere"
        others = len({other for other, _ in links} - {address})
        yield (
            address,
            f'the link "{link}" {lost}' + f" (also on {others} other pages)" * (others > 0),
        )


def _target(link: str, address: str, prefix: str) -> tuple[str | None, str]:
    """The path in the site folder that `link` on page `address` leads to, and the anchor."""
    parts = urlsplit(link)
    path = unquote(parts.path)
    outside = None, ""
    if parts.scheme or parts.netloc:
        return outside
    if path.startswith("/"):
        if not path.startswith(prefix):
            return outside
        path = path[len(prefix) :]
    elif path:
        path = join(address, "..", path)
    else:
        path = address
    path = normpath(path)
    if path == ".." or path.startswith("../"):
        return outside
    return ("" if path == "." else path), unquote(parts.fragment)


class _Reader(HTMLParser):
    """Walks through a page once and notes what the checks need."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.levels: list[int] = []
        self._open: list[str] = []
        self._silent = 0
        self._cell = False
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self._open.append(tag)
            self._silent += tag in NOT_PROSE
        if tag not in INLINE and tag not in NOT_PROSE:
            self.end_block()
            self._cell = tag in ("td", "th")
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        self._note(tag, {name: value or "" for name, value in attrs})

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, {name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open:
            return
        while (ended := self._open.pop()) != tag:
            self._silent -= ended in NOT_PROSE
        self._silent -= tag in NOT_PROSE
        if tag in NOT_PROSE:
            # A thing stands here: the words on its two sides don't meet.
            self._text.append(" \N{OBJECT REPLACEMENT CHARACTER} ")
        elif tag not in INLINE:
            self.end_block()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._text.append(data)

    def end_block(self) -> None:
        text = " ".join("".join(self._text).split())
        self._text.clear()
        self.page.problems += text_problems(text, self._cell)

    def _note(self, tag: str, attrs: dict[str, str]) -> None:
        page = self.page
        if "id" in attrs:
            page.ids.append(attrs["id"])
        if tag == "img":
            self._note_image(attrs)
        for name in ("alt", "title", "aria-label"):
            page.problems += text_problems(attrs.get(name, ""))
        fetched = [attrs[name] for name in FETCHED.get(tag, ()) if name in attrs]
        if tag == "link" and FETCHED_RELS & set(attrs.get("rel", "").split()):
            fetched.append(attrs.get("href", ""))
        if tag in ("img", "source") and "srcset" in attrs:
            fetched += [part.split()[0] for part in attrs["srcset"].split(",") if part.strip()]
        page.problems += [
            f'<{tag}> asks another server for "{address}"'
            for address in fetched
            if OUTSIDE.match(address)
        ]
        if tag in ("a", "area") and "href" in attrs:
            fetched.append(attrs["href"])
        page.links += [link for link in fetched if not link.startswith("data:")]

    def _note_image(self, attrs: dict[str, str]) -> None:
        alt = attrs.get("alt", "").strip()
        if attrs.get("role") != "presentation" and alt in ("", NO_DESCRIPTION):
            source = attrs.get("src", "")[:60]
            self.page.problems.append(f'the image "{source}" has no description (alt)')
