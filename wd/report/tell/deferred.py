"""Lists for templates that are made when a template asks for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any


class Deferred(Sequence):
    """A list that is made at its first use: a page that isn't there needs no words for it."""

    def __init__(self, make: Callable[[], Sequence[Any]]) -> None:
        """Keep how it is made."""
        self._make = make

    @cached_property
    def _made(self) -> Sequence[Any]:
        return self._make()

    def __len__(self) -> int:
        return len(self._made)

    def __getitem__(self, place):
        return self._made[place]
