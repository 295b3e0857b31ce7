"""Registries: functions under the names by which templates ask for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Generic, TypeVar

Function = TypeVar("Function", bound=Callable)


class Registry(dict[str, Function], Generic[Function]):
    """Functions by name; no name is given twice."""

    def __init__(self, kind: str, functions: Mapping[str, Function] = MappingProxyType({})) -> None:
        """Start with some functions.

        Args:
            kind: What they are, such as "figures", for messages.
            functions: By name.
        """
        super().__init__(functions)
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

    def load(self, package: str, folders: Iterable[str]) -> Registry[Function]:
        """Import every module of a package, so that all its functions are registered.

        Args:
            package: Its `__name__`.
            folders: Its `__path__`.
        """
        for folder in folders:
            for module in sorted(Path(folder).glob("[!_]*.py")):
                import_module(f"{package}.{module.stem}")
        return self
