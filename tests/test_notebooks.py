"""What readers see of the two programs is what the programs do."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from wd.errors import SiteError
from wd.evidence.store import Evidence
from wd.lab import data
from wd.report.site import notebooks

ROOT = Path(__file__).parents[1]
SOURCES = {name: ROOT / f"docs/en/notebooks/{name}.py" for name in ("scratch", "concise")}
both_programs = pytest.mark.parametrize("name", SOURCES)

Program = dict  # what a program has defined once it has run: its constants, data and functions


def printed_norms(text: str) -> list[str]:
    return re.findall(r"^L2 norm of .*: .*$", text, flags=re.MULTILINE)


def stdout_of(notebook: str) -> str:
    outputs = [
        output
        for cell in json.loads(notebook)["cells"]
        for output in cell.get("outputs", ())
        if output["output_type"] == "stream"
    ]
    return "".join("".join(output["text"]) for output in outputs)


def relative_error(actual: Tensor, expected: Tensor) -> float:
    return ((actual - expected).norm() / expected.norm()).item()


# What the page shows


def test_the_scripts_run_alone_and_print_the_norms_of_the_page(
    executed: dict[str, str], tmp_path: Path
) -> None:
    scripts = {}
    for name, source in SOURCES.items():
        (tmp_path / name).mkdir()
        script = tmp_path / name / source.name
        script.write_bytes(source.read_bytes())
        scripts[name] = subprocess.Popen(
            [sys.executable, script.name],
            cwd=script.parent,
            env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
            | {"MPLBACKEND": "agg"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    for name, script in scripts.items():
        stdout, stderr = script.communicate(timeout=60)
        assert (script.returncode, stderr) == (0, "")
        assert len(printed_norms(stdout)) == 3
        assert stdout == stdout_of(executed[name])


def test_executing_a_program_again_gives_the_same_bytes(executed: dict[str, str]) -> None:
    assert notebooks.execute(SOURCES["scratch"], timeout_s=60) == executed["scratch"]


@both_programs
def test_an_executed_notebook_shows_two_figures_with_alternative_texts(
    executed: dict[str, str], name: str
) -> None:
    figures = [
        (cell["metadata"]["alt"], set(output["data"]))
        for cell in json.loads(executed[name])["cells"]
        for output in cell.get("outputs", ())
        if output["output_type"] == "display_data"
    ]
    assert len(dict(figures)) == 2
    assert all({"image/svg+xml", "image/png"} <= kinds for _, kinds in figures)


@both_programs
def test_an_executed_notebook_says_nothing_about_time_or_place(
    executed: dict[str, str], name: str
) -> None:
    text = executed[name]
    notebook = json.loads(text)
    cells = notebook["cells"]
    assert [cell["id"] for cell in cells] == [f"cell-{i}" for i in range(1, len(cells) + 1)]
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert {key for cell in cells for key in cell["metadata"]} <= {"alt", "fold", "listing"}
    assert not re.search(r"iopub|dc:date|at 0x|" + re.escape(str(ROOT)), text)


@both_programs
def test_a_program_has_one_title_and_no_mathematics_in_headings(name: str) -> None:
    text = SOURCES[name].read_text(encoding="utf-8")
    headings = re.findall(r"^# (#+ .*)$", text, flags=re.MULTILINE)
    assert [heading.startswith("# ") for heading in headings] == [True] + [False] * (
        len(headings) - 1
    )
    assert not any("$" in heading for heading in headings)


@both_programs
def test_a_page_folds_the_helper_and_the_exercise_and_lists_the_whole_program(
    executed: dict[str, str], name: str
) -> None:
    cells = json.loads(executed[name])["cells"]
    said = {
        key: [cell["cell_type"] for cell in cells if key in cell["metadata"]]
        for key in ("fold", "listing")
    }
    assert said == {"fold": ["code", "markdown"], "listing": ["markdown"]}


# What the programs are made of


@both_programs
def test_a_program_needs_only_torch_and_matplotlib(name: str) -> None:
    tree = ast.parse(SOURCES[name].read_text(encoding="utf-8"))
    imported = {
        alias.name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert imported <= {"math", "matplotlib.pyplot", "torch"}


@both_programs
def test_the_settings_are_those_of_the_published_report(
    name: str, run_program: Callable[..., Program]
) -> None:
    report = tomllib.loads((ROOT / "report.toml").read_text(encoding="utf-8"))
    chapter = report["study"]["chapter"]
    expected = report["defaults"] | {"curves_every": chapter["curves_every"], "SEED": 0}
    program = run_program(name)
    assert {key: program[key] for key in expected} == expected
    trained = re.findall(r"= train\(weight_decay=(\S+)\)", SOURCES[name].read_text("utf-8"))
    assert [float(weight_decay) for weight_decay in trained] == chapter["weight_decay"]
    epochs = range(chapter["curves_every"], expected["epochs"] + 1, chapter["curves_every"])
    assert [epoch for epoch, _, _ in program["curve"]] == list(epochs)


@both_programs
def test_a_program_draws_the_numbers_of_the_lab(
    name: str, run_program: Callable[..., Program]
) -> None:
    program = run_program(
        name, SEED=7, n_train=23, n_features=30, epochs=5, noise_std=0.5, true_b=2.0
    )
    assert program["STREAMS"] == data.STREAMS[: len(program["STREAMS"])]
    for stream in program["STREAMS"]:
        assert torch.equal(program["normals"](7, stream, 5, 7), data.normals(7, stream, 5, 7))
    true_w = torch.full((30, 1), 0.01, dtype=torch.float64)
    for suffix, count in (("", 23), ("_test", 100)):
        x = data.normals(7, f"x{suffix}", count, 30)
        y = x @ true_w + 2.0 + 0.5 * data.normals(7, f"noise{suffix}", count, 1)
        assert torch.equal(program[f"x{suffix}"], x.to(torch.float32))
        assert torch.equal(program[f"y{suffix}"], y.to(torch.float32))
    assert torch.equal(program["order"], data.normals(7, "order", 5, 23).argsort(dim=1))


@both_programs
def test_the_global_random_state_is_neither_read_nor_changed(
    name: str, run_program: Callable[..., Program]
) -> None:
    before = torch.random.get_rng_state()
    weights = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        state = torch.random.get_rng_state()
        weights.append(run_program(name, epochs=5)["w"])
        assert torch.equal(torch.random.get_rng_state(), state)
    torch.random.set_rng_state(before)
    assert torch.equal(*weights)


# What the programs compute


def train_by_formula(
    program: Program, weight_decay: float, b: Tensor, step: Callable[[int], tuple[float, float]]
) -> tuple[Tensor, Tensor, list[tuple[int, float, float]]]:
    """Train by w ← (1 − ηλ·decay)·w − η·pull·Σ(ŷ − y)x, where `step(m)` is (decay, pull)."""
    w = data.normals(program["SEED"], "w", program["n_features"], 1)
    curve = []
    for epoch, rows in enumerate(program["order"], start=1):
        for start in range(0, len(rows), program["batch_size"]):
            batch = rows[start : start + program["batch_size"]]
            x, y = program["x"][batch], program["y"][batch]
            decay, pull = step(len(batch))
            residual = x @ w + b - y
            w = (1 - program["lr"] * weight_decay * decay) * w
            w = w - program["lr"] * pull * x.T @ residual
            b = b - program["lr"] * pull * residual.sum()
        if epoch % program["curves_every"] == 0:
            losses = (
                ((program[f"x{suffix}"] @ w + b - program[f"y{suffix}"]) ** 2).mean().item() / 2
                for suffix in ("", "_test")
            )
            curve.append((epoch, *losses))
    return w, b, curve


def assert_trained_by_formula(
    program: Program, b: Tensor, step: Callable[[int], tuple[float, float]]
) -> None:
    w_actual, b_actual, curve_actual = program["train"](weight_decay=3)
    w, b, curve = train_by_formula(program, 3, b, step)
    assert relative_error(w_actual, w) < 1e-12
    assert relative_error(b_actual, b) < 1e-12
    assert len(curve) == 2
    assert relative_error(torch.tensor(curve_actual), torch.tensor(curve)) < 1e-12


def test_scratch_divides_by_the_nominal_batch_size_on_a_short_batch_too(
    run_program: Callable[..., Program],
) -> None:
    """On m of B examples w ← (1 − ηλm/B)w − (η/B)Σ(ŷ − y)x, and b feels no decay."""
    program = run_program("scratch", double=True, n_train=23, epochs=10)
    size = program["batch_size"]
    assert_trained_by_formula(program, torch.zeros(1), lambda m: (m / size, 1 / size))


def test_concise_averages_what_is_there_and_decays_in_full(
    run_program: Callable[..., Program],
) -> None:
    """On m of B examples w ← (1 − ηλ)w − (2η/m)Σ(ŷ − y)x; b starts at random, without decay."""
    program = run_program("concise", double=True, n_train=23, epochs=10)
    assert_trained_by_formula(program, data.normals(0, "b", 1), lambda m: (1, 2 / m))


def test_concise_is_scratch_at_twice_the_step_and_half_the_decay(
    run_program: Callable[..., Program],
) -> None:
    """With full batches and the same start, concise(η, λ) is scratch(2η, λ/2)."""
    concise = run_program("concise", double=True, epochs=10)
    b_start = concise["make_model"]().bias.detach()
    scratch = run_program("scratch", double=True, epochs=10, lr=2 * concise["lr"])
    w_start, _ = scratch["initial_values"]()
    scratch["initial_values"] = lambda: (w_start, b_start.clone().requires_grad_())
    actual, expected = concise["train"](weight_decay=3), scratch["train"](weight_decay=1.5)
    assert relative_error(actual[0], expected[0]) < 1e-12
    assert relative_error(actual[1], expected[1]) < 1e-12
    assert relative_error(torch.tensor(actual[2]), torch.tensor(expected[2])) < 1e-12


@both_programs
@pytest.mark.parametrize("weight_decay", [0, 3])
def test_what_the_inputs_do_not_span_only_decays(
    name: str, weight_decay: float, run_program: Callable[..., Program]
) -> None:
    """With full batches w⊥(t) = (1 − ηλ)^t · w⊥(0), which without decay is w⊥(0)."""
    program = run_program(name, double=True, epochs=10)
    w, _, _ = program["train"](weight_decay)
    w_start = data.normals(0, "w", program["n_features"], 1)
    x = program["x"]
    unspanned = torch.eye(x.shape[1]) - torch.linalg.pinv(x) @ x
    steps = program["epochs"] * program["n_train"] // program["batch_size"]
    expected = (1 - program["lr"] * weight_decay) ** steps * (unspanned @ w_start)
    assert relative_error(unspanned @ w, expected) < 1e-12


# The exercises


@pytest.mark.parametrize("seed", [0, 7])
def test_the_leftover_foretells_the_norm_until_it_is_gone(
    seed: int, run_program: Callable[..., Program]
) -> None:
    """‖w‖ at λ = 1 is (1 − ηλ)^400 of that without decay, to a hundredth; at λ = 9 far more."""
    program = run_program("scratch", SEED=seed)
    bare, little, much = (program["train"](each)[0].norm().item() for each in (0, 1, 9))

    assert little == pytest.approx(0.997**400 * bare, rel=0.01)
    assert much > 10 * 0.973**400 * bare


def test_three_changes_make_the_concise_program_print_the_norms_of_the_other(
    run_program: Callable[..., Program],
) -> None:
    scratch = run_program("scratch")
    concise = run_program("concise", lr=scratch["lr"] / 2)
    drawn = concise["normals"]
    concise["normals"] = lambda seed, stream, *shape: drawn(seed, stream, *shape) * (stream != "b")

    for weight_decay in (0, 3):
        printed = [
            f"{program['train'](factor * weight_decay)[0].norm().item():.5g}"
            for program, factor in ((scratch, 1), (concise, 2))
        ]
        assert printed[0] == printed[1]


# What execution refuses, and what it is stored under


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("1 / 0", "p.py, cell 3 (1 / 0): ZeroDivisionError: division by zero"),
        ("object()", "p.py, cell 3 (object()): prints a memory address"),
        (
            "from IPython.display import SVG; SVG('<svg></svg>')",
            "the figure has no alternative text",
        ),
    ],
)
def test_a_cell_that_cannot_be_published_is_named(code: str, message: str, tmp_path: Path) -> None:
    program = tmp_path / "p.py"
    program.write_text(f"# %% [markdown]\n# # T\n\n# %%\nx = 1\n\n# %%\n{code}\n", encoding="utf-8")
    with pytest.raises(SiteError, match=re.escape(message)):
        notebooks.execute(program, timeout_s=30)


def test_a_changed_program_has_another_key(tmp_path: Path) -> None:
    program = tmp_path / "p.py"
    keys = set()
    for text in ("x = 1\n", "x = 2\n", "x = 1\n"):
        program.write_text(text, encoding="utf-8")
        keys.add(notebooks.program_key(program))
    assert len(keys) == 2


def test_a_program_that_another_build_has_executed_is_found_by_its_key(tmp_path: Path) -> None:
    program, file = tmp_path / "p.py", tmp_path / "evidence.sqlite"
    program.write_text("x = 1\n", encoding="utf-8")
    assert notebooks.find_executed([program], file) == {}

    with Evidence(file, writable=True) as evidence:
        evidence.store_program("p", notebooks.program_key(program), "executed", 2.5)
    assert notebooks.find_executed([program], file) == {program: ("executed", 2.5)}

    program.write_text("x = 2\n", encoding="utf-8")
    assert notebooks.find_executed([program], file) == {}


def test_a_key_costs_no_import_of_what_executes() -> None:
    code = (
        "import sys; from pathlib import Path; from wd.report.site import notebooks;"
        f"notebooks.program_key(Path({str(SOURCES['scratch'])!r}));"
        "print(*{'torch', 'matplotlib', 'jupytext', 'nbformat', 'nbclient'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
