"""Stamps: whether everything that decides a result is as it was when the result was made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


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
            whole.update(hashlib.sha256(path.read_bytes()).digest())
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
