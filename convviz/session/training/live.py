"""When to ask a training for its weights, so that looking at them costs little."""

from __future__ import annotations

from ..outbox import Frame

SHARE = 0.03  # of the time, for pictures
LEAST_S, MOST_S = 0.25, 1.0
SNAPSHOT_MS = 1.0  # of the lecture's network, beside its frame
CHECKPOINT_S = 2.0


class Live:
    """Decides by the clock of who asks, in seconds, and by how long the last frames took.

    >>> live = Live()
    >>> live.weights_due(0.0), live.weights_due(0.05)
    (True, False)
    """

    def __init__(self) -> None:
        self._frame_ms = 5.0
        self._asked = self._shown = self._checkpoint = float("-inf")
        self._waits = False  # for weights
        self._frames = False  # whether anybody tells of frames
        self._pending = False  # a frame of what was shown

    @property
    def interval_s(self) -> float:
        return min(max((self._frame_ms + SNAPSHOT_MS) / 1e3 / SHARE, LEAST_S), MOST_S)

    def restart(self, now: float) -> None:
        """A job began; its first weights are asked for already."""
        self._asked, self._waits, self._checkpoint = now, True, now

    def weights_due(self, now: float) -> bool:
        """Whether to ask for weights now; True is taken as having asked."""
        late = self._pending and self._frames and now - self._shown < MOST_S
        waits = self._waits and now - self._asked < MOST_S
        if waits or late or now - self._asked < self.interval_s:
            return False
        self._asked, self._waits = now, True
        return True

    def checkpoint_due(self, now: float, soon: bool = False) -> bool:
        """As :meth:`weights_due`, for a checkpoint; ``soon`` where something was done by hand."""
        if now - self._checkpoint < (LEAST_S if soon else CHECKPOINT_S):
            return False
        self._checkpoint = now
        return True

    def arrived(self, newest: bool) -> None:
        """The weights are here; where an edit by hand is missing from them, others are asked for at once."""
        self._waits = False
        if not newest:
            self._asked = float("-inf")

    def shown(self, now: float) -> None:
        """They are on screen, or will be with the next frame."""
        self._pending, self._shown = True, now

    def seen(self, frame: Frame) -> None:
        """A frame is here."""
        self._pending, self._frames = False, True
        self._frame_ms += 0.2 * (min(frame.latency_ms, 1e3) - self._frame_ms)
