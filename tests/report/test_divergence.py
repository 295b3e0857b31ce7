"""A map of η × λ is held against the limits of its own runs, or against none."""

import numpy as np
import pytest

from wd.report.content.claims.divergence import read_rows
from wd.report.read.readings import Missing

LIMITS = {"limit": 0.1, "safe_limit": 0.03}
MAP = {"lr": [0.003, 2], "weight_decay": [3, 9]}
"""Of the invented runs those at lr = 2 diverge."""
KNOWN = {"kind": "stable_rates", "weight_decay": [3, 9], "seeds": 4}


@pytest.fixture
def read(invent, amend):
    """A function that reads the map of a study beside limits of four seeds."""

    def read(study, name, limit, **defaults):
        readings = invent({name: study, "stable_rates": KNOWN}, defaults=defaults)
        amend(
            readings,
            *(
                f"UPDATE measures SET value = {value} * (1 + (SELECT seed FROM results"
                f" WHERE results.run = measures.run)) WHERE name = '{number}'"
                for number, value in LIMITS.items()
            ),
        )
        return read_rows(readings, name, limit)

    return read


@pytest.mark.parametrize(("seeds", "known"), [(2, [0, 1]), (6, [0, 1, 2, 3]), ([9, 3, 1], [1, 3])])
def test_every_run_has_the_limit_of_its_own_seed(read, seeds, known):
    """Whichever seeds and how many: those without a known limit are left out."""
    row, _ = read(MAP | {"seeds": seeds}, "stability", "safe_limit")

    np.testing.assert_allclose(row.limit, [0.03 * (1 + seed) for seed in known], rtol=1e-15)
    assert row.rates.tolist() == [0.003, 2]
    assert row.diverged.tolist() == [[False] * len(known), [True] * len(known)]


def test_the_concise_program_has_half_the_limit_of_half_its_decay(invent, amend):
    """Its loss has no ½: at (η, λ) it steps as scratch does at (2η, λ/2)."""
    concise = {"implementation": "concise", "lr": [0.003, 2], "weight_decay": [6, 18], "seeds": 2}
    readings = invent({"stability_concise": concise, "stable_rates_concise": KNOWN})
    known = "SELECT weight_decay FROM stable_rates WHERE stable_rates.run = measures.run"
    amend(readings, f"UPDATE measures SET value = 0.1 / ({known}) WHERE name = 'safe_limit'")
    rows = read_rows(readings, "stability_concise", "safe_limit")

    assert [row.weight_decay for row in rows] == [6, 18]
    np.testing.assert_allclose(rows[0].limit, [0.1 / 3 / 2] * 2, rtol=1e-15)
    np.testing.assert_allclose(rows[1].limit, [0.1 / 9 / 2] * 2, rtol=1e-15)
    assert rows[0].diverged.tolist() == [[False] * 2, [True] * 2]


@pytest.mark.parametrize(
    "change", [{"implementation": "scratch"}, {"bias_decay": 1}, {"n_train": 18}]
)
def test_the_concise_map_supposes_that_program_in_equal_batches(invent, change):
    concise = {"implementation": "concise", "lr": [0.003, 2], "weight_decay": [6, 18], "seeds": 2}
    known = KNOWN | ({"n_train": 18} if "n_train" in change else {})
    readings = invent({"stability_concise": concise | change, "stable_rates_concise": known})

    with pytest.raises(Missing) as missing:
        read_rows(readings, "stability_concise", "safe_limit")
    assert missing.value.details == {"study": "stability_concise", "premise": "concise_alone"}


OTHER = "[study.stable_rates]"


@pytest.mark.parametrize(
    ("study", "name", "limit", "why"),
    [
        ({"seeds": [7]}, "stability", "safe_limit", ("seeds", {"other": OTHER})),
        (
            {"batch_size": 10, "epochs": 50},
            "stability",
            "safe_limit",
            ("differing", {"other": OTHER, "varying": "batch_size, epochs"}),
        ),
        (
            {"implementation": "concise"},
            "stability",
            "safe_limit",
            ("premise", {"premise": "scratch_alone"}),
        ),
        ({"batch_size": 10}, "stability_full", "limit", ("premise", {"premise": "full_batches"})),
    ],
    ids=["no common seed", "other batches", "another program", "no full batches"],
)
def test_the_limits_of_other_runs_are_not_held_against_a_map(read, study, name, limit, why):
    """A theorem about full batches isn't refuted by runs that have none."""
    with pytest.raises(Missing) as missing:
        read(MAP | {"seeds": 2} | study, name, limit)
    assert missing.value.args == (why[0], {"study": name} | why[1])


def test_full_batches_may_be_of_any_size(read):
    row, _ = read(
        MAP | {"seeds": 2, "batch_size": 40}, "stability_full", "limit", n_train=40, batch_size=5
    )

    assert row.limit.tolist() == [0.1, 0.2]
