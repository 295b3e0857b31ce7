"""The table: what is measured, in which order, and against which bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec

import torch
from rich.console import Console
from rich.table import Table

from benchmarks import builds, course, growth, ours, programs
from benchmarks.turns import Figure, compare, take_turns

SEEDS = 200
GROWTH_SEEDS = 400  # enough that several processes train them, as they do ten times as many
COURSE_BOUND = {"scratch": 1000, "concise": 200}


def report(turns: int, *, build: bool) -> bool:
    """Measure everything and print the table.

    Args:
        turns: How often contenders take turns.
        build: Whether to build the report as well.

    Returns:
        Whether every bound is kept.
    """
    console = Console()
    figures: list[Figure] = []
    with console.status("") as status, ours.Matrix() as matrix:
        for name, measure in _stages(matrix, turns, build=build):
            status.update(name)
            figures += measure()
    console.print(_draw(figures))
    console.print(
        f"Training: {SEEDS} seeds × 24 λ of the sweep on {torch.get_num_threads()} cores, curves"
        f" every {ours.CURVES_EVERY} epochs, the same drawn inputs, drawing not timed."
        f" Medians of {turns} turns (lowest – highest).",
        highlight=False,
    )
    if not find_spec("jax"):
        console.print(
            'JAX isn\'t installed, so nothing is compared with it: pip install -e ".[bench]"'
        )
    return all(figure.holds for figure in figures)


def _stages(
    matrix: ours.Matrix, turns: int, *, build: bool
) -> Iterator[tuple[str, Callable[[], Iterable[Figure]]]]:
    yield "scratch and its loops", lambda: _compare_loops(matrix, "scratch", turns)
    yield "concise and its loops", lambda: _compare_loops(matrix, "concise", turns)
    if find_spec("jax"):
        yield "scratch and JAX", lambda: _compare_peer(matrix, turns)
    yield "memory of the published matrix", lambda: [growth.measure_published()]
    yield "ten times the seeds", lambda: growth.measure_growth(GROWTH_SEEDS, max(1, turns // 2))
    if build:
        yield "building the report", lambda: builds.measure(turns)


def _compare_loops(matrix: ours.Matrix, implementation: str, turns: int) -> list[Figure]:
    shape = ours.choose_shape(implementation, SEEDS)
    name_of_ours = f"{implementation}: the matrix"
    loop = "the course's kind of loop"
    program = f"our plain program {implementation}.py"
    few = course.choose_runs(shape, 3)
    course.check(few, matrix.train(shape))
    rates = take_turns(
        {
            name_of_ours: matrix.contend(shape),
            loop: course.contend(few),
            program: programs.contend(implementation),
        },
        turns,
    )
    return [
        compare(rates, name_of_ours, loop, least=COURSE_BOUND[implementation]),
        compare(rates, name_of_ours, program),
    ]


def _compare_peer(matrix: ours.Matrix, turns: int) -> list[Figure]:
    from benchmarks import peer

    shape = ours.choose_shape("scratch", SEEDS)
    contenders = peer.contend(shape)
    for contender in contenders.values():
        peer.check(contender.call(), matrix.train(shape))
    name_of_ours = "scratch: the matrix"
    rates = take_turns({name_of_ours: matrix.contend(shape)} | contenders, turns)
    return [compare(rates, name_of_ours, name) for name in contenders]


def _draw(figures: Iterable[Figure]) -> Table:
    table = Table("measured", "against", title="Ratios of one process run")
    for heading in ("ratio", "turns", "bound", ""):
        table.add_column(heading, justify="right")
    for figure in figures:
        bounds = {"≥": figure.least, "≤": figure.most}
        bound = " ".join(f"{sign} {at:,g}" for sign, at in bounds.items() if at is not None)
        spread = f"{_show(min(figure.turns))} – {_show(max(figure.turns))}" if figure.turns else ""
        verdict = ("kept" if figure.holds else "MISSED") if bound else ""
        table.add_row(figure.what, figure.against, _show(figure.value), spread, bound, verdict)
    return table


def _show(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.3g}"
