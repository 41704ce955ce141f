"""From a State to a Frame: the only holder of a torch network. Lives on the compute thread."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from ..spec.errors import InputError
from ..spec.network import NetworkSpec
from ..spec.preparation import Prepared, prepare
from ..spec.strokes import Canvas
from ..spec.weights import Weights
from .experiment import State
from .outbox import Floats, Frame

if TYPE_CHECKING:
    from torch import nn

STEP_PIXELS = 64  # of a preparation step's picture, a thumbnail of some 50


class Forward:
    """Keeps the network and the canvas of the last State, and redoes only what a new one changes."""

    def __init__(self) -> None:
        self._canvas = Canvas()
        self._network: nn.Sequential | None = None
        self._spec: NetworkSpec | None = None
        self._weights: Weights | None = None
        self._device = ""

    def frame(self, state: State, device: str, since: float | None = None) -> Frame:
        """Computes ``state`` on ``device``; ``since`` is when it arrived, by ``perf_counter``.

        Raises:
            InputError: the network does not fit its input or its weights.
        """
        from ..core.trace import softmax, trace

        if self._network is None or self._spec is not state.network or self._device != device:
            since = None  # building a network is not the latency of a picture
        network = self._current(state, device)
        since = perf_counter() if since is None else since
        prepared = prepare(self._canvas.ink(state.drawing), state.preparation, input_side(state.network))
        picture = np.broadcast_to(prepared.result, state.network.input_shape).copy()  # (C, H, W)
        result = trace(network, picture)
        maps = {"input": picture, **result.maps}
        return Frame(
            state,
            maps,
            softmax(result.scores.ravel()),
            _steps(prepared),
            result.layer_ms,
            device,
            (perf_counter() - since) * 1e3,
        )

    def _current(self, state: State, device: str) -> nn.Sequential:
        from ..core.network import build, load
        from ..core.trace import trace
        from ..spec.weights import check

        if self._network is None or self._spec is not state.network or self._device != device:
            self._network = None  # one that fails must leave neither under the other's name
            network = build(state.network, state.weights, device)
            trace(network, np.zeros(state.network.input_shape, np.float32))  # the first pass is slow, and may fail
            self._network = network
        elif self._weights is not state.weights:
            check(state.network, state.weights)
            load(self._network, state.weights)
        self._spec, self._weights, self._device = state.network, state.weights, device
        return self._network


def input_side(network: NetworkSpec) -> int:
    """Pixels across of what the network receives.

    Raises:
        InputError: it is not square, so a drawing cannot feed it.
    """
    _, height, width = network.input_shape
    if height != width:
        raise InputError(f"{network.name} takes inputs of {height}×{width}; drawings need a network with a square one")
    return height


def _steps(prepared: Prepared) -> dict[str, Floats]:
    return {step: prepared.step_picture(step, STEP_PIXELS) for step in prepared.placements}
