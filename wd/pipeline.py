"""The stages of a build, one after another; each refuses bad input before it writes anything."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from wd import config as configs
from wd.config import Config
from wd.console import progress, stage
from wd.errors import ConfigError
from wd.evidence import Evidence, pending

EVIDENCE = "evidence.sqlite"
CELL_TIMEOUT_S = 600


def run(config: Path, output: Path, device: str, only: str | None) -> None:
    """Train what the evidence lacks and execute the programs that changed."""
    wanted = configs.load(config).only(only)
    chosen = _choose(device)
    with Evidence(output / EVIDENCE, writable=True) as evidence:
        if only is None:
            evidence.prune(wanted)
        if chosen is not None or pending(wanted, evidence):
            _train(wanted, evidence, device if chosen is None else chosen)
        _execute_programs(evidence)


def render(config: Path, output: Path, device: str, only: str | None) -> None:
    """Render pages and figures."""
    wanted = configs.load(config).only(only)
    _choose(device)
    from wd.report.publish import write_docs  # noqa: PLC0415 - bad input is refused without it

    with stage("render"), Evidence(output / EVIDENCE) as evidence:
        write_docs(wanted, evidence, output)


def site(config: Path, output: Path, device: str, only: str | None) -> None:
    """Build the site from rendered pages."""
    configs.load(config).only(only)
    _choose(device)
    if not (output / "docs").is_dir():
        raise ConfigError(f"{output / 'docs'}: nothing is rendered yet.\nRun: invoke render")
    from wd.report.node import install_packages  # noqa: PLC0415
    from wd.report.publish import write_site  # noqa: PLC0415

    install_packages()
    with stage("site"):
        write_site(output)


def build_report(config: Path, output: Path, device: str, only: str | None) -> None:
    """Run, render and build the site."""
    run(config, output, device, only)
    render(config, output, "auto", only)
    site(config, output, "auto", only)
    print(f"The report is in {output / 'site'}; to read it: invoke serve")  # noqa: T201


def serve(config: Path, output: Path, port: int) -> None:
    """Serve the site and rebuild it when a template changes."""
    from wd.report.node import install_packages  # noqa: PLC0415
    from wd.report.serve import serve as serve_pages  # noqa: PLC0415

    render(config, output, "auto", None)
    install_packages()
    serve_pages(output, port, lambda: render(config, output, "auto", None))


def clean(output: Path) -> None:
    """Delete an output folder.

    Raises:
        ConfigError: If the folder holds something that isn't ours.
    """
    if not output.exists():
        return
    ours = {EVIDENCE, "docs", "site", "cache"}
    others = sorted(
        path.name
        for path in output.iterdir()
        if path.name not in ours and not path.name.startswith((".old-site-", "site-", EVIDENCE))
        and not (path / EVIDENCE).is_file()
    )
    if others:
        raise ConfigError(
            f"{output} also holds {', '.join(others[:3])}, which no build made.\n"
            "Delete the folder yourself if you mean it."
        )
    shutil.rmtree(output)


def _choose(device: str):  # noqa: ANN202
    """The device that was asked for by name, checked now; None for "auto", which may need none."""
    if device == "auto":
        return None
    from wd.lab.device import choose  # noqa: PLC0415 - torch loads only where it must

    return choose(device)


def _train(config: Config, evidence: Evidence, device) -> None:  # noqa: ANN001
    from wd.lab import experiment  # noqa: PLC0415
    from wd.lab.device import choose  # noqa: PLC0415

    chosen = choose(str(device))
    print(f"device: {chosen}", flush=True)  # noqa: T201
    with stage("train"), progress() as advance:
        experiment.run(config, evidence, chosen, advance)


def _execute_programs(evidence: Evidence) -> None:
    from wd.report.notebooks import execute_all, program_key  # noqa: PLC0415
    from wd.report.publish import programs  # noqa: PLC0415

    there = dict(evidence.rows("SELECT name, key FROM programs"))
    changed = {
        source: name
        for name, source in programs().items()
        if there.get(name) != program_key(source)
    }
    if not changed:
        return
    start = time.perf_counter()
    with stage("programs"):
        executed = execute_all(changed, CELL_TIMEOUT_S)
    evidence.record(
        "programs",
        [(name, program_key(source), executed[source]) for source, name in changed.items()],
    )
    seconds = time.perf_counter() - start
    evidence.record("durations", [("execute", "programs", seconds, 0)])
