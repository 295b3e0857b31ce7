"""A language that is derived from another while the report is built: the same words in a script.

docs/NAME/derived.toml says how:

    from = "zh-Hans"       the language that is converted
    opencc = "s2tw"        the configuration of OpenCC for what terms.toml doesn't say
    [quotes]               signs that are replaced at last

docs/NAME/terms.toml says which words are others, not only written otherwise; of two that begin at
the same place the longer one counts. Any other file of the folder stands in place of what would be
converted.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from wd.errors import SiteError

DECLARATION, TERMS = "derived.toml", "terms.toml"
_CONVERTED = ("*.md.j2", "*.toml", "labels/*.toml", "notebooks/*.py")


@dataclass(frozen=True)
class Derivation:
    """How a language is made from another.

    Attributes:
        folder: The language's own folder.
        source: The name of the language that is converted.
        opencc: The name of a configuration of OpenCC.
        quotes: Signs that are replaced at last.
        terms: Words of the other language, and what they become.
    """

    folder: Path
    source: str
    opencc: str
    quotes: dict[str, str]
    terms: dict[str, str]

    def write(self, output: Path) -> Path:
        """Write the converted files into a folder that holds nothing else.

        Returns:
            The folder.
        """
        source = self.folder.with_name(self.source)
        files = {
            path.relative_to(source): self.convert(path.read_text(encoding="utf-8"))
            for pattern in _CONVERTED
            for path in sorted(source.glob(pattern))
        }
        files |= {
            path.relative_to(self.folder): path.read_text(encoding="utf-8")
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and path.name not in (DECLARATION, TERMS)
        }
        for path in output.rglob("*") if output.is_dir() else ():
            if path.is_file() and path.relative_to(output) not in files:
                path.unlink()
        for name, text in files.items():
            path = output / name
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        return output

    def convert(self, text: str) -> str:
        """Convert a text: words by the terms, all else letter by letter, then the quotes."""
        parts = self._words.split(text)  # a term, between what stands around it
        parts[::2] = map(self.convert_letters, parts[::2])
        parts[1::2] = (self.terms[word] for word in parts[1::2])
        return "".join(parts).translate(str.maketrans(dict[str, str | int | None](self.quotes)))

    def convert_letters(self, text: str) -> str:
        """Convert a text letter by letter, as if there were no terms."""
        return self._converter.convert(text)

    @cached_property
    def _words(self) -> re.Pattern[str]:
        words = sorted(self.terms, key=len, reverse=True)
        return re.compile(f"({'|'.join(map(re.escape, words))})" if words else "((?!))")

    @cached_property
    def _converter(self):
        from opencc import OpenCC

        return OpenCC(self.opencc)


def read_derivation(folder: Path) -> Derivation | None:
    """Read how a language is derived; None where it is written by people.

    Raises:
        SiteError: If its declaration or its terms can't be read.
    """
    file = folder / DECLARATION
    if not file.is_file():
        return None
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        file = folder / TERMS
        terms = tomllib.loads(file.read_text(encoding="utf-8"))
        if wrong := [word for word, other in terms.items() if not isinstance(other, str)]:
            raise SiteError(f"{file}: {wrong[0]!r} isn't a word and what it becomes")
        return Derivation(folder, told["from"], told["opencc"], told.get("quotes", {}), terms)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError) as error:
        raise SiteError(f"{file}: can't be read: {error!r}") from None
