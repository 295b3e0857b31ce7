"""The shortcuts of leaving examples out, against fits that really go without these examples."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from wd.config import Setting
from wd.lab.data import normals
from wd.lab.outcomes import Outcomes
from wd.lab.studies.choosing import TRIED
from wd.lab.studies.company import Numbers, measure_in_tiles
from wd.lab.theory import leaving_out


def measure(settings: Sequence[Setting], seeds: Sequence[int]) -> list[tuple[Setting, Outcomes]]:
    """Leave examples out of some training sets, by formula and by fitting.

    Args:
        settings: One.
        seeds: One training set each.

    Returns:
        The setting with the distances of the residuals of left-out examples from those under fits
        without them, relative to the latter's length, the largest of all λ of the grid:

        - leave_one_out_distance, by the formula without λ;
        - textbook_distance, by (y − ŷ)ᵢ/(1 − Hᵢᵢ), the same formula with it;
        - five_fold_distance, by the formula for parts.
    """
    return measure_in_tiles(settings, seeds, 1, compare)


def compare(settings: Sequence[Setting], seed: int) -> Numbers:
    """Compare the ways on one training set; each number is (1, 1)."""
    (setting,) = settings
    n, d = setting.n_train, setting.n_features
    x = normals(seed, "x", n, d)
    y = setting.true_w * x.sum(1, keepdim=True) + setting.noise_std * normals(seed, "noise", n, 1)
    rows = leaving_out.factorise_rows(x)
    singles, five = (leaving_out.cut_into_parts(n, count) for count in (n, 5))
    apart = leaving_out.refit(x, y, TRIED * n / (n - 1), singles)  # the same total penalty nλ
    w, b = leaving_out.solve(rows, y, TRIED)
    residuals = y - x @ w - b.unsqueeze(1)
    squares = rows.s.square() + TRIED.unsqueeze(1)
    hat = (rows.s.square() / squares) @ rows.u.square().mT + 1 / n
    return {
        "leave_one_out_distance": _compare(leaving_out.leave_one_out(rows, y, TRIED), apart),
        "textbook_distance": _compare(residuals / (1 - hat).unsqueeze(2), apart),
        "five_fold_distance": _compare(
            leaving_out.leave_parts_out(rows, y, TRIED, five),
            leaving_out.refit(x, y, TRIED, five),
        ),
    }


def _compare(one: Tensor, other: Tensor) -> Tensor:
    """Return the largest relative distance of residuals (k, n, 1) over the k values of λ."""
    return ((one - other).norm(dim=1) / other.norm(dim=1)).max().view(1, 1)
