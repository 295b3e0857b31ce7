"""What stands at the root of a site: the way to its languages, and what crawlers ask for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wd.report.site.address import is_public
from wd.report.site.languages import LANGUAGES


def write_robots(address: str) -> str:
    """Tell crawlers that they may see everything, and where the sitemaps are."""
    lines = ["User-agent: *", "Allow: /"]
    if is_public(address):
        lines += [f"Sitemap: {address.rstrip('/')}/{name}/sitemap.xml" for name in LANGUAGES]
    return "".join(f"{line}\n" for line in lines)


def write_redirect(
    language: str, home: str, address: str = "", languages: Sequence[tuple[str, str]] = ()
) -> str:
    """The root's page: a choice of languages, which leads on by itself.

    Its script asks the browser for its reader's language; without scripts the first one is taken.
    It is shared like the first language's home.

    Args:
        language: The first one.
        home: The HTML of its home.
        address: Where the site is published.
        languages: Each language with its own name.
    """
    canonical = f"{address.rstrip('/')}/{language}/" if is_public(address) else f"{language}/"
    title = "".join(re.findall("<title>(.*?)</title>", home)[:1])
    shared = "".join(
        re.findall('<meta (?:property="og:|name="(?:description|twitter:))[^>]*>', home)
    )
    links = "".join(
        f'<p><a href="{name}/index.html" hreflang="{name}" lang="{name}">{own}</a></p>'
        for name, own in languages or [(language, title)]
    )
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<noscript><meta http-equiv="refresh" content="0; url={language}/index.html"></noscript>'
        f'<link rel="canonical" href="{canonical}"><title>{title}</title>{shared}</head>'
        f'<body><h1>{title}</h1>{links}<script src="{language}/assets/root.js"></script>'
        "</body></html>\n"
    )
