"""One quiet sentence about what went wrong, at the very bottom, where nothing is to be clicked; never a dialog."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from .look.text_line import TextLine
from .look.theme import CAPTION_PX

SHOWN_MS = 15_000
WIDEST_PX, LEAST_HIGH_PX = 960, 32  # so that the edge of the cards above stays in view
ASIDE_PX, BELOW_PX = 16, 2
LEFT_PX = 8  # of the line that it takes the place of
BELOW_HIGH_PX = 14


Answers = Mapping[str, Callable[[], object]]


class _Below(TextLine):
    """What stands in the line that the banner lies over; it takes no room while there is nothing."""

    ground = "raised"

    def setText(self, text: str) -> None:  # noqa: N802 - as that of a TextLine
        super().setText(text)
        self.setVisible(bool(text))


@dataclass(slots=True)
class _Work:
    """What is going on, and what ends it before its time."""

    sentence: str
    cancel: Callable[[], object]
    given_up: bool = False  # it may need a moment to hear of it


class Banner(QFrame):
    """Lies at the bottom of its parent, over the status line; goes away by itself, on click, or when told.

    ``below`` the sentence there is room for what is told in that line meanwhile.
    Work that takes longer has a line of its own, whose button stays within reach whatever else is said above it.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setProperty("role", "banner")
        self.setAccessibleName("Message")
        self.text = QLabel()
        self.text.setObjectName("banner_text")
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.below = _Below("banner_below", CAPTION_PX, dim=True)
        self.below.setFixedHeight(BELOW_HIGH_PX)
        self.below.hide()
        self._over, self._close = parent, QToolButton()
        self._place_of: QWidget | None = None
        self._said = ""
        self._answers: Answers = {}
        self._works: dict[str, _Work] = {}  # in the order in which they began
        self._buttons: list[QPushButton] = []
        self._shown: tuple[object, ...] = ()  # what the buttons do
        self._before: QWidget | None = None  # who had the keyboard before it came here
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_moved)
        self._build()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._dismiss)
        parent.installEventFilter(self)
        self.hide()

    def _build(self) -> None:
        close = self._close
        close.setText("✕")
        close.setObjectName("banner_close")
        close.setAccessibleName("Close the message")
        close.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys where they are
        close.clicked.connect(self._dismiss)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(12, 1, 6, 1)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.text, 1)
        words.addWidget(self.below)
        row.addLayout(words, 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)

    def take_place_of(self, line: QWidget) -> None:
        """Where the sentence is no higher for it, it lies over that line alone, and what is beside it is in view."""
        self._place_of = line
        line.installEventFilter(self)

    def offer(self, sentence: str, answers: Answers) -> None:
        """Shows the sentence with a button for each answer, until one is given or something else is said."""
        self._tell(sentence, answers)

    def say(self, sentence: str, details: str = "") -> None:
        """Shows the sentence; ``details`` on hover."""
        self._tell(sentence, {}, details)
        self._timer.start(SHOWN_MS)

    def show_work(self, name: str, sentence: str, cancel: Callable[[], object]) -> None:
        """Work that goes on, with a button "Cancel", until :meth:`end_work`; the next sentence replaces the last."""
        work = self._works.setdefault(name, _Work(sentence, cancel))
        work.sentence, work.cancel = sentence, cancel
        self._refresh()

    def end_work(self, name: str) -> None:
        """It is done, or was given up."""
        self._works.pop(name, None)
        self._refresh()

    def take_back(self, sentence: str) -> None:
        """That one is past, with what it offered."""
        if self._said == sentence:
            self._dismiss()

    def settle(self) -> None:
        """What was refused is past: something else went well since. An offer stays until it is answered."""
        if not self._answers:
            self._dismiss()

    # --- how --------------------------------------------------------------------------------------------------

    def _tell(self, sentence: str, answers: Answers, details: str = "") -> None:
        self._timer.stop()
        self._said, self._answers = sentence, answers
        self.text.setToolTip(details[-2000:])
        self._refresh()

    def _dismiss(self) -> None:
        self._tell("", {})

    def _refresh(self) -> None:
        """The sentence, and below it the work that began last."""
        work = next((w for w in reversed(self._works.values()) if not w.given_up), None)
        lines = [line for line in (_capitalised(self._said), work.sentence if work is not None else "") if line]
        answers: dict[str, Callable[[], object]] = {word: self._answering(act) for word, act in self._answers.items()}
        if work is not None:
            answers["Cancel"] = lambda: self._give_up(work)
        self._set_answers(answers, (*self._answers.items(), id(work) if work is not None else 0))
        if not lines:
            self.hide()
            return
        self.text.setText("\n".join(lines))
        self.setAccessibleDescription(" ".join(filter(None, (self._said, work.sentence if work is not None else ""))))
        self._close.setVisible(bool(self._said))
        self._place()
        self.show()
        self.raise_()

    def _answering(self, act: Callable[[], object]) -> Callable[[], object]:
        def answer() -> None:
            self._dismiss()
            act()

        return answer

    def _give_up(self, work: _Work) -> None:
        work.given_up = True
        self._refresh()
        work.cancel()

    def _set_answers(self, answers: Answers, shown: tuple[object, ...]) -> None:
        """Makes the buttons, where they are others than those that are there."""
        if shown == self._shown:
            return
        self._return_focus()
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._shown, self._buttons = shown, []
        for word, answer in answers.items():
            button = QPushButton(word)
            button.setObjectName(f"banner_{word.lower()}")
            button.setAccessibleName(word)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys where they are
            button.clicked.connect(lambda _on, a=answer: a())
            self._row.insertWidget(self._row.count() - 1, button)
            button.show()  # else it takes no room yet, and the sentence would be cut off
            self._buttons.append(button)

    # --- the keyboard -----------------------------------------------------------------------------------------

    def _focus_moved(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None and new is not None and self.isAncestorOf(new) and not self.isAncestorOf(old):
            self._before = old

    def setVisible(self, visible: bool) -> None:
        if not visible:
            self._return_focus()
        super().setVisible(visible)

    def _return_focus(self) -> None:
        """The keyboard goes back to where it was; Qt would give it to the first thing in the window."""
        focused, before = QApplication.focusWidget(), self._before
        if focused is None or not self.isAncestorOf(focused):
            return
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            focused.clearFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched in (self.parent(), self._place_of) and isinstance(event, QResizeEvent):
            self._place()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():  # something stands below, or no more
            self._place()
        return done

    def _place(self) -> None:
        room = self._over.size()
        width = min(WIDEST_PX, room.width() - 2 * ASIDE_PX)
        left = (room.width() - width) // 2
        if self._place_of is not None:
            end = self._place_of.mapTo(self._over, QPoint(self._place_of.width(), 0)).x()
            alone = end - LEFT_PX
            if alone > 0 and self._high(alone) <= self._high(width):
                left, width = LEFT_PX, alone
        height = self._high(width)
        self.setGeometry(left, room.height() - BELOW_PX - height, width, height)

    def _high(self, width: int) -> int:
        return max(self.heightForWidth(width), LEAST_HIGH_PX)


def _capitalised(sentence: str) -> str:
    """As a sentence begins, unless it begins with the name of a file or a layer."""
    return sentence[:1].upper() + sentence[1:] if sentence.partition(" ")[0].isalpha() else sentence
