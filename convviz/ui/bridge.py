"""From the compute thread to the window: one wake-up becomes one queued signal, and the outbox is emptied."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal

from ..session.outbox import Failure, Outbox, Progress, Ready
from ..session.writer import Saved


class Bridge(QObject):
    """Emits on the GUI thread what the outbox holds. Payloads are objects: other signal types convert and lose."""

    frame_arrived = Signal(object)  # Frame
    ready = Signal(object)  # Ready
    failed = Signal(object)  # Failure
    progressed = Signal(object)  # Progress
    read = Signal(object)  # what a Reader found
    saved = Signal(object)  # Saved
    _woken = Signal()

    def __init__(self, outbox: Outbox, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._outbox = outbox
        self._woken.connect(self._empty, Qt.ConnectionType.QueuedConnection)
        outbox.wake = self._woken.emit
        self._woken.emit()  # for what was said before anybody listened

    def close(self) -> None:
        """No more wake-ups: the window is going away."""
        self._outbox.wake = lambda: None

    def _empty(self) -> None:
        frame, messages = self._outbox.take()
        for message in messages:
            match message:
                case Ready():
                    self.ready.emit(message)
                case Failure():
                    self.failed.emit(message)
                case Progress():
                    self.progressed.emit(message)
                case Saved():
                    self.saved.emit(message)
                case _:
                    self.read.emit(message)
        if frame is not None:
            self.frame_arrived.emit(frame)
