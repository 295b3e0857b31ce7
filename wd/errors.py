"""What can go wrong, as one small tree.

A message says what was wrong (key and value), what is allowed, and what to do.
The tasks print it and exit: 2 for bad input, 1 for a build that failed.
"""

from __future__ import annotations

import errno


class WdError(Exception):
    """Anything this package refuses; `exit_code` is what the command ends with."""

    exit_code = 1


class ConfigError(WdError):
    """The configuration can't be read or holds a value that isn't allowed."""

    exit_code = 2


class DeviceError(WdError):
    """The device that was asked for isn't there."""

    exit_code = 2


class ClusterError(WdError):
    """No cluster answers at an address, or a worker of it would make other numbers."""


class EvidenceError(WdError):
    """The evidence file is damaged, or lacks what a page needs."""


class ClaimError(WdError):
    """The evidence refutes a claim of the report."""


class DifferenceError(WdError):
    """Two evidence files differ by more than was allowed."""


class SiteError(WdError):
    """A page, figure, formula or notebook can't be built."""


def explain(error: OSError) -> str:
    """Say what the file system refused, and what to do where that is known."""
    what = f"{error.filename}: " if error.filename else ""
    to_do = {
        errno.ENOSPC: "Make room there",
        errno.EDQUOT: "Make room there",
        errno.EACCES: "Get the right to write there, or give another folder with --output DIR",
        errno.EPERM: "Get the right to write there, or give another folder with --output DIR",
        errno.EROFS: "Give another folder with --output DIR",
    }.get(error.errno or 0, "Put that right")
    return (
        f"{what}{error.strerror or error}.\n"
        f"{to_do}; what is finished is kept: the same command goes on from there."
    )
