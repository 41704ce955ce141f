"""Jobs that look longer at the present network: a patch swept over the input, a field averaged over digits.

Each makes its own network from the State it was started with, so later edits do not reach it; what it yields carries
that State, and whoever shows it compares.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..spec.channels import effective
from ..spec.effective import magnitude
from ..spec.errors import InputError
from ..spec.handwriting import digit
from ..spec.preparation import input_side, received
from ..spec.state import Focus, State
from ..spec.strokes import Canvas, Drawing
from .outbox import Floats

if TYPE_CHECKING:
    from torch import nn

SAMPLES = 64  # digits that a field is averaged over
NEWS = 4  # digits from one report to the next
_SEED = 7  # every average is of the same digits
_RESOLUTION = 140  # of the canvas they are drawn on, small for speed


@dataclass(frozen=True, slots=True, eq=False)
class OcclusionRead:
    """A sweep of ``patch`` (height, width) so far: by how much it lowers the score of class ``target``.

    ``heat`` (H, W) is 0 where no patch has been yet, ``done`` goes up to 1.
    """

    state: State
    target: int
    patch: tuple[int, int]
    heat: Floats
    done: float


@dataclass(frozen=True, slots=True, eq=False)
class AveragedField:
    """The mean over ``samples`` digits of |∂unit/∂pixel|, added up over the input's channels: ``values`` (H, W)."""

    state: State
    unit: Focus
    values: Floats
    samples: int
    done: float


def occlude(
    state: State, patch: int, stride: int, value: float = 0.5
) -> Generator[OcclusionRead | None, None, OcclusionRead]:
    """Sweeps a square of ``patch`` × ``patch`` pixels over the input, without the patch that lies there by hand.

    Raises:
        InputError: the patch or stride does not fit, the score is not a number, the network does not fit.
    """
    from ..core.attribution import occlusion_steps
    from ..core.trace import scores

    yield None
    network = _network(state)
    picture = _picture(state, state.drawing, Canvas())
    yield None
    answers = scores(network, picture)
    target = state.probe.class_of(answers)
    if not np.isfinite(answers[target]):
        raise InputError(
            f"the score of class {target} is {answers[target]}, so covering parts of the input cannot change it; "
            "undo what made it so"
        )
    read: OcclusionRead | None = None
    for part in occlusion_steps(network, picture, target, (patch, patch), (stride, stride), value):
        read = OcclusionRead(state, target, (patch, patch), part.heat, part.done)
        yield read
    assert read is not None  # a patch has at least one place
    return read


def average_field(state: State, samples: int = SAMPLES) -> Generator[AveragedField | None, None, AveragedField]:
    """Averages the effective field of the selected unit over so many digits that the application writes itself.

    They come to the network as a drawing does, with the State's preparation.

    Raises:
        InputError: no unit is selected, the network has no such unit, the network does not fit.
    """
    from ..core.attribution import running_field

    unit = state.focus
    if unit is None:
        raise InputError("no unit is selected: click a value in any map first")
    yield None
    network = _network(state)
    yield None
    average: AveragedField | None = None
    fields = running_field(network, _digits(state, samples), unit.layer, unit.index)
    for count, values in enumerate(fields, 1):
        average = AveragedField(state, unit, magnitude(values), count, count / samples)
        yield average if count % NEWS == 0 or count == samples else None
    assert average is not None
    return average


def _digits(state: State, count: int) -> Iterator[Floats]:
    """The ten classes in turn, each as the network receives it (C, H, W)."""
    dice, canvas = np.random.default_rng(_SEED), Canvas(_RESOLUTION)
    for i in range(count):
        yield _picture(state, digit(i % 10, dice), canvas)


def _picture(state: State, drawing: Drawing, canvas: Canvas) -> Floats:
    """What the network receives of a drawing (C, H, W)."""
    input_side(state.network)  # refuses what is not square
    return received(canvas.ink(drawing), state.preparation, state.network.input_shape)[1]


def _network(state: State) -> nn.Sequential:
    """A network of one's own, with silent channels, where the State is computed."""
    from ..core.device import choose
    from ..core.network import assemble

    weights = effective(state.network, state.weights, state.channels)
    return assemble(state.network, weights, choose(state.device)[0])[0]
