"""The trainings of an experiment: starts, pauses and ends them, and keeps what they say."""

from __future__ import annotations

from typing import Literal

from ...spec.training.checkpoint import Checkpoint
from ...spec.training.curves import Curves
from ...spec.training.news import Best, Judged, Loaded, Loading
from ...spec.training.run import Run, Status
from ...spec.weights import Floats
from ..engine import Engine
from ..experiment import Experiment
from ..outbox import Progress
from ..signal import Signal

What = Literal[
    "status",  # status, run, speed, seconds_left
    "loading",  # how far the data is
    "data",  # the data is there, or another one
    "curves",  # more steps
    "epoch",  # an epoch ended: judged, best
    "weights",  # those on screen moved
    "layers",  # figures of the layers
    "gradients",
    "checkpoints",
    "runs",  # the list
    "cursor",  # the time machine moved
]


class Trainer:
    """Everything the workspace Train reads and asks for. Lives on the thread of the window; holds no tensor.

    ``changed`` follows everything that arrives, with the names of what is new; pages read it from here.
    """

    def __init__(self, experiment: Experiment, engine: Engine) -> None:
        self.changed = Signal[[frozenset[What]]]()
        self.refused = Signal[[str]]()
        self.told = Signal[[str]]()
        self._experiment, self._engine = experiment, engine
        self.data: Loaded | None = None
        self.loading: Loading | None = None
        self.judged: Judged | None = None
        self.best: Best | None = None
        self.gradients: dict[str, Floats] = {}
        self.speed = 0.0  # images a second, of the last seconds
        self.seconds_left: float | None = None
        self.memory_bytes = 0  # of the ring of checkpoints
        self.cursor: int | None = None  # the step on screen while the time machine is in use

    # --- what there is ----------------------------------------------------------------------------------------

    @property
    def run(self) -> Run | None:
        """The run on screen, up to date."""
        raise NotImplementedError

    @property
    def status(self) -> Status | Literal["idle"]:
        raise NotImplementedError

    @property
    def curves(self) -> Curves:
        """Of the run on screen, up to now."""
        raise NotImplementedError

    @property
    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """Of the run on screen, in the order of their steps."""
        raise NotImplementedError

    # --- what can be asked ------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begins a run as the plan says, or goes on with the one that is paused."""
        raise NotImplementedError

    def pause(self) -> None:
        """After the present step."""
        raise NotImplementedError

    def step(self) -> None:
        """One step, then pause; begins a run where there is none."""
        raise NotImplementedError

    def epoch(self) -> None:
        """To the end of the epoch, then pause."""
        raise NotImplementedError

    def stop(self) -> None:
        """Ends the run; what it has learnt stays."""
        raise NotImplementedError

    def reset(self, seed: int | None = None) -> None:
        """Random weights of this seed (of the plan's where None), as an edit; the run ends."""
        raise NotImplementedError

    def scrub(self, checkpoint: Checkpoint | None) -> None:
        """Shows a moment of the past; None leads back to the newest."""
        raise NotImplementedError

    def resume_from(self, checkpoint: Checkpoint) -> None:
        """The run goes on from there; what it measured later is forgotten."""
        raise NotImplementedError

    def branch(self, checkpoint: Checkpoint) -> None:
        """A new run goes on from there, with the plan's settings; the old one stays in the list."""
        raise NotImplementedError

    def choose_run(self, number: int) -> None:
        """Another run of the list is on screen, with its last weights."""
        raise NotImplementedError

    def show_run(self, number: int, on: bool) -> None:
        """Its curves are drawn beside the others, or not."""
        raise NotImplementedError

    def delete_run(self, number: int) -> None:
        raise NotImplementedError

    def want(self, what: frozenset[What]) -> None:
        """What is looked at now: "layers", "gradients", "epoch" cost time, and are computed only where wanted."""
        raise NotImplementedError

    def arrived(self, progress: Progress) -> None:
        """What the compute thread says; of other jobs it is ignored."""
        raise NotImplementedError
