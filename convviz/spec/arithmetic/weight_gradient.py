"""How the gradient of one score with respect to one weight came about: the sum over all places that share it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod

import numpy as np

from ..errors import InputError
from ..network import BatchNorm2d, Conv2d, NetworkSpec
from ..weights import shapes
from .explanation import Doubles, Explanation, Index
from .functions import statistics
from .step import Arrays, Floats, Step, checked, step, taken
from .taps import taps
from .terms import Terms, explained, map_terms, single
from .written import factor, written


def explain_weight_gradient(
    network: NetworkSpec,
    maps: Arrays,
    gradient_maps: Arrays,
    weight_gradients: Arrays,
    name: str,
    index: Sequence[int],
    *,
    weights: Arrays | None = None,
) -> Explanation:
    """∂score/∂weight of one cell of an array of weights, e.g. ``name`` "conv2.weight", ``index`` (o, c, i, j).

    One cell of a kernel meets another input at every position of the output, and all of them count: ``values`` are
    those inputs (of the layer before), ``weights`` the gradients of the units that they went into. A bias is added to
    each of those units, so there ``values`` are their gradients, and ``source`` is the layer itself. The scale of a
    batch norm meets normalised inputs, for which ``weights`` are needed.

    maps: as :func:`explain` takes them. gradient_maps: ∂score/∂… of every layer. weight_gradients: of every weight.

    Raises:
        InputError: there is no such weight, it is not learned, or the arrays are not this network's.

    >>> network = NetworkSpec("", (1, 1, 4), (Conv2d("conv1", 1, (1, 2), bias=False),))
    >>> maps, back = {"input": np.array([[[1, 2, 3, 4]]], np.float32)}, {"conv1": np.array([[[0, 1, 0]]], np.float32)}
    >>> learned = {"conv1.weight": np.array([[[[2, 3]]]], np.float32)}
    >>> found = explain_weight_gradient(network, maps, back, learned, "conv1.weight", (0, 0, 0, 1))
    >>> found.values.tolist(), found.weights.tolist(), found.total
    ([[[2.0, 3.0, 4.0]]], [[[0.0, 1.0, 0.0]]], 3.0)
    """
    shape = _learned(network, name)
    place = checked(index, shape, name)
    shown = float(taken(weight_gradients, name, shape, "gradients")[place])
    layer, array = name.rsplit(".", 1)
    at = step(network, layer)
    after = taken(gradient_maps, layer, at.row.output_shape, "gradients")
    if array == "bias":
        return _bias(name, place, shown, layer, after)
    before = taken(maps, at.source, at.row.input_shape)
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        return _weight(name, place, shown, at, before, after, weights)


def _learned(network: NetworkSpec, name: str) -> tuple[int, ...]:
    """The shape of an array that training changes by its gradient."""
    shape = shapes(network).get(name)
    if shape is None:
        raise InputError(f"the network {network.name!r} has no weights called {name!r}; choose some that it has")
    if name.rsplit(".", 1)[1].startswith("running_"):
        raise InputError(f"{name} is measured while training, not learned, so it has no gradient; choose another one")
    return shape


def _weight(
    name: str, index: Index, shown: float, at: Step, before: Floats, after: Floats, weights: Arrays | None
) -> Explanation:
    """Of a weight that is multiplied with what the layer reads."""
    match at.row.layer:
        case Conv2d():
            return _shared(name, index, shown, at.row.layer.id, *_kernel_cell(at, before, after, index))
        case BatchNorm2d():
            return _scale(name, index, shown, at, before, after, weights)
    terms = single(at.source, index[1:], float(before[index[1]]))
    return _shared(name, index, shown, at.row.layer.id, terms, np.full((1, 1, 1), after[index[0]], np.float64))


def _kernel_cell(at: Step, before: Floats, after: Floats, index: Index) -> tuple[Terms, Doubles]:
    """What one cell of a kernel meets at every position, and the gradients there."""
    layer = at.row.layer
    assert isinstance(layer, Conv2d)
    made, channel, i, j = index
    first = made // (layer.out_channels // layer.groups) * (at.row.input_shape[0] // layer.groups)
    terms = map_terms(at.source, before, first + channel, 1, taps(at.row, 0)[:, i], taps(at.row, 1)[:, j])
    return terms, after[made : made + 1].astype(np.float64)


def _scale(
    name: str, index: Index, shown: float, at: Step, before: Floats, after: Floats, weights: Arrays | None
) -> Explanation:
    layer = at.row.layer
    assert isinstance(layer, BatchNorm2d)
    if weights is None:
        raise InputError(f"{name}: its gradient needs the batch norm's mean and variance; give the weights as well")
    channel = index[0]
    mean, variance, _, _ = statistics(layer, weights, channel, before.shape[0])
    terms = _whole_map(at.source, before, channel)
    normalised = replace(terms, values=(terms.values - mean) / np.sqrt(variance + layer.eps))
    gradient = after[channel : channel + 1].astype(np.float64)
    found = _shared(name, index, shown, layer.id, normalised, gradient)
    names = f"normalised values of {at.source}", found.names[1]
    return replace(found, formula=f"Σ (x − mean) / √(variance + ε) · ∂score/∂{layer.id}", names=names)


def _bias(name: str, index: Index, shown: float, layer: str, after: Floats) -> Explanation:
    names = f"gradients of {layer}", ""
    if after.ndim == 1:
        value = float(after[index])
        terms, formula = single(layer, index, value), f"∂score/∂{layer}, unchanged"
        return explained(name, index, "copy", formula, value, shown, "", terms, names=names)
    terms = _whole_map(layer, after, index[0])
    with np.errstate(invalid="ignore", over="ignore"):
        total = float(terms.values.sum())
    formula = f"Σ ∂score/∂{layer}, over {_positions(terms)}"
    return explained(name, index, "sum", formula, total, shown, written(total), terms, names=names)


def _shared(name: str, index: Index, shown: float, layer: str, terms: Terms, gradient: Doubles) -> Explanation:
    total = float((terms.values * gradient).sum())
    if terms.values.size == 1:
        formula = f"x · ∂score/∂{layer}"
        text = f"{written(terms.values.item())} · {factor(gradient.item())} = {written(total)}"
    else:
        formula = f"Σ x · ∂score/∂{layer}, over {_positions(terms)}"
        text = written(total)
    names = f"values of {terms.source}", f"gradients of {layer}"
    return explained(name, index, "sum", formula, total, shown, text, terms, weights=gradient, names=names)


def _whole_map(source: str, maps: Floats, channel: int) -> Terms:
    return map_terms(source, maps, channel, 1, *(np.arange(size) for size in maps.shape[1:]))


def _positions(terms: Terms) -> str:
    count = prod(terms.values.shape)
    return f"all {count} positions that share it" if count > 1 else "the one position that has it"
