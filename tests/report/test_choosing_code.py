"""The code that the page about choosing λ gives to copy does what the page says."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge


@pytest.fixture(scope="module")
def score_left_out(run_code):
    program = run_code("choosing")
    assert len(program["decays"]) > 1
    return program["score_left_out"]


@pytest.mark.parametrize(("n", "d"), [(20, 60), (30, 30), (30, 8)])
@pytest.mark.parametrize("parts", [5, 7, "n"])
def test_its_scores_are_those_of_refitting_with_scikit_learn(score_left_out, n, d, parts):
    parts = n if parts == "n" else parts
    generator = np.random.default_rng(0)
    x = generator.normal(2, 1, (n, d))
    y = x @ generator.normal(0, 1, d) + generator.normal(5, 1, n)
    decays = [1e-6, 1e-2, 1.0]
    expected = []
    for decay in decays:
        errors = []
        for part in np.array_split(np.arange(n), parts):
            others = np.setdiff1d(np.arange(n), part)
            model = Ridge(alpha=len(others) * decay, solver="svd").fit(x[others], y[others])
            errors.extend(y[part] - model.predict(x[part]))
        expected.append(np.mean(np.square(errors)) / 2)

    np.testing.assert_allclose(score_left_out(x, y, decays, parts), expected, rtol=1e-8)
