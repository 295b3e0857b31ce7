"""Every kind of study that is declared: its code hands over what its declaration says."""

import math
from functools import cache
from importlib import import_module
from itertools import product

import numpy as np
import pytest
import torch

from wd.config import Setting
from wd.declarations import (
    HYPERPARAMETERS,
    KINDS,
    MATRIX,
    Hyperparameter,
    Implementation,
    Kind,
)
from wd.lab.studies.company import list_outcomes, pad

SEEDS = (3, 0, 5)
SIZES = ({"n_train": 5, "n_features": 23}, {"n_train": 8, "n_features": 2})
"""Odd ones: their data sets don't begin at places in memory that are all alike."""
SHORT = {"batch_size": 4, "epochs": 2}
NAMES = [name for name in KINDS if name != MATRIX]

every_kind = pytest.mark.parametrize("name", NAMES)


def accept(name, chosen):
    """A setting of a kind with the first of two sizes that it doesn't refuse."""
    settings = (Setting.read(name, SHORT | sizes | chosen) for sizes in SIZES)
    return next(setting for setting in settings if not KINDS[name].refuse(setting))


def list_cases(name):
    """Small groups of settings: each word that a hyperparameter may be, and some numbers.

    What is computed together stands in a group, with its default and two values more.
    """
    kind = KINDS[name]
    words = [(row, word) for row in map(HYPERPARAMETERS.get, kind.reads) for word in row.choices]
    for chosen in [{row.name: word} for row, word in words] or [{}]:
        base = accept(name, chosen)
        along = [
            [HYPERPARAMETERS[each].default + more for more in (1.0, 0.0, 0.5)]
            for each in kind.together
        ]
        yield [
            base.change(**dict(zip(kind.together, values, strict=True)))
            for values in product(*along)
        ]


def measure(name, settings, seeds):
    return import_module(f"wd.lab.studies.{name}").measure(settings, seeds)


@cache
def make(name):
    """A kind's groups of settings and what was measured of them; each kind once."""
    return [(settings, measure(name, settings, SEEDS)) for settings in list_cases(name)]


@pytest.fixture
def made(name):
    """What was measured of the kind: one that fails doesn't keep the others from being asked."""
    return make(name)


@every_kind
def test_each_setting_has_the_outcomes_of_each_seed_in_their_order(made, name):
    for settings, found in made:
        assert [setting for setting, _ in found] == settings
        assert all(tuple(outcomes.seeds) == SEEDS for _, outcomes in found)
        assert all(
            numbers.shape == (len(SEEDS),)
            for _, outcomes in found
            for numbers in outcomes.measures.values()
        )


@every_kind
def test_a_kind_measures_the_numbers_that_it_declares_and_no_others(made, name):
    """Each is there for some setting; what doesn't apply to a setting may be left out."""
    outcomes = [each for _, found in made for _, each in found]
    finite = {number for each in outcomes for run in each for number in run.measures}

    assert finite == set(KINDS[name].numbers)
    assert all(each.measures.keys() <= finite for each in outcomes)


@every_kind
def test_a_kind_records_the_series_that_it_declares_and_no_others(made, name):
    declared = KINDS[name].series
    found = [
        (table, points)
        for _, group in made
        for _, outcomes in group
        for table, points in outcomes.series.items()
    ]

    assert {table for table, _ in found} == declared.keys()
    for table, points in found:
        width = len(declared[table].index) + len(declared[table].columns)
        assert points.shape[0] == len(SEEDS)
        assert points.shape[2] == width
        index = points[:, :, : len(declared[table].index)].tolist()
        assert all(len(set(map(tuple, run))) == len(run) for run in index)


@every_kind
def test_numbers_do_not_depend_on_their_company(made, name):
    """Each setting alone with a single seed, to the last bit; a series may belong to one alone."""
    for settings, found in made:
        for setting, (_, outcomes) in zip(settings, found, strict=True):
            run = 1 + settings.index(setting) % 2
            ((_, alone),) = measure(name, [setting], [SEEDS[run]])

            assert alone.measures.keys() == outcomes.measures.keys()
            for number, values in outcomes.measures.items():
                np.testing.assert_array_equal(alone.measures[number], values[run : run + 1])
            for table, points in outcomes.series.items():
                np.testing.assert_array_equal(alone.series[table], points[run : run + 1])


@every_kind
def test_numbers_do_not_depend_on_the_order_of_settings_and_seeds(made, name):
    settings, found = made[0]

    backwards = measure(name, settings[::-1], SEEDS[::-1])

    assert [setting for setting, _ in backwards] == settings[::-1]
    for (_, one), (_, other) in zip(found, backwards[::-1], strict=True):
        for number, values in one.measures.items():
            np.testing.assert_array_equal(other.measures[number][::-1], values)


@every_kind
def test_more_settings_than_one_product_takes_change_nothing(made, name):
    """Forty values along what is computed together, among them those of the small group."""
    kind = KINDS[name]
    if not kind.together:
        return
    settings, found = made[0]
    (along,) = kind.together
    values = [HYPERPARAMETERS[along].default + step / 16 for step in range(1, 41)]
    more = [settings[0].change(**{along: value}) for value in values]

    many = dict(measure(name, more, SEEDS[:1]))

    shared = [(setting, outcomes) for setting, outcomes in found if setting in many]
    assert len(shared) == 2
    for setting, outcomes in shared:
        for number, numbers in outcomes.measures.items():
            np.testing.assert_array_equal(many[setting].measures[number], numbers[:1])


@every_kind
@pytest.mark.parametrize(
    "changed",
    [
        {"n_train": 1, "n_features": 1, "batch_size": 3},
        {"n_train": 1},
        {"n_train": 7, "batch_size": 3},
        {"n_train": 30, "n_features": 4, "batch_size": 30},
        {"init_std": 0.0, "true_w": 0.0, "true_b": 0.0, "noise_std": 0.0},
        {"lr": 1e9, "weight_decay": 1e9},
    ],
    ids=["one-of-each", "one-example", "short-batch", "full-batch", "nothing", "divergence"],
)
def test_whatever_a_kind_accepts_it_can_measure(name, changed):
    setting = Setting.read(name, {"epochs": 2} | changed)
    if KINDS[name].refuse(setting):
        setting = Setting.read(name, {"epochs": 2, "n_features": 2} | changed)
    if KINDS[name].refuse(setting):
        return

    ((_, outcomes),) = measure(name, [setting], [0])

    assert outcomes.measures.keys() <= set(KINDS[name].numbers)


def test_an_own_hyperparameter_is_read_without_being_named_again():
    """But it may be, for its place among the others."""
    own = (Hyperparameter("aloof", float, 0.5, "own"),)

    assert Kind(("lr",), (), own=own).reads == ("lr", "aloof")
    assert Implementation(("lr",), trained=True, tile=1, own=own).reads == ("lr", "aloof")
    assert Kind(("aloof", "lr"), (), own=own).reads == ("aloof", "lr")


@every_kind
def test_no_number_has_the_name_of_a_hyperparameter(name):
    """Both are columns of the kind's view."""
    kind = KINDS[name]
    names = [*kind.numbers, *kind.reads]

    assert len(set(names)) == len(names)
    assert not set(kind.numbers) & HYPERPARAMETERS.keys()
    assert set(kind.together) <= set(kind.reads)


def test_what_pads_is_dropped_and_no_zero_is_negative():
    setting = accept("decay_alone", {})
    numbers = {"one": torch.tensor([[-0.0, 7.0], [math.inf, 8.0], [1.0, 9.0]])}

    ((_, outcomes),) = list_outcomes([setting], [4, 2], numbers)

    assert outcomes.measures["one"].tolist() == [0.0, math.inf]
    assert math.copysign(1, outcomes.measures["one"][0]) == 1
    assert [run.measures for run in outcomes] == [{"one": 0.0}, {}]


def test_padding_repeats_the_last_item():
    assert pad(range(2), 4) == [0, 1, 1, 1]
    assert pad("abc", 2) == ["a", "b", "c"]
