"""From a State to a Frame: the only holder of torch networks. Lives on the compute thread."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from ..spec.channels import effective
from ..spec.network import NetworkSpec
from ..spec.preparation import Prepared, input_side, prepare
from ..spec.softmax import softmax
from ..spec.state import State
from ..spec.strokes import Canvas
from ..spec.weights import Weights
from .outbox import Floats, Frame

if TYPE_CHECKING:
    from torch import nn

    from ..core.network import Parts

PARTS_KEPT = 48  # modules of the last networks: who drags a size comes by the same ones again
STEP_PIXELS = 64  # of a preparation step's picture, a thumbnail of some 50


class Forward:
    """Keeps the network, the untouched one and the canvas of the last State, and redoes only what a new one changes."""

    def __init__(self) -> None:
        self._canvas = Canvas()
        self._shown = _Loaded()
        self._origin = _Loaded()
        self._picture: tuple[tuple[object, ...], Floats, dict[str, Floats]] | None = None
        self._origin_scores: tuple[object, Floats, Floats] | None = None  # (origin, picture, scores)

    def frame(self, state: State, device: str, since: float | None = None) -> Frame:
        """Computes ``state`` on ``device``; ``since`` is when it arrived, by ``perf_counter``.

        Raises:
            InputError: the network does not fit its input or its weights.
        """
        from ..core.trace import trace

        if not self._shown.is_on(device):
            since = None  # making the first network is not the latency of a picture
        network = self._shown.bring(state.network, effective(state.network, state.weights, state.channels), device)
        since = perf_counter() if since is None else since
        picture, steps = self._prepared(state)
        result = trace(network, picture)
        maps = {"input": picture, **result.maps}
        scores = result.scores.ravel()
        return Frame(
            state,
            maps,
            softmax(scores),
            steps,
            result.layer_ms,
            device,
            (perf_counter() - since) * 1e3,
            self._untouched(state, picture, device),
        )

    def _prepared(self, state: State) -> tuple[Floats, dict[str, Floats]]:
        """What the network receives (C, H, W), and the pictures on the way; kept while the drawing stays."""
        key = state.drawing, state.preparation, state.network.input_shape
        known = self._picture
        if known is None or not all(a is b for a, b in zip(known[0], key, strict=True)):
            prepared = prepare(self._canvas.ink(state.drawing), state.preparation, input_side(state.network))
            picture = np.broadcast_to(prepared.result, state.network.input_shape).copy()
            known = self._picture = key, picture, _steps(prepared)
        return known[1], known[2]

    def _untouched(self, state: State, picture: Floats, device: str) -> Floats | None:
        """The scores of the network before it was edited; None where there is nothing to compare with."""
        from ..core.trace import scores

        origin = state.origin
        if not state.edited or origin.network.input_shape != state.network.input_shape:
            return None
        known = self._origin_scores
        if known is None or known[0] is not origin or known[1] is not picture:
            network = self._origin.bring(origin.network, origin.weights, device)
            known = self._origin_scores = origin, picture, scores(network, picture)
        return known[2]


class _Loaded:
    """A torch network that follows specs and weights; modules and arrays that stay the same are not touched."""

    def __init__(self) -> None:
        self._network: nn.Sequential | None = None
        self._parts: Parts = {}
        self._spec: NetworkSpec | None = None
        self._weights: Weights | None = None
        self._device = ""

    def is_on(self, device: str) -> bool:
        return self._network is not None and self._device == device

    def bring(self, spec: NetworkSpec, weights: Weights, device: str) -> nn.Sequential:
        """The network of ``spec`` with ``weights``, on ``device``.

        Raises:
            InputError: they do not fit together.
        """
        from ..core.network import assemble, load
        from ..core.trace import scores
        from ..spec.weights import check

        network, known = self._network, self._weights
        self._network = None  # one that fails must leave neither under the other's name
        if network is None or self._device != device:
            self._parts = {}
            network, self._parts = assemble(spec, weights, device)
            scores(network, np.zeros(spec.input_shape, np.float32))  # the first pass is slow, and may fail
        elif self._spec is not spec:
            network, parts = assemble(spec, weights, device, self._parts)
            self._parts = dict(list((self._parts | parts).items())[-PARTS_KEPT:])
        elif known is not weights:
            check(spec, weights)
            load(network, weights, known)
        self._network, self._spec, self._weights, self._device = network, spec, weights, device
        return network


def _steps(prepared: Prepared) -> dict[str, Floats]:
    return {step: prepared.step_picture(step, STEP_PIXELS) for step in prepared.placements}
