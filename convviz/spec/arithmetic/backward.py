"""How the gradient of one score with respect to any unit came about, from the gradients of the layer after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import isnan, tanh

import numpy as np
from numpy.typing import NDArray

from ..network import (
    GELU,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
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
)
from .explanation import Explanation, Index
from .functions import largest, normal_density, normal_share, sigmoid, statistics
from .step import Arrays, Floats, Step, checked, following, reading_place, shape_of, taken
from .taps import PADDING, Readers, counted, readers, taps
from .terms import Terms, explained, feature_terms, map_terms, single
from .written import added, factor, written


def explain_gradient(
    network: NetworkSpec,
    weights: Arrays,
    maps: Arrays,
    gradients: Arrays,
    layer: str,
    index: Sequence[int],
    *,
    target: int | None = None,
) -> Explanation:
    """∂score/∂unit of the unit ``index`` of ``layer`` (or a pixel of "input"): the chain rule, one layer back.

    A unit acts on the score only through the units of the next layer that read it. So its gradient is the sum of
    theirs (``values``), each times how much that unit changes with this one (``weights``).

    maps, weights: as :func:`explain` takes them. gradients: ∂score/∂… of every layer and "input", shaped as the maps.
    target: the class of that score; without it, the one whose own gradient is 1.

    Raises:
        InputError: there is no such layer or unit, or the arrays are not this network's.

    >>> network = NetworkSpec("", (1, 1, 2), (Flatten("flatten"), Linear("fc1", 2, bias=False)))
    >>> weights = {"fc1.weight": np.array([[3, 2], [1, 5]], np.float32)}
    >>> maps = {"flatten": np.array([4, 1], np.float32), "fc1": np.array([14, 9], np.float32)}
    >>> gradients = {"flatten": np.array([1, 5], np.float32), "fc1": np.array([0, 1], np.float32)}  # of class 1
    >>> found = explain_gradient(network, weights, maps, gradients, "flatten", (1,))
    >>> found.values.ravel().tolist(), found.weights.ravel().tolist(), found.total
    ([0.0, 1.0], [2.0, 5.0], 5.0)
    """
    shape = shape_of(network, layer)
    place = checked(index, shape, layer)
    own = taken(gradients, layer, shape, "gradients")
    at = following(network, layer)
    if at is None:
        return _score(layer, own, place, target)
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        return _one_back(at, weights, maps, gradients, place, float(own[place]))


def _score(layer: str, own: Floats, index: Index, target: int | None) -> Explanation:
    """Where the gradient begins; ``own`` are those of all scores."""
    best = int(np.argmax(np.nan_to_num(own))) if target is None else target
    total = float(np.ravel_multi_index(index, own.shape) == best)
    return Explanation(layer, index, "score", "1 for the score itself, 0 for every other", total, float(own[index]))


def _one_back(at: Step, weights: Arrays, maps: Arrays, gradients: Arrays, index: Index, shown: float) -> Explanation:
    """Through the layer that reads the unit; what that layer does not look at need not be there."""
    after = taken(gradients, at.row.layer.id, at.row.output_shape, "gradients")
    match at.row.layer:
        case Conv2d():
            return _convolution(at, weights, after, index, shown)
        case MaxPool2d():
            return _largest(at, taken(maps, at.source, at.row.input_shape), after, index, shown)
        case AvgPool2d():
            return _mean(at, after, index, shown)
        case Linear():
            return _column(at, weights, after, index, shown)
    x = float(taken(maps, at.source, at.row.input_shape)[index])
    return _pointwise(at, weights, x, after, index, shown)


def _convolution(at: Step, weights: Arrays, after: Floats, index: Index, shown: float) -> Explanation:
    """Every output channel of the unit's group, at every position whose window reads the unit."""
    layer = at.row.layer
    assert isinstance(layer, Conv2d)
    seen, made = at.row.input_shape[0] // layer.groups, layer.out_channels // layer.groups
    group, channel = divmod(index[0], seen)
    kernels = taken(weights, f"{layer.id}.weight", (layer.out_channels, seen, *layer.kernel))
    rows, columns = _readers(at, index)
    factors = kernels[group * made : (group + 1) * made, channel, rows.taps[:, None], columns.taps]
    terms = map_terms(layer.id, after, group * made, made, rows.outputs, columns.outputs)
    return _sum(at, index, shown, f"Σ w · ∂score/∂{layer.id}", terms, factors.astype(np.float64))


def _column(at: Step, weights: Arrays, after: Floats, index: Index, shown: float) -> Explanation:
    """One column of a fully connected layer's weights: each of its outputs reads the unit once."""
    layer = at.row.layer
    assert isinstance(layer, Linear)
    matrix = taken(weights, f"{layer.id}.weight", (layer.out_features, at.row.input_shape[0]))
    factors = matrix[:, index[0]].astype(np.float64).reshape(-1, 1, 1)
    return _sum(at, index, shown, f"Σ w · ∂score/∂{layer.id}", feature_terms(layer.id, after), factors)


def _largest(at: Step, before: Floats, after: Floats, index: Index, shown: float) -> Explanation:
    """The windows that chose the unit hand their gradients on to it; all others hand it nothing."""
    rows, columns = _readers(at, index)
    chose = _choices(at, before[index[0]], rows, columns)
    terms = map_terms(at.row.layer.id, after, index[0], 1, rows.outputs, columns.outputs)
    formula = f"Σ ∂score/∂{at.row.layer.id} where it was the largest"
    found = _sum(at, index, shown, formula, *_gated(terms, chose[None]), weights="1 if largest")
    if not chose.size:
        return found
    windows = f"{int(chose.sum()) or 'none'} of {chose.size} window{'s' if chose.size > 1 else ''}"
    return replace(found, numbers=f"the largest in {windows}: {written(found.total)}")


def _choices(at: Step, before: Floats, rows: Readers, columns: Readers) -> NDArray[np.bool_]:
    """(rows, columns): whether each window that reads the unit finds it the largest; ``before`` is its map (H, W)."""
    width = taps(at.row, 1).shape[1]
    across = taps(at.row, 1)[columns.outputs]  # (columns, kernel width)
    chose = np.zeros((rows.outputs.size, columns.outputs.size), bool)
    for number, (output, tap) in enumerate(zip(*rows, strict=True)):  # row by row: windows may be large
        down = taps(at.row, 0)[output]
        values = before[down[None, :, None], across[:, None, :]].astype(np.float64)
        inside = (down != PADDING)[None, :, None] & (across != PADDING)[:, None, :]
        flat = (columns.outputs.size, down.size * width)
        chose[number] = largest(values.reshape(flat), inside.reshape(flat)) == tap * width + columns.taps
    return chose


def _mean(at: Step, after: Floats, index: Index, shown: float) -> Explanation:
    """Each window spreads its gradient evenly over the cells it counts."""
    rows, columns = _readers(at, index)
    heights, widths = (counted(at.row, axis)[seen.outputs].sum(axis=1) for axis, seen in enumerate((rows, columns)))
    terms = map_terms(at.row.layer.id, after, index[0], 1, rows.outputs, columns.outputs)
    shares = 1.0 / (heights[:, None] * widths)[None]
    return _sum(at, index, shown, f"Σ ∂score/∂{at.row.layer.id} / cells of the window", terms, shares, weights="shares")


def _readers(at: Step, index: Index) -> tuple[Readers, Readers]:
    return readers(at.row, 0, index[1]), readers(at.row, 1, index[2])


def _sum(
    at: Step,
    index: Index,
    shown: float,
    formula: str,
    terms: Terms,
    factors: NDArray[np.float64],
    *,
    weights: str = "weights",
) -> Explanation:
    """Σ gradients × factors; ``weights`` is what the factors are."""
    total = float((terms.values * factors).sum())
    text = written(total) if terms.values.size else f"no unit of {at.row.layer.id} reads it: 0"
    names = _gradients(at), weights
    return explained(at.source, index, "sum", formula, total, shown, text, terms, weights=factors, names=names)


def _gradients(at: Step) -> str:
    """What the values are: the gradients of the layer that reads the unit."""
    return f"gradients of {at.row.layer.id}"


def _gated(terms: Terms, passed: NDArray[np.bool_]) -> tuple[Terms, NDArray[np.float64]]:
    """The terms with weights 1 and 0: what is stopped counts as 0, even if it is not finite."""
    stopped = ~passed & ~np.isfinite(terms.values)
    return replace(terms, values=np.where(stopped, 0.0, terms.values)), passed.astype(np.float64)


def _pointwise(at: Step, weights: Arrays, x: float, after: Floats, index: Index, shown: float) -> Explanation:
    """One unit is read by one: its gradient times the derivative of the function between them."""
    layer = at.row.layer
    place = reading_place(at.row, index)
    terms = single(layer.id, place, float(after[place]))
    g = terms.values.item()
    if isinstance(layer, Flatten | Dropout):
        names = _gradients(at), ""
        return explained(at.source, index, "copy", f"∂score/∂{layer.id}, unchanged", g, shown, "", terms, names=names)
    if isinstance(layer, ReLU):
        return _relu(at, x, terms, index, shown)
    if isinstance(layer, BatchNorm2d):
        _, variance, scale, _ = statistics(layer, weights, index[0], at.row.input_shape[0])
        formula = "γ / √(variance + ε)" if layer.affine else "1 / √(variance + ε)"
        text = f"{written(scale)} / √({written(variance)}{added(layer.eps)})"
        derivative = float(scale / np.sqrt(variance + layer.eps))
    else:
        formula, text, derivative = _DERIVATIVES[type(layer)](layer, x)
    total = float(np.multiply(g, derivative))
    return explained(
        at.source,
        index,
        "function",
        f"∂score/∂{layer.id} · {formula}",
        total,
        shown,
        f"{written(g)} · {text} = {written(total)}",
        terms,
        weights=np.full((1, 1, 1), derivative),
        names=(_gradients(at), "derivative"),
    )


def _relu(at: Step, x: float, terms: Terms, index: Index, shown: float) -> Explanation:
    """A gate: open where the value was positive. Torch lets the gradient of NaN pass."""
    passed = isnan(x) or x > 0
    open_terms, factors = _gated(terms, np.full((1, 1, 1), passed))
    total = terms.values.item() if passed else 0.0
    formula = f"∂score/∂{at.row.layer.id} where x > 0, else 0"
    text = f"{'passed' if passed else 'stopped'}: the value was {written(x)}"
    names = _gradients(at), "1 if passed"
    return explained(
        at.source, index, "function", formula, total, shown, text, open_terms, weights=factors, names=names
    )


def _leaky_relu(layer: Layer, x: float) -> tuple[str, str, float]:
    assert isinstance(layer, LeakyReLU)
    derivative = 1.0 if x > 0 else layer.slope
    return f"(1 where x > 0, else {written(layer.slope)})", factor(derivative), derivative


def _tanh(_layer: Layer, x: float) -> tuple[str, str, float]:
    return "(1 − tanh² x)", f"(1 − tanh² {factor(x)})", 1 - tanh(x) ** 2


def _sigmoid(_layer: Layer, x: float) -> tuple[str, str, float]:
    share = sigmoid(x)
    return "σ(x) · (1 − σ(x))", f"{written(share)} · (1 − {written(share)})", share * sigmoid(-x)


def _gelu(_layer: Layer, x: float) -> tuple[str, str, float]:
    share, density = normal_share(x), normal_density(x)
    derivative = share + float(np.multiply(x, density))
    return "(Φ(x) + x · φ(x))", f"({written(share)} + {factor(x)} · {written(density)})", derivative


_DERIVATIVES: dict[type[Layer], Callable[[Layer, float], tuple[str, str, float]]] = {
    LeakyReLU: _leaky_relu,
    Tanh: _tanh,
    Sigmoid: _sigmoid,
    GELU: _gelu,
}
