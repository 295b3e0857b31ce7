"""Who builds into an output folder: one command at a time, the others are told or wait."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from wd.errors import ConfigError

LOCK, HOLDER = ".lock", ".lock.json"
_held: set[Path] = set()
"""The folders that this process holds."""


@contextmanager
def holding(output: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold an output folder, which is made if need be; inside another holding of it, do nothing.

    The operating system lets go of it when the process ends, however that comes about.

    Args:
        output: The folder.
        wait: Whether to wait while another process holds it.

    Raises:
        ConfigError: If another process holds it; the message names it.
    """
    place = output.resolve()
    if place in _held:
        yield
        return
    lock = FileLock(place / LOCK)
    try:
        place.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=-1 if wait else 0, poll_interval=0.5)
    except Timeout:
        raise ConfigError(
            f"{output}: {_describe_holder(place)} is building into it.\n"
            "Wait until it is done (some commands do with --wait), or give another folder with"
            " --output DIR."
        ) from None
    except OSError:  # nothing can be written here, as whoever tries to will say
        yield
        return
    _held.add(place)
    since = time.strftime("%Y-%m-%d %H:%M:%S")
    with suppress(OSError):
        (place / HOLDER).write_text(json.dumps({"process": os.getpid(), "since": since}))
    try:
        yield
    finally:
        _held.discard(place)
        for name in (HOLDER, LOCK):  # the lock itself while it is held: nobody waits on a ghost
            with suppress(OSError):
                (place / name).unlink(missing_ok=True)
        lock.release()
        with suppress(OSError):
            place.rmdir()  # if nothing was built


def _describe_holder(place: Path) -> str:
    try:
        holder = json.loads((place / HOLDER).read_text())
        return f"process {holder['process']:d}, since {holder['since']},"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
