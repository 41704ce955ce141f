"""How each layer learns: figures of one step."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from torch import Tensor, nn

from ...spec.training.news import LayerFigures

NAN = math.nan


def layer_figures(
    network: nn.Sequential, gradients: Sequence[Tensor], before: Sequence[Tensor], alive: Mapping[str, Tensor]
) -> dict[str, LayerFigures]:
    """By layer id, of every layer that has weights or is a ReLU.

    ``gradients`` and ``before`` (the weights before the step) are in the order of the network's parameters; ``alive``
    says of every ReLU's channels whether an image switched them on, (C,).
    """
    found: dict[str, LayerFigures] = {}
    at = 0
    for name, module in network.named_children():
        count = len(list(module.parameters()))
        if count:
            part = slice(at, at + count)
            ways = [new.detach() - old for new, old in zip(module.parameters(), before[part], strict=True)]
            length = _norm(before[part])
            ratio = _norm(ways) / length if length else NAN
            found[name] = LayerFigures(_norm(gradients[part]), ratio, NAN)
        elif name in alive:
            found[name] = LayerFigures(NAN, NAN, 1.0 - float(alive[name].float().mean()))
        at += count
    return found


def _norm(tensors: Sequence[Tensor]) -> float:
    return math.sqrt(sum(float(tensor.float().square().sum()) for tensor in tensors))
