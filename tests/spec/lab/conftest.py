"""Operations of the Lab drawn at random, and what torch's functions make of them: the oracle of its arithmetic."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - as everybody calls it

from convviz.spec.errors import InputError
from convviz.spec.lab.lab import Dims, Lab, Operation
from convviz.spec.lab.source import Grid
from convviz.spec.network import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d, NetworkSpec, Pair, ReLU
from convviz.spec.weights import Weights, shapes

Floats = NDArray[np.float32]
MODES = ("zeros", "reflect", "replicate", "circular")
KINDS = ("conv", "conv", "conv", "transposed", "transposed", "max", "mean", "relu")


def drawn_operation(rng: np.random.Generator, channels: int, dims: Dims) -> Operation:
    def pair(low: int, high: int) -> Pair:
        plain = int(rng.integers(low, high + 1)) if dims == 2 else 1 if low else 0
        return plain, int(rng.integers(low, high + 1))

    kernel, groups = pair(1, 5), int(rng.choice([g for g in range(1, channels + 1) if channels % g == 0]))
    half = (int(rng.integers(0, kernel[0] // 2 + 1)), int(rng.integers(0, kernel[1] // 2 + 1)))
    outputs, bias, ceil = groups * int(rng.integers(1, 8 // groups + 1)), bool(rng.integers(2)), bool(rng.integers(2))
    stride = pair(1, 4) if rng.random() < 0.7 else None
    match KINDS[int(rng.integers(len(KINDS)))]:
        case "conv":
            mode = MODES[int(rng.integers(4))]
            return Conv2d("conv", outputs, kernel, pair(1, 4), pair(0, 4), pair(1, 3), groups, bias, mode)  # type: ignore[arg-type]
        case "transposed":
            more = pair(0, 2)
            return ConvTranspose2d("conv", outputs, kernel, pair(1, 4), pair(0, 4), more, pair(1, 3), groups, bias)
        case "max":
            return MaxPool2d("pool", kernel, stride, half, pair(1, 3), ceil)
        case "mean":
            return AvgPool2d("pool", kernel, stride, half, ceil, bool(rng.integers(2)))
    return ReLU("relu")


def drawn_values(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Signed values, a fifth of them zero."""
    values = rng.normal(size=shape) * (rng.random(shape) > 0.2) * 10 ** rng.uniform(-1, 1)
    return values.astype(np.float32)


def drawn_lab(seed: int) -> Lab:
    """A Lab on a grid of numbers with an operation that fits it; every seventh input holds NaN and infinities."""
    rng = np.random.default_rng(seed)
    while True:
        dims: Dims = 1 if rng.random() < 0.35 else 2
        height, width = (1, int(rng.integers(1, 40))) if dims == 1 else (int(n) for n in rng.integers(1, 15, 2))
        shape = (int(rng.integers(1, 9)), height, width)
        layer = drawn_operation(rng, shape[0], dims)
        spec = NetworkSpec("lab", shape, (layer,))
        try:
            weights = Weights({name: drawn_values(rng, s) for name, s in shapes(spec).items()})
        except InputError:
            continue
        values = drawn_values(rng, shape)
        if seed % 7 == 0:
            for odd in (np.nan, np.inf, -np.inf):
                values[tuple(int(rng.integers(n)) for n in shape)] = odd
        return Lab(Grid(values), shape, layer, weights, dims, flipped=seed % 5 == 0)


def torch_output(lab: Lab, values: Floats, absolute: bool = False) -> Floats:
    """(D, H′, W′) as ``torch.nn.functional`` computes it; ``absolute``: of the absolute values of all factors."""
    size = (lambda array: np.abs(array)) if absolute else (lambda array: array)
    exact = torch.float32 if np.isfinite(values).all() else torch.float64  # fast convolutions mix neighbours
    x = torch.tensor(size(values), dtype=exact)[None]
    weight, bias = (
        torch.tensor(size(lab.weights[name]), dtype=exact) if name in lab.weights else None
        for name in ("conv.weight", "conv.bias")
    )
    if lab.flipped and weight is not None:
        weight = weight.flip(2, 3)
    if lab.dims == 1:
        found = _one_dimension(lab.layer, x[:, :, 0], None if weight is None else weight[:, :, 0], bias)[:, :, None]
    else:
        found = _two_dimensions(lab.layer, x, weight, bias)
    return np.asarray(found[0].numpy())


def _two_dimensions(layer: Operation, x: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
    match layer:
        case Conv2d() as c:
            assert weight is not None
            (p, q), mode = c.padding, "constant" if c.padding_mode == "zeros" else c.padding_mode
            return F.conv2d(F.pad(x, (q, q, p, p), mode), weight, bias, c.stride, 0, c.dilation, c.groups)
        case ConvTranspose2d() as c:
            assert weight is not None
            weight = _transposed(weight, c.groups)
            return F.conv_transpose2d(
                x, weight, bias, c.stride, c.padding, c.output_padding, groups=c.groups, dilation=c.dilation
            )
        case MaxPool2d() as m:
            return F.max_pool2d(x, m.kernel, m.stride, m.padding, m.dilation, m.ceil_mode)
        case AvgPool2d() as m:
            return F.avg_pool2d(x, m.kernel, m.stride, m.padding, m.ceil_mode, m.count_include_pad)
    return F.relu(x)


def _one_dimension(layer: Operation, x: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
    """The same of (1, C, W), with kernels (D, C / groups, w)."""
    match layer:
        case Conv2d() as c:
            assert weight is not None
            q, mode = c.padding[1], "constant" if c.padding_mode == "zeros" else c.padding_mode
            return F.conv1d(F.pad(x, (q, q), mode), weight, bias, c.stride[1], 0, c.dilation[1], c.groups)
        case ConvTranspose2d() as c:
            assert weight is not None
            weight = _transposed(weight, c.groups)
            return F.conv_transpose1d(
                x, weight, bias, c.stride[1], c.padding[1], c.output_padding[1], c.groups, c.dilation[1]
            )
        case MaxPool2d() as m:
            stride = m.stride and m.stride[1]
            return F.max_pool1d(x, m.kernel[1], stride, m.padding[1], m.dilation[1], m.ceil_mode)
        case AvgPool2d() as m:
            stride = m.stride and m.stride[1]
            return F.avg_pool1d(x, m.kernel[1], stride, m.padding[1], m.ceil_mode, m.count_include_pad)
    return F.relu(x)


def _transposed(weight: Tensor, groups: int) -> Tensor:
    """(C, D / groups, …) as torch wants them, of (D, C / groups, …)."""
    return torch.cat([part.transpose(0, 1) for part in weight.chunk(groups)])


@pytest.fixture(scope="session")
def draw() -> Callable[[int], Lab]:
    return drawn_lab


@pytest.fixture(scope="session")
def by_torch() -> Callable[..., Floats]:
    return torch_output
