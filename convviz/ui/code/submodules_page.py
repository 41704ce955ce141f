"""The lecture's ways to hold sub-modules: the program on the left, what it really prints on the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTime, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from ...session.lessons import LessonRun
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
        self.run.setToolTip(
            "Runs the program on the left once more, with the torch that computes the network.\n"
            "It cannot be changed here: convviz runs only its own programs. Copy it to change it elsewhere"
        )
        self.run.setProperty("role", "action")
        self.run.setAutoDefault(False)
        self.run.clicked.connect(self._run_again)
        self.when = QLabel("what it printed")
        self.when.setObjectName("lesson_when")
        self._printed: dict[str, str] = {}
        self._when: dict[str, str] = {}
        self._told = ""
        self._build()

    def _build(self) -> None:
        sides = QSplitter(Qt.Orientation.Horizontal)
        sides.setChildrenCollapsible(False)
        sides.setHandleWidth(8)
        for caption, text in ((QLabel("the program"), self.source), (self.when, self.output)):
            card = QFrame()
            card.setProperty("role", "card")
            inside = QVBoxLayout(card)
            inside.setContentsMargins(8, 6, 4, 6)
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

    def show_run(self, name: str, run: LessonRun | None) -> None:
        """What a lesson's program printed; None where it could not be run."""
        self._printed[name] = NOT_RUN if run is None else run.printed
        clock = QTime.currentTime().toString("HH:mm:ss")
        self._when[name] = "" if run is None else f"what it printed at {clock}, in {_short(run.took_ms)} ms"
        if name == self.lesson:
            self._show_output()

    def tell(self, sentence: str) -> None:
        """Why the lesson on screen could not be run; other sentences are of other pages."""
        self._told = sentence
        if self._printed.get(self.lesson) == NOT_RUN:
            self._show_output()

    def _show(self) -> None:
        found = lesson(self.lesson)
        self.source.show_code(found.source)
        self.seen.setText(found.seen)
        if found.name not in self._printed:
            self._run(found.name)
        self._show_output()

    def _run_again(self) -> None:
        if self._printed.get(self.lesson) != RUNNING:  # no disabled button: the focus would jump from it to a tab
            self._run(self.lesson)

    def _run(self, name: str) -> None:
        self._printed[name], self._when[name], self._told = RUNNING, "running …", ""
        self._show_output()
        self.output.repaint()  # a run takes milliseconds: that it began would never be seen
        self.run_wanted.emit(name)

    def _show_output(self) -> None:
        printed = self._printed[self.lesson]
        why = f"\n# {self._told}" if self._told and printed == NOT_RUN else ""
        self.output.show_code(printed + why)
        self.when.setText(self._when[self.lesson] or "it was not run")
        self.seen.setVisible(printed not in (RUNNING, NOT_RUN))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()


def _short(ms: float) -> str:
    """Milliseconds as they are read.

    >>> _short(2.71), _short(1234.5)
    ('2.7', '1,234')
    """
    return f"{ms:.1f}" if ms < 10 else f"{ms:,.0f}"
