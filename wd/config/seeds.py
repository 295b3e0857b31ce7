"""Seeds: a count from 0 on, a list, or a range that begins elsewhere; and fresh ones for a file."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from wd.declarations import Hyperparameter, list_allowed
from wd.errors import ConfigError

COUNT = Hyperparameter("seeds", int, 100, "seeds", least=1, most=1_000_000)
SEED = Hyperparameter("seeds", int, 0, "a seed", least=0, most=2**28 - 1)
"""`data.normals` gives every seed 16 of 2**32 states."""
_RANGE = {"first": SEED, "count": COUNT}


def read_range(where: str, table: dict[str, Any]) -> range:
    """Read a range of seeds such as {first = 100000, count = 1000}.

    Raises:
        ConfigError: If a key is missing or not known, or a value isn't allowed.
    """
    for name in (*table, *_RANGE):
        if name not in _RANGE or name not in table:
            what = "lacks" if name in _RANGE else "has an unknown"
            raise ConfigError(
                f"{where} seeds {what} key {name!r}.\n{list_allowed(name, list(_RANGE))}\n"
                "Such as: seeds = {first = 100000, count = 1000}"
            )
        if allowed := _RANGE[name].check(table[name]):
            raise ConfigError(f"{where} seeds {name} = {table[name]!r} isn't allowed.\n{allowed}")
    first, count = table["first"], table["count"]
    if allowed := SEED.check(first + count - 1):
        raise ConfigError(f"{where} seeds end at {first + count - 1:,}.\n{allowed}")
    return range(first, first + count)


def refresh(document: dict[str, Any], first: int) -> dict[str, Any]:
    """Replace the seeds of a configuration by as many others, from `first` on.

    Seeds that are listed one by one stay: whoever lists them means just these data sets.
    """
    fresh = deepcopy(document)
    defaults = fresh.setdefault("defaults", {})
    defaults.setdefault("seeds", COUNT.default)
    tables: Iterable[dict[str, Any]] = (defaults, *fresh.get("study", {}).values())
    for table in tables:
        if isinstance(table.get("seeds"), int):
            table["seeds"] = {"first": first, "count": table["seeds"]}
        elif isinstance(table.get("seeds"), dict):
            table["seeds"] = table["seeds"] | {"first": first}
    return fresh


def list_refreshed(document: dict[str, Any]) -> set[str]:
    """List the studies of a configuration to which `refresh` gives other seeds."""
    usual = document.get("defaults", {}).get("seeds", COUNT.default)
    studies = document.get("study", {}).items()
    return {name for name, table in studies if not isinstance(table.get("seeds", usual), list)}
