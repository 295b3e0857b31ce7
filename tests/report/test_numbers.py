"""A number is written so that a reader can trust its digits."""

import math
import random
import re

import pytest

from wd.declarations import IMPLEMENTATIONS
from wd.report.publish import CONTENT
from wd.report.read.numbers import NUMBERS, set_powers, write, write_exactly
from wd.report.read.readings import Missing

NUMBERS.load(CONTENT)


def read_back(text):
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")
    mantissa, _, power = text.replace(",", "").partition("×10")
    return float(mantissa.translate(raised)) * 10.0 ** int(power.translate(raised) or 0)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (13.4164, "13.4"),
        (0.36449, "0.364"),
        (0.00096, "0.000960"),
        (0.00012345, "0.000123"),
        (0.00001234, "1.23×10⁻⁵"),
        (88.04, "88.0"),
        (100, "100"),
        (1234.5, "1,234"),
        (123_456, "123,456"),
        (-4455.2, "−4,455"),
        (1_234_567, "1.23×10⁶"),
        (6.02e23, "6.02×10²³"),
        (1e-300, "1.00×10⁻³⁰⁰"),
        (0, "0"),
        (-0.0, "0"),
        (-0.28, "−0.280"),
        (-1.5e-9, "−1.50×10⁻⁹"),
        (9.996, "10.0"),
        (0.09999, "0.100"),
        (0.99999, "1.00"),
        (9.9999e-5, "0.000100"),
        (999_999.9, "1.00×10⁶"),
    ],
)
def test_a_number_is_written_with_three_significant_digits(value, text):
    assert write(value) == text


@pytest.mark.parametrize("digits", [1, 2, 3, 4, 6])
def test_what_is_written_is_within_half_a_unit_of_its_last_digit(digits):
    draw = random.Random(0)
    for _ in range(500):
        value = draw.choice([-1, 1]) * 10 ** draw.uniform(-12, 12)
        assert read_back(write(value, digits)) == pytest.approx(value, rel=0.5000001 * 10 ** (1 - digits), abs=0)  # fmt: skip  # noqa: E501


def test_a_written_number_has_a_real_minus_and_no_e_notation():
    for value in (-1.0, -1e-9, 1e9, -1e12, 3e-7):
        assert re.fullmatch(r"−?[\d.,]+(×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?", write(value))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_never_written_as_one(value):
    with pytest.raises(Missing, match="infinite"):
        write(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3"),
        (0.05, "0.05"),
        (0.003, "0.003"),
        (0.1234567, "0.1234567"),
        (1.25e-5, "1.25×10⁻⁵"),
        (1e-8, "10⁻⁸"),
        (20, "20"),
        (1500.0, "1,500"),
        (1500, "1,500"),
        (True, "True"),
        ("scratch", "scratch"),
        (None, "None"),
    ],
)
def test_a_setting_is_written_as_its_author_did(value, text):
    """All its digits: two settings that differ must not look alike."""
    assert write_exactly(value) == text


def test_what_was_trained_and_what_was_solved_are_counted_apart(invent):
    """By implementation, over all studies, and the diverged runs among the trained."""
    readings = invent(
        {
            "chapter": {"implementation": ["scratch", "concise"], "seeds": 600},
            "hot": {"lr": [0.1, 10], "seeds": 3},
            "exact": {"implementation": list(IMPLEMENTATIONS), "weight_decay": [0, 3], "seeds": 2},
        }
    )
    counts = dict(
        readings.evidence.rows("SELECT implementation, count(*) FROM runs GROUP BY implementation")
    )
    assert counts.keys() == IMPLEMENTATIONS.keys()
    solved = sum(counts[name] for name, each in IMPLEMENTATIONS.items() if not each.trained)

    assert NUMBERS["runs_solved"](readings) == f"{solved:,}" == "8"
    assert NUMBERS["runs_trained"](readings) == f"{sum(counts.values()) - solved:,}" == "1,216"
    assert NUMBERS["runs_diverged"](readings) == "3"
    assert NUMBERS["chapter_seeds"](readings) == "600"


@pytest.mark.parametrize(("n", "d", "spanned"), [(20, 200, "20"), (23, 7, "7")])
def test_examples_span_no_more_directions_than_there_are(invent, n, d, spanned):
    readings = invent({"mine": {"seeds": 1}}, defaults={"n_train": n, "n_features": d})

    assert NUMBERS["directions_spanned"](readings) == spanned


def test_powers_of_ten_are_set_with_raised_digits_of_one_size():
    assert set_powers("1.2×10⁻¹⁰ of ½‖w‖²") == "1.2×10<sup>−10</sup> of ½‖w‖²"
