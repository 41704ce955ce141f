"""One number of a network explained, or one unit's field, from nothing but the network and a picture.

Each call runs the network. For many numbers of one picture, run it once (:func:`.trace.trace`, :func:`gradients`) and
ask :mod:`convviz.spec.arithmetic`.
"""

from __future__ import annotations

from typing import overload

from ..spec import arithmetic
from ..spec.arithmetic import Explanation
from ..spec.errors import InputError
from ..spec.footprint import Footprint, fields
from ..spec.geometry import describe
from ..spec.indices import indices
from ..spec.network import NetworkSpec, times
from ..spec.receptive_field import ReceptiveField
from ..spec.weights import Weights
from .attribution import gradients
from .attribution.recorded import Index
from .network import build
from .trace import Floats, as_numbers, trace


def explain(network: NetworkSpec, weights: Weights, picture: Floats, layer: str, index: Index) -> Explanation:
    """How the unit ``index`` of ``layer`` (or a pixel of "input") comes about when the network sees ``picture``.

    Args:
        picture: (C, H, W).
        index: (channel, row, column), or (feature,) in a flat layer.

    Returns:
        Every term, their sum in double precision (``total``), and what torch computed (``shown``).

    Raises:
        InputError: there is no such layer or unit, or the picture or the weights are not this network's.

    >>> import numpy as np
    >>> from convviz.spec.presets import lecture
    >>> from convviz.spec.weights import initial
    >>> found = explain(lecture(), initial(lecture()), np.ones((1, 28, 28), np.float32), "conv2", (21, 1, 3))
    >>> found.formula, found.values.shape, abs(found.difference) < 1e-5
    ('Σ w · x + b', (32, 5, 5), True)
    >>> found.source_of(18, 0, 4)
    ('relu1', (18, 1, 7))
    """
    picture = _fitting(network, picture)
    maps = {"input": picture} | trace(build(network, weights), picture).maps
    return arithmetic.explain(network, weights, maps, layer, index)


def explain_gradient(
    network: NetworkSpec, weights: Weights, picture: Floats, layer: str, index: Index, target: int | None = None
) -> Explanation:
    """How ∂score/∂… of one number comes about: of a unit, or of one cell of an array of weights.

    Args:
        picture: (C, H, W).
        layer: a layer or "input"; or the name of an array of weights ("conv2.weight").
        index: of the unit, or of the cell: (output channel, input channel, row, column) in a kernel.
        target: the class whose score it is; None is the one that the network answers.

    Raises:
        InputError: there is no such layer, unit, cell or class, or the picture or the weights are not this network's.

    >>> import numpy as np
    >>> from convviz.spec.presets import lecture
    >>> from convviz.spec.weights import initial
    >>> picture = np.random.default_rng(0).random((1, 28, 28), np.float32)
    >>> unit = explain_gradient(lecture(), initial(lecture()), picture, "relu3", (17,), target=3)
    >>> unit.values.ravel().tolist()  # only the score of class 3 counts
    [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    >>> cell = explain_gradient(lecture(), initial(lecture()), picture, "conv2.weight", (21, 18, 0, 4), target=3)
    >>> cell.values.shape, abs(cell.difference) < 1e-5  # all 4 × 4 positions share the cell
    ((1, 4, 4), True)
    """
    picture = _fitting(network, picture)
    built = build(network, weights)
    maps = {"input": picture} | trace(built, picture).maps
    found = gradients(built, picture, target)
    if layer in weights:
        return arithmetic.explain_weight_gradient(
            network, maps, found.maps, found.weights, layer, index, weights=weights
        )
    return arithmetic.explain_gradient(network, weights, maps, found.maps, layer, index, target=found.target)


@overload
def receptive_field(network: NetworkSpec, layer: str) -> ReceptiveField | None: ...


@overload
def receptive_field(network: NetworkSpec, layer: str, index: Index) -> dict[str, Footprint]: ...


def receptive_field(
    network: NetworkSpec, layer: str, index: Index | None = None
) -> ReceptiveField | dict[str, Footprint] | None:
    """What the units of a layer see of the input: size, jump and start; or exactly what one unit sees, everywhere.

    Dumoulin, Visin, "A guide to convolution arithmetic for deep learning", 2016.

    Args:
        index: of one unit, (channel, row, column), or (feature,) in a flat layer.

    Returns:
        Without ``index`` the field of all units, None where each sees the whole input. With it the unit's footprint in
        every earlier layer and in "input", with the borders, padding and holes of dilated kernels.

    Raises:
        InputError: there is no such layer or unit.

    >>> from convviz.spec.presets import lecture
    >>> receptive_field(lecture(), "conv2")
    ReceptiveField(size=(19, 19), jump=(3, 3), start=(0, 0))
    >>> seen = receptive_field(lecture(), "conv2", (0, 1, 3))
    >>> seen["input"].box, len(seen["relu1"])
    (Box(top=3, left=9, bottom=22, right=28), 800)
    """
    if index is not None:
        return dict(fields(network, layer, indices(index)))
    if layer == "input":
        return ReceptiveField()
    for row in describe(network):
        if row.layer.id == layer:
            return row.receptive_field
    names = ", ".join(row.layer.id for row in describe(network))
    raise InputError(f"there is no layer {layer!r}; the layers are {names}")


def _fitting(network: NetworkSpec, picture: Floats) -> Floats:
    """The picture as numbers that torch takes."""
    values = as_numbers(picture)
    if values.shape != network.input_shape:
        raise InputError(
            f"{network.name} takes pictures of {times(network.input_shape)} (channels × height × width), "
            f"not {times(values.shape)}"
        )
    return values
