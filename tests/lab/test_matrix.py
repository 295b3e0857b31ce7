"""The matrix trains what the two programs train, one run beside thousands of others.

The oracles are the programs that readers see (docs/en/notebooks), run one by one.
"""

import math

import pytest
import torch

from wd import config
from wd.declarations import HYPERPARAMETERS, IMPLEMENTATIONS, MATRIX, list_read
from wd.evidence.schema import RUN_COLUMNS
from wd.lab import data
from wd.lab.chunks import TRAINED_AT_ONCE
from wd.lab.studies import exact, matrix

CPU = torch.device("cpu")
SHAPES = [(20, 200), (100, 100), (8, 2), (23, 30)]

both = pytest.mark.parametrize("implementation", ["scratch", "concise"])
trained = pytest.mark.parametrize(
    "implementation", [name for name, each in IMPLEMENTATIONS.items() if each.trained]
)
solved = pytest.mark.parametrize(
    "implementation", [name for name, each in IMPLEMENTATIONS.items() if not each.trained]
)


def settings(**table):
    return config.parse({"defaults": {"epochs": 3}, "study": {"a": table}}).studies[0].settings


def strengths(implementation, values):
    """The grid over what an implementation has in place of λ."""
    reads = IMPLEMENTATIONS[implementation].reads
    if "theta" in reads:
        return {"theta": [value or 0.1 for value in values]}
    return {"weight_decay": list(values)} if "weight_decay" in reads else {}


def collect(results):
    """Outcomes by strength of the penalty and seed."""
    return {
        (setting.weight_decay if setting.theta is None else setting.theta, outcome.seed): outcome
        for setting, outcomes in results
        for outcome in outcomes
    }


def in_chunks(seeds, size):
    seeds = list(seeds)
    return [seeds[first : first + size] for first in range(0, len(seeds), size)]


def train(implementation, values, seeds, curves_every=None, **table):
    grid = settings(implementation=implementation, **strengths(implementation, values), **table)
    return collect(
        pair
        for chunk in in_chunks(seeds, TRAINED_AT_ONCE["cpu"])
        for pair in matrix.train(grid, chunk, CPU, curves_every)
    )


def solve(implementation, values, seeds, **table):
    grid = settings(implementation=implementation, **strengths(implementation, values), **table)
    return collect(exact.solve(grid, list(seeds)))


def number(outcome, name):
    """One of the numbers of a run, by its column."""
    return outcome.values[RUN_COLUMNS.index(name)]


def printed(outcome):
    """The numbers that the reader's program knows: losses, norm, bias."""
    return [number(outcome, name) for name in ("train_loss", "test_loss", "w_norm", "b")]


def curve(outcome):
    return outcome.series.get("curves", [])


def relative_error(actual, expected):
    """Of whole columns: ‖actual − expected‖ / ‖expected‖."""
    actual = torch.tensor(actual, dtype=torch.float64)
    expected = torch.tensor(expected, dtype=torch.float64)
    return ((actual - expected).norm(dim=0) / expected.norm(dim=0)).max().item()


# The same experiment as the programs


@both
@pytest.mark.parametrize(("double", "bound"), [(True, 1e-12), (False, 3e-6)])
@pytest.mark.parametrize(("n_train", "batch_size"), [(20, 5), (23, 5), (20, 20), (3, 1)])
def test_a_run_of_the_matrix_is_the_run_of_the_program(
    run_program, implementation, double, bound, n_train, batch_size
):
    """Losses, norm, bias and curves of 2 seeds × 3 λ, short last batch (23 by 5) included."""
    table = {"n_train": n_train, "batch_size": batch_size, "n_features": 30, "lr": 0.02}
    decays, seeds = [0.0, 3.0, 0.05], [5, 2]
    dtype = "float64" if double else "float32"

    found = train(implementation, decays, seeds, 2, epochs=4, n_test=7, dtype=dtype, **table)

    rows, curves = [], []
    for seed in seeds:
        program = run_program(
            implementation, double=double, SEED=seed, epochs=4, curves_every=2, n_test=7, **table
        )
        for decay in decays:
            w, b, points = program["train"](decay)
            rows.append((*points[-1][1:], w.norm().item(), b.item()))
            curves += points
    order = [found[decay, seed] for seed in seeds for decay in decays]
    assert relative_error([printed(outcome) for outcome in order], rows) < bound
    points = [point for outcome in order for point in curve(outcome)[1:]]
    assert relative_error([point[:3] for point in points], curves) < bound


@both
def test_the_chapters_run_ends_at_the_norm_that_the_program_prints(run_program, implementation):
    """All 400 steps, single precision, λ = 0 and 3: five digits of the printed norm."""
    found = train(implementation, [0.0, 3.0], [0], epochs=100)

    program = run_program(implementation)
    for decay in (0.0, 3.0):
        norm = program["train"](decay)[0].norm().item()
        assert number(found[decay, 0], "w_norm") == pytest.approx(norm, rel=5e-6, abs=0)


def test_what_is_recorded_of_a_run_is_what_the_columns_say():
    assert RUN_COLUMNS == ("train_loss", "test_loss", "expected_test_loss", "w_norm", "b")


# A run does not depend on its company


@trained
@pytest.mark.parametrize(("n", "d"), SHAPES)
def test_a_trained_run_has_the_same_bits_in_any_company(implementation, n, d):
    """Other seeds, their order and number; other λ, their order, number and tile."""
    table = {"n_train": n, "n_features": d, "n_test": 9, "curves_every": 3}
    decays = [0.0, 0.05, 1.0, 3.0, 9.0]
    many = [0.01 + index / 7 for index in range(34)]
    base = train(implementation, decays, range(4), **table)
    next_chunk = [*range(90, 190), 191, *range(4)]

    companies = {
        "one seed": train(implementation, decays, [2], **table),
        "seeds the other way round": train(implementation, decays, [3, 2, 1, 0], **table),
        "more seeds than a chunk": train(implementation, decays, next_chunk, **table),
        "one λ": train(implementation, [3.0], range(4), **table),
        "λ the other way round": train(implementation, decays[::-1], range(4), **table),
        "λ in a second tile": train(implementation, [*many, *decays[1:], 0.0], range(4), **table),
        "alone": train(implementation, [3.0], [2], **table),
    }
    for name, found in companies.items():
        shared = found.keys() & base.keys()
        assert shared, name
        assert {key: found[key] for key in shared} == {key: base[key] for key in shared}, name


@trained
@pytest.mark.parametrize(("n", "d"), SHAPES)
def test_a_trained_run_has_the_same_bits_at_any_place_in_its_chunk(implementation, n, d):
    """Its numbers begin at other addresses there, and kernels may look at those."""
    table = {"n_train": n, "n_features": d, "n_test": 9, "curves_every": 3}
    others = list(range(20, 28))
    found = [
        train(implementation, [1.0], [*others[:place], 7, *others[place:]], **table)
        for place in range(9)
    ]
    assert all(outcomes[1.0, 7] == found[0][1.0, 7] for outcomes in found)


@solved
@pytest.mark.parametrize(("n", "d"), SHAPES)
def test_an_exact_solution_has_the_same_bits_in_any_company(implementation, n, d):
    table = {"n_train": n, "n_features": d, "n_test": 9}
    values = [0.05, 0.001, 1.0, 3.0, 9.0, 0.3, 0.7]
    many = [0.01 + index / 7 for index in range(34)]
    base = solve(implementation, values, range(3), **table)

    companies = {
        "one seed": solve(implementation, values, [2], **table),
        "seeds the other way round": solve(implementation, values, [2, 1, 0], **table),
        "more seeds": solve(implementation, values, range(7), **table),
        "one λ": solve(implementation, [3.0], range(3), **table),
        "λ the other way round": solve(implementation, values[::-1], range(3), **table),
        "λ in a second tile": solve(implementation, [*many, *values], range(3), **table),
        "alone": solve(implementation, [3.0], [2], **table),
    }
    for name, found in companies.items():
        shared = found.keys() & base.keys()
        assert shared, name
        assert {key: found[key] for key in shared} == {key: base[key] for key in shared}, name


def test_the_number_of_threads_changes_no_bit():
    threads = torch.get_num_threads()
    found = []
    try:
        for count in (1, 2):
            torch.set_num_threads(count)
            found.append(train("scratch", [0.0, 3.0], range(55)))
            assert torch.get_num_threads() == count
    finally:
        torch.set_num_threads(threads)
    assert found[0] == found[1]


def test_a_chunk_without_seeds_or_with_too_many_is_refused():
    (setting,) = settings()
    for seeds in (range(0), range(TRAINED_AT_ONCE["cpu"] + 1)):
        with pytest.raises(ValueError, match="a chunk has 1 to 100 seeds on cpu"):
            matrix.train([setting], seeds, CPU)


@trained
def test_training_neither_reads_nor_writes_the_global_random_state(implementation):
    found = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        before = torch.get_rng_state()
        found.append(train(implementation, [1.0], [0]))
        assert torch.equal(torch.get_rng_state(), before)
    assert found[0] == found[1]


# The concise program's optimiser


class Spy(torch.optim.SGD):
    """Counts its steps and remembers itself."""

    made: list  # of Spy

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.steps = 0
        self.made.append(self)

    def step(self):
        self.steps += 1
        return super().step()


def test_concise_goes_through_torchs_own_optimiser(monkeypatch):
    """One step per batch, a group per λ with its decay, the biases in one without."""
    monkeypatch.setattr(Spy, "made", [], raising=False)
    monkeypatch.setattr(torch.optim, "SGD", Spy)

    train("concise", [0.0, 3.0], [0], n_train=23, lr=0.25, n_features=7)

    (spy,) = Spy.made
    assert spy.steps == 3 * 5
    assert [group["weight_decay"] for group in spy.param_groups] == [0.0, 3.0, 0.0]
    assert {group["lr"] for group in spy.param_groups} == {0.25}
    assert {group["momentum"] for group in spy.param_groups} == {0}
    shapes = [[tuple(param.shape) for param in group["params"]] for group in spy.param_groups]
    assert shapes == [[(2, 7)], [(2, 7)], [(2, 2)]]


@both
def test_a_bias_that_decays_too_follows_the_formula(implementation):
    """One full batch: the bias shrinks by its share of λ before its gradient moves it."""
    table = {"n_train": 6, "n_features": 9, "batch_size": 6, "dtype": "float64", "lr": 0.1}
    table["bias_init_std"] = 1
    ends = [
        number(train(implementation, [2.0], [3], epochs=1, bias_decay=share, **table)[2.0, 3], "b")
        for share in (0, 1)
    ]

    (setting,) = settings(implementation=implementation, **table)
    bias = data.draw_start(setting, [3], torch.float64).b.item()
    assert ends[0] - ends[1] == pytest.approx(0.1 * 2.0 * bias, rel=1e-12, abs=1e-15)


def test_without_torchs_optimiser_the_concise_program_stands_still(monkeypatch):
    monkeypatch.setattr(torch.optim.SGD, "step", lambda self: None)

    found = train("concise", [3.0], [0], dtype="float64")

    (setting,) = settings(implementation="concise", dtype="float64")
    start = data.draw_start(setting, [0], torch.float64)
    assert number(found[3.0, 0], "w_norm") == pytest.approx(start.w.norm().item(), rel=1e-14)
    assert number(found[3.0, 0], "b") == start.b.item()


# Divergence, curves, precision


@both
def test_a_run_that_diverges_is_recorded_as_such_and_stops_no_other(implementation):
    """At lr 100 the numbers overflow; at lr 0.2 two epochs only multiply the loss by millions."""
    for lr, epochs, overflows in [(100.0, 20, True), (0.2, 2, False)]:
        found = train(implementation, [0.0], range(3), 1, lr=lr, epochs=epochs)
        assert [outcome.values for outcome in found.values()] == [None] * 3
        ends = [curve(outcome)[-1] for outcome in found.values()]
        assert [all(map(math.isfinite, end)) for end in ends] == [not overflows] * 3


@both
def test_a_run_has_diverged_when_its_loss_is_beyond_a_thousand_times_the_first(implementation):
    """A hundred times are too few to say that it has."""
    ratios = []
    for lr in (0.01, 0.1, 0.15, 0.2, 0.3, 0.4):
        for outcome in train(implementation, [0.0], range(3), 1, lr=lr, epochs=1).values():
            (_, first, *_), (_, last, *_) = curve(outcome)
            ratios.append(last / first)
            assert (outcome.values is None) == (last > 1e3 * first)

    assert any(20 < ratio < 900 for ratio in ratios)
    assert any(1100 < ratio < 1e5 for ratio in ratios)


@both
def test_a_decay_beyond_two_over_lr_diverges_beside_one_that_does_not(implementation):
    found = train(implementation, [3.0, 900.0, 1e9], [0, 1], n_features=30, epochs=20)

    assert {decay: outcome.values is None for (decay, _), outcome in found.items()} == {
        3.0: False,
        900.0: True,
        1e9: True,
    }
    assert found[3.0, 0] == train(implementation, [3.0], [0], n_features=30, epochs=20)[3.0, 0]


@trained
def test_a_curve_ends_with_the_final_values(implementation):
    found = train(implementation, [1.0, 3.0], [0, 1], 2, epochs=6)

    for outcome in found.values():
        points = curve(outcome)
        assert [epoch for epoch, *_ in points] == [0, 2, 4, 6]
        assert list(points[-1][1:]) == printed(outcome)[:3]
        assert len({point[1:] for point in points}) == 4


@trained
def test_a_curve_begins_with_the_start(implementation):
    """Before the first step: the norm of the initial weights, the same for every λ or θ."""
    found = train(implementation, [1.0, 3.0], [0, 1], 3)

    (setting, *_) = settings(implementation=implementation)
    for (_, seed), outcome in found.items():
        start = data.draw_start(setting, [seed], torch.float32)
        assert curve(outcome)[0][0] == 0
        assert curve(outcome)[0][3] == pytest.approx(start.w.norm().item(), rel=1e-6)


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
def test_the_expected_test_loss_is_that_of_ever_more_examples(implementation):
    """The test loss of 200,000 fresh examples is within five of its standard deviations."""
    table = {"n_train": 8, "n_features": 3, "n_test": 200_000, "noise_std": 0.3, "true_b": 0.7}
    make = train if IMPLEMENTATIONS[implementation].trained else solve

    for outcome in make(implementation, [0.5, 3.0], [0, 1], **table).values():
        expected = number(outcome, "expected_test_loss")
        bound = 5 * math.sqrt(2 / 200_000)
        assert number(outcome, "test_loss") == pytest.approx(expected, rel=bound)


@trained
def test_recording_a_curve_changes_no_run(implementation):
    without, with_curve = (train(implementation, [1.0], [0], every) for every in (None, 1))

    assert curve(without[1.0, 0]) == []
    assert without[1.0, 0].values == with_curve[1.0, 0].values


@trained
def test_single_precision_is_single_and_double_is_double(implementation):
    table = {"epochs": 20, "n_features": 30}
    (single,) = train(implementation, [1.0], [0], **table).values()
    (double,) = train(implementation, [1.0], [0], dtype="float64", **table).values()

    rounded = torch.tensor(printed(single)).double().tolist()
    assert rounded == printed(single)
    assert torch.tensor(printed(double)).double().tolist() != printed(double)
    assert relative_error([single.values], [double.values]) < 1e-5


# What is read is used

READ = [
    (program, name)
    for program in IMPLEMENTATIONS
    for name in list_read(MATRIX, program)
    if name != "implementation"
]
TELLING = {"n_features": 6, "true_w": 0.5, "noise_std": 0.3, "weight_decay": 0.5, "theta": 0.1}
"""With them theory lets every number count: a bias decays where λ > 0, and ‖w°‖² > θ."""


def change_a_little(name, value):
    """Another value that the hyperparameter may have, the nearest of some."""
    declared = HYPERPARAMETERS[name]
    others = declared.choices or (value + 1, value - 1)
    if declared.type is float and value:
        others = (2 * value, value / 2)
    return next(each for each in others if each != value and declared.check(each) is None)


@pytest.mark.parametrize(("implementation", "name"), READ)
def test_every_hyperparameter_that_a_program_reads_changes_its_numbers(implementation, name):
    """One that is declared and ignored would be trained again for nothing, and told as varied."""
    read = list_read(MATRIX, implementation)
    told = {key: value for key, value in TELLING.items() if key in read}
    (usual,) = settings(implementation=implementation, **told)
    changed = usual.change(**{name: change_a_little(name, getattr(usual, name))})

    found = []
    for setting in (usual, changed):
        trained = IMPLEMENTATIONS[implementation].trained
        run = matrix.train([setting], [3], CPU) if trained else exact.solve([setting], [3])
        ((_, (outcome,)),) = run
        found.append((outcome.values, outcome.measures))
    assert all(values for values, _ in found), "a run that diverges has no numbers to compare"
    assert found[0] != found[1], f"{implementation} says that it reads {name}, and doesn't use it"


# Exact solutions are measured like trained models


@pytest.mark.parametrize(
    ("trainer", "solver", "values"),
    [("scratch", "ridge", [0.5, 3.0]), ("projected", "constrained", [0.01, 0.05])],
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_full_batches_arrive_at_the_exact_solution_in_every_column(trainer, solver, values, dtype):
    """Long descent in double precision on the same data: the same losses, norm and bias."""
    table = {"n_train": 20, "n_features": 6, "n_test": 15, "true_w": 0.5, "noise_std": 0.3}
    descent = {"batch_size": 20, "epochs": 800, "lr": 0.2, "dtype": "float64"}

    found = train(trainer, values, [0, 1], **table, **descent)
    expected = solve(solver, values, [0, 1], dtype=dtype, **table)

    for key, outcome in found.items():
        bound = 1e-9 if dtype == "float64" else 1e-6
        assert relative_error([outcome.values], [expected[key].values]) < bound


def test_the_constant_is_the_mean_of_the_training_targets():
    """Train loss: half the variance; the norm is 0."""
    (setting,) = settings(implementation="constant", noise_std=0.3, dtype="float64")
    examples = data.draw_examples(setting, [4], torch.float64)
    mean = examples.y.mean()
    losses = [((y - mean) ** 2).mean().item() / 2 for y in (examples.y, examples.y_test)]

    (outcome,) = solve("constant", [], [4], noise_std=0.3, dtype="float64").values()

    assert printed(outcome) == pytest.approx([*losses, 0, mean.item()], rel=1e-12)
