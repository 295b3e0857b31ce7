"""The sites of all languages are built side by side, and all of them or none are shown."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from wd.errors import SiteError
from wd.report.site.build import write_site
from wd.report.site.languages import LANGUAGES

REFUSED, SLOW = [*LANGUAGES][1], [*LANGUAGES][-1]
PATIENCE_S = 60


class Team:
    """Builds nothing: one language is refused, and another writes only once it is waited for."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor()
        self._waited_for = Future[None]()
        self.wrote = False

    def submit(self, _: Callable, order) -> Future:
        """Take an order."""
        return _Watched(self._pool.submit(self._build, order), order.language, self._waited_for)

    def _build(self, order) -> list[str]:
        if order.language == SLOW:
            self._waited_for.result(PATIENCE_S)
            order.site_dir.mkdir()
            self.wrote = True
        return ["a link leads nowhere"] if order.language == REFUSED else []


class _Watched:
    """A future that tells when somebody waits for the slow language."""

    def __init__(self, future: Future, language: str, waited_for: Future) -> None:
        self._future, self._language, self._waited_for = future, language, waited_for

    def result(self) -> list[str]:
        """Wait."""
        if self._language == SLOW:
            self._waited_for.set_result(None)
        return self._future.result(PATIENCE_S)


def test_a_site_is_refused_only_once_no_other_is_being_written(tmp_path: Path) -> None:
    team = Team()

    with pytest.raises(SiteError, match="a link leads nowhere"):
        write_site(tmp_path, team=team)

    assert team.wrote
    assert not list(tmp_path.glob("site*"))
