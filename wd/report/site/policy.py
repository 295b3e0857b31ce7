"""What the pages may run and load, as a Content-Security-Policy in each of them.

Scripts are the site's own files, and the theme's few inline ones by their hashes. All pages have
one policy: instant navigation puts the content of one into the frame of another.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from bs4 import BeautifulSoup

CHARSET = re.compile(r'<meta charset="?utf-8"?>', re.IGNORECASE)
POLICY = re.compile('<meta http-equiv="Content-Security-Policy" content="[^"]*">')
_CODE = ("", "module", "text/javascript")
"""The types of a script that is one, and not data."""


def write_policies(site: Path) -> None:
    """Put the policy into every page of a finished site.

    Args:
        site: Its folder, of all languages.
    """
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.html"))}
    policy = make_policy(pages.values())
    for path, html in pages.items():
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        placed = CHARSET.sub(lambda found, meta=meta: found[0] + meta, html, count=1)
        path.write_text(placed, encoding="utf-8")


def make_policy(pages: Iterable[str]) -> str:
    """The policy under which the inline scripts of some pages run, and no other.

    Args:
        pages: HTML; whatever is an inline script in it, MkDocs and the theme have put there.
    """
    scripts = {
        script.string or ""
        for html in pages
        for script in BeautifulSoup(html, "html.parser").find_all("script", src=False)
        if script.get("type", "") in _CODE
    }
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
