"""The one compute thread: what it is asked goes into one ordered inbox, what it answers into one outbox.

Nobody else holds a tensor. ``show`` is for what should be on screen, newest wins; ``run`` starts a job, a generator
that is advanced a slice at a time between other requests and cancelled by ``close()``. ``step()`` is one turn and
is public: tests drive it without thread or clock.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from threading import Condition, Thread
from time import perf_counter

from ..spec.channels import Channel
from ..spec.errors import InputError
from ..spec.network import NetworkSpec
from ..spec.state import State
from ..spec.weight_edit import WeightEdit
from .forward import Forward
from .jobs import Job, Jobs
from .outbox import Failure, Outbox, Ready
from .steering import Steering
from .training.warming import warm_up

# How long Python lets one thread run while another waits. At the usual 5 ms this thread and the window keep each
# other waiting several times a frame: pen to picture took 12.1 ms (median) instead of 9.3.
SWITCH_S = 0.001
PAINT_S = 0.008  # what the window needs to paint a frame and to hear of the next move of the pen
QUIET_S = 0.1  # without a request, before something is done that nobody has asked for
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _Show:
    state: State
    since: float
    live: bool  # what a job asks for itself; nobody waits for it


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    number: int
    job: Job
    steering: Steering | None
    network: NetworkSpec | None


@dataclass(frozen=True, slots=True, eq=False)
class _Steer:
    turn: Callable[[Steering], object]
    network: NetworkSpec | None  # of the job it is for; None for all
    number: int | None = None  # of the only job it is for


@dataclass(frozen=True, slots=True)
class _Cancel:
    number: int


Request = _Show | _Run | _Steer | _Cancel


class Engine:
    """Computes on its own thread once :meth:`start` was called, or a turn at a time by :meth:`step`."""

    def __init__(self, outbox: Outbox | None = None) -> None:
        self.outbox = outbox or Outbox()
        self._inbox: deque[Request] = deque()
        self._arrived = Condition()
        self._stopping = False
        self._thread: Thread | None = None
        self._numbers = count(1)
        self._jobs = Jobs(self.outbox, self._unsteered)
        self._steering = 0  # jobs that are steered, with those still in the inbox
        self.edited = 0  # edits by hand that were told so far
        self.followed = False  # a job whose end nobody has heard of yet: edits are counted all the same
        self._forward: Forward | None = None
        self._spare: Iterator[bool] | None = warm_up()
        self._devices: dict[str, str] = {}  # device asked for: device used

    # --- from any thread --------------------------------------------------------------------------------------

    def show(self, state: State, *, live: bool = False) -> None:
        """Asks for a Frame of ``state``; an older State still waiting is forgotten.

        ``live``: only weights moved, which a training made; it is not slowed down for that.
        """
        with self._arrived:
            for waiting in tuple(self._inbox):
                if isinstance(waiting, _Show):
                    self._inbox.remove(waiting)
                    live = live and waiting.live
            self._post(_Show(state, perf_counter(), live))

    def run(self, job: Job, steering: Steering | None = None, network: NetworkSpec | None = None) -> int:
        """Starts ``job`` and returns its number; what it yields arrives as Progress. Jobs take turns.

        ``steering`` is told of every edit of ``network`` (of any, where it is None) until the job ends.
        """
        number = next(self._numbers)
        with self._arrived:
            self._steering += steering is not None
            self._post(_Run(number, job, steering, network))
        return number

    def edit(self, edit: WeightEdit, network: NetworkSpec | None = None) -> None:
        """Weights were edited by hand: every job that trains them follows. None is lost, and their order stays."""
        with self._arrived:
            self.edited += 1
            self._post(_Steer(lambda steering: steering.edit(edit), network))

    def freeze(self, channels: frozenset[Channel], network: NetworkSpec | None = None) -> None:
        """Which kernels training must leave alone from now on."""
        with self._arrived:
            self._post(_Steer(lambda steering: steering.set_frozen(channels), network))

    def steer(self, turn: Callable[[Steering], object], number: int | None = None) -> None:
        """Calls ``turn`` with the steering of job ``number``, or of every job, between slices; wakes a paused one."""
        with self._arrived:
            self._post(_Steer(turn, None, number))

    @property
    def steered(self) -> bool:
        """Whether a job hears of edits, or soon will."""
        return self._steering > 0

    def cancel(self, number: int) -> None:
        """Closes a job; its last Progress has ``cancelled``. Nothing happens if it has ended already."""
        with self._arrived:
            self._post(_Cancel(number))

    def start(self) -> None:
        """Starts the thread; torch is imported there."""
        sys.setswitchinterval(SWITCH_S)
        self._thread = Thread(target=self._loop, name="convviz-engine", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> bool:
        """Ends the thread after its present slice; True once it is gone."""
        with self._arrived:
            self._stopping = True
            self._arrived.notify()
        if self._thread is not None:
            self._thread.join(timeout_s)
            return not self._thread.is_alive()
        self._jobs.close()
        return True

    def _post(self, request: Request) -> None:
        self._inbox.append(request)
        self._arrived.notify()

    # --- on the compute thread --------------------------------------------------------------------------------

    def step(self) -> bool:
        """One turn: the next request if there is one, else one slice of a job. False when there was nothing to do."""
        with self._arrived:
            request = self._inbox.popleft() if self._inbox else None
        try:
            match request:
                case _Show():
                    self._show(request)
                case _Run():
                    self._jobs.start(request.number, request.job, request.steering, request.network)
                case _Steer():
                    self._jobs.steer(request.turn, request.network, request.number)
                case _Cancel():
                    self._jobs.end(request.number)
                case None:
                    return self._jobs.slice()
        except InputError as error:
            self.outbox.put(Failure(str(error)))
        except Exception as error:  # the thread must live on, whatever happened
            log.exception("on the compute thread")
            self.outbox.put(_failure(error))
        return True

    def _loop(self) -> None:
        try:
            self._warm_up()
        except Exception as error:  # torch cannot be imported: the window stays, and says so
            log.exception("torch could not be started")
            details = traceback.format_exc()
            self.outbox.put(Failure(f"torch could not be started ({error}); run “convviz doctor”", details))
            return
        while True:
            with self._arrived:
                quiet_s = QUIET_S if self._spare is not None and self._forward is not None else None
                asked = self._arrived.wait_for(lambda: self._inbox or self._stopping or self._jobs, quiet_s)
                if self._stopping:
                    break
                first = self._inbox[0] if self._inbox else None
                shown = isinstance(first, _Show) and not first.live
            if not asked:  # nothing to do: a part of what the first training needs
                if not next(self._spare or iter(()), False):
                    self._spare = None
                continue
            self.step()
            if shown and self._jobs:
                self._give_way()
            while self._jobs and not (self._inbox or self._stopping):  # without the ado of waiting for what is there
                self.step()
        self._jobs.close()

    def _give_way(self) -> None:
        """After a frame: the window paints it faster when no job competes for Python's lock meanwhile."""
        with self._arrived:
            if not self._inbox and not self._stopping:
                self._arrived.wait(PAINT_S)

    def _warm_up(self) -> None:
        """Imports torch, leaves one core to the window, and says which devices there are."""
        from ..core.device import devices, use_threads_beside_a_window

        use_threads_beside_a_window()
        self.outbox.put(Ready(tuple((device.id, device.name) for device in devices())))

    def _show(self, request: _Show) -> None:
        self._forward = self._forward or Forward(self.outbox.put)
        asked = request.state.device
        device = self._device(asked)
        if not request.live:
            self._jobs.give_way()
        try:
            self.outbox.put_frame(self._forward.frame(request.state, device, request.since))
        except RuntimeError as error:
            if device == "cpu":
                raise
            self._devices[asked] = "cpu"
            reason = f"{device} cannot compute this network ({_first_line(error)}); the CPU is used instead"
            self.outbox.put(Failure(reason, traceback.format_exc()))
            self.outbox.put_frame(self._forward.frame(request.state, "cpu", request.since))

    def _device(self, asked: str) -> str:
        """Where to compute. A device is tried out once only: the trial waits for the GPU."""
        from ..core.device import choose

        if asked not in self._devices:
            self._devices[asked], reason = choose(asked)
            if reason:
                self.outbox.put(Failure(reason))
        return self._devices[asked]

    def _unsteered(self) -> None:
        with self._arrived:
            self._steering -= 1


def _failure(error: Exception) -> Failure:
    details = traceback.format_exc()
    if isinstance(error, MemoryError) or ("alloc" in str(error).lower() and "memory" in str(error).lower()):
        return Failure("there is not enough memory for this; the last picture stays. Choose something smaller", details)
    return Failure(f"this could not be computed ({_first_line(error)}); the last picture stays", details)


def _first_line(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0][:200]
