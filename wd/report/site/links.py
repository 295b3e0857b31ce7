"""Where the links of a site's pages lead, and which lead nowhere."""

from collections.abc import Collection, Iterator, Mapping
from posixpath import join, normpath
from typing import Protocol
from urllib.parse import unquote, urlsplit


class Linked(Protocol):
    """A page with its anchors and its links."""

    ids: list[str]
    links: list[str]


def dead_links(
    pages: Mapping[str, Linked], files: Collection[str], prefix: str = "/"
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
