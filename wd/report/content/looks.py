"""How each implementation is drawn: one colour and one line style on every figure.

Figures of a study show all its implementations that have what the figure is about. One without a
look is an error, so that a new program is never left out in silence.
"""

from __future__ import annotations

from wd.errors import SiteError

Look = tuple[str, object]
"""A role of `style.colours`, and a line style of matplotlib."""

LOSSES = {"train_loss": (0, (1.2, 1.4)), "test_loss": "solid"}
"""How the two losses of one program or solution are told apart, both in its colour."""

LOOKS: dict[str, Look] = {
    "scratch": ("scratch", "solid"),
    "concise": ("concise", (0, (5, 2))),
    "projected": ("bound", (0, (3, 1, 1, 1))),
    "ridge": ("exact", "dashdot"),
    "constrained": ("exact", (0, (1, 1))),
    "constant": ("accent", "dotted"),
}


def find_look(implementation: str) -> Look:
    """Find an implementation's colour and line style.

    Raises:
        SiteError: If it has none.
    """
    if implementation not in LOOKS:
        raise SiteError(
            f"the implementation {implementation!r} has no colour.\n"
            "Give it one in wd/report/content/looks.py."
        )
    return LOOKS[implementation]
