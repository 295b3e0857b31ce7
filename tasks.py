"""The commands of this project: `invoke --list` names them, `invoke --help COMMAND` explains."""

import sys
from pathlib import Path

from invoke import Context, Exit, task

from wd.console import refusing

PYTHON = f'"{sys.executable}"'  # the environment's own, whatever the shell would find

OPTIONS = {
    "config": "the configuration to build (default: report.toml)",
    "output": "the folder for all that is built, with evidence of its own (default: build)",
    "device": "auto, cpu, cuda, cuda:N or mps; auto picks cuda, then mps, then cpu",
    "only": "one study instead of all",
}
SIDE = "an output folder, an evidence file, or the address of a site's evidence.sqlite"
LARGE = "go on where the plan says that it takes a day, or more than this machine has"
CLUSTER = "the workers of a Dask scheduler do the training: its address, such as tcp://host:8786"
WAIT = "wait while another command builds into the same folder"
FIGURE_OPTIONS = {
    "name": "the figure, as the line under it says",
    **{name: OPTIONS[name] for name in ("config", "output", "device")},
}


@task(help={**OPTIONS, "cluster": CLUSTER, "large": LARGE, "wait": WAIT})
def run(
    _: Context,
    config: str = "report.toml",
    output: str = "build",
    device: str = "auto",
    only: str | None = None,
    cluster: str | None = None,
    large: bool = False,
    wait: bool = False,
) -> None:
    """Train what the evidence lacks, and execute the programs."""
    from wd import pipeline

    with refusing():
        pipeline.run(
            Path(config), Path(output), device, only, large=large, wait=wait, cluster=cluster
        )


@task(help={**OPTIONS, "wait": WAIT})
def render(
    _: Context,
    config: str = "report.toml",
    output: str = "build",
    device: str = "auto",
    only: str | None = None,
    wait: bool = False,
) -> None:
    """Render evidence and templates into Markdown pages and figures."""
    from wd import pipeline

    with refusing():
        pipeline.render(Path(config), Path(output), device, only, wait=wait)


@task(help=FIGURE_OPTIONS)
def figure(
    _: Context,
    name: str,
    config: str = "report.toml",
    output: str = "build",
    device: str = "auto",
) -> None:
    """Draw one figure and its data anew; what its numbers need is trained first."""
    from wd import pipeline

    with refusing():
        pipeline.figure(name, Path(config), Path(output), device)


@task(
    help={
        "students": "how many seeds, from 0 on",
        **{name: OPTIONS[name] for name in ("config", "output")},
    }
)
def classroom(
    _: Context, students: str, config: str = "report.toml", output: str = "build"
) -> None:
    """Write what both programs print with each seed of a class: OUTPUT/classroom.csv."""
    from wd import pipeline

    with refusing():
        pipeline.classroom(Path(config), Path(output), students)


@task(
    help={
        **OPTIONS,
        "offline": "a folder to read from disk and to zip: OUTPUT/offline",
        "wait": WAIT,
    }
)
def site(
    _: Context,
    config: str = "report.toml",
    output: str = "build",
    device: str = "auto",
    only: str | None = None,
    offline: bool = False,
    wait: bool = False,
) -> None:
    """Build the site from the rendered pages."""
    from wd import pipeline

    with refusing():
        pipeline.site(Path(config), Path(output), device, only, offline=offline, wait=wait)


@task(help={**OPTIONS, "cluster": CLUSTER, "large": LARGE, "wait": WAIT})
def build_report(
    _: Context,
    config: str = "report.toml",
    output: str = "build",
    device: str = "auto",
    only: str | None = None,
    cluster: str | None = None,
    large: bool = False,
    wait: bool = False,
) -> None:
    """Do it all: run, render and site."""
    from wd import pipeline

    with refusing():
        pipeline.build_report(
            Path(config), Path(output), device, only, large=large, wait=wait, cluster=cluster
        )


@task(help={name: OPTIONS[name] for name in ("config", "output")})
def pdf(_: Context, config: str = "report.toml", output: str = "build") -> None:
    """Print the built site as one PDF with a table of contents; needs Chromium."""
    from wd import pipeline

    with refusing():
        pipeline.pdf(Path(config), Path(output))


@task(
    positional=["first", "second"],
    help={
        "first": f"what to compare: {SIDE}",
        "second": f"what to compare it with: {SIDE}",
        "allow": "how much runs of the same seeds may differ: bits, rounding or distribution",
        "output": "the folder for the page, OUTPUT/compare.md (default: build)",
    },
)
def compare(
    _: Context, first: str, second: str, allow: str = "distribution", output: str = "build"
) -> None:
    """Compare two evidence files: numbers, claims, speed; exit code 1 if they differ too much."""
    from wd import comparing

    with refusing():
        comparing.compare(first, second, Path(output), allow)


@task(
    help={
        **{name: OPTIONS[name] for name in ("config", "output", "device")},
        "first": "the first seed (default: 1,000 times this week's year and number, 202648)",
        "large": LARGE,
    }
)
def replicate(
    _: Context,
    config: str = "report.toml",
    output: str = "build",
    device: str = "auto",
    first: str = "",
    large: bool = False,
) -> None:
    """Repeat the report on fresh seeds in OUTPUT/replication, and compare: does it hold again?"""
    from wd import comparing

    with refusing():
        comparing.replicate(Path(config), Path(output), device, first, large=large)


@task(help={"config": OPTIONS["config"], "output": OPTIONS["output"], "port": "the local port"})
def serve(
    _: Context, config: str = "report.toml", output: str = "build", port: str = "8000"
) -> None:
    """Show the site and rebuild it when a page changes; nothing is trained."""
    from wd import pipeline

    with refusing():
        pipeline.serve(Path(config), Path(output), port)


@task(
    help={
        "coverage": "say which lines and branches of wd/ no test runs; it takes longer",
        "seed": "the number of an order, as a run's last lines name it (default: a new one)",
    }
)
def test(context: Context, coverage: bool = False, seed: str = "") -> None:
    """Run the tests in a random order, shared out by files among the cores, the slow first."""
    options = "-n logical --dist loadfile --no-loadscope-reorder"
    if seed:
        options += f" --randomly-seed={seed}"
    if coverage:
        options += " --cov --cov-report term"
    context.run(f"{PYTHON} -m pytest {options}", pty=False)


@task(
    help={
        "sample": "how many faults",
        "only": "a folder or module instead of all, such as wd/lab/theory",
        "after": "how many of them were tried before",
    }
)
def mutants(context: Context, sample: str = "300", only: str = "", after: str = "0") -> None:
    """Put small faults into lab, evidence, configuration and claims, and name those no test sees.

    The claims start from build/evidence.sqlite, or from WD_EVIDENCE.
    """
    options = f"--sample {int(sample)} --after {int(after)}"
    options += f' --only "{only}"' if only else ""
    context.run(f"{PYTHON} tests/mutants {options}", pty=False)


@task
def lint(context: Context) -> None:
    """Check style, imports, types, and that prose holds no typed measurements."""
    # our own first: below ruff's "All checks passed!" nobody would look for a finding; and each is
    # run whatever another one found, so that all can be mended at once
    own = [f"wd.report.site.{name}" for name in ("prose", "search", "translations")]
    failed = [
        check
        for check in (*own, "ruff check", "ruff format --check", "mypy")
        if not context.run(f"{PYTHON} -m {check}", pty=False, warn=True)
    ]
    if failed:
        mend = "Run: ruff format" if any("format" in each for each in failed) else "See above."
        raise Exit(f"error: not passed: {', '.join(failed)}.\n{mend}")


@task(
    help={
        "language": "the translation, such as zh-Hans",
        "only": "one file (soft.md.j2) or one place in it (soft.md.j2#penalty) instead of all",
    }
)
def translated(_: Context, language: str, only: str = "") -> None:
    """Note that a translation is up to date with the English text."""
    from wd.report.site.translations import note_translated

    with refusing():
        print("\n".join(note_translated(language, only)))


@task
def check(context: Context) -> None:
    """Run what CI runs: lint, tests, and a small report end to end."""
    lint(context)
    test(context)
    smoke = "build-report --config tests/small.toml --output build/smoke"
    context.run(f"{PYTHON} -m invoke {smoke}", pty=False)


@task
def bench(context: Context) -> None:
    """Measure speed and memory as ratios between things of one run."""
    context.run(f"{PYTHON} -m benchmarks", pty=False)


@task(
    help={
        "config": OPTIONS["config"],
        "output": OPTIONS["output"],
        "yes": "delete it, instead of only listing it",
    }
)
def prune(
    _: Context, config: str = "report.toml", output: str = "build", yes: bool = False
) -> None:
    """List the runs that a configuration doesn't ask for, and with --yes delete them."""
    from wd import pipeline

    with refusing():
        pipeline.prune(Path(config), Path(output), yes=yes)


@task(help={"output": OPTIONS["output"]})
def clean(_: Context, output: str = "build") -> None:
    """Delete what was built, the evidence included."""
    from wd import pipeline

    with refusing():
        pipeline.clean(Path(output))
