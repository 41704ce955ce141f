"""Keeps an explanation beside its State: made from one frame, faded when that is late, a sentence without one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from ...session.experiment import State, differs
from ...session.outbox import Frame
from ...spec.arithmetic.explanation import Explanation
from ...spec.errors import InputError
from ...spec.state import Focus
from .sum_view import SumView

LATE_MS = 200  # a frame that takes longer is waited for visibly
DECIDE = ("network", "weights", "drawing", "preparation", "channels")
WAITING, NOTHING = "computing…", "select a value in any map"
Explain = Callable[[Frame, Focus], Explanation | None]


class Follower(QObject):
    """``explain(frame, focus)`` is asked with frames of the present network only; None says that one is waited for."""

    def __init__(self, view: SumView, explain: Explain) -> None:
        super().__init__(view)
        self._view, self._explain = view, explain
        self._state: State | None = None
        self._frame: Frame | None = None
        self._about: Focus | None = None  # what the view shows
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(LATE_MS)
        self._late.timeout.connect(lambda: view.set_fresh(False))

    def show_state(self, state: State) -> None:
        """Another selection is explained at once, from the last frame; anything else comes with the next one."""
        old, self._state = self._state, state
        if old is None or differs(old, state, "focus", "network", "origin"):
            self.refresh()
        self._watch()

    def show_frame(self, frame: Frame) -> None:
        self._frame = frame
        self._late.stop()
        self.refresh()
        self._watch()

    def refresh(self) -> None:
        """Explains the selected unit anew."""
        state, frame = self._state, self._frame
        focus = state.focus if state is not None else None
        if state is None or focus is None:
            self._say(NOTHING)
            return
        if frame is None or frame.state.network is not state.network:
            origin = frame.state.origin if frame is not None else None
            if focus != self._about or origin is not state.origin:
                self._say(WAITING)
            return  # an edited network's frame is on its way
        try:
            explanation = self._explain(frame, focus)
        except InputError as error:
            self._say(str(error))
            return
        if explanation is not None:
            self._about = focus
            self._view.show_explanation(explanation)
        elif focus != self._about or self._view.explanation is None:
            self._say(WAITING)

    def _say(self, text: str) -> None:
        self._about = None
        self._view.show_message(text)

    def _watch(self) -> None:
        """Fades what is not the present State's, if its frame is late."""
        state, frame = self._state, self._frame
        if state is not None and frame is not None and frame.state is not state and _behind(frame.state, state):
            if not self._late.isActive():
                self._late.start()
        else:
            self._late.stop()


def _behind(shown: State, wanted: State) -> bool:
    """Whether the numbers of a State are not those of another."""
    one, other = shown.probe, wanted.probe
    return differs(shown, wanted, *DECIDE) or (one.target, one.patch) != (other.target, other.patch)
