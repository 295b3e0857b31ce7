"""The line under a page's title: how long it takes to read, and what it supposes.

A page says what it supposes in its front matter, a link or a few words each:

    needs: "[The hard constraint](hard.md), derivatives"
"""

from __future__ import annotations

import math
import re
from pathlib import Path

from wd.errors import SiteError
from wd.report.read.labels import Labels

_NEEDS = re.compile(r'\A---\n(?:.*\n)*?needs: "(?P<needs>.*)"\n(?:.*\n)*?---\n')
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_TITLE = re.compile(r"^# .*\n", re.MULTILINE)
_FOLDED = re.compile(
    r"^\?\?\? [^\n]*\n(?:(?:[ ]{4}[^\n]*|[ \t]*)\n)*|<details.*?</details>",
    re.MULTILINE | re.DOTALL,
)
_FORMULA = re.compile(r"\$\$.*?\$\$|\\\[.*?\\\]|<div class=\"arithmatex.*?</div>", re.DOTALL)
_BESIDE = re.compile(  # what isn't read word by word: code, boxes, figures, tables, widgets
    r"^(?P<fence>```+).*?^(?P=fence)"
    r"|<div class=\"explore\b.*?^</div>|<div class=\"claim[^\n]*</div>|<ul class=\"parts[^\n]*</ul>"
    r"|<figure.*?</figure>|<svg.*?</svg>|^\|[^\n]*$",
    re.DOTALL | re.MULTILINE,
)
_MARKUP = re.compile(r"<[^>]*>|\]\([^)]*\)|\{[^}]*\}|[*_`#>\[\]]")
_WORDS_PER_MINUTE = 200
_HAN = re.compile("[\u3400-\u9fff]")
_WORDS_PER_LETTER = 0.6  # of Han letters, of which 330 a minute are read
_UNSOUGHT = '\n<div data-search-exclude="true" markdown>\n'  # the same on every page


def count_words(page: str) -> int:
    """Count the words of a page's prose, a formula in a line being one.

    What is folded, code, tables, figures and the boxes of claims don't count.

    Args:
        page: Rendered Markdown.
    """
    text = _BESIDE.sub(" ", _FORMULA.sub(" ", _FOLDED.sub("", _FRONT_MATTER.sub("", page))))
    text = re.sub(r"\$[^$\n]*\$", " formula ", text)
    text, letters = _HAN.subn(" ", _MARKUP.sub(" ", text))
    return len(re.findall(r"[^\W\d_][\w'’-]*", text)) + round(letters * _WORDS_PER_LETTER)


def estimate_minutes(page: str) -> int:
    """Estimate how many minutes a page takes, two at least.

    Words count, and a while for each formula and figure.
    """
    seen = _FOLDED.sub("", page)
    pauses = (
        0.5 * len(_FORMULA.findall(seen))
        + 0.7 * (seen.count("<figure") + seen.count('class="explore"'))
        + 0.25 * seen.count('<div class="claim')
    )
    return max(2, math.ceil(count_words(page) / _WORDS_PER_MINUTE + pauses))


def find_title(template: Path) -> str:
    """Find the first heading of a page's template.

    Raises:
        SiteError: If it has none.
    """
    for line in template.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            return line[2:]
    raise SiteError(f"{template}: there is no title.\nWrite a line that begins with # and a space.")


def put_lead(page: str, labels: Labels, note: str = "") -> str:
    """Put the line under the title of a page that says what it needs, and a note under that."""
    lead = ""
    if needs := _NEEDS.search(page):
        line = labels("word", "lead", minutes=str(estimate_minutes(page)), needs=needs["needs"])
        lead = f'<p class="lead" data-search-exclude="true" markdown>{line}</p>\n'
    if note:
        lead += f'{_UNSOUGHT}\n!!! info ""\n    {note}\n\n</div>\n'
    return _TITLE.sub(lambda title: f"{title[0]}\n{lead}", page, count=1) if lead else page
