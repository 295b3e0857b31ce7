"""The stages of a build, one after another; each refuses bad input before it writes anything."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, nullcontext
from pathlib import Path
from threading import Event

from wd import config as configs
from wd import output as outputs
from wd.config import Config
from wd.console import say, stage
from wd.errors import ClaimError, ConfigError
from wd.evidence.pending import find_surplus
from wd.evidence.seals import note_of
from wd.evidence.store import Evidence
from wd.foresight import limit_runs
from wd.holding import HOLDER, LOCK, holding
from wd.interrupts import stopping
from wd.output import EVIDENCE, prepare, record, recording
from wd.project import PROJECT, name_in_commands, name_options
from wd.report.site.address import check_addresses
from wd.training import train_missing
from wd.workers import Pool

CELL_TIMEOUT_S = 600


def run(
    config: Path,
    output: Path,
    device: str,
    only: str | None,
    *,
    programs: bool = True,
    large: bool = False,
    wait: bool = False,
    cluster: str | None = None,
) -> None:
    """Train what the evidence lacks and, meanwhile, execute the programs that changed.

    What would be uncommonly much is refused, unless it is said to be `large`. With `wait`, here
    and below, this waits for another process that is building into the same folder. With
    `cluster`, the workers of that scheduler train, on the device that is meant there.
    """
    wanted = _load(config, only, large=large)
    limit_runs(wanted, large=large)
    chosen = None if cluster else _choose(device)
    from wd.report.site.notebooks import list_changed

    with (
        _open(output, writable=True, wait=wait) as evidence,
        ThreadPoolExecutor(1) as aside,
        stopping() as stop,
    ):
        changed = list_changed(evidence) if programs else {}
        executing = aside.submit(_execute, changed, stop) if changed else None
        train_missing(wanted, evidence, device, chosen, large=large, cluster=cluster)
        for executed in executing.result() if executing else ():
            evidence.store_program(*executed)


def prune(config: Path, output: Path, *, yes: bool = False) -> None:
    """List what the evidence holds beyond a configuration, and delete it if `yes`."""
    wanted = _load(config)
    if not (output / EVIDENCE).exists():
        raise ConfigError(f"{output / EVIDENCE}: there is no evidence.\nNothing to prune.")
    with _open(output, writable=True) as evidence:
        found = find_surplus(wanted, evidence)
        for each in found:
            print(f"{each.study}: {each.runs:,} runs, which took {each.seconds:,.1f} s")  # noqa: T201
        if not found:
            print("Nothing is there that isn't asked for.")  # noqa: T201
        elif yes:
            evidence.delete(cell for each in found for cell in each.cells)
            print("Deleted.")  # noqa: T201
        else:
            print("Nothing was deleted; to delete all this: invoke prune --yes")  # noqa: T201


def render(
    config: Path, output: Path, device: str, only: str | None, *, wait: bool = False
) -> None:
    """Render pages and figures; refuted claims fail the command where the configuration says so."""
    _fail(_render(config, output, device, only, wait=wait), config)


def _render(
    config: Path, output: Path, device: str, only: str | None, *, wait: bool = False
) -> list[str]:
    """Render pages and figures; return what is to fail, the refuted claims, a line each."""
    wanted = _load(config, only)
    _choose(device)
    from wd.report.publish import RENDERED, write_docs
    from wd.report.site.node import install_packages

    install_packages()  # the figures' faces
    with stage("render"), _open(output, wait=wait) as evidence, recording(output, *RENDERED):
        refuted = write_docs(wanted, evidence, output, name_in_commands(config))
    return refuted if wanted.fail_on_claims else []


def _fail(refuted: list[str], config: Path) -> None:
    """End with an error where claims are refuted; the pages that mark them are there by then."""
    if refuted:
        listed = "\n".join(f"- {line}" for line in refuted)
        raise ClaimError(
            f"{config}: the evidence refutes {len(refuted)} of the report's claims:\n{listed}\n"
            'The pages mark them. To end without an error: [claims] on_failure = "show"'
        )


def figure(name: str, config: Path, output: Path, device: str) -> None:
    """Draw one figure anew, and train first what the evidence lacks."""
    from wd.report.publish import check_figure, draw_figure
    from wd.report.site.node import install_packages

    check_figure(name)
    install_packages()  # the figures' faces
    run(config, output, device, None, programs=False)
    with _open(output) as evidence:
        for path in draw_figure(_load(config), evidence, output, name):
            print(path)  # noqa: T201


def classroom(config: Path, output: Path, students: str) -> None:
    """Write what both programs print with the seeds of a class, from the evidence."""
    wanted = _load(config)
    _require_evidence(output)
    from wd.report.content.tables.classroom import write_classroom

    with _open(output) as evidence:
        path = write_classroom(wanted, evidence, output, students)
        record(output, path.name)
    print(path)  # noqa: T201


def site(
    config: Path,
    output: Path,
    device: str,
    only: str | None,
    *,
    offline: bool = False,
    wait: bool = False,
    team: Pool | None = None,
) -> None:
    """Build the site from rendered pages, or the folder for reading from disk; `team` may help."""
    _load(config, only)
    _choose(device)
    prepare(output)
    from wd.report.site.build import MADE, write_site
    from wd.report.site.languages import LANGUAGES

    if not all((output / "docs" / name).is_dir() for name in LANGUAGES):
        raise ConfigError(f"{output / 'docs'}: not all is rendered yet.\nRun: invoke render")
    from wd.report.site.node import install_packages

    install_packages()
    place = "offline" if offline else "site"
    with stage("site"), holding(output, wait=wait), recording(output, place, *MADE):
        write_site(output, offline=offline, team=team)
    if offline:
        print(f"Open {output / 'offline' / 'index.html'}, or zip the folder.")  # noqa: T201


def build_report(
    config: Path,
    output: Path,
    device: str,
    only: str | None,
    *,
    large: bool = False,
    wait: bool = False,
    cluster: str | None = None,
) -> None:
    """Run, render and build the site, all by one holding of the folder; options as in `run`."""
    from wd.report.site.node import install_packages

    check_addresses()
    limit_runs(configs.load(config, large=large).only(only), large=large)
    if not cluster:
        _choose(device)
    prepare(output)
    install_packages()  # a site that can't be built is told before the training
    with holding(output, wait=wait):
        run(config, output, device, only, large=large, cluster=cluster)
        from wd.report.site.build import hire

        with hire(output) as team:  # it loads MkDocs while this process renders
            refuted = _render(config, output, "auto", only)
            site(config, output, "auto", only, team=team)
    options = name_options(config, output)
    print(f"The report is in {output / 'site'}; to read it: invoke serve{options}")  # noqa: T201
    _fail(refuted, config)


def serve(config: Path, output: Path, port: str) -> None:
    """Serve the site and rebuild it when a template changes."""
    from wd.report.site.node import install_packages
    from wd.report.site.serve import check_port
    from wd.report.site.serve import serve as serve_pages

    number = check_port(port)
    _load(config)
    _require_evidence(output)
    install_packages()
    prepare(output)
    from wd.report.preview import Preview
    from wd.report.publish import RENDERED
    from wd.report.site.build import MADE

    preview = Preview(output / EVIDENCE, output, name_in_commands(config))

    def make(address: str) -> None:
        with recording(output, *RENDERED, "site", *MADE):
            preview.make(_load(config), address)

    with closing(preview):
        serve_pages(output, number, make)


def pdf(config: Path, output: Path) -> None:
    """Print the built site as one PDF."""
    wanted = _load(config)
    prepare(output)
    if not (output / "site").is_dir():
        raise ConfigError(f"{output / 'site'}: nothing is built yet.\nRun: invoke build-report")
    from wd.report.print.pdf import write_pdfs

    with stage("pdf"), _open(output) as evidence:
        for path in write_pdfs(wanted, evidence, output):
            record(output, path.name)
            print(path)  # noqa: T201


def clean(output: Path) -> None:
    """Delete what builds have made in an output folder, the evidence included, and nothing else."""
    from wd.report.compare.replication import REPLICATION

    with holding(output) if output.is_dir() else nullcontext():
        if (output / REPLICATION / outputs.MANIFEST).is_file():
            outputs.clean(output / REPLICATION)
        left = [name for name in outputs.clean(output) if name not in (LOCK, HOLDER)]
    if left:
        say(f"{output} also holds {', '.join(left[:3])}, which no build made: kept.")


def _choose(device: str):
    """The device that was asked for by name, checked now; None for "auto", which may need none."""
    if device == "auto":
        return None
    from wd.lab.device import choose

    return choose(device)


def _load(config: Path, only: str | None = None, *, large: bool = True) -> Config:
    """Read a configuration, and tell its author what is to be told; check the environment too."""
    check_addresses()
    loaded = configs.load(config, large=large).only(only)
    for note in loaded.notes:
        say(f"{config}: {note}")
    return loaded


def _require_evidence(output: Path) -> None:
    if not (output / EVIDENCE).is_file():
        raise ConfigError(f"{output / EVIDENCE}: there is no evidence yet.\nRun: invoke run")


@contextmanager
def _open(output: Path, *, writable: bool = False, wait: bool = False) -> Iterator[Evidence]:
    """Open an output folder's evidence, and say what became of it."""
    prepare(output)
    with holding(output, wait=wait), ExitStack() as opened:
        evidence = Evidence(output / EVIDENCE, writable=writable)
        # Once it has been closed, however that comes; a file that isn't ours isn't noted.
        opened.callback(record, output, EVIDENCE, note_of(output / EVIDENCE).name)
        opened.enter_context(evidence)
        for note in evidence.notes:
            say(note)
        yield evidence


def _execute(programs: dict, stop: Event) -> list[tuple[str, str, str, float]]:
    """Execute programs, if the usual build hasn't; return name, key, notebook and seconds."""
    from wd.report.site.notebooks import execute_all, find_executed, program_key

    executed = find_executed(programs, PROJECT / "build" / EVIDENCE)
    lacking = [source for source in programs if source not in executed]
    executed |= execute_all(lacking, CELL_TIMEOUT_S, stop)
    return [(name, program_key(source), *executed[source]) for source, name in programs.items()]
