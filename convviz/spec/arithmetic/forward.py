"""How the value of any unit came about, from the values of the layer before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import isnan, tanh

import numpy as np

from ..network import (
    GELU,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Dropout,
    Flatten,
    Layer,
    LeakyReLU,
    Linear,
    MaxPool2d,
    NetworkSpec,
    ReLU,
    Sigmoid,
    Tanh,
    times,
)
from .explanation import Doubles, Explanation, Index
from .functions import largest, normal_share, sigmoid, statistics
from .step import INPUT, Arrays, Floats, Step, checked, shape_of, source_place, step, taken
from .taps import counted, taps_at
from .terms import Terms, explained, flat_terms, map_terms, single
from .written import MOST, added, factor, listed, subtracted, summed, written


def explain(network: NetworkSpec, weights: Arrays, maps: Arrays, layer: str, index: Sequence[int]) -> Explanation:
    """How the unit ``index`` of ``layer`` (or a pixel of "input") got its value in ``maps``.

    maps: "input" (C, H, W) and each layer's values, as a frame holds them; layers are in evaluation mode.
    weights: those that computed the maps.

    Raises:
        InputError: there is no such layer or unit, or the arrays are not this network's.

    >>> from convviz.spec.network import Conv2d, NetworkSpec
    >>> network = NetworkSpec("", (1, 1, 4), (Conv2d("conv1", 1, (1, 2), bias=False),))
    >>> weights = {"conv1.weight": np.array([[[[3, 2]]]], np.float32)}  # the lecture's (1, 2, 3, 4) ⊛ (3, 2)
    >>> maps = {"input": np.array([[[1, 2, 3, 4]]], np.float32), "conv1": np.array([[[7, 12, 17]]], np.float32)}
    >>> found = explain(network, weights, maps, "conv1", (0, 0, 1))
    >>> found.values.tolist(), found.weights.tolist(), found.products.tolist(), found.total
    ([[[2.0, 3.0]]], [[[3.0, 2.0]]], [[[6.0, 6.0]]], 12.0)
    >>> found.source_of(0, 0, 1)
    ('input', (0, 0, 2))
    """
    shape = shape_of(network, layer)
    place = checked(index, shape, layer)
    shown = float(taken(maps, layer, shape)[place])
    if layer == INPUT:
        return Explanation(layer, place, "picture", "a value of the input", shown, shown)
    at = step(network, layer)
    before = taken(maps, at.source, at.row.input_shape)
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        match at.row.layer:
            case Conv2d() | ConvTranspose2d():
                return _convolution(at, weights, before, place, shown)
            case MaxPool2d():
                return _largest(at, before, place, shown)
            case AvgPool2d():
                return _mean(at, before, place, shown)
            case Linear():
                return _row(network, at, weights, before, place, shown)
        return _pointwise(at, weights, before, place, shown)


def _convolution(at: Step, weights: Arrays, before: Floats, index: Index, shown: float) -> Explanation:
    layer = at.row.layer
    assert isinstance(layer, Conv2d | ConvTranspose2d)
    seen = at.row.input_shape[0] // layer.groups
    first = index[0] // (layer.out_channels // layer.groups) * seen
    kernel = taken(weights, f"{layer.id}.weight", (layer.out_channels, seen, *layer.kernel))[index[0]]
    return _weighted_sum(at, weights, index, shown, _patch(at, before, index, first, seen), kernel.astype(np.float64))


def _row(network: NetworkSpec, at: Step, weights: Arrays, before: Floats, index: Index, shown: float) -> Explanation:
    """One row of a fully connected layer, laid out as the maps that were flattened, if there were any."""
    layer = at.row.layer
    assert isinstance(layer, Linear)
    n_in = at.row.input_shape[0]
    row = taken(weights, f"{layer.id}.weight", (layer.out_features, n_in))[index[0]]
    terms = flat_terms(network, at.source, before)
    return _weighted_sum(at, weights, index, shown, terms, row.astype(np.float64).reshape(terms.values.shape))


def _weighted_sum(at: Step, weights: Arrays, index: Index, shown: float, terms: Terms, factors: Doubles) -> Explanation:
    """Σ terms × factors + the layer's bias, if it has one."""
    layer = at.row.layer
    assert isinstance(layer, Conv2d | ConvTranspose2d | Linear)
    bias = float(taken(weights, f"{layer.id}.bias", at.row.output_shape[:1])[index[0]]) if layer.bias else None
    products = float((terms.values * factors).sum())
    total = products if bias is None else products + bias
    text = written(products) if bias is None else f"{written(products)}{added(bias)} = {written(total)}"
    formula = "Σ w · x" if bias is None else "Σ w · x + b"
    return explained(layer.id, index, "sum", formula, total, shown, text, terms, weights=factors, bias=bias)


def _largest(at: Step, before: Floats, index: Index, shown: float) -> Explanation:
    terms = _patch(at, before, index, index[0])
    rows, columns = (np.array([place is not None for place in axis]) for axis in (terms.rows, terms.columns))
    inside = rows[:, None] & columns
    terms.values[0][~inside] = -np.inf
    best = int(largest(terms.values.ravel(), inside.ravel()))
    chosen = None if best < 0 else divmod(best, len(terms.columns))
    total = -np.inf if best < 0 else terms.values.item(best)
    text = f"max({listed(terms.values[inside[None]])}) = {written(total)}" if terms.values.size <= MOST else ""
    formula = f"max of {times(terms.values.shape[1:])} values"
    return explained(at.row.layer.id, index, "max", formula, total, shown, text, terms, chosen=chosen)


def _mean(at: Step, before: Floats, index: Index, shown: float) -> Explanation:
    """The mean of the cells that torch counts: some of the padding, or none of it."""
    layer = at.row.layer
    assert isinstance(layer, AvgPool2d)
    whole = _patch(at, before, index, index[0])
    heights, widths = (np.flatnonzero(counted(at.row, axis, index[1 + axis])) for axis in (0, 1))
    terms = replace(
        whole,
        values=whole.values[:, heights[:, None], widths],
        rows=tuple(whole.rows[i] for i in heights),
        columns=tuple(whole.columns[j] for j in widths),
    )
    count = terms.values.size
    total = float((terms.values * (1 / count)).sum())
    text = f"({summed(terms.values.ravel())}) / {count} = {written(total)}" if count <= MOST else ""
    shares = np.full(terms.values.shape, 1 / count)
    return explained(layer.id, index, "mean", f"Σ x / {count}", total, shown, text, terms, weights=shares)


def _pointwise(at: Step, weights: Arrays, before: Floats, index: Index, shown: float) -> Explanation:
    """One value of one value: an activation, a batch norm, or a plain copy."""
    layer = at.row.layer
    place = source_place(at.row, index)
    terms = single(at.source, place, float(before[place]))
    x = terms.values.item()
    if isinstance(layer, BatchNorm2d):
        formula, text, total = _normalised(layer, weights, place[0], at.row.input_shape[0], x)
    elif isinstance(layer, Flatten | Dropout):
        return explained(layer.id, index, "copy", _COPIES[layer.kind], x, shown, "", terms)
    else:
        formula, text, total = _FUNCTIONS[type(layer)](layer, x)
    return explained(layer.id, index, "function", formula, total, shown, f"{text} = {written(total)}", terms)


def _patch(at: Step, before: Floats, index: Index, first: int, channels: int = 1) -> Terms:
    """What the window at ``index`` reads of some channels."""
    rows, columns = (taps_at(at.row, axis, index[1 + axis]) for axis in (0, 1))
    return map_terms(at.source, before, first, channels, rows, columns)


_COPIES = {
    "Flatten": "the same value: flattening only puts the maps in a row",
    "Dropout": "the same value: dropout acts only while training",
}


def _normalised(layer: BatchNorm2d, weights: Arrays, channel: int, channels: int, x: float) -> tuple[str, str, float]:
    mean, variance, scale, shift = statistics(layer, weights, channel, channels)
    deviation = np.sqrt(variance + layer.eps)
    total = float((x - mean) / deviation * scale + shift)
    text = f"({written(x)}{subtracted(mean)}) / √({written(variance)}{added(layer.eps)})"
    if not layer.affine:
        return "(x − mean) / √(variance + ε)", text, total
    return "(x − mean) / √(variance + ε) · γ + β", f"{text} · {factor(scale)}{added(shift)}", total


def _relu(_layer: Layer, x: float) -> tuple[str, str, float]:
    return "max(0, x)", f"max(0, {written(x)})", x if isnan(x) else max(0.0, x)


def _leaky_relu(layer: Layer, x: float) -> tuple[str, str, float]:
    assert isinstance(layer, LeakyReLU)
    formula = f"x where x > 0, else {written(layer.slope)} · x"
    return (formula, written(x), x) if x > 0 else (formula, f"{factor(layer.slope)} · {factor(x)}", layer.slope * x)


def _tanh(_layer: Layer, x: float) -> tuple[str, str, float]:
    return "tanh x", f"tanh {factor(x)}", tanh(x)


def _sigmoid(_layer: Layer, x: float) -> tuple[str, str, float]:
    return "1 / (1 + exp(−x))", f"1 / (1 + exp({written(-x)}))", sigmoid(x)


def _gelu(_layer: Layer, x: float) -> tuple[str, str, float]:
    share = normal_share(x)
    return "x · Φ(x)", f"{written(x)} · {written(share)}", float(np.multiply(x, share))


_FUNCTIONS: dict[type[Layer], Callable[[Layer, float], tuple[str, str, float]]] = {
    ReLU: _relu,
    LeakyReLU: _leaky_relu,
    Tanh: _tanh,
    Sigmoid: _sigmoid,
    GELU: _gelu,
}
