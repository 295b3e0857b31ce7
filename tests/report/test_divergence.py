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
