"""Where a site is published, and where its sources are, as far as its build knows."""

from __future__ import annotations

import os
import re
import reprlib
from pathlib import Path
from urllib.parse import urlsplit

from wd.errors import ConfigError

LOCAL = "http://127.0.0.1:8000/"
"""Stands for an address while there is none: instant navigation needs one."""
_ADDRESS = re.compile(r"https?://[\w.-]+(?::\d+)?(?:/[\w.~%+@:,-]*)*", re.ASCII)
_EXAMPLES = {
    "SITE_URL": "https://me.github.io/report/",
    "REPO_URL": "https://github.com/me/report",
}
_LOCAL_HOSTS = ("127.0.0.1", "localhost", "", None)


def find_address() -> str:
    """The address in the environment variable SITE_URL, or `LOCAL`; with a slash at its end."""
    return (os.environ.get("SITE_URL") or LOCAL).rstrip("/") + "/"


def check_addresses() -> None:
    """Make sure that what the environment says is an address: pages and links are made of it.

    Raises:
        ConfigError: The message names the variable.
    """
    for name, example in _EXAMPLES.items():
        value = os.environ.get(name, "")
        if value and not _ADDRESS.fullmatch(value):
            raise ConfigError(
                f"the environment variable {name} is no address: {reprlib.repr(value)}\n"
                f"Give one such as {example}, or none."
            )


def is_public(address: str | None) -> bool:
    """Whether readers elsewhere can ask for this address."""
    return urlsplit(address or "").hostname not in _LOCAL_HOSTS


def open_in_colab(repository: str, path: str) -> str | None:
    """The address at which Colab opens a notebook of the branch that publishing pushes.

    Returns:
        None where Colab can't: it opens notebooks from GitHub alone.
    """
    parts = urlsplit(repository or "")
    names = parts.path.strip("/").removesuffix(".git")
    if parts.hostname != "github.com" or names.count("/") != 1:
        return None
    return f"https://colab.research.google.com/github/{names}/blob/{NOTEBOOKS_BRANCH}/{path}"


NOTEBOOKS_BRANCH = "notebooks"
"""The branch to which the publishing workflow pushes the executed notebooks."""


def source_of(page: str) -> str:
    """The file that people write for a page, in the language's folder of the repository."""
    name = Path(page)
    if name.suffix == ".ipynb":
        return f"notebooks/{name.with_suffix('.py').as_posix()}"
    return f"{page}.j2"
