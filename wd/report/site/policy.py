"""What the pages may run and load, as a Content-Security-Policy in each of them.

Scripts are the site's own files, and the theme's few inline ones by their hashes. What stands in a
page's article is no theme's, and no script there gets a hash. All pages have one policy: instant
navigation puts the content of one into the frame of another.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

CHARSET = re.compile(r'<meta charset="?utf-8"?>', re.IGNORECASE)
POLICY = re.compile('<meta http-equiv="Content-Security-Policy" content="[^"]*">')
# To read whole pages as trees would take as long as half of the build.
ARTICLE = re.compile("<article.*</article>", re.DOTALL)
_INLINE = re.compile(r"<script(?: type=\"?(?:module|text/javascript)\"?)?>(.*?)</script", re.DOTALL)


def write_policies(site: Path) -> None:
    """Put the policy into every page of a finished site.

    Args:
        site: Its folder, of all languages.
    """
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.html"))}
    policy = make_policy(pages.values())
    for path, html in pages.items():
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        if found := CHARSET.search(html):
            above, below = html[: found.end()], html[found.end() :]
            path.write_text(f"{above}{meta}{below}", encoding="utf-8")


def make_policy(pages: Iterable[str]) -> str:
    """The policy under which the inline scripts of the frames of some pages run, and no other.

    Args:
        pages: HTML; whatever is an inline script outside its article, the theme has put there.
    """
    scripts = {script for html in pages for script in _INLINE.findall(ARTICLE.sub("", html))}
    hashes = (
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts
    )
    allowed = " ".join(f"'sha256-{each}'" for each in sorted(hashes))
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {allowed}".rstrip(),
            "style-src 'self' 'unsafe-inline'",  # formulas and figures have style attributes
            "img-src 'self' data:",
            "font-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
