"""A language's technical terms, for its search: kept whole, and found by their other names.

The words are those of the term lists (`labels/terms.toml`) and, where a language is derived from
another, of its list of replacements. Text without spaces is cut into words by a dictionary, which
doesn't know the terms.
"""

from __future__ import annotations

import functools
import re
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType

from wd.report.read.labels import Labels
from wd.report.site.languages import FIRST, LANGUAGES, Language

CACHE = "cache/words"
"""Where in the output folder the dictionary is kept in a form that loads fast."""
_HAN = re.compile("[\u3400-\u9fff]")


def gather_words(language: Language, output: Path) -> dict[str, list[str]]:
    """Gather all languages' terms: a language's own with what else they are called elsewhere.

    The others' terms are there because a page may name them, and are to be kept whole in it.

    Args:
        language: Whose site is built; the first language's own terms need no other names.
        output: The folder for all that is built.
    """
    terms = {each: _read_terms(each, output) for each in LANGUAGES.values()}
    found: dict[str, dict[str, None]] = {}
    for each, named in terms.items():
        known = each.derivation.terms if each.derivation else {}
        for word in (*named.values(), *known.keys(), *known.values()):
            found.setdefault(word, {})
    own = terms[language] if language is not FIRST else {}
    for other in LANGUAGES.values() if own else ():
        pairs = []
        if other is not language:
            theirs = terms[other]
            pairs += [(word, theirs[name]) for name, word in own.items() if name in theirs]
        derived = other.derivation
        if derived and other is language:
            for word, becomes in derived.terms.items():
                pairs += [(becomes, word), (becomes, derived.convert_letters(word))]
        elif derived and derived.source == language.name:
            pairs += list(derived.terms.items())
        for word, called in pairs:
            if called != word:
                found[word][called] = None
    return {word: list(others) for word, others in found.items()}


def teach(words: Mapping[str, list[str]], cache: Path) -> dict[str, list[str]]:
    """Teach the terms to what cuts text into words, before the theme asks it.

    Args:
        words: As from `gather_words`.
        cache: Where the dictionary is kept in a form that loads fast.

    Returns:
        The same terms, with their own parts among what they are found by.
    """
    jieba = _find_dictionary(cache)
    han = [word for word in words if _HAN.search(word)]
    parts = {word: _part(word) for word in han}  # before it learns them
    for word in han:
        jieba.add_word(word)
    return {word: [*others, *parts.get(word, ())] for word, others in words.items()}


def load_dictionary(cache: Path) -> None:
    """Load the dictionary that cuts text into words, which else waits for the first such text."""
    _find_dictionary(cache).initialize()


def _find_dictionary(cache: Path) -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a package that isn't changed any more
        import jieba
    if not jieba.dt.initialized:
        cache.mkdir(parents=True, exist_ok=True)
        jieba.setLogLevel("ERROR")
        jieba.dt.tmp_dir = str(cache)  # else a place that any user of the machine can write to
    return jieba


def cut(text: str) -> Iterable[str]:
    """Cut a text of Han letters into words; those of `teach` are known."""
    import jieba

    return jieba.cut(text)


@functools.cache  # a process that builds again has the terms already, and would find no parts
def _part(word: str) -> tuple[str, ...]:
    import jieba

    return tuple(part for part in jieba.cut(word) if part != word)


def _read_terms(language: Language, output: Path) -> dict[str, str]:
    labels = Labels(language.prepare(output) / "labels")
    return {name: labels("term", name, "word") for name in labels.names("term")}
