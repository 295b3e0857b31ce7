"""What is kept for later commands: whether it, and all that decides it, is as it was then."""

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
    keep(stamp, {"of": [key, manifest(folder)], "told": told})


def recall(stamp: Path, key: str, folder: Path) -> dict[str, Any] | None:
    """Return what was noted if a folder is as it was made, from what it would be made now."""
    noted = read_kept(stamp)
    return noted if noted and folder.is_dir() and noted["of"] == [key, manifest(folder)] else None


def keep(path: Path, told: object) -> None:
    """Keep what JSON can hold for later commands, below a checksum of it."""
    text = json.dumps(told)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{_sum_up(text)}\n{text}", encoding="utf-8")


def read_kept(path: Path) -> Any:
    """Read what was kept; None if there is nothing, or not what was written."""
    with suppress(OSError, UnicodeError):
        written, _, text = path.read_text(encoding="utf-8").partition("\n")
        if written == _sum_up(text):
            return json.loads(text)
    return None


def _sum_up(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
