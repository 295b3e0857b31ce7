"""The home page: its bet is what the evidence says, and its line of code does what it says."""

import json
import re

import numpy as np
import pytest
import torch

from wd.project import PROJECT
from wd.report.publish import CONTENT
from wd.report.read.readings import Missing
from wd.report.read.widgets import WIDGETS

SWEEP = {"implementation": ["scratch", "concise"], "weight_decay": [0, 3], "seeds": 40}
REFERENCE = {"implementation": "constant", "seeds": 40}


def losses(setting, seed):
    """The constant's is 2; runs lie around it, and the larger λ is better."""
    if setting.implementation == "constant":
        return 1.0, 2.0, 0.0, 0.0
    loss = (1 + seed / 10) * (10 if setting.weight_decay == 0 else 1)
    return 1.0, loss, 1.0, 0.0


@pytest.fixture
def gathered(invent, labels):
    readings = invent({"sweep": SWEEP, "reference": REFERENCE}, losses)
    return WIDGETS.load(CONTENT)["bet"](readings, labels)


def test_each_dot_is_one_run_in_twenty(gathered):
    for row in gathered["rows"]:
        undecayed, decayed = row["dots"]
        np.testing.assert_allclose(undecayed, np.multiply(decayed, 10), rtol=0.01)
        assert len(decayed) == 20
        assert np.median(decayed) == pytest.approx(1 + 19.5 / 10, rel=0.01)


def test_the_sentence_compares_with_the_constant_run_by_run(gathered):
    assert gathered["constant"] == 2
    for row in gathered["rows"]:
        assert row["wins"] == [0, 25]  # ten of forty have a loss below 2
        assert row["ratio"] == pytest.approx([14.75, 1.48], rel=0.01)


def test_the_script_says_who_wins_and_by_how_much(gathered, labels, run_script):
    words = labels.table("widget", "bet", "script")
    told = run_script(
        "numbers",
        calls=[
            f"fill({json.dumps(words[kind])}, {{name: 'N', wins: 25, ratio: write(1.475, 2)}})"
            for kind in ("loses", "some", "wins")
        ],
    )

    assert all(text.startswith("N: ") and "{" not in text for text in told)
    assert "25 %" in told[1]
    assert "1.5" in told[1]


def test_without_a_sweep_there_is_no_bet(invent, labels):
    with pytest.raises(Missing):
        WIDGETS.load(CONTENT)["bet"](invent({"reference": REFERENCE}), labels)


def test_the_line_of_code_decays_the_weights_and_spares_the_bias():
    page = (PROJECT / "docs/en/index.md.j2").read_text(encoding="utf-8")
    (line,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    known = {"torch": torch, "w": torch.ones(3), "b": torch.ones(1)}
    exec(line, known)
    for parameter in (known["w"], known["b"]):
        parameter.grad = torch.zeros_like(parameter)

    known["optimiser"].step()

    torch.testing.assert_close(known["w"], torch.full((3,), 1 - 0.003 * 3.0))
    assert known["b"].item() == 1
