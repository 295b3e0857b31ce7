"""Refuses what a study says and none of its programs reads: it would train as if nothing were said.

What `[defaults]` says is for the programs that read it, and so is what a study says for one of
several programs: the others aren't repeated over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wd.declarations import HYPERPARAMETERS, IMPLEMENTATIONS, MATRIX, list_read
from wd.errors import ConfigError


def refuse_unread(where: str, told: Iterable[str], programs: Sequence[Any]) -> None:
    """Refuse a hyperparameter that a study's own table names and none of its programs reads.

    Args:
        where: The table, such as "[study.mine]".
        told: Its keys.
        programs: Its implementations.

    Raises:
        ConfigError: The message names what reads it, and what these programs read.
    """
    read = {name for program in programs for name in list_read(MATRIX, program)}
    for name in told:
        if name in HYPERPARAMETERS and name not in read:
            readers = [each for each, one in IMPLEMENTATIONS.items() if name in one.reads]
            raise ConfigError(
                f"{where} {name} is read by {', '.join(readers)}, not by {', '.join(programs)}.\n"
                "Leave it out, or choose another implementation. Allowed: "
                f"{', '.join(each for each in HYPERPARAMETERS if each in read)}."
            )
