"""What makes numbers: a machine, its device and the versions of its libraries."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version

import torch

from wd.evidence.processor import name_processor

RECORDED = (
    "torch",
    "numpy",
    "scipy",
    "scikit-learn",
    "matplotlib",
    "mkdocs",
    "mkdocs-material",
    "mkdocs-jupyter",
)
"""Packages whose versions are part of the provenance."""


def describe_machine(device: torch.device) -> dict[str, str]:
    """Say what makes numbers on a device of this machine, with the names of the provenance."""
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else platform.processor()
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "device": f"{device} {name}".strip(),
        "threads": str(torch.get_num_threads()),
        "processors": str(os.cpu_count()),
        "processor": name_processor(),
        **{package: version(package) for package in RECORDED},
    }
