"""Each claim about the update rule and its limits holds, and can fail."""


def test_one_step_by_three_ways_can_fail(judge):
    """A step that differs by a hundred units in one case isn't the same step."""
    assert judge("one-step-by-three-ways").holds
    wrong = (
        "UPDATE measures SET value = 100 WHERE name = 'formula_optim' AND run IN (SELECT run"
        " FROM one_step WHERE dtype = 'float64' AND weight_decay = 3 AND seed = 7)"
    )
    assert not judge("one-step-by-three-ways", wrong).holds


def test_whole_runs_agree_with_torch_can_fail(judge):
    """A distance of 1e-12 is rounding in float32 and none in float64."""
    assert judge("whole-runs-agree-with-torch").holds
    wrong = (
        "UPDATE measures SET value = 1e-12 WHERE name = 'scratch_concise' AND run IN (SELECT run"
        " FROM one_step WHERE dtype = '{}' AND weight_decay = 3 AND seed = 0)"
    )
    assert judge("whole-runs-agree-with-torch", wrong.format("float32")).holds
    assert not judge("whole-runs-agree-with-torch", wrong.format("float64")).holds


def test_decay_alone_is_a_power_can_fail(judge):
    """A formula that is off, or a weight that stays bounded beyond 2, refutes it."""
    assert judge("decay-alone-is-a-power").holds
    off = (
        "UPDATE measures SET value = 1e-9 WHERE name = 'formula_error'"
        " AND run IN (SELECT run FROM decay_alone WHERE weight_decay = 1.5)"
    )
    bounded = (
        "UPDATE decay_path SET weight = 0.5 WHERE step = 20"
        " AND run IN (SELECT run FROM decay_alone WHERE weight_decay = 2.1)"
    )
    assert not judge("decay-alone-is-a-power", off).holds
    assert not judge("decay-alone-is-a-power", bounded).holds


def test_ill_chosen_rate_destroys_the_run_can_fail(judge):
    """One run that survives at η = 0.1, or one that diverges in a single batch, refutes it."""
    assert judge("ill-chosen-rate-destroys-the-run").holds
    change = (
        "UPDATE results SET status = '{}' WHERE run IN (SELECT run FROM runs"
        " WHERE study = '{}' AND lr = 0.1 AND weight_decay = 0 AND seed = 3)"
    )
    saved, lost = change.format("ok", "stability"), change.format("diverged", "stability_full")
    assert not judge("ill-chosen-rate-destroys-the-run", saved).holds
    assert not judge("ill-chosen-rate-destroys-the-run", lost).holds


def test_full_batch_limit_is_exact_can_fail(judge):
    """A limit that is 5 % off in either direction meets runs on its wrong side."""
    assert judge("full-batch-limit-is-exact").holds
    scale = "UPDATE measures SET value = {} * value WHERE name = 'limit'"
    assert not judge("full-batch-limit-is-exact", scale.format(1.05)).holds
    assert not judge("full-batch-limit-is-exact", scale.format(0.95)).holds
    growing = (
        "UPDATE measures SET value = 1.001 WHERE name = 'below_factor'"
        " AND run IN (SELECT run FROM stable_rates WHERE weight_decay = 3 AND seed = 4)"
    )
    assert not judge("full-batch-limit-is-exact", growing).holds


def test_safe_limit_is_sufficient_can_fail(judge):
    """Twice the limit is no longer safe, and one lost run below it is enough."""
    assert judge("safe-limit-is-sufficient").holds
    twice = "UPDATE measures SET value = 2 * value WHERE name = 'safe_limit'"
    lost = (
        "UPDATE results SET status = 'diverged' WHERE run IN (SELECT run FROM runs"
        " WHERE study = 'stability' AND lr = 0.01 AND weight_decay = 3 AND seed = 11)"
    )
    assert not judge("safe-limit-is-sufficient", twice).holds
    assert not judge("safe-limit-is-sufficient", lost).holds


def test_safe_limit_is_not_necessary_can_fail(judge):
    """Were the limit twice as high, no run without decay would live beyond it."""
    assert judge("safe-limit-is-not-necessary").holds
    twice = "UPDATE measures SET value = 2 * value WHERE name = 'safe_limit'"
    assert not judge("safe-limit-is-not-necessary", twice).holds


def test_some_decay_steadies_mini_batches_can_fail(judge):
    """If the runs at λ = 3 diverged as those at λ = 0 do, decay would steady nothing."""
    assert judge("some-decay-steadies-mini-batches").holds
    lost = (
        "UPDATE results SET status = 'diverged' WHERE run IN (SELECT run FROM runs"
        " WHERE study = 'stability' AND lr = 0.052 AND weight_decay = 3)"
    )
    assert not judge("some-decay-steadies-mini-batches", lost).holds
