"""What a claim supposes of its runs is asked of them: else it says that it isn't asked here."""

from types import SimpleNamespace

import pytest

from wd.config import Setting
from wd.report.content.claims.exercises import follow_square
from wd.report.content.claims.hard import require_fewer_examples
from wd.report.content.claims.two_programs import require_equal_batches
from wd.report.read.readings import Missing


def make_cell(**changed):
    return SimpleNamespace(study="mine", setting=Setting.of("scratch").change(**changed))


@pytest.mark.parametrize(
    ("require", "kept", "broken"),
    [
        (require_equal_batches, {"n_train": 20, "batch_size": 5}, {"n_train": 23}),
        (require_equal_batches, {"n_train": 5, "batch_size": 5}, {"n_train": 4}),
        (require_fewer_examples, {"n_train": 19, "n_features": 20}, {"n_train": 20}),
    ],
)
def test_a_premise_is_met_or_missing(require, kept, broken):
    require(make_cell(**kept))

    with pytest.raises(Missing) as missing:
        require(make_cell(**kept | broken))
    assert missing.value.kind == "premise"


def test_one_size_that_is_not_square_is_enough_to_say_so():
    cells = [make_cell(n_train=20, n_features=20), make_cell(n_train=20, n_features=30)]

    with pytest.raises(Missing) as missing:
        follow_square(SimpleNamespace(cells=lambda *_, **__: cells))
    assert missing.value.args == ("premise", {"study": "noise", "premise": "square"})
