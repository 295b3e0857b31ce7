r"""Mathematics, typeset while the site is built: the reader's browser runs no script for it.

Markdown's `$…$` and `$$…$$` arrive here as pymdownx.arithmatex leaves them in HTML
(`\(…\)` in a span, `\[…\]` in a div) and leave as KaTeX's HTML, with MathML beside it for
screen readers. A formula that doesn't parse stops the build.
"""

import json
import re
import subprocess
from html import escape, unescape
from pathlib import Path
from typing import IO, Any, Protocol, Self

from wd.errors import SiteError
from wd.report.site.node import node_executable

SCRIPT = Path(__file__).with_name("typeset.cjs")

ARITHMATEX = re.compile(
    r'(?P<before>[(（「『《“‘]*)<(?P<tag>span|div) class="arithmatex">\s*'
    r"(?:\\\((?P<inline>.*?)\\\)|\\\[(?P<display>.*?)\\\])"
    r"\s*</(?P=tag)>(?P<after>(?(inline)[,.;:!?)，。；：、！？）」』”’》]*))",
    re.DOTALL,
)
WIDE_MARK = re.compile("[，。；：、！？）」』》]")
"""Has room at its right by itself: a formula after it needs none."""
SHORT = 32
"""Characters of TeX up to which a formula in a sentence is kept on one line."""
SHELVED = re.compile(r"<span data-search-exclude><!--formula (\d+)--></span>")


class SetsFormulas(Protocol):
    """Whatever turns one formula into HTML."""

    def typeset(self, tex: str, display: bool) -> str:
        """Return the formula as HTML, or something to stand for it."""


class Typesetter:
    """KaTeX in one long-lived node process, started by the first formula.

    Use it as a context manager, or call `close`. Equal formulas are set once.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._known: dict[tuple[str, bool], str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def typeset(self, tex: str, display: bool) -> str:
        """Return `tex` as HTML and MathML.

        Raises:
            SiteError: The formula doesn't parse, or node or KaTeX is missing.
        """
        key = (tex, display)
        if key not in self._known:
            answer = self._ask({"tex": tex, "display": display})
            if "error" in answer:
                shown = " ".join(tex.split())
                raise SiteError(f'the formula "{shown}" can\'t be typeset: {answer["error"]}')
            kind = "math math--display" if display else "math"
            self._known[key] = f'<span class="{kind}">{answer["html"]}</span>'
        return self._known[key]

    def close(self) -> None:
        """End the node process; the next formula would start a new one."""
        process, self._process = self._process, None
        if process is None:
            return
        for stream in _list_streams(process):
            stream.close()
        process.wait()

    def _ask(self, question: dict[str, Any]) -> dict[str, str]:
        process = self._process = self._process or _start()
        asked, answered, said = _list_streams(process)
        try:
            asked.write(json.dumps(question) + "\n")
            asked.flush()
            line = answered.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            reason = _last_words(said)
            self.close()
            raise SiteError(f"KaTeX stopped: {reason} (`npm ci` installs what it needs)")
        return json.loads(line)


def _list_streams(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str], IO[str]]:
    """What a process that was started with three pipes is asked, answers and says."""
    assert process.stdin and process.stdout and process.stderr
    return process.stdin, process.stdout, process.stderr


class Shelf:
    """Keeps the set formulas aside while MkDocs passes a page through its plugins.

    KaTeX's HTML is many times longer than the prose around it. Until `put_back`, a page
    holds short comments instead, which no plugin indexes, parses or escapes. The search
    plugin forgets `data-search-exclude` at the end of any nested element of the same
    name, so that formulas left in place would leak into the index.
    """

    def __init__(self, typesetter: SetsFormulas) -> None:
        self._typesetter = typesetter
        self._formulas: list[str] = []

    def typeset(self, tex: str, display: bool) -> str:
        """Set the formula and return the comment that stands for it."""
        self._formulas.append(self._typesetter.typeset(tex, display))
        return f"<span data-search-exclude><!--formula {len(self._formulas) - 1}--></span>"

    def put_back(self, html: str) -> str:
        """Return `html` with every comment replaced by its formula."""
        return SHELVED.sub(lambda found: self._formulas[int(found[1])], html)


def typeset_page(html: str, typesetter: SetsFormulas, page: str) -> str:
    """Replace every formula that arithmatex marked; everything else stays byte for byte.

    A short formula in a sentence stays in one piece, with the marks that open before it and the
    punctuation that follows.

    Args:
        html: A page's content.
        typesetter: What sets a formula.
        page: The page's name, for messages.

    Raises:
        SiteError: A formula can't be typeset; the message names page and formula.
    """

    def replace(found: re.Match[str]) -> str:
        display = found["display"] is not None
        tex = unescape(found["display"] if display else found["inline"]).strip()
        try:
            formula = typesetter.typeset(tex, display)
        except SiteError as error:
            raise SiteError(f"{page}: {error}") from None
        if display:
            return found["before"] + formula
        long = " math--long" if len(tex) > SHORT else ""
        after_mark = WIDE_MARK.match(html, found.start() - 1)
        opened = " math--opened" if found["before"] or after_mark else ""
        ended = " math--ended" if found["after"] else ""
        whole = f"{found['before']}{formula}{found['after']}"
        return f'<span class="math--whole{long}{opened}{ended}">{whole}</span>'

    return ARITHMATEX.sub(replace, html)


def marked(tex: str, display: bool) -> str:
    """Mark a formula the way arithmatex does, for HTML that didn't come from Markdown."""
    if display:
        return f'<div class="arithmatex">\\[{escape(tex, quote=False)}\\]</div>'
    return f'<span class="arithmatex">\\({escape(tex, quote=False)}\\)</span>'


def _start() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [node_executable(), str(SCRIPT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def _last_words(stream: IO[str]) -> str:
    lines = [line for line in stream.read().splitlines() if "Error:" in line]
    return lines[0] if lines else "no reason given"
