"""From report.toml to frozen studies: every number of the report, checked before anything runs."""

from __future__ import annotations

import itertools
import re
import reprlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from wd.config.settings import CHECKS, DATA, EXACT, HYPERPARAMETERS, IMPLEMENTATIONS, Setting, Study
from wd.config.values import COUNT, KEYS, Accepted, list_allowed
from wd.errors import ConfigError

__all__ = [
    "CHECKS",
    "EXACT",
    "HYPERPARAMETERS",
    "IMPLEMENTATIONS",
    "Config",
    "Setting",
    "Study",
    "load",
    "parse",
]


@dataclass(frozen=True)
class Config:
    """A checked configuration.

    Attributes:
        studies: The studies in the order of the file.
        defaults: The values of `[defaults]`, the built-in ones filled in.
        setting: The scratch program's setting with the first value of each default.
        checks: Names of the checks to make, and on how many seeds each.
        fail_on_claims: Whether a claim that doesn't hold fails the build.
        text: The file as it was read, for the record.
    """

    studies: tuple[Study, ...]
    defaults: dict[str, Any]
    setting: Setting
    checks: dict[str, int]
    fail_on_claims: bool
    text: str

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
        studies = tuple(study for study in self.studies if study.name == name)
        return replace(self, studies=studies, checks={})


_SEED = Accepted(int, least=0, most=2**28 - 1)  # data.normals gives every seed 16 of 2**32 states
_STUDY_KEYS = (*KEYS, "seeds", "curves_every", "decompose")
_BUILT_IN = {
    "implementation": "scratch",
    "weight_decay": 0.0,
    "theta": 1.0,
    "init_std": 1.0,
    "bias_init_std": None,
    "batch_order": 0,
    "bias_decay": 0.0,
    "lr": 0.003,
    "batch_size": 5,
    "epochs": 100,
    "seeds": 100,
    "curves_every": None,
    "decompose": False,
} | {field.name: field.default for field in fields(Setting) if field.name in DATA}


def load(path: Path) -> Config:
    """Read and check a configuration file.

    Args:
        path: A TOML file with `[defaults]`, one `[study.NAME]` per study and `[claims]`.

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
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: can't be read: {error}") from None
    except (ValueError, RecursionError) as error:  # TOML's own, absurd numbers, absurd nesting
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
    try:
        return parse(document, text)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def parse(document: dict[str, Any], text: str = "") -> Config:
    """Check a configuration that has been read already; arguments and errors as in `load`."""
    if not document:
        raise ConfigError("the file is empty.\nIt needs at least one [study.NAME] table.")
    _known(document, ("defaults", "study", "checks", "claims"), "the file")
    defaults = _table(document, "defaults")
    _known(defaults, _STUDY_KEYS, "[defaults]")
    studies = _table(document, "study")
    if not studies:
        raise ConfigError("there is no study.\nAdd a table such as [study.chapter].")
    checks = _table(document, "checks")
    _known(checks, CHECKS, "[checks]")
    for name, seeds in checks.items():
        _value("[checks]", name, seeds, COUNT)
    claims = _table(document, "claims")
    _known(claims, ("on_failure",), "[claims]")
    on_failure = claims.get("on_failure", "show")
    if on_failure not in ("fail", "show"):
        allowed = list_allowed(str(on_failure), ["fail", "show"])
        raise ConfigError(f"[claims] on_failure = {on_failure!r} isn't allowed.\n{allowed}")
    for key, value in defaults.items():
        if key != "decompose":
            _values("[defaults]", key, value)
    return Config(
        studies=tuple(_study(name, studies, defaults) for name in studies),
        defaults=_BUILT_IN | defaults,
        setting=_default_setting(defaults),
        checks=checks,
        fail_on_claims=on_failure == "fail",
        text=text,
    )


def _default_setting(defaults: dict[str, Any]) -> Setting:
    merged = _BUILT_IN | defaults | {"implementation": "scratch"}
    first = {
        key: [None] if merged[key] is None else _values("[defaults]", key, merged[key])[:1]
        for key in KEYS
    }
    return next(_settings(first))


def _study(name: str, studies: dict[str, Any], defaults: dict[str, Any]) -> Study:
    where = f"[study.{name}]"
    if not re.fullmatch("[a-z0-9_-]+", name):
        raise ConfigError(
            f"the study name {name!r} isn't allowed.\nUse lower-case letters, digits, - and _."
        )
    table = _table(studies, name, where)
    _known(table, _STUDY_KEYS, where)
    merged = _BUILT_IN | defaults | table
    grid = {
        key: [None] if merged[key] is None else _values(where, key, merged[key]) for key in KEYS
    }
    settings = tuple(dict.fromkeys(_settings(grid)))
    for setting in settings:
        if setting.batch_size is not None and setting.batch_size > setting.n_train:
            raise ConfigError(
                f"{where} batch_size = {setting.batch_size} is larger than "
                f"n_train = {setting.n_train}.\nAllowed: at most n_train."
            )
    seeds = merged["seeds"]
    if isinstance(seeds, list):
        seeds = _values(where, "seeds", seeds, _SEED)
    else:
        seeds = range(_value(where, "seeds", seeds, COUNT))
    every = merged["curves_every"]
    if every is not None:
        epochs = [setting.epochs for setting in settings if setting.epochs is not None]
        limit = Accepted(int, least=1, most=min(epochs, default=1_000_000))
        every = _value(where, "curves_every", every, limit)
    if not isinstance(merged["decompose"], bool):
        raise ConfigError(
            f"{where} decompose = {merged['decompose']!r} isn't allowed.\nAllowed: true, false."
        )
    return Study(name, settings, tuple(seeds), every, merged["decompose"])


def _settings(grid: dict[str, list[Any]]) -> Iterator[Setting]:
    for implementation in grid["implementation"]:
        read = IMPLEMENTATIONS[implementation]
        for values in itertools.product(*(grid[key] for key in read)):
            chosen = dict.fromkeys(HYPERPARAMETERS) | dict(zip(read, values, strict=True))
            if "bias_init_std" in read and chosen["bias_init_std"] is None:
                own = implementation == "concise"
                chosen["bias_init_std"] = chosen["init_std"] if own else 0.0
            yield Setting(**chosen | {"implementation": implementation})


def _values(where: str, key: str, value: object, accepted: Accepted | None = None) -> list[Any]:
    """Check one value or a list of them; numbers of a float key become floats."""
    if accepted is None:
        accepted = {"seeds": _SEED, "curves_every": COUNT}.get(key) or KEYS[key]
    listed = value if isinstance(value, list) else [value]
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


def _value(where: str, key: str, value: object, accepted: Accepted) -> Any:
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


def _known(table: dict[str, Any], names: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in names:
            allowed = list_allowed(key, list(names))
            raise ConfigError(f"{where} has an unknown key {key!r}.\n{allowed}")
