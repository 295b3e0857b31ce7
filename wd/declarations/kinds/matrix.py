"""The matrix: runs of implementations, each with its losses and its norm."""

from wd.declarations.forms import Kind, Series

DECLARATION = Kind(
    reads=(),
    numbers=("train_loss", "test_loss", "expected_test_loss", "w_norm", "b"),
    series={"curves": Series({"epoch": int}, ("train_loss", "test_loss", "w_norm"))},
    together=("weight_decay", "theta"),
)
