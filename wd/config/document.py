"""From report.toml to frozen studies: every setting of the report, checked before anything runs."""

from __future__ import annotations

import itertools
import json
import math
import re
import reprlib
import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from wd.config.seeds import COUNT, SEED, read_range
from wd.config.settings import Setting, Study
from wd.config.unread import refuse_unread
from wd.declarations import (
    HYPERPARAMETERS,
    IMPLEMENTATIONS,
    KINDS,
    MATRIX,
    Hyperparameter,
    find_module,
    list_allowed,
    list_read,
)
from wd.errors import ConfigError


@dataclass(frozen=True)
class Config:
    """A checked configuration.

    Attributes:
        studies: The studies in the order of the file.
        defaults: The values of `[defaults]`, the built-in ones filled in.
        fail_on_claims: Whether a claim that doesn't hold fails the build.
        text: The file as it was read, for the record.
        notes: What to tell whoever wrote the file, a line each.
    """

    studies: tuple[Study, ...]
    defaults: dict[str, Any]
    fail_on_claims: bool
    text: str
    notes: tuple[str, ...] = ()

    def first(self, name: str) -> Any:
        """The first value of a default."""
        value = self.defaults[name]
        return value[0] if isinstance(value, list) else value

    def only(self, name: str | None) -> Config:
        """Keep one study, or all of them for None.

        Raises:
            ConfigError: If there is no study of that name.
        """
        if name is None:
            return self
        names = [study.name for study in self.studies]
        if name not in names:
            raise ConfigError(f"no study {name!r} here.\n{list_allowed(name, names)}")
        return replace(self, studies=tuple(each for each in self.studies if each.name == name))


_RECORDED = {"curves_every": None, "decompose": False}
"""What a study of the matrix may record of its runs beside their ends."""
_MEANT = {word: each.name for each in HYPERPARAMETERS.values() for word in each.also} | {
    "seed": "seeds"
}
_BUILT_IN = (
    {name: each.default for name, each in HYPERPARAMETERS.items()}
    | dict.fromkeys(  # left to the implementation
        name for each in IMPLEMENTATIONS.values() for name in each.follows
    )
    | {"seeds": COUNT.default, **_RECORDED}
)
_OLDER = find_module("legacy")
"""Reads what stood in files of older releases, if the report had any."""

MOST_SETTINGS = 1_000_000
"""Of all studies; more are taken only where someone says so."""


def load(path: Path, *, large: bool = True) -> Config:
    """Read and check a configuration file; more than `MOST_SETTINGS` are taken only if `large`.

    Returns:
        The checked configuration, every study unfolded into its settings.

    Raises:
        ConfigError: If the file can't be read, isn't TOML, or holds a key or value that isn't
            allowed; the message has at most three lines.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")  # Windows editors put a mark before the text
        document = tomllib.loads(text)
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file.\nGive one with --config PATH.") from None
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path}: isn't UTF-8: {error}\nSave it as UTF-8, and try again."
        ) from None
    except OSError as error:
        raise ConfigError(f"{path}: can't be read: {error}") from None
    except (ValueError, RecursionError) as error:  # TOML's own, absurd numbers, absurd nesting
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
    try:
        return parse(document, text, large=large)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def parse(document: dict[str, Any], text: str = "", *, large: bool = True) -> Config:
    """Check a configuration that has been read already; arguments and errors as in `load`."""
    if not document:
        raise ConfigError("the file is empty.\nIt needs at least one [study.NAME] table.")
    older = _OLDER.TABLES if _OLDER else ()
    _known(document, ("defaults", "study", *older, "claims"), "the file")
    defaults = _table(document, "defaults")
    _known(defaults, _BUILT_IN, "[defaults]")
    studies = _table(document, "study")
    if not studies:
        raise ConfigError("there is no study.\nAdd a table such as [study.chapter].")
    claims = _table(document, "claims")
    _known(claims, ("on_failure",), "[claims]")
    on_failure = claims.get("on_failure", "show")
    if on_failure not in ("fail", "show"):
        allowed = list_allowed(str(on_failure), ["fail", "show"])
        raise ConfigError(f"[claims] on_failure = {on_failure!r} isn't allowed.\n{allowed}")
    for key, value in defaults.items():
        if key == "seeds":
            _read_seeds("[defaults]", value)
        elif key != "decompose":
            _values("[defaults]", key, value)
    notes: tuple[str, ...] = ()
    if _OLDER:
        tables = {name: _table(document, name) for name in older}
        added, notes = _OLDER.translate(tables, _BUILT_IN | defaults)
        studies = added | studies
    return Config(
        studies=tuple(_studies(studies, defaults, math.inf if large else MOST_SETTINGS)),
        defaults=_BUILT_IN | defaults,
        fail_on_claims=on_failure == "fail",
        text=text,
        notes=notes,
    )


def _studies(studies: dict[str, Any], defaults: dict[str, Any], room: float) -> Iterator[Study]:
    """Unfold studies while there is room for their settings."""
    for name in studies:
        study = _study(name, studies, defaults, room)
        room -= len(study.settings)
        yield study


def _study(name: str, studies: dict[str, Any], defaults: dict[str, Any], room: float) -> Study:
    where = f"[study.{name}]"
    if not re.fullmatch("[a-z0-9_-]+", name):
        raise ConfigError(
            f"the study name {name!r} isn't allowed.\nUse lower-case letters, digits, - and _."
        )
    table = _table(studies, name, where)
    kind = table.get("kind", MATRIX)
    if kind not in KINDS:
        allowed = list_allowed(str(kind), list(KINDS))
        raise ConfigError(f"{where} kind = {kind!r} isn't allowed.\n{allowed}")
    _known(
        table, ("kind", "seeds", *list_read(kind), *(_RECORDED if kind == MATRIX else ())), where
    )
    merged = _BUILT_IN | defaults | table
    grid = {
        key: [None] if merged[key] is None else _values(where, key, merged[key])
        for key in HYPERPARAMETERS
    }
    if kind == MATRIX:
        refuse_unread(where, table, grid["implementation"])
    grids = list(_grids(kind, grid))
    count = sum(math.prod(len(values) for values in each.values()) for each in grids)
    if count > room:
        raise ConfigError(
            f"{where} has {count:,} settings, too many for one file "
            f"(at most {MOST_SETTINGS:,}).\nGive fewer values, or add --large."
        )
    settings = tuple(dict.fromkeys(_settings(kind, grids)))
    for setting in settings:
        if refused := _refuse(kind, setting):
            raise ConfigError(f"{where} {refused}")
    seeds = _read_seeds(where, merged["seeds"])
    recorded = _read_recorded(where, merged, settings) if kind == MATRIX else {}
    study = Study(name, kind, settings, tuple(seeds), **recorded)
    if table.get("decompose") and not any(map(study.decomposes, settings)):
        known = [name for name, each in IMPLEMENTATIONS.items() if each.theory is not None]
        supposed = dict(item for name in known for item in IMPLEMENTATIONS[name].supposes.items())
        values = " and ".join(f"{name} = {json.dumps(each)}" for name, each in supposed.items())
        raise ConfigError(
            f"{where} decompose = true has nothing to measure here.\n"
            f"It needs {' or '.join(known)} with {values}; or leave it out."
        )
    return study


def _read_seeds(where: str, value: object) -> Sequence[int]:
    """Read seeds: a list of them, a range {first, count}, or a count from 0 on."""
    if isinstance(value, dict):
        return read_range(where, value)
    if isinstance(value, list):
        return _values(where, "seeds", value, SEED)
    return range(_value(where, "seeds", value, COUNT))


def _refuse(kind: str, setting: Setting) -> str | None:
    """Say why the values of a setting don't go together, if they don't."""
    for name, value in setting.values:
        other = HYPERPARAMETERS[name].within
        if other and value > getattr(setting, other):
            return (
                f"{name} = {value} is larger than {other} = {getattr(setting, other)}.\n"
                f"Allowed: at most {other}."
            )
    return KINDS[kind].refuse(setting)


def _read_recorded(
    where: str, merged: dict[str, Any], settings: tuple[Setting, ...]
) -> dict[str, Any]:
    every = merged["curves_every"]
    if every is not None:
        epochs = [setting.epochs for setting in settings if setting.epochs is not None]
        limit = replace(COUNT, most=min(epochs, default=COUNT.most))
        every = _value(where, "curves_every", every, limit)
    if not isinstance(merged["decompose"], bool):
        raise ConfigError(
            f"{where} decompose = {merged['decompose']!r} isn't allowed.\nAllowed: true, false."
        )
    return {"curves_every": every, "decompose": merged["decompose"]}


def _grids(kind: str, grid: dict[str, list[Any]]) -> Iterator[dict[str, list[Any]]]:
    """The values of what a kind reads, or of each implementation's hyperparameters."""
    for implementation in grid["implementation"] if kind == MATRIX else [None]:
        declared = IMPLEMENTATIONS[implementation] if implementation else KINDS[kind]
        yield {"implementation": [implementation]} | {key: grid[key] for key in declared.reads}


def _settings(kind: str, grids: list[dict[str, list[Any]]]) -> Iterator[Setting]:
    for grid in grids:
        for values in itertools.product(*grid.values()):
            yield Setting.read(kind, dict(zip(grid, values, strict=True)))


def _values(
    where: str, key: str, value: object, accepted: Hyperparameter | None = None
) -> list[Any]:
    """Check one value or a list of them; numbers of a float key become floats."""
    if accepted is None:
        accepted = {"curves_every": COUNT}.get(key) or HYPERPARAMETERS[key]
    listed: list[Any] = value if isinstance(value, list) else [value]
    if not listed:
        raise ConfigError(f"{where} {key} = [] is empty.\nGive at least one value.")
    for item in listed:
        if allowed := accepted.check(item):
            shown = str(item).lower() if isinstance(item, bool) else reprlib.repr(item)
            raise ConfigError(f"{where} {key} = {shown} isn't allowed.\n{allowed}")
    # + 0.0 makes 0.0 of -0.0, which is another key but no other number
    items = [float(item) + 0.0 for item in listed] if accepted.type is float else listed
    if len(set(items)) < len(items):
        raise ConfigError(f"{where} {key} names a value twice.\nGive each value once.")
    return items


def _value(where: str, key: str, value: object, accepted: Hyperparameter) -> Any:
    """Check a value that can't be a list."""
    if isinstance(value, list):
        raise ConfigError(f"{where} {key} can't be a list.\n{accepted.check(value)}")
    return _values(where, key, value, accepted)[0]


def _table(parent: dict[str, Any], key: str, where: str | None = None) -> dict[str, Any]:
    table = parent.get(key, {})
    if not isinstance(table, dict):
        header = where or f"[{key}]"
        raise ConfigError(f"{header} must be a table.\nWrite {header} on a line of its own.")
    return table


def _known(table: dict[str, Any], names: Collection[str], where: str) -> None:
    for key in table:
        if key not in names:
            allowed = list_allowed(key, list(names), _MEANT)
            if readers := [repr(name) for name, kind in KINDS.items() if key in kind.reads]:
                allowed = f"Studies of another kind have it: {', '.join(readers)}."
            raise ConfigError(f"{where} has an unknown key {reprlib.repr(key)}.\n{allowed}")
