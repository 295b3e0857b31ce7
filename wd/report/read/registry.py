"""Registries: functions under the names by which templates ask for them."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Generic, TypeVar

Function = TypeVar("Function", bound=Callable)


class Registry(dict[str, Function], Generic[Function]):
    """Functions by name; no name is given twice."""

    def __init__(self, kind: str) -> None:
        """Start without any.

        Args:
            kind: What they are, such as "figures": for messages, and where content has them.
        """
        super().__init__()
        self._kind = kind

    def register(self, name: str) -> Callable[[Function], Function]:
        """Register the decorated function under a name.

        Raises:
            ValueError: If the name is taken.
        """

        def add(function: Function) -> Function:
            if name in self:
                raise ValueError(f"two {self._kind} are named {name!r}")
            self[name] = function
            return function

        return add

    def load(self, content: str) -> Registry[Function]:
        """Import what a report has of this kind, so that all its functions are registered.

        Args:
            content: The package of the report's content. Its functions of this kind stand in the
                module of that name, such as `CONTENT.guesses`, or in modules of that package.
        """
        name = f"{content}.{self._kind}"
        if find_spec(name) is None:
            return self  # it has none
        home = import_module(name)
        for folder in getattr(home, "__path__", ()):
            for module in sorted(Path(folder).glob("[!_]*.py")):
                import_module(f"{home.__name__}.{module.stem}")
        return self
