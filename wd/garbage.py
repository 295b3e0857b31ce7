"""How often Python looks for objects that hold each other and nobody else holds."""

from __future__ import annotations

import atexit
import gc

ALLOCATIONS, YOUNG, OLD = 100_000, 20, 100
"""By default 700, 10 and 10 (Python 3.11): after so many new objects, and every so many times
also among older ones."""


def collect_rarely() -> None:
    """Look for such garbage seldom, and not at all when the process ends.

    A build makes millions of objects (pages as trees, tables, figures) that live until it ends
    and are looked through again and again: with the default settings a fifth of the time of a
    small report, and more than a second after its last line. Little of what is made holds itself:
    a build's memory grows by about 2 %.
    """
    gc.set_threshold(ALLOCATIONS, YOUNG, OLD)
    atexit.register(gc.freeze)
