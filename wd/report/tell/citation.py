"""How to cite a build: by what stays the same when the same evidence is rendered again."""

from __future__ import annotations

import hashlib
import os
import re
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from wd.errors import SiteError
from wd.project import REPORT
from wd.report.read.labels import Labels
from wd.report.read.readings import Readings

PATH = REPORT.folder / "CITATION.cff"
_DIGITS = 12  # of digests and commits: enough to tell one from another


class Citation:
    """What a template looks up as `{{ build.title }}`; unknown is the empty text."""

    def __init__(self, readings: Readings, labels: Labels, path: Path = PATH) -> None:
        """Prepare the look-ups."""
        self._readings = readings
        self._labels = labels
        self._path = path

    @cached_property
    def _file(self) -> dict[str, Any]:
        try:
            return yaml.safe_load(self._path.read_text(encoding="utf-8"))
        except (OSError, yaml.YAMLError) as error:
            raise SiteError(f"{self._path}: can't be read: {error}") from None

    def _look_up(self, name: str, form: str) -> str:
        """The latest value of a name in the evidence, if it has the form that builds give it."""
        value = next(iter(self._readings.provenance.get(name, ())), "")
        return value if re.fullmatch(form, value) else ""

    @property
    def title(self) -> str:
        """The title, as in the citation file."""
        return self._file["title"]

    @property
    def version(self) -> str:
        """The version of the code, as in the citation file."""
        return str(self._file["version"])

    @property
    def authors(self) -> str:
        """All authors, as in the citation file."""
        return self._labels("word", "list_separator").join(map(_full_name, self._file["authors"]))

    @property
    def commit(self) -> str:
        """The commit that made the evidence, shortened; "+" after it where files differed."""
        commit = self._look_up("commit", "[0-9a-f]+\\+?")
        return commit[:_DIGITS] + "+" * commit.endswith("+")

    @property
    def date(self) -> str:
        """The day on which the evidence was finished, as YYYY-MM-DD."""
        return self._look_up("started", r"\d{4}-\d\d-\d\d [\d: UTC]*").partition(" ")[0]

    @property
    def year(self) -> str:
        """The year of that day."""
        return self.date.partition("-")[0]

    @property
    def config(self) -> str:
        """The first digits of the SHA-256 of the configuration's text."""
        return hashlib.sha256(self._readings.config.text.encode()).hexdigest()[:_DIGITS]

    @property
    def address(self) -> str:
        """Where the site is published, or else the repository, as the environment says."""
        return os.environ.get("SITE_URL") or os.environ.get("REPO_URL") or ""

    @property
    def bibtex(self) -> str:
        """An entry for BibTeX and its like."""
        year, month, _ = (self.date or "--").split("-")
        note = self._labels("citation", "note", date=self.date, config=self.config)
        if self.commit:
            note += self._labels("citation", "commit", commit=self.commit)
        fields = {
            "author": " and ".join(map(_bibtex_name, self._file["authors"])),
            "title": f"{{{self.title}}}",  # keeps its capitals
            "version": self.version,
            "year": year,
            "month": month.lstrip("0"),
            "note": note,
            "url": self.address,
        }
        key = REPORT.name.replace("-", "_")
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
        return "\n".join([f"@software{{{key}_report,", *lines, "}"])


def _full_name(author: dict[str, str]) -> str:
    given, family = author.get("given-names", ""), author.get("family-names", "")
    return author.get("name") or f"{given} {family}".strip()


def _bibtex_name(author: dict[str, str]) -> str:
    if name := author.get("name"):
        return f"{{{name}}}"  # of a group: no family name to sort by
    return ", ".join(filter(None, [author.get("family-names"), author.get("given-names")]))
