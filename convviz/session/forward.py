"""From a State to a Frame: the only holder of torch networks. Lives on the compute thread."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from ..spec.channels import effective
from ..spec.network import NetworkSpec
from ..spec.preparation import Prepared, input_side, received
from ..spec.probe import Patch
from ..spec.resample import Placement
from ..spec.softmax import softmax
from ..spec.state import Focus, State
from ..spec.strokes import PAD, Canvas
from ..spec.weights import Weights
from .experiment import nearest
from .outbox import Failure, Floats, Frame, Gradients, PixelGrid, UnitGradient

if TYPE_CHECKING:
    from torch import nn

    from ..core.network import Parts
    from ..core.trace import Trace

PARTS_KEPT = 48  # modules of the last networks: who drags a size comes by the same ones again
STEP_PIXELS = 64  # of a preparation step's picture, a thumbnail of some 50


class Forward:
    """Keeps the network, the untouched one and the canvas of the last State, and redoes only what a new one changes."""

    def __init__(self, say: Callable[[Failure], object] = lambda failure: None) -> None:
        self._say = say  # where a frame comes without what was asked of it
        self._said: set[str] = set()
        self._canvas = Canvas()
        self._shown = _Loaded()
        self._origin = _Loaded()
        self._input: tuple[tuple[object, ...], _Input] | None = None
        self._covered: tuple[Floats, Patch, Floats] | None = None  # (picture, patch, both)
        self._origin_scores: tuple[object, Floats, Floats] | None = None  # (origin, picture, scores)

    def frame(self, state: State, device: str, since: float | None = None) -> Frame:
        """Computes ``state`` on ``device``; ``since`` is when it arrived, by ``perf_counter``.

        Raises:
            InputError: the network does not fit its input or its weights.
        """
        if not self._shown.is_on(device):
            since = None  # making the first network is not the latency of a picture
        weights = effective(state.network, state.weights, state.channels)
        network = self._shown.bring(state.network, weights, device)
        since = perf_counter() if since is None else since
        received = self._received(state)
        picture = self._under_patch(received.picture, state.probe.patch)
        result, gradients, unit_gradient = self._computed(network, picture, state, device)
        scores = result.scores.ravel()
        return Frame(
            state,
            {"input": picture, **result.maps},
            softmax(scores),
            received.steps,
            result.layer_ms,
            device,
            (perf_counter() - since) * 1e3,
            self._untouched(state, picture, device),
            weights,
            received.grid,
            gradients,
            unit_gradient,
        )

    def _received(self, state: State) -> _Input:
        """What the network receives; kept while the drawing stays."""
        key = state.drawing, state.preparation, state.network.input_shape
        known = self._input
        if known is None or not all(a is b for a, b in zip(known[0], key, strict=True)):
            ink = self._canvas.ink(state.drawing)
            input_side(state.network)  # refuses what is not square
            prepared, picture = received(ink, state.preparation, state.network.input_shape)
            known = self._input = key, _Input(picture, _steps(prepared), _grid(prepared, ink.shape[-2:]))
        return known[1]

    def _under_patch(self, picture: Floats, patch: Patch | None) -> Floats:
        """The picture with the patch over it: the same array as long as both stay."""
        if patch is None:
            return picture
        known = self._covered
        if known is None or known[0] is not picture or known[1] != patch:
            known = self._covered = picture, patch, patch.over(picture)
        return known[2]

    def _computed(
        self, network: nn.Sequential, picture: Floats, state: State, device: str
    ) -> tuple[Trace, Gradients | None, UnitGradient | None]:
        """All values, and the gradients that the State's probe asks for."""
        from ..core.trace import trace

        probe, focus = state.probe, state.focus
        unit = nearest(state.network, focus) if probe.effective and focus is not None else None
        if not probe.gradients and unit is None:
            return trace(network, picture), None, None
        try:
            return _with_gradients(network, picture, state, unit)
        except RuntimeError as error:
            self._say_once(f"{device} cannot compute gradients of this network ({_first_line(error)})")
            return trace(network, picture), None, None

    def _say_once(self, reason: str) -> None:
        if reason not in self._said:
            self._said.add(reason)
            self._say(Failure(f"{reason}; the activations are shown without them", traceback.format_exc()))

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


@dataclass(frozen=True, slots=True, eq=False)
class _Input:
    """What the network receives (C, H, W), the pictures on the way, and where its pixels lie on the pad."""

    picture: Floats
    steps: dict[str, Floats]
    grid: PixelGrid


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
    """The pictures on the way; one that moves nothing, as it is off, looks like the one before."""
    made: dict[Placement, Floats] = {}
    for step, placement in prepared.placements.items():
        if placement not in made:
            made[placement] = prepared.step_picture(step, STEP_PIXELS)
    return {step: made[placement] for step, placement in prepared.placements.items()}


def _grid(prepared: Prepared, ink: tuple[int, ...]) -> PixelGrid:
    """Where the pixels lie on the pad, which shows the ``ink`` (H, W) as large as fits, in the middle."""
    placement = next(reversed(prepared.placements.values()))
    unit = PAD / max(ink)  # pad units a pixel of the ink
    top, left = (
        (PAD - size * unit) / 2 + unit * (start - offset / placement.scale)
        for size, start, offset in zip(ink, prepared.region[:2], placement.offset, strict=True)
    )
    return PixelGrid(top, left, unit / placement.scale)


def _with_gradients(
    network: nn.Sequential, picture: Floats, state: State, unit: Focus | None
) -> tuple[Trace, Gradients | None, UnitGradient | None]:
    """One pass forward and as many back as are asked for."""
    from ..core.attribution.recorded import Recorded

    recorded = Recorded(network, picture)
    seen = None if unit is None else UnitGradient(unit, recorded.of_unit(unit.layer, unit.index))
    if not state.probe.gradients:
        return recorded.trace, None, seen
    layer = state.focus.layer if state.focus is not None else ""
    weights = [f"{layer}.{part}" for part in ("weight", "bias")]  # those of all layers may take gigabytes
    of = recorded.of_score(state.probe.class_of(recorded.trace.scores.ravel()), weights)
    return recorded.trace, Gradients(of.target, of.maps, of.weights), seen


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
