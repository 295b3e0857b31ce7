"""Predict, then reveal: questions whose right answer is read from the evidence."""

from __future__ import annotations

import html

from wd.report.read.guesses import GUESSES
from wd.report.read.labels import Labels
from wd.report.read.readings import Readings
from wd.report.tell.absences import expecting_numbers


def pose(name: str, readings: Readings, labels: Labels, revealed: str) -> str:
    """Write a question with its choices, and what a fold-out reveals.

    It needs no script: the choices are radio buttons, and once the fold-out is open the style
    marks the right one, and says of the chosen one why it is wrong.

    Returns:
        Markdown.

    Raises:
        Missing: If the configuration lacks the study that answers it.
        KeyError: If there is no such question.
        SiteError: If its words are missing.
    """
    with expecting_numbers():
        right = GUESSES[name](readings)
    reasons = labels.table("guess", name, "why")
    rows = []
    for index, (key, choice) in enumerate(labels.table("guess", name, "choices").items()):
        if index == right:
            mark = f' <span class="guess__right">{labels("word", "guess_right")}</span>'
        else:
            mark = f' <span class="guess__why">{reasons[key]}</span>'
        rows.append(
            f'<label class="guess__choice"><input type="radio" name="guess-{name}">'
            f" {choice}{mark}</label>"
        )
    return "\n".join(
        [
            f'<div class="guess" id="guess-{name}" role="group" '
            f'aria-label="{html.escape(labels("word", "guess"))}" markdown>',
            "",
            f'<strong data-search-exclude="true">{labels("word", "guess")}</strong>\n'
            f"{labels('guess', name, 'question')}",
            "",
            '<div class="guess__choices" data-search-exclude="true" markdown="1">',
            *rows,
            "</div>",
            "",
            '<details class="guess__answer" markdown>',
            f'<summary data-search-exclude="true">{labels("word", "guess_reveal")}</summary>',
            "",
            revealed.strip(),
            "",
            "</details>",
            "",
            "</div>",
        ]
    )
