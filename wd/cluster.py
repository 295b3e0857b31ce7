"""Other machines: the workers of a Dask scheduler that somebody started, as a team."""

from __future__ import annotations

import logging
import pickle
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Self

from wd.errors import ClusterError, ConfigError

INSTALL = 'python -m pip install -c constraints.txt -e ".[cluster]"'
CONNECT_S = 5
"""How long a scheduler may take to answer, and a lost one to be back."""
LOOKS_EVERY_S = 5
"""How often the workers are counted: they come and go."""
AT_LEAST = 16
"""Tasks at once where there are few workers: clusters that grow do so when tasks queue."""
PER_THREAD = 3


class Cluster:
    """A connection to a scheduler; a context that ends with it, and drops what isn't done.

    Attributes:
        address: The scheduler's, such as tcp://host:8786.
        dashboard: The address of the page that shows what the workers do.
    """

    def __init__(self, address: str, tell: Callable[[str], None]) -> None:
        """Connect, and wait for a worker if there is none.

        Args:
            address: The scheduler's.
            tell: Called with a line for the user where there is nobody to do the work.

        Raises:
            ConfigError: If Dask isn't installed.
            ClusterError: If no scheduler answers.
        """
        self.address, self._tell = address, tell
        self._client = _connect(address)
        self.dashboard = self._client.dashboard_link
        self._counted, self._threads = float("-inf"), 0
        if not self.count_threads():
            tell(f"{address} has no worker yet; waiting for one")
            self.submit(str, "").result()  # a cluster may start workers when there are tasks

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(Exception):  # it may be gone
            self._client.close(timeout=CONNECT_S)

    @property
    def at_once(self) -> int:
        """As in `Team`."""
        return max(AT_LEAST, PER_THREAD * self.count_threads())

    def count_threads(self) -> int:
        """How many tasks the workers do at a time, as of a few seconds ago at most."""
        if time.monotonic() > self._counted + LOOKS_EVERY_S:
            with self.explaining():
                self._threads = sum(self._client.nthreads().values())
            self._counted = time.monotonic()
        return self._threads

    def sum_memory(self) -> float:
        """The bytes that the workers may use, all together; infinite where one has no limit."""
        with self.explaining():
            workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        return sum(worker["memory_limit"] or float("inf") for worker in workers)

    def submit(self, work: Callable[[Any], Any], task: object, /) -> _Remote:
        """Hand out a task; Dask gives it to another worker where one is lost."""
        with self.explaining():
            return _Remote(self, self._client.submit(pickle.loads, _pack(work, task), pure=False))

    def ask(self, question: Callable[[Any], Any], about: object) -> dict[str, Any]:
        """Ask every worker; return the answers by address.

        Raises:
            ClusterError: If a worker lacks a module.
            WdError: If a worker raised it.
        """
        with self.explaining():
            answers = self._client.run(pickle.loads, _pack(question, about), on_error="return")
        for address, answer in answers.items():
            if isinstance(answer, Exception):
                with self.explaining(address):
                    raise answer
        return answers

    @contextmanager
    def explaining(self, who: str = "") -> Iterator[None]:
        """Say in the words of a user what Dask raises inside.

        Args:
            who: The address of the worker that raises, where it is known.

        Raises:
            ClusterError: If the scheduler is gone, a task ends its workers, or one lacks a module.
        """
        from distributed import KilledWorker
        from distributed.utils import CancelledError

        try:
            yield
        except KilledWorker as error:
            raise ClusterError(
                f"{error.allowed_failures + 1} workers ended, one after another, at the same task; "
                f"memory may have run out (the last one: {error.last_worker.address}).\n"
                "What was finished is kept: the same command goes on from there."
            ) from None
        except ModuleNotFoundError as error:
            raise ClusterError(
                f"the worker {who or 'that came last'} lacks {str(error.name).partition('.')[0]}; "
                f"run there, in a copy of this folder: {INSTALL}"
            ) from None
        except Exception as error:
            if not isinstance(error, CancelledError | OSError) and self._client.status != "closed":
                raise
            raise ClusterError(
                f"the scheduler at {self.address} is gone; what was finished is kept: "
                "with a new one the same command goes on from there."
            ) from None

    def look(self) -> None:
        """Say so if no worker is left."""
        before, now = self._threads, self.count_threads()
        if before and not now:
            self._tell(f"{self.address} has no worker any more; waiting for one")


class _Remote:
    """What a task that was handed out to a cluster will give."""

    def __init__(self, cluster: Cluster, future) -> None:
        self._cluster, self._future = cluster, future

    def result(self) -> Any:
        with self._cluster.explaining():
            while True:
                try:
                    return self._future.result(timeout=LOOKS_EVERY_S)
                except TimeoutError:
                    self._cluster.look()

    def cancel(self) -> None:
        """Nothing: the scheduler drops the tasks of a connection that ends."""


class _Call:
    """A call that is made by whoever unpickles it.

    So the scheduler, which has neither this project nor torch, handles bytes alone, and a worker
    that lacks them fails in the task, where that can be told.
    """

    def __init__(self, function: Callable[[Any], Any], argument: object) -> None:
        self._call = function, (argument,)

    def __reduce__(self) -> tuple:
        return self._call


def _pack(function: Callable[[Any], Any], argument: object) -> bytes:
    return pickle.dumps(_Call(function, argument))


def _connect(address: str):
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise ConfigError(f"--cluster needs Dask.\nRun: {INSTALL}") from None
    for name in ("distributed", "distributed.client", "distributed.core", "distributed.comm"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # we say it in a line
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # other versions: what matters of them is compared
            return Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise ClusterError(
            f"no scheduler answers at {address}, which should be like tcp://host:8786 "
            f"({type(error).__name__}); start one with: dask scheduler"
        ) from None
