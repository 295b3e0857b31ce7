"""The languages of the site, found from their folders, and the programs that readers see.

A language is a folder docs/NAME with what people write, and a file mkdocs.NAME.yml that says
`INHERIT: mkdocs.yml`. The first language, from which the others are translated, is the one whose
pages mkdocs.yml itself takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from wd.errors import SiteError
from wd.project import REPORT
from wd.report.site.derivation import DECLARATION, Derivation, read_derivation


@dataclass(frozen=True)
class Language:
    """A language.

    Attributes:
        name: As in the site's addresses and in HTML, such as "en".
        folder: What people write: templates, labels, programs.
        mkdocs_file: Its MkDocs configuration.
    """

    name: str
    folder: Path
    mkdocs_file: Path

    @cached_property
    def own_name(self) -> str:
        """What the language calls itself.

        Raises:
            SiteError: If its MkDocs file doesn't say.
        """
        try:
            return str(read_mkdocs(self.mkdocs_file)["extra"]["language"])
        except (KeyError, TypeError):
            raise SiteError(
                f"{self.mkdocs_file.name}: `extra`, `language` must say what readers call it."
            ) from None

    @property
    def derivation(self) -> Derivation | None:
        """How it is made from another language, if it is."""
        return read_derivation(self.folder)

    @property
    def written(self) -> list[Path]:
        """The folders in which people write what its pages are made from."""
        derived = self.derivation
        return [self.folder] + ([self.folder.with_name(derived.source)] if derived else [])

    def prepare(self, output: Path) -> Path:
        """Return the folder with its templates, labels and programs, made now if it is derived.

        Raises:
            SiteError: If it can't be derived.
        """
        if not (derived := self.derivation):
            return self.folder
        return derived.write(output / "languages" / self.name)


def read_mkdocs(file: Path) -> Mapping[str, Any]:
    """Read a MkDocs file and what it inherits; tags such as `!ENV` are read as nothing.

    Raises:
        SiteError: If it isn't YAML.
    """

    class Loader(yaml.SafeLoader):
        """Takes any tag."""

    Loader.add_multi_constructor("!", lambda *_: None)
    try:
        own = yaml.load(file.read_text(encoding="utf-8"), Loader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SiteError(f"{file}: can't be read: {' '.join(str(error).split())}") from None
    inherited = own.pop("INHERIT", None)
    return _merge(read_mkdocs(file.parent / inherited), own) if inherited else own


def _merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Merge mappings as MkDocs does: anything else is replaced."""
    both = {
        key: _merge(under[key], over[key])
        for key in under.keys() & over.keys()
        if isinstance(under[key], dict) and isinstance(over[key], dict)
    }
    return {**under, **over, **both}


def find_languages(project: Path = REPORT.folder) -> dict[str, Language]:
    """Find the languages of a project by their names, the first one first.

    Raises:
        SiteError: If a folder of pages has no MkDocs file, or a MkDocs file no folder.
    """
    file = project / "mkdocs.yml"
    first = Path(read_mkdocs(file)["docs_dir"]).name
    found = {first: Language(first, project / "docs" / first, file)}
    for file in sorted(project.glob("mkdocs.*.yml")):
        name = file.name.removeprefix("mkdocs.").removesuffix(".yml")
        found[name] = Language(name, project / "docs" / name, file)
        if not found[name].folder.is_dir():
            raise SiteError(f"{file.name}: there is no folder docs/{name}.")
    for folder in sorted((project / "docs").iterdir()):
        written = (folder / "labels").is_dir() or (folder / DECLARATION).is_file()
        if written and folder.name not in found:
            raise SiteError(f"docs/{folder.name}: there is no mkdocs.{folder.name}.yml beside it.")
    return found


LANGUAGES = find_languages()
"""The languages by name; the first is the one from which the others are translated."""
FIRST = next(iter(LANGUAGES.values()))


def programs(folder: Path = FIRST.folder) -> dict[str, Path]:
    """The programs that readers see, by name, of a language's folder."""
    return {path.stem: path for path in sorted((folder / "notebooks").glob("*.py"))}
