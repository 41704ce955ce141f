"""The lecture's ways to hold sub-modules: the program on the left, what it really prints on the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from ...spec.code.lessons import LESSONS, lesson
from .tabs import Tabs
from .text import CodeText

RUNNING = "# running …"
NOT_RUN = "# It could not be run; the message in the window says why. Try again."


class SubmodulesPage(QWidget):
    """Emits which lesson is to be run: each when it is first seen, and again when asked for."""

    run_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lessons = Tabs("Lesson", {f"lesson_{found.name}": found.title for found in LESSONS}, inner=True)
        self.lessons.chosen.connect(lambda _: self._show())
        self.source = CodeText("lesson_source", "The program")
        self.output = CodeText("lesson_output", "What the program printed")
        self.seen = QLabel()
        self.seen.setObjectName("lesson_seen")
        self.seen.setWordWrap(True)
        self.run = QPushButton("Run")
        self.run.setObjectName("lesson_run")
        self.run.setAccessibleName("Run the program")
        self.run.setToolTip("Runs the program on the left with the torch that computes the network")
        self.run.setProperty("role", "action")
        self.run.setAutoDefault(False)
        self.run.clicked.connect(lambda: self._run(self.lesson))
        self._printed: dict[str, str] = {}
        self._build()

    def _build(self) -> None:
        sides = QSplitter(Qt.Orientation.Horizontal)
        sides.setChildrenCollapsible(False)
        sides.setHandleWidth(8)
        for title, text in (("the program", self.source), ("what it printed", self.output)):
            card = QFrame()
            card.setProperty("role", "card")
            inside = QVBoxLayout(card)
            inside.setContentsMargins(8, 6, 4, 6)
            caption = QLabel(title)
            caption.setProperty("role", "caption")
            inside.addWidget(caption)
            inside.addWidget(text, 1)
            sides.addWidget(card)
        sides.setStretchFactor(0, 3)
        sides.setStretchFactor(1, 2)
        sides.setSizes([480, 320])
        bottom = QHBoxLayout()
        bottom.addWidget(self.seen, 1)
        bottom.addWidget(self.run, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.lessons)
        column.addWidget(sides, 1)
        column.addLayout(bottom)

    @property
    def lesson(self) -> str:
        """The lesson on screen."""
        return self.lessons.current.removeprefix("lesson_")

    def show_printed(self, name: str, printed: str | None) -> None:
        """What a lesson's program printed; None where it could not be run."""
        self._printed[name] = NOT_RUN if printed is None else printed
        if name == self.lesson:
            self._show_output()

    def _show(self) -> None:
        found = lesson(self.lesson)
        self.source.show_code(found.source)
        self.seen.setText(found.seen)
        if found.name not in self._printed:
            self._run(found.name)
        self._show_output()

    def _run(self, name: str) -> None:
        self._printed[name] = RUNNING
        self._show_output()
        self.run_wanted.emit(name)

    def _show_output(self) -> None:
        printed = self._printed[self.lesson]
        self.output.show_code(printed)
        self.run.setEnabled(printed != RUNNING)
        self.seen.setVisible(printed not in (RUNNING, NOT_RUN))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()
