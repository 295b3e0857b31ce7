"""Settings and studies: one cell of a grid with its values, and a named grid of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from wd.declarations import HYPERPARAMETERS, IMPLEMENTATIONS, MATRIX, list_read


@dataclass(frozen=True)
class Setting:
    """One cell of a study: the value of every hyperparameter that it reads, but not the seed.

    A hyperparameter is an attribute, such as `setting.lr`; one that this cell doesn't read is
    None, and a name that nothing declares is an AttributeError.

    Attributes:
        values: Names and values, in the order of `HYPERPARAMETERS`.
    """

    values: tuple[tuple[str, Any], ...]

    @classmethod
    def of(cls, implementation: str, **chosen: Any) -> Self:
        """Make a setting of the matrix, with defaults for what isn't chosen."""
        return cls.read(MATRIX, {"implementation": implementation} | chosen)

    @classmethod
    def read(cls, kind: str, chosen: Mapping[str, Any]) -> Self:
        """Keep of chosen values those that a setting of a kind reads, with defaults for the rest.

        Args:
            kind: One of `KINDS`.
            chosen: Values by name; None stands for the default.
        """
        reads = list_read(kind, chosen.get("implementation"))
        follows: Mapping[str, str] = {}
        if kind == MATRIX:
            follows = IMPLEMENTATIONS[chosen["implementation"]].follows
        values: dict[str, Any] = {}
        for name in HYPERPARAMETERS:
            if name in reads:
                value = chosen.get(name)
                if value is None and name in follows:
                    value = values[follows[name]]  # declared before it
                values[name] = HYPERPARAMETERS[name].default if value is None else value
        return cls(tuple(values.items()))

    def change(self, **changed: Any) -> Self:
        """Make a setting that differs in some of its values; None leaves a hyperparameter out."""
        values = dict(self.values) | changed
        return type(self)(
            tuple((name, values[name]) for name in HYPERPARAMETERS if values.get(name) is not None)
        )

    def __getattr__(self, name: str) -> Any:
        if name in HYPERPARAMETERS:
            return dict(self.values).get(name)
        raise AttributeError(f"there is no hyperparameter {name!r}")


@dataclass(frozen=True)
class Study:
    """A named grid of settings, each run with the same seeds.

    Attributes:
        name: As in `[study.NAME]`.
        kind: One of `KINDS`.
        settings: The cells, in the order of the grid.
        seeds: The seeds of every cell.
        curves_every: Record losses and norm every so many epochs; None records no curves.
        decompose: Measure parts and predictions of the runs as well, where `decomposes` says so.
    """

    name: str
    kind: str
    settings: tuple[Setting, ...]
    seeds: tuple[int, ...]
    curves_every: int | None = None
    decompose: bool = False

    def decomposes(self, setting: Setting) -> bool:
        """Whether parts and predictions are measured of a setting's runs.

        They are of implementations that theory predicts, where the settings are as it supposes.
        """
        if not self.decompose or setting.implementation is None:
            return False
        declared = IMPLEMENTATIONS[setting.implementation]
        supposed = declared.supposes.items()
        return declared.theory is not None and all(
            getattr(setting, name) == value for name, value in supposed
        )
