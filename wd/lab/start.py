"""The shape of the initial values of programs that can start from others than normal ones."""

from __future__ import annotations

import math

from torch import Tensor


def shape_start(w: Tensor, b: Tensor, init: str | None, stds: tuple[float, float]) -> list[Tensor]:
    """Give drawn initial values the distribution that a setting asks for.

    A normal number z becomes the uniform one of the same rank and standard deviation: as erf(z/√2)
    is uniform on (−1, 1), σ₀z becomes √3·σ₀·erf(z/√2). PyTorch draws the weights and the bias of a
    linear layer with d inputs on ±1/√d, which is σ₀ = 1/√(3d).

    Args:
        w: Initial weights, σ₀ times standard normals.
        b: Initial biases, likewise.
        init: "normal" or None changes nothing, "uniform" reshapes.
        stds: σ₀ of the weights and that of the biases.

    Returns:
        Both, of the same shapes, dtype and device.

    References:
        torch.nn.Linear's documentation, section Variables (its initial values).
    """
    if init != "uniform":
        return [w, b]
    return [_flatten(values, std) for values, std in zip((w, b), stds, strict=True)]


def _flatten(values: Tensor, std: float) -> Tensor:
    """Reshape one by one: torch.erf's last bits may depend on a number's place among others."""
    if std == 0:
        return values
    numbers = values.double().flatten().tolist()
    flat = [math.sqrt(3) * std * math.erf(each / std / math.sqrt(2)) for each in numbers]
    return values.new_tensor(flat).view_as(values)
