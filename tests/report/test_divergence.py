"""A map of η × λ is held against the limits of its own runs, or against none."""

import numpy as np
import pytest

from wd import config
from wd.evidence.keys import check_key
from wd.evidence.store import Evidence
from wd.report.content.claims.divergence import read_rows
from wd.report.read.readings import Missing, Readings

LIMITS = {"limit": 0.1, "safe_limit": 0.03}
SEEDS = 4
MAP = {"lr": [0.003, 2], "weight_decay": 3}
"""Of the invented runs those at lr = 2 diverge."""


@pytest.fixture
def read(invent):
    """A function that reads the map of a study, whose check has limits of four seeds."""

    def read(study, name, limit, **defaults):
        document = {"study": {name: study}, "defaults": defaults, "checks": {"stability": SEEDS}}
        evidence = invent({name: study}, defaults=defaults).evidence
        wanted = config.parse(document)
        key = check_key(wanted, "stability")
        facts = [
            ("stability", key, "3", fact, seed, value * (1 + seed))
            for fact, value in LIMITS.items()
            for seed in range(SEEDS)
        ]
        with Evidence(evidence.path, writable=True) as store:
            store.record("facts", facts)
        return read_rows(Readings(wanted, evidence), name, limit)

    return read


@pytest.mark.parametrize(("seeds", "known"), [(2, [0, 1]), (6, [0, 1, 2, 3]), ([9, 3, 1], [1, 3])])
def test_every_run_has_the_limit_of_its_own_seed(read, seeds, known):
    """Whichever seeds and how many: those that the check doesn't know are left out."""
    (row,) = read(MAP | {"seeds": seeds}, "stability", "safe_limit")

    np.testing.assert_allclose(row.limit, [0.03 * (1 + seed) for seed in known], rtol=1e-15)
    assert row.rates.tolist() == [0.003, 2]
    assert row.diverged.tolist() == [[False] * len(known), [True] * len(known)]


@pytest.mark.parametrize(
    ("study", "name", "limit", "defaults", "why"),
    [
        (
            {"seeds": [7]},
            "stability",
            "safe_limit",
            {},
            ("seeds", {"study": "stability", "other": "[checks] stability"}),
        ),
        (
            {"batch_size": 10, "epochs": 50},
            "stability",
            "safe_limit",
            {},
            (
                "differing",
                {"study": "stability", "other": "[defaults]", "varying": "batch_size, epochs"},
            ),
        ),
        (
            {"implementation": "concise"},
            "stability",
            "safe_limit",
            {},
            (
                "differing",
                {"study": "stability", "other": "[defaults]", "varying": "implementation"},
            ),
        ),
        (
            {"batch_size": 20},
            "stability_full",
            "limit",
            {"n_train": 40},
            ("premise", {"study": "stability_full", "premise": "full_batches"}),
        ),
    ],
    ids=["no common seed", "other batches", "another program", "no full batches"],
)
def test_the_limits_of_other_runs_are_not_held_against_a_map(
    read, study, name, limit, defaults, why
):
    """A theorem about full batches isn't refuted by runs that have none."""
    with pytest.raises(Missing) as missing:
        read(MAP | {"seeds": 2} | study, name, limit, **defaults)
    assert missing.value.args == why


def test_full_batches_may_be_of_any_size(read):
    (row,) = read(
        MAP | {"seeds": 2, "batch_size": 40}, "stability_full", "limit", n_train=40, batch_size=5
    )

    assert row.limit.tolist() == [0.1, 0.2]
