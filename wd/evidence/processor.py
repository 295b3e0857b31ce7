"""The kind of processor: numbers of two kinds differ in their last digits and are never mixed.

Libraries choose their kernels by the vendor and the instruction set, and by what the environment
says of it. Of an accelerator the device type stands beside this in every cell.
"""

from __future__ import annotations

import os
import platform
from functools import cache
from pathlib import Path

_LEVELS = ("avx512f", "avx2", "avx", "asimd")
_CHOICES = ("ATEN_CPU_CAPABILITY", "MKL_CBWR", "MKL_ENABLE_INSTRUCTIONS", "MKL_DEBUG_CPU_TYPE")
"""Variables by which a user makes the libraries take other kernels."""


@cache
def name_processor() -> str:
    """Name machine, vendor and instruction set, such as "x86_64 AuthenticAMD avx2"."""
    facts = _read_cpuinfo()
    flags = set(facts.get("flags", facts.get("Features", "")).split())
    level = next((each for each in _LEVELS if each in flags), "")
    chosen = [f"{name}={os.environ[name]}" for name in _CHOICES if os.environ.get(name)]
    vendor = facts.get("vendor_id", "" if facts else platform.processor())
    return " ".join(filter(None, [platform.machine(), vendor, level, *chosen]))


def _read_cpuinfo() -> dict[str, str]:
    """What Linux says of the first core; elsewhere nothing."""
    try:
        first = Path("/proc/cpuinfo").read_text(encoding="utf-8").partition("\n\n")[0]
    except OSError:
        return {}
    lines = (line.partition(":") for line in first.splitlines())
    return {name.strip(): value.strip() for name, _, value in lines}
