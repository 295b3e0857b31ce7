"""The whole report as one page of HTML, to be printed: title, contents, and every article."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, normpath
from posixpath import join as join_paths
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from wd.errors import SiteError

STYLE = "assets/pdf.css"
PARTS = ("path", "aside")
"""What is read in its order, and what is looked up."""
_ON_SCREEN_ONLY = (
    ".headerlink, .md-content__button, .downloads, .take, .lead, .explore, script, button,"
    ' img[src$="#only-dark"], picture > source, .md-source-file'
)
_TWICE = ".claim__more, .listing"
"""What the book need not tell: how each claim was tested, and a program's cells in one piece."""
_NAMING = ("for", "aria-labelledby", "aria-describedby", "aria-controls")


@dataclass(frozen=True)
class Chapter:
    """A page of the site as a part of the book.

    Attributes:
        name: Its name in the navigation, such as "soft"; ids on it begin with this.
        part: "path" or "aside".
        section: The section of the navigation that it begins or belongs to; often empty.
        title: Its first heading.
        headings: Anchor and text of its second headings.
        article: Its content, ready to stand beside that of others.
    """

    name: str
    part: str
    section: str
    title: str
    headings: Sequence[tuple[str, str]]
    article: Tag


def read_chapters(
    site: Path,
    parts: Sequence[Sequence[tuple[str, Sequence[str]]]],
    words: Mapping[str, str],
    left_out: Collection[str] = (),
) -> list[Chapter]:
    """Read the built pages in the order of the navigation.

    Args:
        site: A language's folder of the built site.
        parts: Of the two parts, per section its title and the names of its pages.
        words: What stands below a "still" of a picture that moves on the site.
        left_out: The names of pages that don't belong on paper.

    Raises:
        SiteError: If a page of the navigation isn't in the site.
    """
    wanted = [
        (part, section, name)
        for part, sections in zip(PARTS, parts, strict=True)
        for section, pages in sections
        for name in pages
        if name not in left_out
    ]
    names = {_address(name): name for _, _, name in wanted}
    base = _public_address(site)
    return [
        _read_chapter(site, name, part, section, names, base, words["still"])
        for part, section, name in wanted
    ]


def join(
    site: Path,
    chapters: Sequence[Chapter],
    words: Mapping[str, str],
    about: Sequence[str],
    numbers: Mapping[str, int],
    faces: Sequence[Mapping[int, Path]] = (),
) -> str:
    """Write the book's HTML.

    Args:
        site: A language's folder of the built site.
        chapters: From `read_chapters`.
        words: The headings of the "contents" and of each part.
        about: Lines of HTML for the title page.
        numbers: The sheet on which each anchor stands; those not known yet are left open.
        faces: Families of faces, by weight, for letters that the site's own lacks.

    Returns:
        HTML that can be opened from anywhere on this machine.
    """
    home = _read(site / "index.html")
    styles = [link["href"] for link in home.select('link[rel="stylesheet"]')]
    links = "\n".join(
        f'<link rel="stylesheet" href="{(site / str(style)).resolve().as_uri()}">'
        for style in [*styles, STYLE]
    )
    title = _site_name(home)
    parts = [
        f'<article class="md-typeset pdf-title"><h1>{title}</h1>',
        *(f"<p>{line}</p>" for line in about),
        "</article>",
        f'<nav class="md-typeset pdf-contents"><h2>{words["contents"]}</h2>',
        _contents(chapters, words, numbers),
        "</nav>",
    ]
    for chapter, before in zip(chapters, [None, *chapters], strict=False):
        if before and before.part != chapter.part:
            title = words[chapter.part]
            parts.append(f'<div class="md-typeset pdf-part"><h1>{title}</h1></div>')
        above = f'<p class="pdf-section">{chapter.section}</p>' if chapter.section else ""
        inside = chapter.article.decode_contents()
        parts.append(
            f'<article class="md-typeset pdf-chapter pdf-chapter--{chapter.part}" '
            f'id="{chapter.name}">{above}{inside}</article>'
        )
    return (
        f'<!doctype html>\n<html lang="{_find(home, "html")["lang"]}"><head><meta charset="utf-8">'
        f"<title>{title}</title>\n{links}\n{_embed(faces)}</head>\n"
        f'<body dir="{_find(home, "body").get("dir", "ltr")}" data-md-color-scheme="default">\n'
        f"{''.join(parts)}\n</body></html>\n"
    )


def _embed(families: Sequence[Mapping[int, Path]]) -> str:
    """Write the style that brings faces: from those of the system, text is copied as radicals."""
    rules = [
        f'@font-face{{font-family:"print-{place}";font-weight:{weight};src:url({file.as_uri()})}}'
        for place, family in enumerate(families)
        for weight, file in family.items()
    ]
    if not rules:
        return ""
    names = ", ".join(f'"print-{place}"' for place in range(len(families)))
    own = '"Source Sans 3 Signs", "Source Sans 3 Variable"'
    text = f":root:root:root{{--md-text-font:{own}, {names}}}"
    text += f"code, pre, kbd, samp{{font-family:ui-monospace, monospace, {names} !important}}"
    return f"<style>{''.join(rules)}{text}</style>"


def read_words(site: Path) -> tuple[str, str, str]:
    """Read the site's description, its licence in HTML, and its address, empty where local."""
    home = _read(site / "index.html")
    description = home.select_one('meta[name="description"]')
    licence = home.select_one(".md-copyright__highlight")
    return (
        str(description["content"]) if description else "",
        licence.decode_contents().strip() if licence else "",
        _public_address(site),
    )


def _contents(
    chapters: Sequence[Chapter], words: Mapping[str, str], numbers: Mapping[str, int]
) -> str:
    """The contents; of what is looked up the headings are left out."""
    lines, section, part = ["<ol>"], "", ""
    for chapter in chapters:
        if chapter.part != part:
            part = chapter.part
            lines.append(f'<li class="pdf-contents__part">{words[part]}</li>')
        if chapter.section != section:
            section = chapter.section
            lines.append(f'<li class="pdf-contents__section">{section}</li>')
        lines.append(f"<li>{_entry(chapter.name, chapter.title, numbers)}<ol>")
        shown = chapter.headings if part == PARTS[0] else ()
        lines += [f"<li>{_entry(name, text, numbers)}</li>" for name, text in shown]
        lines.append("</ol></li>")
    return "".join([*lines, "</ol>"])


def _entry(anchor: str, text: str, numbers: Mapping[str, int]) -> str:
    return (
        f'<a href="#{anchor}"><span>{text}</span>'
        f'<span class="pdf-contents__sheet">{numbers.get(anchor, "")}</span></a>'
    )


def _read_chapter(
    site: Path,
    name: str,
    part: str,
    section: str,
    names: Mapping[str, str],
    base: str,
    still: str,
) -> Chapter:
    path = site / _address(name)
    if not path.is_file():
        raise SiteError(f"{path} isn't there.\nRun: invoke build-report")
    article = _find(_read(path), "article.md-content__inner")
    for each in article.select(_ON_SCREEN_ONLY):
        each.decompose()
    for each in article.select(_TWICE) if part == PARTS[0] else ():
        each.decompose()
    for each in article.select(".explore__still"):
        note = _find(BeautifulSoup('<p class="pdf-still"></p>', "html.parser"), "p")
        note.string = still
        each.append(note)
    for each in article.select("noscript"):
        each.unwrap()
    for each in article.find_all(True):  # one walk: selectors would go through all formulas
        if each.name == "details":
            each["open"] = ""
        if "src" in each.attrs:
            file = path.parent / unquote(urldefrag(str(each["src"])).url)
            each["src"] = file.resolve().as_uri()
            del each["loading"]
        if "id" in each.attrs:
            each["id"] = f"{name}--{each['id']}"
        for attribute in _NAMING:
            if attribute in each.attrs:
                parts = str(each[attribute]).split()
                each[attribute] = " ".join(f"{name}--{part}" for part in parts)
        if each.name == "a" and "href" in each.attrs:
            _lead(each, _address(name), name, names, base)
    headings = [(str(each["id"]), each.get_text().strip()) for each in article.select("h2[id]")]
    return Chapter(name, part, section, _find(article, "h1").get_text().strip(), headings, article)


def _lead(link: Tag, address: str, name: str, names: Mapping[str, str], base: str) -> None:
    """Let a link lead within the book, to the published site, or nowhere."""
    target, anchor = urldefrag(str(link["href"]))
    if urlsplit(target).scheme:
        return
    path = normpath(join_paths(dirname(address), target)) if target else address
    if target.endswith(("/", "..", ".")) or not target:
        path = path if path.endswith(".html") else normpath(f"{path}/index.html")
    if path in names:
        link["href"] = f"#{names[path]}--{anchor}" if anchor else f"#{names[path]}"
    elif base:
        link["href"] = urljoin(base, path)
    else:
        link.unwrap()


def _address(name: str) -> str:
    return "index.html" if name == "index" else f"{name}/index.html"


def _read(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def _find(within: Tag, selector: str) -> Tag:
    """Find what the theme puts on every page.

    Raises:
        SiteError: If it doesn't any more.
    """
    found = within.select_one(selector)
    if found is None:
        raise SiteError(f"the site's pages have no {selector}, which the PDF needs.")
    return found


def _site_name(home: BeautifulSoup) -> str:
    named = home.select_one('meta[property="og:site_name"]')
    return re.sub(r"\s+", " ", str(named["content"]) if named else _find(home, "title").get_text())


def _public_address(site: Path) -> str:
    canonical = _read(site / "index.html").select_one('link[rel="canonical"]')
    return str(canonical["href"]) if canonical else ""
