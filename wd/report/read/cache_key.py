"""Stamps: whether everything that decides a result is as it was when the result was made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any


def digest(files: Iterable[Path], *texts: str) -> str:
    """Digest contents of files, in the order of their paths, and texts.

    Args:
        files: What is read; folders are passed over.
        *texts: Whatever else decides the result.

    Returns:
        64 hexadecimal digits (SHA-256).
    """
    whole = hashlib.sha256()
    for path in sorted(set(files)):
        if path.is_file():
            with path.open("rb") as file:
                whole.update(hashlib.file_digest(file, "sha256").digest())
    for text in texts:
        whole.update(hashlib.sha256(text.encode()).digest())
    return whole.hexdigest()


def manifest(folder: Path) -> str:
    """Digest names, sizes and times of all files of a folder: cheap, and changed by any edit."""
    entries = (
        f"{path.relative_to(folder).as_posix()} {stat.st_size} {stat.st_mtime_ns}"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and (stat := path.stat())
    )
    return hashlib.sha256("\n".join(entries).encode()).hexdigest()


def note(stamp: Path, key: str, folder: Path, told: object = None) -> None:
    """Note from what a folder was made, and something that its maker found out by the way."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    noted = {"of": [key, manifest(folder)], "told": told}
    stamp.write_text(json.dumps(noted), encoding="utf-8")


def recall(stamp: Path, key: str, folder: Path) -> dict[str, Any] | None:
    """Return what was noted if a folder is as it was made, from what it would be made now."""
    with suppress(OSError, ValueError):
        noted = json.loads(stamp.read_text(encoding="utf-8"))
        if folder.is_dir() and noted["of"] == [key, manifest(folder)]:
            return noted
    return None
