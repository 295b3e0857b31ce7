"""The same page in the site's other languages, and the pages that this one doesn't have.

A link to a page that isn't translated leads to the first language's page and is marked as such. On
its way through MkDocs, which would refuse it, it has a scheme of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from wd.report.site.address import is_public

_SCHEME = "elsewhere:"
_LINK = re.compile(r"\]\((?P<name>[\w-]+)\.(?:md|ipynb)(?P<anchor>#[\w-]+)?\)")
_NOTEBOOK_LINK = re.compile(r'href="\.\./(?P<name>[\w-]+)/(?P<anchor>#[\w-]+)?"')
_MARKED = re.compile(r'(<a [^<>]*data-elsewhere="[^"]*">)(.*?)(?=</a>)', re.DOTALL)
"""A link in a text, whose words alone are underlined: its mark is set as a word after them."""
_HREF = re.compile(rf'href="{_SCHEME}(?P<name>[\w-]+)(?P<anchor>#[\w-]+)?"')


@dataclass(frozen=True)
class Edition:
    """A page in a language: which, what that calls itself, the address, and if this is it."""

    language: str
    name: str
    href: str
    here: bool = False


class Editions:
    """The languages as one of them sees them while its site is built."""

    def __init__(
        self, docs: Path, site: Path, languages: Sequence[tuple[str, str]], *, folders: bool
    ) -> None:
        """Look at the rendered pages.

        Args:
            docs: The rendered pages of this language; those of the others are beside it.
            site: The site of this language; those of the others are beside it.
            languages: Each language with its own name, the first one first.
            folders: Whether a page's address is a folder, as for a server.
        """
        self._languages = dict(languages) or {docs.name: docs.name}
        self._first = next(iter(self._languages))
        self._site = site
        self._folders = folders
        self._pages = {name: _list_pages(docs.with_name(name)) for name in self._languages}
        self._here = self._pages.setdefault(docs.name, _list_pages(docs))
        self.problems: list[str] = []

    def move(self, site: Path) -> None:
        """Look for the finished pages of all languages where they are now."""
        self._site = site

    def is_elsewhere(self, page: str) -> bool:
        """Whether only the first language has a page."""
        return page not in self._here and page in self._pages[self._first]

    def list_editions(self, address: str, page: str) -> list[Edition]:
        """List a page in all languages; where one hasn't got it, that one's home.

        Args:
            address: The page's file in the site, such as "soft/index.html".
            page: Its name, such as "soft".
        """
        up = "../" * (address.count("/") + 1)
        found = []
        for language, name in self._languages.items():
            there = self.address(page if page in self._pages[language] else "index")
            here = language == self._site.name
            found.append(Edition(language, name, f"{up}{language}/{there}", here))
        return found

    def list_alternates(self, page: str, site_url: str) -> list[tuple[str, str]]:
        """List the languages that have a page and where, at last x-default, which is the first.

        Returns:
            Nothing where the site has no public address, or no other language has the page.
        """
        having = [language for language in self._languages if page in self._pages[language]]
        if len(having) < 2 or not is_public(site_url):
            return []
        places = [urljoin(site_url, f"../{each}/{self.address(page)}") for each in having]
        default = places[having.index(self._first)] if self._first in having else places[0]
        return [*zip(having, places, strict=True), ("x-default", default)]

    def list_homes(self, root: str) -> list[Edition]:
        """List the homes of all languages, for a page that may stand anywhere."""
        home = self.address("index")
        return [
            Edition(language, name, f"{root}{language}/{home}")
            for language, name in self._languages.items()
        ]

    def mark_navigation(self, nav: object) -> object:
        """Let entries of the navigation lead to the first language where the page isn't here."""
        if isinstance(nav, list):
            return [self.mark_navigation(each) for each in nav]
        if isinstance(nav, dict):
            return {
                title: self._scheme(Path(each).stem)
                if isinstance(each, str) and self.is_elsewhere(Path(each).stem)
                else self.mark_navigation(each)
                if not isinstance(each, str)
                else each
                for title, each in nav.items()
            }
        return nav

    def mark_markdown(self, text: str) -> str:
        """Do the same for the links of a page."""
        return _LINK.sub(lambda link: self._mark(link, "]({})"), text)

    def mark_notebook(self, html: str) -> str:
        """Do the same for the links of a notebook, which are those of the site."""
        return _NOTEBOOK_LINK.sub(lambda link: self._mark(link, 'href="{}"'), html)

    def lead(self, html: str, address: str, mark: str, root: str = "") -> str:
        """Give these links their addresses at last.

        Args:
            html: A finished page.
            address: The page's file in the site, such as "soft/index.html".
            mark: What marks them, in the page's language.
            root: The site's address for a page that may stand anywhere.
        """
        up = root or "../" * (address.count("/") + 1)

        def find(link: re.Match[str]) -> str:
            name, anchor = link["name"], link["anchor"] or ""
            if anchor and anchor[1:] not in self._find_anchors(name):
                self.problems.append(f"the link to {name}{anchor} leads to no anchor there")
            address = f"{up}{self._first}/{self.address(name)}{anchor}"
            return f'href="{address}" hreflang="{self._first}" data-elsewhere="{escape(mark)}"'

        return _MARKED.sub(r"\1<span>\2</span>", _HREF.sub(find, html))

    def list_elsewhere(self, nav: object) -> Iterator[tuple[str, str]]:
        """List title and address, from this language's folder, of marked navigation entries."""
        for each in nav if isinstance(nav, list) else []:
            for title, target in each.items() if isinstance(each, dict) else []:
                if isinstance(target, list):
                    yield from self.list_elsewhere(target)
                elif target.startswith(_SCHEME):
                    name = target.removeprefix(_SCHEME)
                    yield title, f"../{self._first}/{self.address(name)}"

    def address(self, page: str) -> str:
        """A page's address within a language."""
        if page == "index":
            return "" if self._folders else "index.html"
        return f"{page}/" if self._folders else f"{page}.html"

    def _mark(self, link: re.Match[str], form: str) -> str:
        if not self.is_elsewhere(link["name"]):
            return link[0]
        return form.format(self._scheme(link["name"]) + (link["anchor"] or ""))

    def _scheme(self, name: str) -> str:
        return f"{_SCHEME}{name}"

    def _find_anchors(self, page: str) -> set[str]:
        if page not in self._anchors:
            name = self.address(page) + "index.html" * self._folders
            text = (self._site.with_name(self._first) / name).read_text(encoding="utf-8")
            self._anchors[page] = set(re.findall(r'\bid="?([\w-]+)', text))
        return self._anchors[page]

    @cached_property
    def _anchors(self) -> dict[str, set[str]]:
        return {}


def find_root(site_url: str) -> str:
    """The path above all languages, from the address of one of them: "/report/"."""
    return (urlsplit(site_url).path or "/").rstrip("/").rpartition("/")[0] + "/"


def _list_pages(docs: Path) -> set[str]:
    return {path.stem for pattern in ("*.md", "*.ipynb") for path in docs.glob(pattern)}
