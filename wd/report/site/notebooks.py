"""The two programs that readers see: plain scripts that are also executed notebook pages.

A program is a Python file whose comments `# %%` separate cells (jupytext's percent format). It is
executed here, in a fresh kernel of its own, and not by MkDocs: the site only shows what this module
returns. On one machine the same program gives the same bytes whenever and wherever it is executed.

A figure's alternative text stands where the figure is made: `# %% alt="..."` starts its cell.
"""

from __future__ import annotations

import asyncio
import atexit
import hashlib
import os
import platform
import re
import tempfile
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wd.errors import EvidenceError, SiteError
from wd.evidence.store import Evidence
from wd.project import REPORT
from wd.report.site.languages import programs

if TYPE_CHECKING:  # a rebuild that finds its notebooks in the evidence must not pay for these
    from nbclient import NotebookClient
    from nbformat import NotebookNode

STOPS_WITHIN_S = 0.2

_PACKAGES = ("torch", "matplotlib", "jupytext", "nbformat")

_KEPT = ("alt", "fold", "listing", "tags")
"""What a cell says of itself to the page that shows it."""
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "name": "python", "pygments_lexer": "ipython3"},
}

_KERNEL_CONFIG = """\
import logging

# On its first import Matplotlib may warn that it builds its font cache, if that takes long.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

c = get_config()
c.InlineBackend.figure_formats = {"svg", "png"}
c.InlineBackend.print_figure_kwargs = {"metadata": {"Date": None}}
"""
_KERNEL_CONFIG += f'c.InlineBackend.rc = {{"svg.hashsalt": "{REPORT.name}"}}\n'

_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")


def list_changed(evidence: Evidence) -> dict[Path, str]:
    """List the programs whose text isn't the one that was executed, with their names."""
    there = dict(evidence.rows("SELECT name, key FROM programs"))
    return {
        source: name
        for name, source in programs().items()
        if there.get(name) != program_key(source)
    }


def find_executed(sources: Iterable[Path], file: Path) -> dict[Path, tuple[str, float]]:
    """Find programs that have been executed already, for another output folder.

    Args:
        sources: The programs that are wanted.
        file: An evidence file; one that isn't there or can't be used holds nothing.

    Returns:
        Those that it holds under the very key, as from `execute_all`.
    """
    try:
        with Evidence(file) as evidence:
            rows = evidence.rows("SELECT key, notebook, seconds FROM programs")
    except EvidenceError:
        return {}
    there = {key: executed for key, *executed in rows}
    keys = {source: program_key(source) for source in sources}
    return {source: tuple(there[key]) for source, key in keys.items() if key in there}


def program_key(source: Path) -> str:
    """Return what an executed program depends on as one hash: the key to store it under.

    Covered are the program's bytes, this module's bytes, and the versions of Python, torch,
    Matplotlib and the notebook packages. Nothing is imported or executed for it.

    Returns:
        64 hexadecimal digits (SHA-256).
    """
    digest = hashlib.sha256()
    for part in (
        source.read_bytes(),
        Path(__file__).read_bytes(),
        platform.python_version().encode(),
        *(f"{package} {version(package)}".encode() for package in _PACKAGES),
    ):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def execute_all(
    sources: Iterable[Path], timeout_s: int, stop: threading.Event | None = None
) -> dict[Path, tuple[str, float]]:
    """Execute several programs side by side, each in a kernel of its own, until `stop` is set.

    Returns:
        Each program's executed notebook, as from `execute`, and the seconds that it took beside
        the others, in the order of `sources`.

    Raises:
        SiteError: As `execute` does, for the first program in order that fails.
    """
    sources = list(sources)
    with ThreadPoolExecutor(max_workers=max(1, len(sources))) as pool:
        notebooks = list(pool.map(partial(_time, timeout_s=timeout_s, stop=stop), sources))
    return dict(zip(sources, notebooks, strict=True))


def _time(source: Path, timeout_s: int, stop: threading.Event | None) -> tuple[str, float]:
    start = time.perf_counter()
    return execute(source, timeout_s, stop), time.perf_counter() - start


def execute(source: Path, timeout_s: int, stop: threading.Event | None = None) -> str:
    """Execute a program, cell by cell, and return it with its results as notebook text.

    The kernel runs this very Python in an empty folder, without the user's own settings of
    IPython, Jupyter and Matplotlib. A figure is there twice, on a white background: as SVG for the
    page, and as PNG for a downloaded notebook, because Jupyter shows no SVG before the reader
    trusts it. Its alternative text is in the metadata of its cell. What a cell writes to stderr is
    about the machine (a library's warnings) and is left out.

    Returns:
        The executed notebook as the text of an `.ipynb` file, with a newline at the end.

    Raises:
        SiteError: If a cell raises, takes too long, prints a memory address (it would differ at
            every execution) or draws a figure that has no alternative text, or if the kernel
            doesn't start, dies or is stopped. The message names the program and the cell.
    """
    import jupytext
    import nbformat

    program = jupytext.reads(source.read_text(encoding="utf-8"), fmt="py:percent")
    _run(program, source.name, timeout_s, stop)
    notebook = nbformat.from_dict(
        {
            "cells": [
                _settled(cell, f"cell-{position}", _where(source.name, position, cell))
                for position, cell in enumerate(program.cells, start=1)
            ],
            "metadata": _METADATA,
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )
    nbformat.validate(notebook)
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def _run(program: NotebookNode, name: str, timeout_s: int, stop: threading.Event | None) -> None:
    """Execute all cells in place, in a temporary folder."""
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError

    where = f"{name}, before the first cell"

    def on_cell_start(cell: NotebookNode, cell_index: int) -> None:
        nonlocal where
        where = _where(name, cell_index + 1, cell)

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        profile = Path(folder, "ipython", "profile_default")
        profile.mkdir(parents=True)
        (profile / "ipython_kernel_config.py").write_text(_KERNEL_CONFIG, encoding="utf-8")
        # Matplotlib prefers the settings in the working folder, here none, to the user's own.
        Path(folder, "matplotlibrc").touch()
        environment = os.environ | {
            "IPYTHONDIR": str(profile.parent),
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            "PYTHONHASHSEED": "0",
        }
        client = NotebookClient(
            program,
            # With no folder to search, "python3" is the Python that runs this, and no other.
            km=AsyncKernelManager(
                kernel_name="python3",
                kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
                connection_file=str(Path(folder, "kernel.json")),
            ),
            extra_arguments=["--IPKernelApp.log_level=CRITICAL"],  # no advice about its own wiring
            timeout=timeout_s,
            record_timing=False,
            coalesce_streams=True,
            on_cell_start=on_cell_start,
        )
        try:
            asyncio.run(_execute_until(stop, client, cwd=folder, env=environment))
        except CellExecutionError as error:
            raise SiteError(f"{where}: {error.ename}: {error.evalue}") from error
        except CellTimeoutError as error:
            raise SiteError(f"{where}: not done after {timeout_s} s") from error
        except asyncio.CancelledError as error:
            raise SiteError(f"{where}: stopped") from error
        # the kernel didn't start or died; of one that is killed nbclient says nothing
        except (RuntimeError, TimeoutError, OSError, AssertionError) as error:
            said = str(error) or "its kernel was ended from outside; run the command again"
            raise SiteError(f"{where}: {said}") from error


async def _execute_until(
    stop: threading.Event | None, client: NotebookClient, **where: Any
) -> None:
    """Execute a notebook; once `stop` is set, end its kernel."""
    executing = asyncio.ensure_future(client.async_execute(cleanup_kc=True, **where))
    while not executing.done():
        await asyncio.wait([executing], timeout=STOPS_WITHIN_S)
        if stop and stop.is_set():
            executing.cancel()
    if executing.cancelled():  # perhaps before it was ready, which nbclient doesn't expect
        atexit.unregister(client._cleanup_kernel)
        kernel: Any = client.km  # the asynchronous one, which its type doesn't say
        if kernel and await kernel.is_alive():
            await kernel.shutdown_kernel(now=True)
    await executing


def _settled(cell: NotebookNode, cell_id: str, where: str) -> dict:
    """Return the cell with nothing in it that depends on when or where it was executed."""
    settled = {
        "cell_type": cell.cell_type,
        "id": cell_id,
        "metadata": {key: cell.metadata[key] for key in _KEPT if key in cell.metadata},
        "source": cell.source,
    }
    if cell.cell_type == "code":
        settled["execution_count"] = cell.execution_count
        settled["outputs"] = [output for output in cell.outputs if output.get("name") != "stderr"]
        for output in settled["outputs"]:
            _check_output(output, cell, where)
    return settled


def _check_output(output: NotebookNode, cell: NotebookNode, where: str) -> None:
    data = output.get("data", {})
    if _ADDRESS.search(output.get("text") or data.get("text/plain", "")):
        raise SiteError(f"{where}: prints a memory address, which differs at every execution")
    if any(kind.startswith("image/") for kind in data) and not cell.metadata.get("alt"):
        raise SiteError(f'{where}: the figure has no alternative text; write # %% alt="..."')


def _where(name: str, position: int, cell: NotebookNode) -> str:
    first_line = cell.source.partition("\n")[0]
    return f"{name}, cell {position} ({first_line})"
