"""The job that trains, as the window's thread sees it."""

from __future__ import annotations

from collections.abc import Callable

from ...spec.channels import Channel
from ...spec.training.settings import TrainingSettings
from ...spec.weight_edit import WeightEdit
from ..engine import Engine
from .job import Data, Request, Rested, training
from .reins import Reins, Turn

ALWAYS = frozenset({"layers at times"})  # costs next to nothing, and nobody wants to begin with an empty page


class Drive:
    """At most one job; ``active`` while there is one, be it paused.

    ``began`` once it is known that it can train, ``paused`` while it waits. ``wanted`` is what its reports shall carry.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.data = Data()  # only touched on the compute thread
        self._number: int | None = None
        self._turns = 0  # how often the job was told to play or to pause
        self._edits = 0  # the engine's count when the job began
        self._by_hand: list[WeightEdit] = []  # since then, but for the first ones that are in a checkpoint
        self._kept = 0  # how many those are
        self._then: list[Callable[[], object]] = []
        self.began = self.paused = False
        self.wanted: frozenset[str] = frozenset()
        self.learns: Request | None = None  # what the last job was to train
        self._settings: TrainingSettings | None = None  # that were chosen while it waits

    @property
    def active(self) -> bool:
        return self._number is not None

    @property
    def closing(self) -> bool:
        """Whether it ends as soon as its last checkpoint is here."""
        return bool(self._then)

    @property
    def edits(self) -> int:
        """How many edits by hand its weights must hold to be the newest."""
        return self._engine.edited - self._edits

    def note(self, edit: WeightEdit) -> None:
        """An edit by hand, which the engine tells the job."""
        self._by_hand.append(edit)

    def keep(self, edits: int) -> None:
        """The first ``edits`` of them are in a checkpoint."""
        del self._by_hand[: max(edits - self._kept, 0)]
        self._kept = max(edits, self._kept)

    def missing(self, edits: int) -> list[WeightEdit]:
        """The edits that weights lack which hold the first ``edits`` of them; also once there is no job any more."""
        return self._by_hand[max(edits - self._kept, 0) :]

    def is_newest(self, rested: Rested) -> bool:
        """Whether nothing was asked of it since."""
        return rested.turns >= self._turns

    def is_(self, number: int) -> bool:
        """Whether that is the job."""
        return number == self._number

    def begin(self, request: Request, frozen: frozenset[Channel], edit: WeightEdit, how: Turn) -> None:
        """A new job, which hears of these first; ``how`` is to play, in one way or another."""
        reins = Reins()
        reins.set_frozen(frozen)
        reins.want(self.wanted | ALWAYS)
        reins.want_weights()
        how(reins)
        data = self.data
        self._edits, self._turns = self._engine.edited, reins.turns
        self._by_hand, self._kept = [edit] if edit else [], 0
        self._engine.followed = True
        self._number = self._engine.run(lambda: training(request, reins, data), reins)
        self.began = self.paused = False
        self.learns, self._settings = request, None
        if edit:
            self._engine.edit(edit)

    def tell(self, turn: Turn) -> None:
        """Told between two of its steps; nothing happens where there is no job."""
        if self._number is not None:
            self._engine.steer(turn, self._number)

    def want(self, names: frozenset[str]) -> None:
        self.wanted = names
        if not self.paused:  # else it would be woken for that
            self.tell(lambda steering: steering.want(names | ALWAYS))

    def set_settings(self, settings: TrainingSettings) -> None:
        """From the next step on."""
        if self.paused:  # it is not woken for each of those that a slider passes
            self._settings = settings
        else:
            self.tell(lambda steering: steering.set_settings(settings))

    def play(self, how: Turn) -> None:
        """It goes on, in one way or another."""
        wanted, settings = self.wanted, self._settings
        self.paused, self._settings = False, None
        if settings is not None:
            self.tell(lambda steering: steering.set_settings(settings))
        self.tell(lambda steering: steering.want(wanted | ALWAYS))
        self._direct(how)

    def pause(self) -> None:
        """After the present step."""
        self._direct(lambda steering: steering.pause())

    def _direct(self, turn: Turn) -> None:
        self._turns += 1
        self.tell(turn)

    def close(self, then: Callable[[], object]) -> None:
        """Does ``then`` once the job has said where it is; there is none from then on."""
        if self._number is None or self.paused or not self.began:
            self.cancel()
            then()
            return
        self._then.append(then)
        self.pause()

    def cancel(self) -> None:
        """Ends the job at once; what was to be done then is not done: it was asked of what is no more."""
        self._then.clear()
        self.leave()

    def leave(self) -> None:
        """Ends the job, which has said where it is; does what was to be done then."""
        if self._number is not None:
            self._engine.cancel(self._number)
        self.ended()

    def ended(self) -> None:
        """There is no job any more: does what was to be done then."""
        self._number, self.began, self.paused = None, False, False
        self._engine.followed = False
        waiting, self._then = self._then, []
        for then in waiting:
            then()
