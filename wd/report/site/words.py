"""A language's technical terms, for its search: kept whole, and found by their other names.

The words are those of the term lists (`labels/terms.toml`) and, where a language is derived from
another, of its list of replacements. Text without spaces is cut into words by a dictionary, which
doesn't know the terms.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from pathlib import Path

from wd.report.read.labels import Labels
from wd.report.site.languages import FIRST, LANGUAGES, Language

_HAN = re.compile("[\u3400-\u9fff]")


def gather_words(language: Language, output: Path) -> dict[str, list[str]]:
    """Gather a translation's terms, each with what else it is called in the site's languages.

    Args:
        language: The translation; the first language's own terms need no other names.
        output: The folder for all that is built.
    """
    if language is FIRST:
        return {}
    found: dict[str, dict[str, None]] = {}
    own = _read_terms(language, output)
    for other in LANGUAGES.values():
        pairs = []
        if other is not language:
            theirs = _read_terms(other, output)
            pairs += [(word, theirs[name]) for name, word in own.items() if name in theirs]
        derived = other.derivation
        if derived and other is language:
            pairs += [(becomes, word) for word, becomes in derived.terms.items()]
        elif derived and derived.source == language.name:
            pairs += list(derived.terms.items())
        for word, called in pairs:
            others = found.setdefault(word, {})
            if called != word:
                others[called] = None
    return {word: list(others) for word, others in found.items()}


def teach(words: Mapping[str, list[str]], cache: Path) -> dict[str, list[str]]:
    """Teach the terms to what cuts text into words, before the theme asks it.

    Args:
        words: As from `gather_words`.
        cache: Where the dictionary is kept in a form that loads fast.

    Returns:
        The same terms, with their own parts among what they are found by.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a package that isn't changed any more
        import jieba
    if not jieba.dt.initialized:
        cache.mkdir(parents=True, exist_ok=True)
        jieba.setLogLevel("ERROR")
        jieba.dt.tmp_dir = str(cache)  # else a place that any user of the machine can write to
    han = [word for word in words if _HAN.search(word)]
    parts = {word: [part for part in jieba.cut(word) if part != word] for word in han}
    for word in han:
        jieba.add_word(word)
    return {word: [*others, *parts.get(word, ())] for word, others in words.items()}


def _read_terms(language: Language, output: Path) -> dict[str, str]:
    labels = Labels(language.prepare(output) / "labels")
    return {name: labels("term", name, "word") for name in labels.names("term")}
