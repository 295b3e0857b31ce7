"""Where the checkout is: everything that is no code is found from here."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
"""The folder of report.toml, docs and mkdocs.yml."""


def name_in_commands(config: Path) -> str:
    """The option by which a reader gives this configuration to a command; none for the usual."""
    path = config.resolve()
    if path == PROJECT / "report.toml":
        return ""
    shown = path.relative_to(PROJECT) if path.is_relative_to(PROJECT) else Path(path.name)
    name = shown.as_posix()
    if re.search(r"[`<>&|\\\x00-\x1f]", name):  # which no code in Markdown holds for sure
        name = "FILE.toml"
    return f" --config {shlex.quote(name)}"
