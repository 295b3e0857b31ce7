"""Chromium on this machine, which prints: found, and run without a window."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from wd.errors import ConfigError, SiteError

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
TIMEOUT_S = 300
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
)


def find_chromium() -> str:
    """Find Chromium or a browser built on it: $CHROMIUM, else by the usual names and places.

    Raises:
        ConfigError: There is none; the message says how to name one.
    """
    named = os.environ.get("CHROMIUM")
    candidates = [named] if named else [*NAMES, *PLACES]
    found = next(filter(None, map(shutil.which, candidates)), None)
    if found is None:
        missing = f"CHROMIUM={named!r} is no program." if named else "Chromium wasn't found."
        raise ConfigError(
            f"{missing}\nInstall it as the README says, "
            "or name its program in the environment variable CHROMIUM."
        )
    return found


def print_pdf(chromium: str, page: Path, pdf: Path, *, draft: bool = False) -> None:
    """Print an HTML file, with the outline of its headings.

    A draft has the same sheets, but neither an outline nor the structure that screen readers need.

    Raises:
        SiteError: The browser stopped, took too long or wrote nothing.
    """
    # Only for root, as in a container, does Chromium refuse to start with its sandbox.
    root = ["--no-sandbox"] if sys.platform != "win32" and os.geteuid() == 0 else []
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            chromium,
            "--headless",
            f"--user-data-dir={profile}",
            *_QUIET,
            *root,
            "--no-pdf-header-footer",
            "--disable-pdf-tagging" if draft else "--generate-pdf-document-outline",
            "--virtual-time-budget=20000",  # until fonts and figures are there
            f"--print-to-pdf={pdf.absolute()}",
            page.absolute().as_uri(),
        ]
        try:
            done = subprocess.run(
                command,
                check=False,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=TIMEOUT_S,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise SiteError(f"{chromium} can't print: {error}") from None
    if done.returncode or not pdf.is_file():
        said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise SiteError(f"{chromium} can't print: {said}")
