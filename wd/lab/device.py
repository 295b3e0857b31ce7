"""Which device trains."""

from __future__ import annotations

import torch

from wd.errors import DeviceError


def available() -> tuple[str, ...]:
    """Name the devices of this machine, the one that `auto` picks first."""
    cudas = [f"cuda:{index}" for index in range(torch.cuda.device_count())]
    mps = ["mps"] if torch.backends.mps.is_available() else []
    return (*cudas, *mps, "cpu")


def choose(name: str) -> torch.device:
    """Turn a device's name into the device.

    Args:
        name: "auto" (cuda, then mps, then cpu), or one of `available()`; "cuda" is "cuda:0".

    Returns:
        The device.

    Raises:
        DeviceError: If it isn't there; the message lists those that are.
    """
    there = available()
    wanted = {"auto": there[0], "cuda": "cuda:0"}.get(name, name)
    if wanted not in there:
        raise DeviceError(f"the device {name!r} isn't there.\nAvailable: auto, {', '.join(there)}.")
    return torch.device(wanted)
