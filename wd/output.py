"""The output folder: what of it is a build's own, and how a finished folder takes its place.

A manifest in it names every file that builds have made, so that cleaning deletes those and nothing
else. A folder is made beside the last one and swapped in; a build that was killed in between is
healed by the next command.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from wd.errors import ConfigError, SiteError
from wd.project import PROJECT

EVIDENCE = "evidence.sqlite"
MANIFEST = "manifest.txt"
_NEW_MANIFEST = f"{MANIFEST}.new"
SIGNS = {"docs": "en/data/evidence.sqlite", "site": ".nojekyll", "offline": ".nojekyll"}
"""The folders that a build fills, and a file by which they are known for its own."""

SOURCES = (".ci", ".git", ".github", "benchmarks", "docs", "node_modules", "tests", "wd")
"""The folders of this project in which nothing is built."""

LONGEST_SWAP_S = 10
LONGEST_BUILD_S = 24 * 3600
"""What is older was left by a process that is gone, though another one may have its number now."""


def prepare(output: Path) -> None:
    """Make sure that a build may write into a folder, and put right what a killed one left.

    Raises:
        ConfigError: If it is no folder, or one in which a build would replace what no build made,
            such as this checkout.
    """
    if output.exists() and not output.is_dir():
        raise ConfigError(f"{output} is no folder.\nGive one with --output DIR.")
    if any(output.resolve().is_relative_to(PROJECT / name) for name in SOURCES):
        raise ConfigError(f"{output} is among the sources.\nGive another with --output DIR.")
    _heal(output)
    for name, sign in SIGNS.items():
        if name == "docs" and (output / EVIDENCE).is_file():
            continue  # perhaps stopped before it had its sign; the others are swapped in whole
        if (output / name).exists() and not (output / name / sign).is_file():
            raise ConfigError(
                f"{output / name} was there before any build, which would replace it.\n"
                "Give another folder with --output DIR."
            )


def make_fresh(place: Path) -> Path:
    """Make an empty folder beside a place, to be filled and then swapped in.

    Where the place is a link to a folder, it is made beside that.
    """
    fresh = _name_beside(place, "new")
    fresh.mkdir(parents=True)
    return fresh


def swap(fresh: Path, place: Path) -> None:
    """Put a finished folder in the place of the last one; the gap is two renames long.

    A link stays, and what it leads to is replaced.

    Raises:
        SiteError: If the last one can't be moved, perhaps because a program has it open.
    """
    old, place = _name_beside(place, "old"), place.resolve()
    try:
        if place.exists():
            place.rename(old)
        try:
            fresh.rename(place)
        except OSError:
            if old.exists():
                old.rename(place)
            raise
    except OSError as error:
        raise SiteError(
            f"{place}: can't be replaced: {error.strerror}.\nClose what has it open, and try again."
        ) from None
    shutil.rmtree(old, ignore_errors=True)


def _name_beside(place: Path, what: str) -> Path:
    """A name for a temporary folder: for what, whose, and since when."""
    place = place.resolve()
    return place.with_name(f".{what}-{place.name}-{os.getpid()}-{time.time_ns()}")


class _Left(NamedTuple):
    """A temporary folder: since when, what it holds (the "new" or "old" one), whose, and where."""

    since_ns: int
    what: str
    process: int
    path: Path

    @property
    def in_use(self) -> bool:
        """Whether the process that made it may still be at it."""
        age_s = (time.time_ns() - self.since_ns) / 1e9
        if age_s > (LONGEST_SWAP_S if self.what == "old" else LONGEST_BUILD_S):
            return False
        if not _is_posix():  # asking for a process could end it
            return True
        try:
            os.kill(self.process, 0)
        except (ProcessLookupError, OverflowError):
            return False
        except OSError:
            return True  # it is another user's
        return self.process != os.getpid()


def _is_posix() -> bool:
    return os.name == "posix"


def _list_left(place: Path) -> Iterator[_Left]:
    """The temporary folders beside a place, in any order."""
    name = re.compile(rf"\.(new|old)-{re.escape(place.name)}-(\d+)-(\d+)")
    for path in place.parent.iterdir() if place.parent.is_dir() else ():
        if (found := name.fullmatch(path.name)) and path.is_dir() and not path.is_symlink():
            yield _Left(int(found[3]), found[1], int(found[2]), path)


def _heal(output: Path) -> None:
    """Bring back a folder that was moved away and not replaced; sweep what else was left."""
    for name in SIGNS:
        place = (output / name).resolve()
        left = sorted(each for each in _list_left(place) if not each.in_use)
        moved = [each.path for each in left if each.what == "old"]
        with suppress(OSError):  # another command may be healing it too
            if moved and not place.exists():
                moved[-1].rename(place)
        for each in left:
            shutil.rmtree(each.path, ignore_errors=True)


@contextmanager
def recording(output: Path, *names: str) -> Iterator[None]:
    """Note what is made inside in the manifest, also what a build leaves that fails or is stopped.

    Then what was there before is the user's, where no build is known to have made it.
    """
    foreign = set(_list_files(output, names)) - set(_read_manifest(output))
    try:
        yield
    except BaseException:
        record(output, *names, but=foreign)
        raise
    record(output, *names)


def record(output: Path, *names: str, but: Collection[str] = ()) -> None:
    """Note in the manifest that a build made these files, and all files of these folders."""
    kept = [
        line
        for line in _read_manifest(output)
        if not any(line == name or line.startswith(f"{name}/") for name in names)
    ]
    kept += [name for name in _list_files(output, names) if name not in but]
    text = "".join(f"{line}\n" for line in kept).encode(errors="surrogateescape")
    manifest = output / MANIFEST
    if kept and (not manifest.is_file() or manifest.read_bytes() != text):
        fresh = output / _NEW_MANIFEST
        with suppress(FileNotFoundError):  # another command may write it too: one of both counts
            fresh.write_bytes(text)
            fresh.replace(manifest)


def _list_files(output: Path, names: Iterable[str]) -> Iterator[str]:
    """The names of those of these files that are there, and of all files of these folders."""
    for path in (output / name for name in names):
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (each.relative_to(output).as_posix() for each in files if each.is_file())


def clean(output: Path) -> list[str]:
    """Delete what builds have made, as the manifest names it, and folders that this empties.

    Returns:
        The names of what else is in the folder, which stays.

    Raises:
        ConfigError: If a file can't be deleted; and as `prepare`, where no build was made.
    """
    if not output.exists():
        return []
    if not (output / MANIFEST).is_file():
        prepare(output)
    _heal(output)
    inside = output.resolve()
    named = [output / line for line in _read_manifest(output) if _is_plain(line)]
    made = [path for path in named if path.parent.resolve().is_relative_to(inside)]  # by no link
    try:
        for path in [*made, output / MANIFEST, output / _NEW_MANIFEST]:
            if path.is_symlink() or not path.is_dir():
                path.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(f"{error.filename}: can't be deleted: {error.strerror}.") from None
    folders = {parent for path in made for parent in path.parents if output in parent.parents}
    for folder in [*sorted(folders, key=lambda path: len(path.parts), reverse=True), output]:
        with suppress(OSError):  # what isn't empty stays, and what is a link
            folder.rmdir()
    return sorted(path.name for path in output.iterdir()) if output.exists() else []


def _is_plain(line: str) -> bool:
    """Whether a line of the manifest is a path below the folder, as builds write them."""
    path = PurePosixPath(line)
    return bool(path.parts) and path.parts[0] != "/" and ".." not in path.parts and "\0" not in line


def _read_manifest(output: Path) -> list[str]:
    try:
        text = (output / MANIFEST).read_bytes().decode(errors="surrogateescape")
    except OSError:
        return []
    return [line for line in text.split("\n") if line]
