"""The configuration as templates see it."""

from __future__ import annotations

from typing import Any

from wd.errors import SiteError
from wd.report.read.labels import Labels
from wd.report.read.numbers import write_exactly


class Settings:
    """The configuration's defaults as templates see them: `config.n_train`."""

    def __init__(self, defaults: dict[str, Any], labels: Labels) -> None:
        self._defaults = defaults
        self._labels = labels

    def __getattr__(self, name: str) -> str:
        try:
            value = self._defaults[name]
        except KeyError:
            raise SiteError(f"the configuration has no default {name!r}") from None
        values = value if isinstance(value, list) else [value]
        return self._labels.enumerate(map(write_exactly, values))
