"""What the search finds beyond the words of the pages: aliases, and other spellings.

The theme's search compares letters. A reader may type a symbol that the page typesets, a term
in the course's language, or American English; two fields of the index that are shown nowhere
hold these words. mkdocs.yml says how much they weigh, and how words are spelt elsewhere.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from wd.report.site.languages import FIRST

ALIASES, SPELLINGS = "aliases", "spellings"
"""Fields of the index: the theme searches all, and shows only title, text and tags."""
_CODE = re.compile("<pre>.*?</pre>", re.DOTALL)
"""Blocks of code: a search is for what the text says of them."""
_TAG = re.compile("<[^>]*>")
"""What is found is shown in one piece, without its paragraphs."""
_SUMMARY = '<h2 id="keep">'
_FOLD = re.compile('<details class="(question|expert|note)">')
_STRAY = re.compile(r" (?=[,.;:])")
"""What a formula leaves between the word before it and a stop."""
PAGE = "page"
"""Stands among the anchors of a page's aliases for the page itself."""


def list_aliases(meta: Mapping[str, Any], address: str) -> dict[str, str]:
    """List a page's aliases by their places in the index.

    Args:
        meta: The page's front matter: under `search`, `aliases` are words by anchor, such as
            `{"page": "d2l", "null-space": "kernel"}`.
        address: The page's own, such as "update-rule/".

    Returns:
        Words by address, such as `{"update-rule/#null-space": "kernel"}`.
    """
    words = (meta.get("search") or {}).get(ALIASES) or {}
    return {address + (f"#{at}" if at != PAGE else ""): str(each) for at, each in words.items()}


def find_greedy(folder: Path) -> list[str]:
    """Find aliases that would answer to every sentence, in the templates of a language.

    A typed word finds all that it begins: the stop word "the" would find "theta".

    Returns:
        A line for each.
    """
    from mkdocs.utils.meta import get_data

    (script,) = Path(str(files("material"))).glob(
        "templates/assets/javascripts/workers/search.*.min.js"
    )
    listed = re.findall(r"generateStopWordFilter\((\[.*?\])\)", script.read_text(encoding="utf-8"))
    stop_words = tuple(json.loads(listed[0]))
    return [
        f"{path}: the alias {word!r} begins like a stop word, so that every sentence would find it"
        for path in sorted(folder.glob("*.md.j2"))
        for words in list_aliases(get_data(path.read_text(encoding="utf-8"))[1], "").values()
        for word in words.lower().split()
        if word.startswith(stop_words)
    ]


def leave_out_repeats(html: str) -> str:
    """Keep a page's folds out of the index, and what it says again at its end.

    Who follows an offer would meet folds closed. Exercises ask about what the text says; what is
    for experts and tables of all that was measured belong to a section that is found by its own
    words; and what is to be kept was said before.

    Args:
        html: A page's content.
    """
    html = html.replace(_SUMMARY, f'{_SUMMARY[:-1]} data-search-exclude="true">')
    return _FOLD.sub(r'<details class="\1" data-search-exclude="true">', html)


def complete_index(
    folder: Path,
    aliases: Mapping[str, str],
    spellings: Mapping[str, str],
    elsewhere: Iterable[tuple[str, str]] = (),
    words: Mapping[str, Sequence[str]] | None = None,
) -> list[str]:
    """Add aliases and spellings to the index, take code out, and write it as a script too.

    From disk the search reads the script: Chromium fetches nothing from file://.

    Args:
        folder: Where the theme has written the index.
        aliases: As from `list_aliases`, of all pages.
        spellings: Replacements by regular expression. Each word that one matches in full is
            found by what it becomes as well.
        words: Terms, and by what else a text that has them is found.
        elsewhere: Title and address of pages of another language, to be found by their titles.

    Returns:
        The addresses of aliases that lead nowhere, since the index has no such place.
    """
    path = folder / "search_index.json"
    index = json.loads(path.read_text(encoding="utf-8"))
    for entry in index["docs"]:
        words_alone = " ".join(_TAG.sub("", _CODE.sub("", entry["text"])).split())
        entry["text"] = _STRAY.sub("", words_alone)
        if entry["location"] in aliases:
            entry[ALIASES] = aliases[entry["location"]]
        text = f"{entry['title']} {entry['text']}"
        if respelt := [*_respell(text, spellings), *_name_otherwise(text, words or {})]:
            entry[SPELLINGS] = " ".join(respelt)
    index["docs"] += [
        {"location": address, "title": title, "text": ""} for title, address in elsewhere
    ]
    text = json.dumps(index, separators=(",", ":"), ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    path.with_suffix(".js").write_text(f"var __index = {text}", encoding="utf-8")
    return sorted(aliases.keys() - {entry["location"] for entry in index["docs"]})


def _respell(text: str, spellings: Mapping[str, str]) -> list[str]:
    words = set(re.findall(r"[^\W\d_]+", re.sub(r"<[^>]*>", " ", text)))
    pairs = [(word, re.compile(one), other) for word in words for one, other in spellings.items()]
    return sorted(one.sub(other, word).lower() for word, one, other in pairs if one.fullmatch(word))


def _name_otherwise(text: str, words: Mapping[str, Sequence[str]]) -> list[str]:
    """List the other names of the terms in a text, in which marks part the words."""
    whole = text.replace("\u200b", "")
    found = (other for word, others in words.items() if word in whole for other in others)
    return list(dict.fromkeys(found))


if __name__ == "__main__":  # the stop words are English, as is the first language
    sys.exit("\n".join(find_greedy(FIRST.folder)) or None)
