"""What the form answers, with the published runs, to numbers that people really paste."""

import json
import re

import pytest

from wd import config
from wd.evidence.store import Evidence
from wd.project import PROJECT
from wd.report.publish import CONTENT
from wd.report.read.readings import Readings
from wd.report.read.widgets import WIDGETS

NORMAL, SMALL, LARGE, CHANCE = "Normal", "Unusually small", "Unusually large", "chance"
SQUARE = "½‖w‖² printed as the norm"
WHOLE = "‖w‖ printed in place of ½‖w‖²"
SETTLED = ("300 epochs", "η = 0.01", "η = 0.03", "batches of one example", "2λ in place of λ")
ANSWERS = [
    # The chapter's scratch program at λ = 3
    ("chapter scratch 3", "tensor(0.3741, grad_fn=<LinalgVectorNormBackward0>)", NORMAL, "no slip"),
    (
        "chapter scratch 3",
        "tensor(0.3741, device='cuda:0', grad_fn=<NormBackward1>)",
        NORMAL,
        "no slip",
    ),
    ("chapter scratch 3", "w的L2范数是： 0.3556520342826843", NORMAL, "no slip"),
    ("chapter scratch 3", "w的L2范数是: 0.3416", NORMAL, "no slip"),
    ("chapter scratch 3", "w的L2範數是：0.3878", NORMAL, "no slip"),
    ("chapter scratch 3", "０．３７４１", NORMAL, "no slip"),
    ("chapter scratch 3", "0。3719", NORMAL, "no slip"),
    ("chapter scratch 3", "0,3739", NORMAL, "no slip"),
    ("chapter scratch 3", "3.741e-01", NORMAL, "no slip"),
    ("chapter scratch 3", "np.float32(0.3632)", NORMAL, "no slip"),
    ("chapter scratch 3", "0.3455", NORMAL, "the bias decayed as well"),
    ("chapter scratch 3", "0.37", NORMAL, "concise with λ = 3"),
    ("chapter scratch 3", "0.42", CHANCE, "no slip"),
    ("chapter scratch 3", "0.312", CHANCE, "no slip"),
    ("chapter scratch 3", "0.4790", LARGE, "concise with λ = 3"),
    ("chapter scratch 3", "0.5379", LARGE, "concise with λ = 3"),
    *[("chapter scratch 3", "tensor(0.0371)", SMALL, each) for each in SETTLED],
    ("chapter scratch 3", "0.035221", SMALL, "batches of one example"),
    ("chapter scratch 3", "0.038", SMALL, "initial weights times 0.01"),
    ("chapter scratch 3", "0.0341", SMALL, "Keras with l2(λ)"),
    ("chapter scratch 3", "0.0665", SMALL, SQUARE),
    ("chapter scratch 3", "0.0731", SMALL, "the L1 penalty λ‖w‖₁ in place of λ/2·‖w‖²"),
    ("chapter scratch 3", "L2 norm of w: 0.0138", SMALL, "concise with λ = 3 (English edition)"),
    ("chapter scratch 3", "0.00144", SMALL, "scratch with λ = 3 (English edition)"),
    ("chapter scratch 3", "0.0536", SMALL, f"{WHOLE}, by scratch with λ = 3 (English edition)"),
    ("chapter scratch 3", "2.21", LARGE, "λ/2 in place of λ"),
    ("chapter scratch 3", "2.21", LARGE, "batches of 10 examples"),
    ("chapter scratch 3", "13.4", LARGE, "scratch with λ = 0, "),
    ("chapter scratch 3", "12.963241577148438", LARGE, "scratch with λ = 0, "),
    ("chapter scratch 3", "89.9", LARGE, f"{SQUARE}, by scratch with λ = 0, "),
    ("chapter scratch 3", "1e6", LARGE, ""),
    ("chapter scratch 3", "1.2e-12", SMALL, ""),
    # Its concise program, and no decay
    ("chapter concise 3", "0.389059", NORMAL, "no slip"),
    ("chapter concise 3", "w的L2范数是： 0.4642", NORMAL, "no slip"),
    ("chapter concise 3", "0.4096", NORMAL, "no slip"),
    ("chapter concise 3", "0.096315", SMALL, "batches of one example"),
    ("chapter concise 3", "0.0701", SMALL, SQUARE),
    ("chapter concise 3", "0.0138", SMALL, "concise with λ = 3 (English edition)"),
    ("chapter concise 3", "0.0341", SMALL, "Keras with l2(λ)"),
    ("chapter concise 3", "0.0388", SMALL, "momentum of 0.9 in SGD"),
    ("chapter scratch 0", "13.97", NORMAL, "no slip"),
    ("chapter scratch 0", "12.525", NORMAL, "300 epochs"),
    ("chapter concise 0", "tensor(13.7279, grad_fn=<CopyBackwards>)", NORMAL, "no slip"),
    ("chapter concise 0", "13,69", NORMAL, "no slip"),
    ("chapter concise 0", "1.3381", SMALL, "Keras with l2(λ)"),
    ("chapter scratch 0", "0.1416", SMALL, "initial weights times 0.01"),
    ("chapter scratch 0", "90.1", LARGE, SQUARE),
    # Other λ
    ("chapter scratch 1.5", "2.2", NORMAL, "no slip"),
    ("chapter scratch 1.5", "0.365", SMALL, "2λ in place of λ"),
    ("chapter scratch 6", "0.365", LARGE, "λ/2 in place of λ"),
    ("chapter scratch 9", "0.139", LARGE, "scratch with λ = 4"),
    ("chapter concise 100", "13.4", LARGE, "concise with λ = 0, "),
    # The English edition and its newest version, which print ½‖w‖²
    ("english scratch 0", "L2 norm of w: 0.010043434798717499", NORMAL, "no slip"),
    ("english scratch 0", "0.00922", NORMAL, "no slip"),
    ("english scratch 0", "0.1416", LARGE, WHOLE),
    ("english scratch 3", "L2 norm of w: 0.0014458", NORMAL, "no slip"),
    ("english scratch 3", "0.0016", NORMAL, "no slip"),
    ("english scratch 3", "0.0138", LARGE, "concise with λ = 3"),
    ("english scratch 3", "0.0536", LARGE, WHOLE),
    ("english concise 3", "0.0138", NORMAL, "no slip"),
    ("english concise 3", "L2 norm of w: 0.013559", NORMAL, "no slip"),
    ("english concise 3", "0.013", NORMAL, "no slip"),
    ("english concise 3", "0.00144", SMALL, "scratch with λ = 3"),
    ("english concise 3", "0.1678", LARGE, WHOLE),
    ("english concise 0", "0.1511", NORMAL, "no slip"),
    ("newest scratch 0", "0.010327", NORMAL, "no slip"),
    ("newest scratch 3", "0.000598", NORMAL, "no slip"),
    ("newest concise 3", "0.001001", NORMAL, "no slip"),
    ("newest concise 3", "0.0138", LARGE, "concise with λ = 3 (English edition)"),
    ("english concise 3", "0.000907", SMALL, "concise with λ = 3 (newest English edition)"),
    # What is no norm
    ("chapter scratch 3", "nan", "diverged", ""),
    ("chapter concise 3", "tensor(nan, grad_fn=<LinalgVectorNormBackward0>)", "diverged", ""),
    ("chapter scratch 3", "w的L2范数是： inf", "diverged", ""),
    ("english scratch 3", "-inf", "diverged", ""),
    ("chapter scratch 3", "", "empty", ""),
    ("chapter scratch 3", "norm", "text", ""),
    ("chapter scratch 3", "tensor([0.3741, 0.2000])", "several", ""),
    ("chapter scratch 3", "1,234", "comma", ""),
    ("chapter scratch 3", "37%", "unclear", ""),
    ("chapter scratch 3", "-0.3741", "negative", ""),
    ("chapter scratch 3", "0.0", "zero", ""),
    ("chapter scratch 3", "1e309", "beyond", ""),
]


@pytest.fixture(scope="module")
def answers(published_evidence, labels, run_script):
    """What the form answers to each of them, in their order."""
    with Evidence(published_evidence) as evidence:
        readings = Readings(config.load(PROJECT / "report.toml"), evidence)
        data = WIDGETS.load(CONTENT)["norm"](readings, labels)
    data["words"] = labels.table("widget", "norm", "script")
    keys = []
    for chosen, typed, *_ in ANSWERS:
        edition, program, decay = chosen.split()
        choice = {"edition": edition, "program": program, "decay": decay}
        keys.append([choice, typed])
    call = (
        "(data => { const known = readExplanations(data); return"
        f" {json.dumps(keys)}.map(([choice, typed]) => {{ const read = readTyped(typed); return"
        " { reason: read.reason, ...answerTyped(data, known, choice, read) }; }); })"
        f"({json.dumps(data)})"
    )
    [found] = run_script("numbers", "typed", "explaining", calls=[call])
    return found


@pytest.mark.parametrize(
    "place", range(len(ANSWERS)), ids=lambda place: " ".join(ANSWERS[place][:2])
)
def test_what_people_paste_has_its_right_answer(answers, labels, place):
    _, _, verdict, explanation = ANSWERS[place]
    found = answers[place]
    if verdict == "diverged" or verdict in labels.table("widget", "norm", "script", "refused"):
        assert (found["reason"], found["rows"]) == (verdict, [])
        return
    if verdict == CHANCE:
        assert labels("widget", "norm", "script", "chance") in found["verdict"]
    else:
        assert found["verdict"].startswith(verdict)
    if not explanation:
        assert found["closing"] == labels("widget", "norm", "script", "unknown")
        return
    assert any(row.startswith(explanation) for row in found["rows"])


def test_the_form_says_that_it_cannot_tell_apart_whatever_lets_a_run_settle(answers):
    """At λ = 3 more epochs, a larger rate, small batches and 2λ print the same numbers."""
    found = next(answers[place] for place, each in enumerate(ANSWERS) if each[3] in SETTLED)
    equal = int(re.match(r"The first (\d+) can't be told apart", found["closing"])[1])

    for slip in SETTLED:
        assert any(row.startswith(slip) for row in found["rows"][:equal])


def test_a_normal_number_names_the_program_without_a_slip_first(answers):
    normal = [
        found["rows"][0]
        for (*_, verdict, explanation), found in zip(ANSWERS, answers, strict=True)
        if (verdict, explanation) == (NORMAL, "no slip")
    ]
    assert len(normal) > 1
    assert all(row.startswith("no slip") for row in normal)
