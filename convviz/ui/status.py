"""The line at the bottom: what is under the mouse, what is happening, how long it took and where."""

from __future__ import annotations

from collections import deque
from statistics import median

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from ..session.outbox import Frame
from .look.text_line import TextLine
from .look.theme import CAPTION_PX, STATUS_PX
from .throttle import Throttle

REFRESH_MS = 250  # numbers that change faster cannot be read
TOLD_MS = 15_000  # what was told is old then


class StatusLine(QFrame):
    """Left: what is pointed at. Right: a training, edits, latency, device. A click on the training leads to it."""

    training_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setProperty("role", "status")
        self.setFixedHeight(STATUS_PX)
        self.pointed = TextLine("status_pointed", CAPTION_PX, dim=True)  # changes with every move of the mouse
        self.training = QToolButton()
        self.training.setObjectName("status_training")
        self.training.setAccessibleName("Training")
        self.training.setToolTip("What the training does; click to see it (Ctrl+3)")
        self.training.setProperty("role", "status")
        self.training.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.training.clicked.connect(self.training_wanted)
        self.training.hide()
        self.edits = _caption("status_edits")
        self.file = _caption("status_file")
        self.latency = _caption("status_latency")
        self.latency.setToolTip("From the pen to the finished activations, median of the last passes; and the device")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(16)
        row.addWidget(self.pointed, 1)
        row.addWidget(self.training)
        row.addWidget(self.file)
        row.addWidget(self.edits)
        row.addWidget(self.latency)
        self._lines = [self.pointed]
        self._latencies: deque[float] = deque(maxlen=15)
        self._device, self._told = "", False
        self._old = QTimer(self, singleShot=True, interval=TOLD_MS)
        self._old.timeout.connect(self.settle)
        self._refresh = Throttle(self._write, REFRESH_MS, self)
        self.latency.setText("starting torch …")

    def mirror(self, line: TextLine) -> None:
        """What is pointed at and told stands there too: over this line something else may lie."""
        self._lines.append(line)

    def point_at(self, text: str) -> None:
        self._told = False
        self._old.stop()
        self._say(text)

    def show_file(self, name: str, *, unsaved: bool) -> None:
        """The experiment's file, and whether it holds everything."""
        kept = ("changed since saved" if name else "not saved") if unsaved else "saved" if name else ""
        self.file.setText(" · ".join(part for part in (name, kept) if part))

    def tell(self, text: str) -> None:
        """Something that went well, until the mouse points at something, the next edit, or a while later."""
        self._told = True
        self._old.start()
        self._say(text)

    def _say(self, text: str) -> None:
        for line in self._lines:
            line.setText(text)

    def settle(self) -> None:
        """What was told is past."""
        if self._told:
            self.point_at("")

    def show_training(self, text: str) -> None:
        """What a training does, "" where there is none."""
        self.training.setText(text)
        self.training.setVisible(bool(text))

    def show_edits(self, count: int) -> None:
        self.edits.setText("" if not count else "1 edit" if count == 1 else f"{count} edits")

    def show_frame(self, frame: Frame) -> None:
        """Latency and device of one more frame."""
        self._latencies.append(frame.latency_ms)
        self._device = frame.device
        self._refresh.request()

    def _write(self) -> None:
        self.latency.setText(f"{self._device} · {median(self._latencies):.1f} ms")


def _caption(name: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", "caption")
    label.setObjectName(name)
    return label
