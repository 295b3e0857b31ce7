"""What a page is called and shown by where its address is shared: title, description, picture."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path, PurePosixPath
from urllib.parse import urljoin

from wd.report.site.address import is_public
from wd.report.site.cards import SIZE, take_card

PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)


def find_first_words(html):
    """The first paragraph that holds no formula, as text, cut to a search result's length."""
    for paragraph in PARAGRAPH.findall(html):
        text = " ".join(unescape(re.sub(r"<[^>]*>", "", paragraph)).split())
        if text and "<!--" not in paragraph:
            return text if len(text) <= 160 else text[:159].rsplit(" ", 1)[0] + "…"
    return ""


def name_page(page, config):
    """What a page is called where its address is shared, and the line that says what it is of.

    There a title stands alone: the first page is the site, any other is one of the site's.
    """
    if page.is_homepage:
        return config.site_name, config.extra["promise"]
    return unescape(re.sub(r"<[^>]*>", "", page.title)), config.site_name


@dataclass(frozen=True)
class Card:
    """A page's card that is to be put into the site; `take_card` tells what is on it."""

    path: Path
    title: str
    line: str
    kept: Path | None
    statement: str
    picture: Path
    faces: tuple[Path, ...]


def write_card(card: Card) -> None:
    """Put a card into the site."""
    card.path.parent.mkdir(parents=True, exist_ok=True)
    shown = card.picture.read_bytes() if card.picture.is_file() else b""
    card.path.write_bytes(
        take_card(card.title, card.line, card.kept, card.statement, shown, card.faces)
    )


def order_card(page, config):
    """Say what is on a page's card, and how the page tells of it.

    It shows a picture of the page and what that states, where the page has been given them.

    Returns:
        The card, and where it will be, absolute as those who show it ask, with its size and its
        words; None in place of these where the site has no public address, and in place of both
        for a page whose front matter says `card: false`.
    """
    if page.meta.get("card") is False:
        return None, None
    name = f"assets/cards/{PurePosixPath(page.file.src_uri).stem}.png"
    cache, (title, line) = config.extra.get("cache"), name_page(page, config)
    path = Path(config.site_dir, name)
    statement = page.meta.get("card_statement", "")
    card = Card(
        path,
        title,
        line,
        Path(cache, "cards") if cache else None,
        statement,
        Path(config.docs_dir, "cards", path.name),
        tuple(map(Path, config.extra.get("faces", ()))),
    )
    if not is_public(config.site_url):
        return card, None
    width, height = SIZE
    alt = config.extra["labels"]["full_stop"].join(filter(None, [f"{title} – {line}", statement]))
    told = {"url": urljoin(config.site_url, name), "width": width, "height": height, "alt": alt}
    return card, told
