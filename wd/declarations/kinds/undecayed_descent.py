"""Where descent from zero ends without decay, beside the limit λ → 0 of ridge."""

from __future__ import annotations

from typing import Any

from wd.declarations.forms import Kind
from wd.declarations.kinds import same_thing
from wd.declarations.shared import TRAINING_SET


def refuse(setting: Any) -> str | None:
    """Refuse data that one solution alone fits, and those on which descent takes too long."""
    if setting.n_train < setting.n_features:
        return same_thing.refuse(setting)
    return (
        f"n_train = {setting.n_train} isn't below n_features = {setting.n_features}, so that "
        "there is one solution.\nAllowed: fewer examples than features."
    )


DECLARATION = Kind(
    reads=TRAINING_SET,
    numbers=(
        "descent_augmented",
        "descent_interpolator",
        *(
            f"{way}_{name}"
            for way in ("descent", "interpolator")
            for name in ("end_loss", "squared_norm", "squared_length")
        ),
    ),
    refuse=refuse,
)
