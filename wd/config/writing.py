"""A configuration as a file: what a command has changed in one is written down like any other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def write_toml(document: Mapping[str, Any]) -> str:
    """Write a configuration; reading it gives the same document.

    Args:
        document: As `tomllib` reads it from a file that `wd.config` accepts.
    """
    tables = {name: table for name, table in document.items() if name != "study"}
    studies = {f"study.{name}": table for name, table in document.get("study", {}).items()}
    return "\n".join(
        f"[{name}]\n" + "".join(f"{key} = {_write(value)}\n" for key, value in table.items())
        for name, table in (tables | studies).items()
    )


def _write(value: object) -> str:
    """A value; strings, numbers, truth values and lists of them are written as in JSON."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key} = {_write(each)}' for key, each in value.items())}}}"
    return json.dumps(value, ensure_ascii=False)
