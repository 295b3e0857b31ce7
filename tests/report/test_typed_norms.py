"""What a reader types or pastes is read as the number that it means, or refused; never another."""

import json
import unicodedata

import pytest

READ = {
    # PyTorch
    "tensor(0.3741, grad_fn=<LinalgVectorNormBackward0>)": 0.3741,
    "tensor(0.3741, device='cuda:0', grad_fn=<NormBackward1>)": 0.3741,
    "tensor(0.3741, grad_fn=<DivBackward0>) ": 0.3741,
    "tensor(0.3741, dtype=torch.float64)": 0.3741,
    "tensor(0.3741, device='cuda:1', dtype=torch.float64, requires_grad=True)": 0.3741,
    "tensor(3.7410e-05, grad_fn=<LinalgVectorNormBackward0>)": 3.741e-5,
    "tensor([0.3741])": 0.3741,
    "tensor([[0.3741]], grad_fn=<ViewBackward0>)": 0.3741,
    "tensor(13.)": 13,
    "Parameter containing:\ntensor([0.3741], requires_grad=True)": 0.3741,
    "tensor(0.3741, grad_fn=<LinalgVectorNormBack": 0.3741,
    # NumPy
    "np.float32(0.3741)": 0.3741,
    "np.float64(13.690000534057617)": 13.690000534057617,
    "array(0.3741, dtype=float32)": 0.3741,
    "array([0.3741], dtype='<f4')": 0.3741,
    "[[0.3741]]": 0.3741,
    "3.e-05": 3e-5,
    # TensorFlow, Keras
    "tf.Tensor(0.3741, shape=(), dtype=float32)": 0.3741,
    "tf.Tensor([0.3741], shape=(1,), dtype=float32)": 0.3741,
    "<tf.Tensor: shape=(), dtype=float32, numpy=0.3741>": 0.3741,
    "<tf.Tensor: id=7, shape=(1,), dtype=float32, numpy=array([0.3741], dtype=float32)>": 0.3741,
    "<tf.Variable 'w:0' shape=() dtype=float32, numpy=0.3741>": 0.3741,
    # JAX
    "Array(0.3741, dtype=float32)": 0.3741,
    "Array(0.3741, dtype=float32, weak_type=True)": 0.3741,
    "DeviceArray(0.3741, dtype=float32)": 0.3741,
    # MXNet, Paddle, MindSpore
    "[0.3741]\n<NDArray 1 @cpu(0)>": 0.3741,
    "[0.3741] <NDArray 1 @gpu(0)>": 0.3741,
    "array(0.3741, ctx=gpu(0))": 0.3741,
    "Tensor(shape=[1], dtype=float32, place=Place(gpu:0), stop_gradient=False, [0.3741])": 0.3741,
    "Tensor(shape=[], dtype=Float32, value= 0.3741)": 0.3741,
    # Lines that programs print
    "w的L2范数是： 0.3741": 0.3741,
    "w的L2范数是: 12.963241577148438": 12.963241577148438,
    "w的L2范数是0.3741": 0.3741,
    "权重的 2-范数：0.3741。": 0.3741,
    "L2 norm of w: 0.3741": 0.3741,
    "L2 norm of w: 0.3711": 0.3711,
    "L2 norm of w: tensor(0.3741, grad_fn=<LinalgVectorNormBackward0>)": 0.3741,
    "||w||_2 = 0.3741": 0.3741,
    "‖w‖₂ = 0.3741": 0.3741,
    "2-norm: 0.3741": 0.3741,
    "w_norm=0.3741": 0.3741,
    "{'w2': 0.3741}": 0.3741,
    "norm,0.3741": 0.3741,
    "w -> 0.3741": 0.3741,
    # Terminals
    ">>> 0.3741": 0.3741,
    "Out[12]: tensor(0.3741)": 0.3741,
    "[3]: 0.3741": 0.3741,
    # Keyboards of the world
    "０．３７４１": 0.3741,
    "３．７４１Ｅ－０１": 0.3741,
    "0．3741": 0.3741,
    "0。3741": 0.3741,
    "０，３７４１": 0.3741,
    "٠٫٣٧٤١": 0.3741,
    "۰٫۳۷۴۱": 0.3741,
    "०.३७४१": 0.3741,
    "𝟎.𝟑𝟕𝟒𝟏": 0.3741,
    "\u200f0.3741\u200e": 0.3741,
    # Signs of thousands and of decimals
    "13.69": 13.69,
    "13,69": 13.69,
    "0,371": 0.371,
    "0,3741": 0.3741,
    "3,741e-1": 0.3741,
    "1,234.5": 1234.5,
    "1.234,5": 1234.5,
    "1'234.5": 1234.5,
    "1_234.5": 1234.5,
    "1,234,567": 1234567,
    "١٬٢٣٤٫٥": 1234.5,
    # Powers of ten
    "1.2e-3": 0.0012,
    "3.741e-01": 0.3741,
    "3.741E-1": 0.3741,
    "3.741e−1": 0.3741,
    "3.7×10⁻¹": 0.37,
    "3.711×10⁻⁵": 3.711e-5,
    "3.7·10^-1": 0.37,
    "３．７×１０⁻¹": 0.37,
    "3.7 x 10^-1": 0.37,
    "3.7*10**-1": 0.37,
    r"3.7 \times 10^{-1}": 0.37,
    "1.7e308": 1.7e308,
    # What stands around
    " .5 ": 0.5,
    "\u00a00.37\u2009": 0.37,
    "\u30000.37\t": 0.37,
    "≈ 0.37": 0.37,
    "~0.37": 0.37,
    "0.37.": 0.37,
    "0.37,": 0.37,
    "0.3741…": 0.3741,
    "+0.37": 0.37,
    "(0.37)": 0.37,
    "$0.37$": 0.37,
    "0.32 norm": 0.32,
    "1e-2 norm": 0.01,
}

REFUSED = {
    "empty": ["", "   ", "\u3000"],
    "text": [
        "none", "L2", "w1", "norm.5", "float32", "½", "torch.Size([200])", "float32[200,1]",
        "tensor(..., device='meta', size=(1,))", 'Tensor("norm/Sqrt:0", shape=(), dtype=float32)',
    ],
    "several": [
        "0.3 0.4", "0.3741, 0.2", "tensor([0.3741, 0.2000])", "13.69\n12.96", "0.3-0.4",
        "0.37±0.02", "1/2", "√180 0.37", "0, 3741", "0. 3741", "0·3741", "0/37", "1 234.5",
        "12\u00a0963.5", "12\u200b34", "12\u200e34", "3.7×10-1", "0.37+0j",
        "epoch 100, w norm 0.37", "λ=3: 0.37", "nan 0.37", "‖w‖∞ = 0.37", "2026-11-22",
        "10^-3", "0x1p-2",
    ],
    "long": ["0.3741 " * 100, "1" * 100_000, "x" * 100_000, "-" * 100_000, "1," * 50_000],
    "comma": ["1,234", "13,690", "w: 1,234", "１，２３４", "١٬٢٣٤"],
    "unclear": [
        "37%", "37 %", "0.37f", "1.2.3", "0.37410.2", "1e5e3", "3.7e", "1,23,456",
        "0,374.5", ",37", "[12,13]", "1.2万", "0.3七", "0.37²", "√180", "<0.37", "> 0.37", "≤ 1",
        "3rd", "norm...13", "1 e5", "0.370.41", "1'23",
    ],
    "negative": [
        "-2", "−0.3741", "- 0.37", "–0.37", "－０．３７", "tensor(-0.3741)", "norm-0.37", "-1e309",
    ],
    "zero": ["0", "0.0", "-0.0", "0e5", "tensor(0.)", "tensor(0., grad_fn=<NormBackward1>)"],
    "beyond": ["1e309", "1e-400", "1" * 400, f"0.{'0' * 400}1", "tensor(1e999)"],
    "diverged": [
        "nan", "NaN", "NAN", "ｎａｎ", "-nan", "inf", "-inf", "Infinity", "-Infinity", "∞",
        "np.nan", "nan.", "tensor(nan, grad_fn=<LinalgVectorNormBackward0>)", "tensor(inf)",
        "tensor([nan, nan])", "tensor(nan, device='cuda:0')", "np.float32(nan)",
        "[nan] <NDArray 1 @cpu(0)>", "1.#INF",
        "-1.#IND", "<tf.Tensor: shape=(), dtype=float32, numpy=nan>", "w的L2范数是： nan",
        "w的L2范数是nan",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def read(run_script):
    """What the script makes of every text here."""
    texts = [*READ, *(text for texts in REFUSED.values() for text in texts)]
    found = run_script("typed", calls=[f"readTyped({json.dumps(text)})" for text in texts])
    return dict(zip(texts, found, strict=True))


@pytest.mark.parametrize("text", READ)
def test_what_programs_print_and_readers_type_is_read_as_it_is_meant(read, text):
    assert read[text] == {"value": READ[text]}


@pytest.mark.parametrize(
    ("reason", "text"), [(reason, text) for reason, texts in REFUSED.items() for text in texts],
    ids=lambda text: text[:50],
)  # fmt: skip
def test_what_is_no_norm_or_not_one_is_refused_for_its_reason(read, reason, text):
    assert read[text]["reason"] == reason
    assert "value" not in read[text]


def test_a_comma_with_two_meanings_comes_with_both(read):
    assert read["13,690"] == {"reason": "comma", "decimal": "13.690", "whole": "13690"}


def test_every_reason_has_its_words(labels):
    """What has diverged has them in the frame, with a link."""
    refused = labels.table("widget", "norm", "script", "refused")
    assert refused.keys() == REFUSED.keys() - {"diverged"}


def test_a_decimal_digit_of_any_script_has_its_value(run_script):
    digits = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Nd"]
    [values] = run_script("typed", calls=[f"{json.dumps(digits)}.map(digitOf)"])
    assert values == [unicodedata.digit(digit) for digit in digits]


def test_what_the_script_writes_it_can_read(run_script):
    """Where it writes no comma, which can mean two things and is asked about."""
    values = [0.3711, 13.69, 999, 9.6e-4, 1.25e-7, 1.5e9]
    [read] = run_script(
        "numbers", "typed", calls=[f"{values}.map(each => readTyped(write(each, 6)).value)"]
    )
    assert read == values
