"""What a claim supposes of its runs is asked of them: else it says that it isn't asked here."""

import ast
from pathlib import Path
from types import SimpleNamespace

import pytest
from recomputed import EXPECTED
from tampering import change, tamper
from unmet import UNMET

from wd.config import Setting
from wd.report.content.book import CHAPTER
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


JUDGES = Path(__file__).parents[3] / "wd/report/content/claims"
ABOUT_THE_BOOK = """
    adams-pace-knows-no-decay another-order-changes-little bias-error-dominates-concise
    chapters-curve-is-no-u concise-bears-half-the-rate concise-norm-is-predicted-worse
    converged-run-reaches-the-optimum decay-lowers-the-test-loss-of-the-run
    decay-moves-the-fit-not-the-test-loss decayed-bias-ends-anywhere
    decayed-bias-is-not-recognised decayed-norm-is-mostly-the-start
    decayed-run-is-worse-than-a-constant english-concise-is-worse-than-a-constant
    english-scratch-levels-with-the-constant exact-ridge-beats-the-constant-a-little
    from-zero-the-decay-helps-a-little from-zero-the-decay-shrinks-the-norm
    from-zero-the-norm-settles-early full-path-predicts-both-norms half-square-is-recognised
    half-the-decay-is-recognised ill-chosen-rate-destroys-the-run
    larger-batches-look-like-half-the-decay leftover-of-each-step-is-known
    matched-programs-agree missing-half-hardly-moves-the-norm more-data-cannot-erase-the-start
    more-data-depend-on-the-noise more-data-help-where-decay-does-not
    never-stopping-costs-what-no-decay-does newest-edition-beats-the-constant
    no-choice-gains-much-on-the-chapters-data no-decay-rescues-the-run
    no-stopping-removes-the-start norm-still-falls-at-the-end
    null-space-follows-the-decay-alone optimum-hardly-notices-the-decay
    parts-add-up-to-the-measured-loss penalty-of-a-matrix-shrinks-its-singular-values
    plots-differ-by-the-half-and-the-bias prior-of-the-chapter-is-too-narrow
    random-bias-sets-the-programs-apart ridge-is-least-squares-with-further-rows
    row-space-rests-first safe-limit-is-not-necessary scratch-norm-is-predicted
    settled-runs-print-the-same shrinking-is-no-penalty-where-gradients-are-rescaled
    small-start-is-recognised some-decay-steadies-mini-batches
    sparing-the-bias-matters-in-the-run sparing-the-bias-matters-little-once-converged
    stopping-early-does-not-help-here undecayed-norm-is-the-start
    undecayed-programs-print-the-same undecayed-test-loss-is-the-start
    whole-runs-agree-with-torch wrong-decay-costs-most-at-the-peak
"""
"""Claims that only the chapter's data can bear out or refute.

Kept by hand: a list made from what they ask could not tell that one forgot to ask.
"""


@pytest.mark.parametrize(
    ("name", "premise", "changes"),
    [(name, premise, changes) for name, premise, *changes in UNMET],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_claim_is_not_asked_where_what_it_supposes_is_not_so(
    published, claims, name, premise, changes
):
    with pytest.raises(Missing) as missing:
        claims[name](tamper(published, *changes))
    assert (missing.value.kind, missing.value.details.get("premise")) == ("premise", premise)


def test_what_lies_beyond_the_peak_says_nothing_of_sizes_below_it(published, claims):
    """However large a test loss is there, a fourth of these examples isn't asked to have more."""
    beyond = change("size_exact", EXPECTED, 1e6, implementation="ridge", n_train=320)
    judge = claims["smaller-training-set-larger-test-loss"]

    assert judge(tamper(published, beyond)).parts == judge(published).parts


def test_each_premise_of_a_claim_is_missed_somewhere():
    supposed = {
        keyword.value.value
        for path in JUDGES.glob("*.py")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Missing"
        for keyword in node.keywords
        if keyword.arg == "premise"
    }

    assert supposed == {premise for _, premise, *_ in UNMET}


def test_claims_about_the_book_are_not_asked_of_another_experiment(published, claims):
    """One whose targets are noisier in all studies."""
    other = tamper(
        published,
        *(
            change(study, "noise_std", 1.01, noise_std=CHAPTER["noise_std"])
            for study in published.studies
            if any(
                cell.setting.noise_std == CHAPTER["noise_std"] for cell in published.cells(study)
            )
        ),
    )
    supposing = set()
    for name, judge in claims.items():
        try:
            judge(other)
        except Missing as missing:
            if missing.details.get("premise") == "chapter_settings":
                supposing.add(name)

    listed = set(ABOUT_THE_BOOK.split())
    assert supposing - listed == set(), "asks for the chapter: add it to ABOUT_THE_BOOK above"
    assert listed - supposing == set(), "doesn't ask `require_chapter`, or isn't about the book"
