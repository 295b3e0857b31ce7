"""The stages of a build, one after another; each refuses bad input before it writes anything."""

from __future__ import annotations

import shlex
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from wd import config as configs
from wd.config import Config
from wd.console import progress, stage
from wd.errors import ConfigError
from wd.evidence.store import Evidence, pending, pending_checks, pending_grids
from wd.project import PROJECT

EVIDENCE = "evidence.sqlite"
MADE = {"docs": "en/data/runs.csv", "site": ".nojekyll", "offline": ".nojekyll"}
"""The folders that a build replaces as a whole, and a file by which they are known for its own."""
CELL_TIMEOUT_S = 600


def run(config: Path, output: Path, device: str, only: str | None) -> None:
    """Train what the evidence lacks and, meanwhile, execute the programs that changed."""
    wanted = configs.load(config).only(only)
    chosen = _choose(device)
    _refuse_foreign(output)
    with _open_to_write(output) as evidence:
        changed = _changed_programs(evidence)
        with ThreadPoolExecutor(1) as aside:
            executing = changed and aside.submit(_execute, changed)
            _train_missing(wanted, evidence, device, chosen)
            if changed:
                executed, seconds = executing.result()
                evidence.record("programs", executed)
                evidence.record("durations", [("execute", "programs", seconds, 0)])


def train(config: Path, output: Path, device: str, only: str | None) -> None:
    """Train what the evidence lacks."""
    wanted = configs.load(config).only(only)
    chosen = _choose(device)
    _refuse_foreign(output)
    with _open_to_write(output) as evidence:
        _train_missing(wanted, evidence, device, chosen)


def render(config: Path, output: Path, device: str, only: str | None) -> None:
    """Render pages and figures."""
    wanted = configs.load(config).only(only)
    _choose(device)
    _refuse_foreign(output)
    from wd.report.publish import write_docs

    with stage("render"), Evidence(output / EVIDENCE) as evidence:
        write_docs(wanted, evidence, output, _name(config))


def figure(name: str, config: Path, output: Path, device: str) -> None:
    """Draw one figure anew, and train first what the evidence lacks."""
    from wd.report.publish import check_figure, draw_figure

    check_figure(name)
    train(config, output, device, None)
    with Evidence(output / EVIDENCE) as evidence:
        for path in draw_figure(configs.load(config), evidence, output, name):
            print(path)  # noqa: T201


def site(
    config: Path, output: Path, device: str, only: str | None, *, offline: bool = False
) -> None:
    """Build the site from rendered pages, or the folder for reading from disk."""
    configs.load(config).only(only)
    _choose(device)
    _refuse_foreign(output)
    if not (output / "docs").is_dir():
        raise ConfigError(f"{output / 'docs'}: nothing is rendered yet.\nRun: invoke render")
    from wd.report.site.build import write_site
    from wd.report.site.node import install_packages

    install_packages()
    with stage("site"):
        write_site(output, offline=offline)
    if offline:
        print(f"Open {output / 'offline' / 'index.html'}, or zip the folder.")  # noqa: T201


def build_report(config: Path, output: Path, device: str, only: str | None) -> None:
    """Run, render and build the site."""
    run(config, output, device, only)
    render(config, output, "auto", only)
    site(config, output, "auto", only)
    print(f"The report is in {output / 'site'}; to read it: invoke serve")  # noqa: T201


def serve(config: Path, output: Path, port: int) -> None:
    """Serve the site and rebuild it when a template changes."""
    from wd.report.site.node import install_packages
    from wd.report.site.serve import serve as serve_pages

    install_packages()
    serve_pages(output, port, lambda: render(config, output, "auto", None))


def pdf(config: Path, output: Path) -> None:
    """Print the built site as one PDF."""
    wanted = configs.load(config)
    _refuse_foreign(output)
    if not (output / "site").is_dir():
        raise ConfigError(f"{output / 'site'}: nothing is built yet.\nRun: invoke build-report")
    from wd.report.print.pdf import write_pdfs

    with stage("pdf"), Evidence(output / EVIDENCE) as evidence:
        for path in write_pdfs(wanted, evidence, output):
            print(path)  # noqa: T201


def clean(output: Path) -> None:
    """Delete an output folder.

    Raises:
        ConfigError: If the folder holds something that isn't ours.
    """
    if not output.exists():
        return
    _refuse_foreign(output)
    ours = {EVIDENCE, "docs", "site", "offline", "cache"}
    others = sorted(
        path.name
        for path in output.iterdir()
        if path.name not in ours
        and not path.name.startswith((".old-site-", "site-", EVIDENCE))
        and not (path.name.startswith("weight-decay") and path.suffix == ".pdf")
        and not (path / EVIDENCE).is_file()
    )
    if others:
        raise ConfigError(
            f"{output} also holds {', '.join(others[:3])}, which no build would make again.\n"
            "Move that away first."
        )
    shutil.rmtree(output)


def _name(config: Path) -> str:
    """The option by which a reader gives this configuration to a command; none for the usual."""
    path = config.resolve()
    if path == PROJECT / "report.toml":
        return ""
    shown = path.relative_to(PROJECT) if path.is_relative_to(PROJECT) else Path(path.name)
    return f" --config {shlex.quote(shown.as_posix())}"


def _refuse_foreign(output: Path) -> None:
    """Refuse a folder in which a build would replace what no build made, such as this checkout."""
    if output.exists() and not output.is_dir():
        raise ConfigError(f"{output} is no folder.\nGive one with --output DIR.")
    if (output / EVIDENCE).is_file():
        return
    for name, sign in MADE.items():
        if (output / name).exists() and not (output / name / sign).is_file():
            raise ConfigError(
                f"{output / name} was there before any build, which would replace it.\n"
                "Give another folder with --output DIR."
            )


@contextmanager
def _open_to_write(output: Path) -> Iterator[Evidence]:
    """Open the evidence to add to it; say where a file of another version was found."""
    with Evidence(output / EVIDENCE, writable=True) as evidence:
        if evidence.aside:
            print(f"{EVIDENCE} is of another version: kept as {evidence.aside}")  # noqa: T201
        yield evidence


def _choose(device: str):
    """The device that was asked for by name, checked now; None for "auto", which may need none."""
    if device == "auto":
        return None
    from wd.lab.device import choose

    return choose(device)


def _train_missing(config: Config, evidence: Evidence, device: str, chosen) -> None:
    lacking = (pending, pending_grids, pending_checks)
    if chosen is None and not any(lacks(config, evidence) for lacks in lacking):
        return  # without a word, and without importing torch
    from wd.lab import experiment
    from wd.lab.device import choose

    chosen = choose(device)
    print(f"device: {chosen}", flush=True)  # noqa: T201
    with stage("train"), progress() as advance:
        experiment.run(config, evidence, chosen, advance, anywhere=device == "auto")


def _changed_programs(evidence: Evidence) -> dict:
    """The programs whose text isn't the one that was executed, with their names."""
    from wd.report.site.languages import programs
    from wd.report.site.notebooks import program_key

    there = dict(evidence.rows("SELECT name, key FROM programs"))
    return {
        source: name
        for name, source in programs().items()
        if there.get(name) != program_key(source)
    }


def _execute(programs: dict) -> tuple[list[tuple[str, str, str]], float]:
    """Execute programs; return rows of the evidence and the seconds it took."""
    from wd.report.site.notebooks import execute_all, program_key

    start = time.perf_counter()
    executed = execute_all(programs, CELL_TIMEOUT_S)
    rows = [(name, program_key(source), executed[source]) for source, name in programs.items()]
    return rows, time.perf_counter() - start
