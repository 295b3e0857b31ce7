"""What the commands say: progress and errors, on a terminal and elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from wd.errors import WdError, explain
from wd.garbage import collect_rarely
from wd.interrupts import interruptible

_WIDTH = 200
"""Of a table that is printed into a file, in characters."""
SILENT_AT_MOST_S = 10
"""A plain line says how far a study is after this time at the latest, if anything was finished."""


@contextmanager
def progress() -> Iterator:
    """Show how far each study is: bars on a terminal, a plain line per tenth or so elsewhere.

    Yields:
        A function of a study's name, the runs done and the runs in all.
    """
    console = Console()
    if not console.is_terminal:
        yield _plain_lines()
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]} runs/s"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bars:
        tasks, started = {}, {}

        def advance(name: str, done: int, total: int) -> None:
            if name not in tasks:
                started[name] = time.perf_counter()
                tasks[name] = bars.add_task(name, total=total, rate="…")
            passed = time.perf_counter() - started[name]
            rate = f"{done / passed:,.0f}" if done and passed else "…"
            bars.update(tasks[name], completed=done, rate=rate)

        yield advance


def _plain_lines():
    last: dict[str, int] = {}
    told = time.monotonic()

    def advance(name: str, done: int, total: int) -> None:
        nonlocal told
        tenth, now = 10 * done // total, time.monotonic()
        if not done or tenth > last.get(name, 0) or now > told + SILENT_AT_MOST_S:
            last[name], told = tenth, now
            print(f"{name}: {done:,} of {total:,} runs", flush=True)  # noqa: T201

    return advance


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]], numeric: int) -> None:
    """Print a table, the last `numeric` columns set flush right; into a file without a frame."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for place, name in enumerate(header):
        right = place >= len(header) - numeric
        table.add_column(name, justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Say what a stage did and how long it took."""
    start = time.perf_counter()
    yield
    print(f"{name}: {time.perf_counter() - start:.1f} s", flush=True)  # noqa: T201


def say(note: str) -> None:
    """Tell the user something that is no result: on stderr, a line."""
    print(f"note: {note}", file=sys.stderr, flush=True)  # noqa: T201


@contextmanager
def refusing() -> Iterator[None]:
    """End the command on a refusal with its message alone and its exit code; or on Ctrl-C."""
    collect_rarely()
    try:
        with interruptible():
            yield
    except WdError as error:
        message, code = str(error), error.exit_code
    except OSError as error:
        message, code = explain(error), WdError.exit_code
    else:
        return
    print(f"error: {message}", file=sys.stderr)  # noqa: T201
    raise SystemExit(code)
