"""Who does tasks that Python's one lock would queue: processes side by side, or other machines."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, InvalidStateError, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import forkserver, resource_tracker
from types import TracebackType
from typing import Any, Protocol, TypeVar

from wd.errors import WdError
from wd.garbage import collect_rarely
from wd.interrupts import uninterrupted

Task = TypeVar("Task")
Result = TypeVar("Result")
MOST = 8
"""Processes at most: each holds its own libraries and work, up to 0.4 GB."""


class Coming(Protocol):
    """What a task that was handed out will give."""

    def result(self) -> Any:
        """Wait for it; raise what the task raised."""

    def cancel(self) -> object:
        """Drop the task, unless somebody is at it."""


class Team(Protocol):
    """Who does tasks elsewhere."""

    @property
    def at_once(self) -> int:
        """Tasks that are handed out ahead of the results, at most: this bounds the memory."""

    def submit(self, work: Callable[[Task], Result], task: Task, /) -> Coming:
        """Hand out a task."""


@dataclass(frozen=True)
class Done:
    """A result that is there already, as `Coming`."""

    made: Any

    def result(self) -> Any:
        """Return it."""
        return self.made

    def cancel(self) -> None:
        """Nothing is left to drop."""


class Alone:
    """Stands for a team: this process does each task as soon as it is given one."""

    def submit(self, work: Callable[[Task], Result], task: Task, /) -> Coming:
        """Do a task."""
        return Done(work(task))

    def shutdown(self, *, cancel_futures: bool) -> None:
        """Nothing goes on that could be ended or cancelled."""


def count_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def work_through(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    team: AbstractContextManager[Team] | None,
    *,
    here: Callable[[Task], bool] = lambda task: False,
) -> Iterator[tuple[Task, Result]]:
    """Do all tasks, several at a time, and yield them in their order.

    Args:
        work: A function of a module, so that others find it.
        tasks: They, and what `work` makes of them, are pickled.
        team: Who does them; None if this process does all.
        here: Whether a task must be done in this process.

    Yields:
        Each task with its result.
    """
    if team is None:
        yield from ((task, work(task)) for task in tasks)
        return
    waiting: deque[tuple[Task, Coming | None]] = deque()

    def finish_next() -> tuple[Task, Result]:
        task, coming = waiting.popleft()
        return task, work(task) if coming is None else coming.result()

    with team as members:
        try:
            for task in tasks:
                waiting.append((task, None if here(task) else members.submit(work, task)))
                if len(waiting) > members.at_once:
                    yield finish_next()
            while waiting:
                yield finish_next()
        finally:
            for _, coming in waiting:
                if coming:
                    coming.cancel()


class Pool(ProcessPoolExecutor):
    """Processes of this machine, a team; they start with the first task."""

    def __init__(
        self, processes: int, modules: Sequence[str], settle: Callable[[], None] | None = None
    ) -> None:
        """Choose how many.

        Args:
            processes: How many; `MOST` at most.
            modules: What the work needs, and where it is defined: imported once for all, where
                that is possible.
            settle: Called once in every process before its first task; a function of a module.
        """
        count = min(processes, MOST)
        self._count = count
        super().__init__(count, _context(modules), initializer=_settle, initargs=(settle,))

    @property
    def at_once(self) -> int:
        """As in `Team`."""
        return 2 * self._count

    if sys.version_info < (3, 12):  # later ones do this themselves: python/cpython#107219

        def submit(self, work: Callable[..., Any], /, *task: Any, **named: Any) -> Future[Any]:
            """Hand out a task; one that is dropped stays so, whatever becomes of its process.

            When a process ends, Python gives the error to all tasks that wait, and its thread that
            does so ended at the first that was dropped meanwhile, with a traceback.
            """
            coming = super().submit(work, *task, **named)
            coming.__class__ = _Droppable
            return coming

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the processes.

        Raises:
            WdError: If one of them was ended from outside.
        """
        super().__exit__(kind, error, trace)
        if isinstance(error, BrokenProcessPool):
            raise WdError(
                "A process was ended from outside; memory may have run out.\n"
                "What was finished is kept: the same command goes on from there."
            ) from None


class _Droppable(Future):
    """What a task will give, or nothing where it was dropped."""

    def set_exception(self, exception: BaseException | None) -> None:
        """Take an error, unless the task was dropped."""
        with suppress(InvalidStateError):
            super().set_exception(exception)


def _context(modules: Sequence[str]) -> multiprocessing.context.BaseContext:
    """How to start processes: never by copying this one, whose threads would be missing."""
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(modules))  # imported once, for all processes
    with _without_news_of_semaphores():
        resource_tracker.ensure_running()  # by itself, as its start would undo what follows
    with uninterrupted():
        forkserver.ensure_running()
    return context


@contextmanager
def _without_news_of_semaphores() -> Iterator[None]:
    """Let Python's tracker take away in silence what processes leave that are ended from outside.

    One that has a pool of its own leaves semaphores; to whoever pressed Ctrl-C that is no news.
    """
    before = os.environ.get("PYTHONWARNINGS")
    own = "ignore:resource_tracker:UserWarning"  # by its start, all that it warns of
    os.environ["PYTHONWARNINGS"] = f"{before},{own}" if before else own
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONWARNINGS"]
        else:
            os.environ["PYTHONWARNINGS"] = before


def _settle(further: Callable[[], None] | None) -> None:
    """Prepare a process: it leaves interrupts to its parent and doesn't outlive it."""
    collect_rarely()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()
    if further:
        further()


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None, "only started processes follow one"
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
