"""The jobs of the compute thread: generators that take turns, pause, and hear of what a person does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator

from ..spec.network import NetworkSpec
from ..spec.training.news import Paused
from .outbox import Outbox, Progress
from .steering import Steering

log = logging.getLogger(__name__)
Steps = Generator[object, None, object]
Job = Callable[[], Steps]


class Jobs:
    """Lives on the compute thread; what a job yields is put into the outbox as Progress.

    A job that yields Paused sleeps until it is steered. ``unsteered`` is called when one that is steered has ended.

    >>> outbox = Outbox()
    >>> jobs = Jobs(outbox, lambda: None)
    >>> jobs.start(1, lambda: iter(("half",)))
    >>> jobs.slice(), jobs.slice(), jobs.slice()
    (True, True, False)
    >>> [(message.value, message.done) for message in outbox.take()[1]]
    [('half', False), (None, True)]
    """

    def __init__(self, outbox: Outbox, unsteered: Callable[[], object]) -> None:
        self._outbox, self._unsteered = outbox, unsteered
        self._awake: dict[int, Steps] = {}
        self._paused: dict[int, Steps] = {}
        self._steered: dict[int, tuple[Steering, NetworkSpec | None]] = {}

    def __bool__(self) -> bool:
        """Whether there is something to do."""
        return bool(self._awake)

    def start(
        self, number: int, job: Job, steering: Steering | None = None, network: NetworkSpec | None = None
    ) -> None:
        """From now on ``job`` has its turns; ``steering`` is told what concerns ``network``, or any where it is None.

        Raises:
            Exception: whatever the job raises when it is made.
        """
        if steering is not None:
            self._steered[number] = steering, network
        try:
            self._awake[number] = job()
        except Exception:
            self._forget(number)
            raise

    def slice(self) -> bool:
        """The next slice of the job whose turn it is; False where there is none.

        Raises:
            Exception: whatever the job raises; it has ended then.
        """
        if not self._awake:
            return False
        number, job = next(iter(self._awake.items()))
        self._awake[number] = self._awake.pop(number)  # to the end of the queue: jobs take turns
        try:
            value = next(job)
            if value is not None:  # None is only a pause
                self._outbox.put(Progress(number, value))
            if isinstance(value, Paused):
                self._paused[number] = self._awake.pop(number)
        except StopIteration as end:
            self._forget(number)
            self._outbox.put(Progress(number, end.value, done=True))
        except Exception:
            self.end(number)
            raise
        return True

    def steer(
        self, turn: Callable[[Steering], object], network: NetworkSpec | None = None, number: int | None = None
    ) -> None:
        """Calls ``turn`` with the steering of one job, or of all that are of ``network``; paused ones wake."""
        for at, (steering, own) in tuple(self._steered.items()):
            if number not in (None, at):
                continue
            if own is None or network is None or own == network:
                turn(steering)
                if at in self._paused:
                    self._awake[at] = self._paused.pop(at)

    def give_way(self) -> None:
        """Somebody waits for a picture."""
        for steering, _ in self._steered.values():
            steering.give_way()

    def end(self, number: int) -> None:
        """Closes a job; its last Progress has ``cancelled``. Nothing happens if it has ended already."""
        job = self._forget(number)
        if job is not None:
            try:
                job.close()
            finally:  # a job that fails to clean up has ended all the same
                self._outbox.put(Progress(number, None, done=True, cancelled=True))

    def close(self) -> None:
        """Ends all of them, whatever happens."""
        for number in (*self._awake, *self._paused):
            try:
                self.end(number)
            except Exception:
                log.exception("while a job was closed")

    def _forget(self, number: int) -> Steps | None:
        if self._steered.pop(number, None) is not None:
            self._unsteered()
        return self._awake.pop(number, None) or self._paused.pop(number, None)
