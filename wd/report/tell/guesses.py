"""Predict, then reveal: questions whose right answer is read from the evidence."""

from __future__ import annotations

import html
import math
from collections.abc import Callable

import numpy as np

from wd.report.read.estimates import estimate_ratio, find_settled
from wd.report.read.labels import Labels
from wd.report.read.readings import Readings
from wd.report.read.registry import Registry

Answer = Callable[[Readings], int]
GUESSES: Registry[Answer] = Registry("guesses")


guess = GUESSES.register
"""Registers the function that finds a question's right choice, counted from 0."""


@guess("undecayed_norm")
def undecayed_norm(readings: Readings) -> int:
    """Without decay: well below the initial norm, about it, or well above."""
    cell = find_settled(readings, "chapter", implementation="scratch", weight_decay=0)
    start = cell.setting.init_std * math.sqrt(cell.setting.n_features)
    return int(np.digitize(float(np.median(cell["w_norm"])) / start, (0.5, 2)))


@guess("decayed_norm")
def decayed_norm(readings: Readings) -> int:
    """At λ = 3 most of the squared norm is in the row space, or of the start's unseen part."""
    cell = find_settled(readings, "chapter", implementation="scratch", weight_decay=3)
    share = float(np.median((cell.measure("null_norm") / cell["w_norm"]) ** 2))
    return int(share > 0.5)


@guess("against_a_constant")
def against_a_constant(readings: Readings) -> int:
    """The run at λ = 3 is clearly better than a constant, as good within a tenth, or worse."""
    run = find_settled(readings, "chapter", implementation="scratch", weight_decay=3)
    constant = find_settled(readings, "reference", implementation="constant")
    return int(np.digitize(estimate_ratio(run, constant)[0], (0.9, 1.1)))


@guess("where_decay_helps")
def where_decay_helps(readings: Readings) -> int:
    """The best λ gains most where n is well below d, about d, or well above."""
    best = [1.0, 1.0, 1.0]
    for cell in readings.cells("peak", implementation="ridge"):
        setting = cell.setting
        undecayed = find_settled(
            readings, "peak", implementation="ridge", weight_decay=0, n_train=setting.n_train
        )
        place = int(np.digitize(setting.n_train / setting.n_features, (0.7, 1.4)))
        best[place] = max(best[place], estimate_ratio(undecayed, cell)[0])
    return best.index(max(best))


def pose(name: str, readings: Readings, labels: Labels, revealed: str) -> str:
    """Write a question with its choices, and what a fold-out reveals.

    It needs no script: the choices are radio buttons, and the style marks the right one once the
    fold-out is open.

    Args:
        name: Of one of `GUESSES`.
        readings: The evidence.
        labels: The language's words.
        revealed: Markdown.

    Returns:
        Markdown.

    Raises:
        Missing: If the configuration lacks the study that answers it.
        KeyError: If there is no such question.
        SiteError: If its words are missing.
    """
    right = GUESSES[name](readings)
    choices = list(labels.table("guess", name, "choices").values())
    rows = []
    for index, choice in enumerate(choices):
        mark = ""
        if index == right:
            mark = f' <span class="guess__right">{labels("word", "guess_right")}</span>'
        rows.append(
            f'<label class="guess__choice"><input type="radio" name="guess-{name}">'
            f" {choice}{mark}</label>"
        )
    return "\n".join(
        [
            f'<div class="guess" id="guess-{name}" role="group" '
            f'aria-label="{html.escape(labels("word", "guess"))}" markdown>',
            "",
            f"**{labels('word', 'guess')}** {labels('guess', name, 'question')}",
            "",
            '<div class="guess__choices" markdown="1">',
            *rows,
            "</div>",
            "",
            '<details class="guess__answer" markdown>',
            f"<summary>{labels('word', 'guess_reveal')}</summary>",
            "",
            revealed.strip(),
            "",
            "</details>",
            "",
            "</div>",
        ]
    )
