"""What MkDocs and our hooks warn of while a site is built: gathered, and told in one piece."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from wd.errors import SiteError
from wd.output import record

LOG = "log.txt"
"""All problems of the last build that had any, in the output folder."""
SHOWN = 10


def try_step(step: Callable[[], None]) -> list[str]:
    """Take a step of a build; return its problems, a line each."""
    from mkdocs.exceptions import MkDocsException

    with gathering() as problems:
        try:
            step()
        except (MkDocsException, SystemExit, SiteError) as error:
            return problems.listed(str(error))
    return problems.listed("MkDocs warns") if problems else []


@contextmanager
def gathering() -> Iterator[Problems]:
    """Gather what is warned of inside."""
    problems = Problems()
    logging.getLogger("mkdocs").addHandler(problems)
    try:
        yield problems
    finally:
        logging.getLogger("mkdocs").removeHandler(problems)


class Problems(logging.Handler):
    """Gathers what MkDocs and our hooks warn of, which they only log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a warning."""
        self._lines.append(record.getMessage())

    def __bool__(self) -> bool:
        """Whether there was any."""
        return bool(self._lines)

    def listed(self, reason: str) -> list[str]:
        """List all problems once; the reason why the build stopped where nothing was logged."""
        return list(dict.fromkeys(self._lines)) or [reason]


def tell_problems(problems: list[str], log: Path) -> str:
    """Write all problems to a file, and say the first ones and where the rest is."""
    log.write_text("".join(f"{line}\n" for line in problems), encoding="utf-8")
    record(log.parent, log.name)
    further = len(problems) - SHOWN
    rest = [f"and {further} more: all are in {log}"] if further > 0 else []
    return "\n".join([*problems[:SHOWN], *rest])
