"""What Ctrl-C and SIGTERM do: a word at once, and an end within seconds, whatever is going on."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
PATIENCE_S = 4.0
"""How long a command may take to put things in order before it is ended where it stands."""
CHECKS_EVERY_S = 0.2
_SAID = "stopping; what is finished is kept: the same command goes on from there"


@contextmanager
def interruptible() -> Iterator[None]:
    """End what is inside on Ctrl-C or SIGTERM, with the exit code that shells expect.

    The first signal ends the other processes and raises KeyboardInterrupt here. A second one, or
    what takes too long to stop, such as a long call into a library, ends this process at once.
    Files stand that: what is written is committed in parts or swapped in whole.
    """
    told, teller = socket.socketpair()  # which Windows can be woken by as well
    teller.setblocking(False)
    received: list[int] = []
    said = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        received.append(number)
        raise KeyboardInterrupt

    threading.Thread(target=_watch, args=(told, said), daemon=True).start()
    before = {number: signal.signal(number, stop) for number in SIGNALS}
    woken = signal.set_wakeup_fd(teller.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        if received:  # the watch goes on: other threads may hold up the end of the process
            said.wait(PATIENCE_S)
            raise SystemExit(128 + received[0])
        signal.set_wakeup_fd(woken)
        for number, handler in before.items():
            signal.signal(number, handler)
        teller.close()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let processes that are started inside be deaf to Ctrl-C, which their parent answers."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """An event that is set at the end, however it comes, for what goes on beside."""
    stop = threading.Event()
    try:
        yield stop
    finally:
        stop.set()


def _watch(told: socket.socket, said: threading.Event) -> None:
    """Answer signals in a thread of its own: the main one may be inside a long call."""
    with told:
        if not (first := told.recv(1)):
            return
        print(_SAID, file=sys.stderr, flush=True)  # noqa: T201
        said.set()
        told.settimeout(CHECKS_EVERY_S)
        end = time.monotonic() + PATIENCE_S
        again = b""
        while not again and time.monotonic() < end:
            for process in multiprocessing.active_children():  # those that were just starting too
                process.terminate()  # which frees whoever waits for them
            with suppress(TimeoutError):
                again = told.recv(1)
        os._exit(128 + first[0])
