"""Processes that work side by side, for tasks that Python's one lock would queue."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import forkserver, resource_tracker
from typing import TypeVar

from wd.errors import WdError
from wd.interrupts import uninterrupted

Task = TypeVar("Task")
Result = TypeVar("Result")
MOST = 8
"""Processes at most: each holds its own libraries and work, up to 0.4 GB."""


def count_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def work_through(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    processes: int,
    *,
    here: Callable[[Task], bool] = lambda task: False,
    settle: Callable[[], None] | None = None,
    preload: Sequence[str] = (),
) -> Iterator[tuple[Task, Result]]:
    """Do all tasks, several at a time, and yield them in their order.

    Args:
        work: A function of a module, so that other processes find it.
        tasks: They, and what `work` makes of them, are pickled.
        processes: How many at a time; with 1, this process does all.
        here: Whether a task must be done in this process.
        settle: Called once in every process before its first task; a function of a module.
        preload: Names of further modules to import once for all processes, where that is possible.

    Yields:
        Each task with its result.

    Raises:
        WdError: If a process was ended from outside.
    """
    if processes < 2:
        yield from ((task, work(task)) for task in tasks)
        return
    waiting: deque[tuple[Task, Future | None]] = deque()

    def finish_next() -> tuple[Task, Result]:
        task, future = waiting.popleft()
        return task, work(task) if future is None else future.result()

    with open_pool(processes, [work.__module__, *preload], settle) as pool:
        try:
            for task in tasks:
                waiting.append((task, None if here(task) else pool.submit(work, task)))
                if len(waiting) > 2 * processes:
                    yield finish_next()
            while waiting:
                yield finish_next()
        except BrokenProcessPool:
            raise WdError(
                "A process was ended from outside; memory may have run out.\n"
                "What was finished is kept: the same command goes on from there."
            ) from None
        finally:
            pool.shutdown(cancel_futures=True)


def warm_up(modules: Sequence[str]) -> None:
    """Begin to import what the processes of later pools will need; it goes on beside this one."""
    _context(modules)


def open_pool(
    processes: int, modules: Sequence[str], settle: Callable[[], None] | None = None
) -> ProcessPoolExecutor:
    """Open a pool of at most `MOST` processes.

    Args:
        processes: How many; they start with the first task.
        modules: What the work needs, and where it is defined.
        settle: As in `work_through`.
    """
    return ProcessPoolExecutor(
        min(processes, MOST), _context(modules), initializer=_settle, initargs=(settle,)
    )


def _context(modules: Sequence[str]) -> multiprocessing.context.BaseContext:
    """How to start processes: never by copying this one, whose threads would be missing."""
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(modules))  # imported once, for all processes
    resource_tracker.ensure_running()  # by itself, as its start would undo what follows
    with uninterrupted():
        forkserver.ensure_running()
    return context


def _settle(further: Callable[[], None] | None) -> None:
    """Prepare a process: it leaves interrupts to its parent and doesn't outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()
    if further:
        further()


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None, "only started processes follow one"
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
