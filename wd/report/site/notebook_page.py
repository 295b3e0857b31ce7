"""A notebook's page in the site's own markup.

mkdocs-jupyter gives a notebook JupyterLab's markup, with 575 kB of JupyterLab's style,
a copy button of its own, two scripts from another server and each cell's code twice.
What a reader needs of it is prose, code and outputs. Put into the markup that the other
pages have, it shares their style, themes, copy button and search, and weighs nothing.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any

import bleach
from bs4 import BeautifulSoup, NavigableString, Tag

from wd.errors import SiteError
from wd.report.site.mathematics import marked

NOTEBOOK = re.compile(r'<div class="jupyter-wrapper">.*</div> <!-- jupyter-wrapper -->', re.DOTALL)
FORMULA = re.compile(r"\$\$(?P<display>.+?)\$\$|\$(?P<inline>[^$]+?)\$", re.DOTALL)
ANCHORS = "anchors"
"""Metadata of a cell: the anchors of its headings, where they aren't made from their words."""
UNTOUCHED = ("code", "pre", "script", "style")

# What prose and outputs may be: text, tables and images. Whoever made the evidence wrote the rest.
_DROPPED = ("iframe", "math", "noscript", "object", "script", "style", "svg", "template", "title")
_TAGS = frozenset(
    "a abbr b blockquote br caption code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i img kbd li ol"
    " p pre s samp small span strong sub sup table tbody td tfoot th thead tr ul".split()
)
_ATTRIBUTES = {
    "*": ("class", "id"),
    "a": ("href", "title"),
    "img": ("alt", "height", "src", "width"),
    "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan", "scope"),
}
_IMAGE = re.compile(r"data:image/(?:gif|jpeg|png|svg\+xml|webp);base64,")


def image_texts(notebook: dict[str, Any]) -> list[str]:
    """The alternative text of each image that the cells put out, in their order.

    An output's own metadata `alt` comes first, then its cell's (`# %% alt="…"` in the
    program); an image with neither has the empty text.
    """
    return [
        output.get("metadata", {}).get("alt") or cell["metadata"].get("alt", "")
        for cell in notebook["cells"]
        for output in cell.get("outputs", ())
        if any(kind.startswith("image/") for kind in output.get("data", ()))
    ]


def list_anchors(notebook: dict[str, Any]) -> list[str]:
    """List the anchors that a notebook sets for its headings, in their order."""
    return [each for cell in notebook["cells"] for each in cell["metadata"].get(ANCHORS, ())]


def name_headings(items: Iterable[Any], anchors: Sequence[str]) -> None:
    """Give the entries of a table of contents their anchors, in the order of the page."""

    def walk(items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            yield item
            yield from walk(item.children)

    for item, anchor in zip(walk(items), anchors, strict=bool(anchors)):
        item.id = anchor


def plain_page(html: str, notebook: dict[str, Any], page: str) -> str:
    """Rewrite a notebook's HTML in the markup of the site's other pages.

    Formulas in the prose are marked as arithmatex marks them; code and outputs are not
    searched for formulas. Code whose cell says `fold` is folded behind that line, and prose as the
    exercises of other pages are; after the prose of a cell that says `listing` all code stands in
    one piece, behind that line.

    Args:
        html: The page's content as mkdocs-jupyter made it.
        notebook: The executed notebook, as read from its JSON.
        page: The page's name, for messages.

    Raises:
        SiteError: The markup isn't what mkdocs-jupyter is known to make, or a `$` in the
            prose has no partner.
    """
    found = NOTEBOOK.search(html)
    if found is None:
        raise SiteError(f"{page}: this is not the notebook markup that mkdocs-jupyter 0.26 makes")
    soup = BeautifulSoup(_sanitised(found[0]), "html.parser")
    _describe_images(soup, image_texts(notebook), page)
    headings = soup.select(":is(h1, h2, h3, h4, h5, h6)[id]")
    for heading, anchor in zip(headings, list_anchors(notebook), strict=False):
        heading["id"] = anchor
        for link in heading.select("a.anchor-link"):
            link["href"] = f"#{anchor}"
    cells = soup.select('[id^="cell-id="]')
    told = [cell["metadata"] for cell in notebook["cells"]]
    parts, code = [], ""
    for cell, metadata in zip(cells, told, strict=True):
        if "jp-MarkdownCell" in cell["class"]:
            prose = _prose(cell, page)
            parts.append(
                _fold(metadata["fold"], prose, "question") if "fold" in metadata else prose
            )
            if "listing" in metadata:
                whole = _highlighted(f"<code>{code}</code>")
                parts.append(_fold(metadata["listing"], whole, "fold listing"))
        else:
            source, outputs = _code(cell)
            code += (
                f"{source.code.decode_contents().strip()}\n\n\n" if source and source.code else ""
            )
            shown = _highlighted(source.decode_contents()) if source else ""
            parts += [_fold(metadata["fold"], shown) if "fold" in metadata else shown, outputs]
    return "\n".join(filter(None, parts))


def _sanitised(html: str) -> str:
    """Leave of a notebook's markup what shows something, and nothing that does something.

    Its evidence may come from somebody else; as an image, a drawing with scripts runs none.
    """
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.find_all(_DROPPED):
        tag.decompose()

    def allowed(tag: str, name: str, value: str) -> bool:
        if value.startswith("data:"):
            return (tag, name) == ("img", "src") and bool(_IMAGE.match(value))
        return name in _ATTRIBUTES["*"] or name in _ATTRIBUTES.get(tag, ())

    return bleach.clean(
        str(soup),
        tags=_TAGS,
        attributes=allowed,
        protocols={"data", "http", "https", "mailto"},
        strip=True,
    )


def _describe_images(soup: BeautifulSoup, alts: Sequence[str], page: str) -> None:
    images = soup.select(".jp-OutputArea-output img")
    if len(images) != len(alts):
        raise SiteError(f"{page}: {len(images)} images are shown, {len(alts)} are in the notebook")
    for image, alt in zip(images, alts, strict=True):
        image["alt"] = alt


def _prose(cell: Tag, page: str) -> str:
    text = cell.select_one(".jp-RenderedMarkdown")
    assert text is not None, "mkdocs-jupyter marks it so"
    for anchor in text.select("a.anchor-link"):
        anchor["class"] = "headerlink"
    for block in text.select(".highlight > pre"):
        _wrap_code(block)
    for string in list(text.find_all(string=lambda string: "$" in string)):
        if not string.find_parent(UNTOUCHED):
            _mark_formulas(string, page)
    return text.decode_contents().strip()


def _mark_formulas(string: NavigableString, page: str) -> None:
    if "$" in FORMULA.sub("", string):
        shown = " ".join(string.split())[:80]
        raise SiteError(f'{page}: a "$" without its partner in "{shown}" (for a dollar, write USD)')
    fragment, end = "", 0
    for formula in FORMULA.finditer(string):
        display = formula["display"] is not None
        tex = formula["display"] if display else formula["inline"]
        fragment += escape(string[end : formula.start()]) + marked(tex.strip(), display)
        end = formula.end()
    fragment += escape(string[end:])
    string.replace_with(BeautifulSoup(fragment, "html.parser"))


def _code(cell: Tag) -> tuple[Tag | None, str]:
    """The `pre` of a cell's code, if it has some, and its outputs as HTML."""
    source = cell.select_one(".highlight-ipynb")
    if source is not None and source.pre:
        _wrap_code(source.pre)
    outputs = "".join(_output(output) for output in cell.select(".jp-OutputArea-output"))
    shown = f'<div class="notebook-output">{outputs}</div>' if outputs else ""
    return source and source.pre, shown


def _highlighted(code: str) -> str:
    return f'<div class="language-python highlight"><pre>{code}</pre></div>'


def _fold(summary: str, content: str, kind: str = "fold") -> str:
    return f'<details class="{kind}"><summary>{escape(summary)}</summary>{content}</details>'


def _output(output: Tag) -> str:
    for image in output.find_all("img"):
        image["class"] = "notebook-figure"
    return output.decode_contents().strip()


def _wrap_code(block: Tag) -> None:
    """Put the lines of a `pre` into a `code`, which the theme's copy button looks for."""
    code = Tag(name="code")
    code.extend(list(block.contents))
    block.append(code)
