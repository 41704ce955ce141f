"""The gradient of a mini-batch, in one go or layer by layer: the same to the last bit.

Layer by layer, whoever waits gets a turn between any two of them. Each layer then has a graph of its own, and the
gradient is handed from one to the layer before by ``torch.autograd.grad``, which is what a whole backward pass does.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from ..judging import LossSum


@dataclass(slots=True, eq=False)
class Piece:
    """What was found of some images. figures: their summed loss (N times the mean) and how many are right, (2,).

    alive: by ReLU, which channels an image switched on, (C,); only where it was looked for.
    """

    figures: Tensor
    gradients: list[Tensor]
    alive: dict[str, Tensor] = field(default_factory=dict)


class Passes:
    """Forward and backward through a network, a piece of a mini-batch at a time."""

    def __init__(self, network: nn.Sequential, loss_sum: LossSum, mixed: bool = False) -> None:
        self._network, self._loss_sum, self._mixed = network, loss_sum, mixed
        self._parameters = list(network.parameters())

    def run(self, images: Tensor, labels: Tensor, count: int, fine: bool, look: bool) -> Generator[None, None, Piece]:
        """Yields None wherever there may be a pause; ``count`` is what the loss is divided by.

        ``fine`` is for layer by layer, ``look`` for finding out which channels are alive, also layer by layer.
        """
        if fine or look:
            return (yield from self._staged(images, labels, count, look))
        with precision(images, self._mixed):
            scores = self._network(images)
        total = self._loss_sum(scores, labels)
        yield
        gradients = torch.autograd.grad(total / count, self._parameters)
        return Piece(_figures(total, scores, labels), list(gradients))

    def _staged(self, images: Tensor, labels: Tensor, count: int, look: bool) -> Generator[None, None, Piece]:
        stages: list[tuple[Tensor, Tensor, list[Tensor]]] = []  # input, output, parameters
        alive: dict[str, Tensor] = {}
        values = images
        for name, module in self._network.named_children():
            values = values.detach().requires_grad_(values.requires_grad)  # layers before the first weights need none
            with precision(values, self._mixed):
                output = module(values)
            stages.append((values, output, list(module.parameters())))
            if look and isinstance(module, nn.ReLU):
                alive[name] = (output.detach() > 0).transpose(0, 1).flatten(1).any(dim=1)
            values = output
            yield
        scores = values.detach().requires_grad_()
        total = self._loss_sum(scores, labels)
        (gradient,) = torch.autograd.grad(total / count, scores)
        found: list[Tensor] = []
        while stages:
            inputs, output, parameters = stages.pop()
            wanted = [inputs, *parameters] if inputs.requires_grad else parameters
            if not wanted:  # before the first layer with weights
                break
            gradients = list(torch.autograd.grad(_Handed.apply(output, gradient), wanted))  # type: ignore[no-untyped-call]
            if inputs.requires_grad:
                gradient = gradients.pop(0)
            found[:0] = gradients
            yield
        return Piece(_figures(total, scores, labels), found, alive)


def precision(images: Tensor, mixed: bool) -> AbstractContextManager[object]:
    """What layers compute in: bfloat16 where that is much faster, but for sums and losses; else float32."""
    return torch.autocast(images.device.type, dtype=torch.bfloat16) if mixed else nullcontext()


class _Handed(torch.autograd.Function):
    """A scalar on top of a layer whose backward pass hands the layer the gradient that is known already.

    ``torch.autograd.grad`` takes it as an argument too, but first imports sympy for that: a quarter of a second.
    """

    @staticmethod
    def forward(context: Any, output: Tensor, gradient: Tensor) -> Tensor:
        context.gradient = gradient
        return gradient.new_zeros(())

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        return context.gradient, None


def joined(pieces: list[Piece]) -> Piece:
    """Of all images together; the pieces are used up."""
    first, *rest = pieces
    for piece in rest:
        for to, gradient in zip(first.gradients, piece.gradients, strict=True):
            to += gradient
        first.figures += piece.figures
        for name, alive in piece.alive.items():
            first.alive[name] |= alive
    return first


def _figures(total: Tensor, scores: Tensor, labels: Tensor) -> Tensor:
    right = (scores.detach().argmax(dim=1) == labels).sum()
    return torch.stack([total.detach(), right.to(total.dtype)])
