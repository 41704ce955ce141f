"""One forward pass whose graph is kept, and the gradients of any of its values."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ...spec.errors import InputError
from ...spec.indices import indices, whole
from ..trace import Floats, Trace, batch_of, capture

Index = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ScoreGradients:
    """∂score/∂… of the class ``target``.

    maps: of "input" (C, H, W) and of every layer's values, by name, shaped as they are. weights: of every parameter
    that requires gradients, by name.
    """

    target: int
    maps: dict[str, Floats]
    weights: dict[str, Floats]


class Recorded:
    """A picture (C, H, W) on its way through a network, as :func:`~convviz.core.trace.trace`, ready for gradients.

    The network's own ``.grad`` are neither read nor written.

    >>> network = nn.Sequential(nn.Flatten(), nn.Linear(2, 1, bias=False))
    >>> network[1].weight.data[:] = torch.tensor([[3.0, -4.0]])
    >>> recorded = Recorded(network, np.array([[[1, 2]]], np.float32))
    >>> recorded.trace.scores.tolist(), recorded.of_score(0).maps["input"].tolist()
    ([-5.0], [[[3.0, -4.0]]])
    """

    def __init__(self, network: nn.Module, picture: Floats) -> None:
        with torch.inference_mode(False), torch.enable_grad(), capture(network, attached=True) as seen:
            self._input = batch_of(network, picture).requires_grad_()
            self._output: Tensor = network(self._input.clone())  # a first layer may work in place, which leaves refuse
        self._outputs = seen.outputs
        self._weights = {name: weight for name, weight in network.named_parameters() if weight.requires_grad}
        self.trace = Trace({name: _numbers(output[0]) for name, output in seen.outputs.items()}, seen.layer_ms)

    @property
    def output(self) -> Floats:
        """What the network put out, flat."""
        return _numbers(self._output[0].flatten())

    def of_score(self, target: int, weights: Collection[str] | None = None) -> ScoreGradients:
        """∂ output[target] / ∂ all values and ``weights``, all by default; zeros where it does not depend on them.

        Raises:
            InputError: there is no such output.
        """
        index = self._score(target)
        places = {"input": self._input} | self._outputs
        asked = {name: weight for name, weight in self._weights.items() if weights is None or name in weights}
        found = [_numbers(values) for values in _gradient(self._output, index, [*places.values(), *asked.values()])]
        maps = {name: values[0] for name, values in zip(places, found, strict=False)}
        return ScoreGradients(target, maps, dict(zip(asked, found[len(places) :], strict=True)))

    def of_score_at(self, layer: str, target: int) -> Floats:
        """∂ output[target] / ∂ the values of one layer, or of "input"; shaped as they are.

        Raises:
            InputError: there is no such layer or output.
        """
        return _numbers(_gradient(self._output, self._score(target), [self._values(layer)])[0][0])

    def of_unit(self, layer: str, index: Index) -> Floats:
        """∂unit/∂input of one value of a layer, or of "input": (C, H, W).

        Raises:
            InputError: there is no such layer or unit.
        """
        values, index = self._values(layer), indices(index)
        shape = values.shape[1:]
        if len(index) != len(shape) or not all(0 <= i < n for i, n in zip(index, shape, strict=True)):
            raise InputError(f"{layer} has no unit {tuple(index)}: it is {'×'.join(map(str, shape))}")
        return _numbers(_gradient(values, index, [self._input])[0][0])

    def _score(self, target: int) -> Index:
        """Where the class lies in what the network puts out."""
        shape, target = self._output.shape[1:], whole(target, "a class")
        if not 0 <= target < shape.numel():
            raise InputError(f"there is no class {target}: the network has {shape.numel()}, counted from 0")
        return tuple(map(int, np.unravel_index(target, shape)))

    def _values(self, layer: str) -> Tensor:
        if layer == "input":
            return self._input
        if layer not in self._outputs:
            raise InputError(f"there is no layer {layer!r}; the layers are {', '.join(self._outputs)}")
        return self._outputs[layer]


def _gradient(values: Tensor, index: Index, places: Sequence[Tensor]) -> list[Tensor]:
    """∂values[0, index]/∂places: zeros where it does not depend on one, or on nothing that requires gradients."""
    wanted = [i for i, place in enumerate(places) if place.requires_grad]
    found: dict[int, Tensor | None] = {}
    with torch.inference_mode(False), torch.enable_grad():  # wherever this is called
        if values.requires_grad:
            of = torch.autograd.grad(
                values[0][index], [places[i] for i in wanted], retain_graph=True, allow_unused=True
            )
            found = dict(zip(wanted, of, strict=True))
    return [torch.zeros_like(place) if (g := found.get(i)) is None else g for i, place in enumerate(places)]


def _numbers(values: Tensor) -> Floats:
    """A copy that shares no memory with torch."""
    copy: Floats = values.detach().float().cpu().numpy().copy()
    return copy
