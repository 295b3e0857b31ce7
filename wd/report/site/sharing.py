"""What a page is called and shown by where its address is shared: title, description, picture."""

from __future__ import annotations

import re
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


def put_card(page, config):
    """Put the page's card into the site: its address, absolute as those who show it ask.

    It shows a picture of the page and what that states, where the page has been given them; a
    page whose front matter says `card: false` has none.
    """
    if page.meta.get("card") is False:
        return None
    name = f"assets/cards/{PurePosixPath(page.file.src_uri).stem}.png"
    cache = config.extra.get("cache")
    faces = tuple(map(Path, config.extra.get("faces", ())))
    path = Path(config.site_dir, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Path(config.docs_dir, "cards", path.name)
    statement = page.meta.get("card_statement", "")
    shown = picture.read_bytes() if picture.is_file() else b""
    (title, line), kept = name_page(page, config), cache and Path(cache, "cards")
    path.write_bytes(take_card(title, line, kept, statement, shown, faces))
    if not is_public(config.site_url):
        return None
    width, height = SIZE
    alt = config.extra["labels"]["full_stop"].join(filter(None, [f"{title} – {line}", statement]))
    return {"url": urljoin(config.site_url, name), "width": width, "height": height, "alt": alt}
