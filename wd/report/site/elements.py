"""What can be wrong with one element of a page: what it loads, runs, names and refers to."""

import re
from collections.abc import Collection, Iterator

from bs4 import Tag

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
OUTSIDE_STYLE = re.compile(
    r"""url\(\s*["']?(?:https?:)?//|@import\s+["'](?:https?:)?//""", re.IGNORECASE
)
UNENCRYPTED = re.compile(r"http://(?!(?:localhost|127\.0\.0\.1)\b)", re.IGNORECASE)
RUNS = re.compile(r"(?:javascript|vbscript|data):(?!image/)", re.IGNORECASE)
CODE = ("", "module", "text/javascript")
"""The types of a script that is one, and not data."""
ADDRESSES = ("action", "data", "formaction", "href", "poster", "src", "xlink:href")
REFERENCES = frozenset("aria-controls aria-describedby aria-details aria-labelledby for".split())
FIELDS = ("input", "select", "textarea")
UNSEEN = ("hidden", "submit", "button", "reset", "image")
"""Types of a field that needs no label."""


def element_problems(tag: Tag, known: Collection[str], labelled: Collection[str]) -> Iterator[str]:
    """Name what is wrong with an element.

    Args:
        tag: The element, in its page.
        known: The anchors of the page.
        labelled: Those that a label is for.
    """
    if tag.attrs or tag.name in ("script", "style"):
        yield from _outside_problems(tag)
        yield from _running_problems(tag)
        for name in REFERENCES & tag.attrs.keys():
            for anchor in _get(tag, name).split():
                if anchor not in known:
                    yield f'the {name} of <{tag.name}> refers to "{anchor}", which isn\'t there'
    yield from _naming_problems(tag, labelled)
    if tag.name == "table":
        yield from _row_problems(tag)


def _get(tag: Tag, name: str) -> str:
    """An attribute's text; empty where there is none."""
    return str(tag.get(name, ""))


def list_addresses(tag: Tag) -> list[str]:
    """List what an element fetches, and where it leads if it is a link."""
    leads = [_get(tag, "href")] if tag.name in ("a", "area") and "href" in tag.attrs else []
    return _list_fetched(tag) + leads


def _list_fetched(tag: Tag) -> list[str]:
    fetched = [_get(tag, name) for name in FETCHED.get(tag.name, ()) if name in tag.attrs]
    if tag.name == "link" and FETCHED_RELS & set(_get(tag, "rel").split()):
        fetched.append(_get(tag, "href"))
    if tag.name in ("img", "source") and "srcset" in tag.attrs:
        fetched += [part.split()[0] for part in _get(tag, "srcset").split(",") if part.strip()]
    return fetched


def _outside_problems(tag: Tag) -> Iterator[str]:
    for address in _list_fetched(tag):
        if OUTSIDE.match(address):
            yield f'<{tag.name}> asks another server for "{address}"'
    style = tag.get_text() if tag.name == "style" else _get(tag, "style")
    if found := OUTSIDE_STYLE.search(style):
        yield f'a style asks another server: "{style[found.start() :][:60]}"'
    for name in ("action", "formaction"):
        if tag.get(name):
            yield f'<{tag.name}> sends what is typed to "{tag[name]}"'
    if tag.name == "a" and UNENCRYPTED.match(_get(tag, "href")):
        yield f'the link "{tag["href"]}" isn\'t encrypted: https'


def _running_problems(tag: Tag) -> Iterator[str]:
    for name, value in tag.attrs.items():
        if name.startswith("on") or name == "srcdoc":
            yield f'<{tag.name}> has code in "{name}"'
        elif name in ADDRESSES and RUNS.match(re.sub(r"[\x00-\x20]", "", str(value))):
            yield f'the {name} of <{tag.name}> is code: "{str(value)[:60]}"'
    own = tag.name == "script" and "src" not in tag.attrs and tag.get("type", "") in CODE
    if own and tag.find_parent("article"):  # elsewhere it is the theme's
        yield "a script is written into the text"


def _naming_problems(tag: Tag, labelled: Collection[str]) -> Iterator[str]:
    if tag.name == "img":
        if tag.get("role") != "presentation" and _get(tag, "alt").strip() in ("", NO_DESCRIPTION):
            yield f'the image "{_get(tag, "src")[:60]}" has no description (alt)'
    elif tag.name == "a":
        if "href" in tag.attrs and not _has_name(tag):
            yield f'the link "{tag["href"]}" has no text'
    elif tag.name in ("button", "summary"):
        if not _has_name(tag):
            yield f"a <{tag.name}> has no text"
    elif tag.name == "iframe":
        if not _get(tag, "title").strip():
            yield f'the frame "{_get(tag, "src")[:60]}" has no title'
    elif tag.name in FIELDS and tag.get("type") not in UNSEEN:
        labels = tag.get("id") in labelled or tag.find_parent("label")
        if not labels and not _is_labelled(tag):
            yield f"a field, <{tag.name}>, has no label"


def _is_labelled(tag: Tag) -> bool:
    return any(_get(tag, name).strip() for name in ("aria-label", "aria-labelledby", "title"))


def _has_name(tag: Tag) -> bool:
    # a formula is a comment until it is put back, and counts as words
    return (
        _is_labelled(tag)
        or any(string.strip() for string in tag.find_all(string=True))
        or any(_get(image, "alt").strip() for image in tag.find_all("img"))
    )


def _row_problems(table: Tag) -> Iterator[str]:
    rows = [
        [cell for cell in row.children if isinstance(cell, Tag)] for row in table.find_all("tr")
    ]
    if any("rowspan" in cell.attrs for row in rows for cell in row):
        return
    widths = [sum(int(_get(cell, "colspan") or 1) for cell in row) for row in rows]
    for number, width in enumerate(widths[1:], start=2):
        if width != widths[0]:
            yield f"row {number} of a table has {width} cells, its first row has {widths[0]}"
            return
