"""One quiet sentence about what went wrong, at the very bottom, where nothing is to be clicked; never a dialog."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

SHOWN_MS = 15_000
WIDEST_PX, LEAST_HIGH_PX = 960, 32
ASIDE_PX, BELOW_PX = 16, 2


class Banner(QFrame):
    """Lies at the bottom of its parent, over the status line; goes away by itself, on click, or when told."""

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
        close = QToolButton()
        close.setText("✕")
        close.setObjectName("banner_close")
        close.setAccessibleName("Close the message")
        close.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys where they are
        close.clicked.connect(self.hide)
        self._over = parent
        self._buttons: list[QPushButton] = []
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 6, 4)
        row.addWidget(self.text, 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.hide()

    def offer(self, sentence: str, answers: Mapping[str, Callable[[], object]]) -> None:
        """Shows the sentence with a button for each answer, until one is given."""
        self.say(sentence)
        self._timer.stop()
        for word, answer in answers.items():
            button = QPushButton(word)
            button.setObjectName(f"banner_{word.lower()}")
            button.setAccessibleName(word)
            button.clicked.connect(self.hide)
            button.clicked.connect(lambda _on, a=answer: a())
            self._row.insertWidget(self._row.count() - 1, button)
            button.show()  # else it takes no room yet, and the sentence would be cut off
            self._buttons.append(button)
        self._place()

    def say(self, sentence: str, details: str = "") -> None:
        """Shows the sentence; ``details`` on hover."""
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons = []
        self.text.setText(_capitalised(sentence))
        self.text.setToolTip(details[-2000:])
        self.setAccessibleDescription(sentence)
        self._place()
        self.show()
        self.raise_()
        self._timer.start(SHOWN_MS)

    def amend(self, sentence: str) -> None:
        """Another sentence in the place of an offer's, as what it is about goes on."""
        if self._buttons:
            self.text.setText(sentence)
            self.setAccessibleDescription(sentence)

    def settle(self) -> None:
        """What was refused is past: something else went well since. An offer stays until it is answered."""
        if not self._buttons:
            self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.parent() and isinstance(event, QResizeEvent):
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        room = self._over.size()
        width = min(WIDEST_PX, room.width() - 2 * ASIDE_PX)
        height = max(self.heightForWidth(width), LEAST_HIGH_PX)
        self.setGeometry((room.width() - width) // 2, room.height() - BELOW_PX - height, width, height)


def _capitalised(sentence: str) -> str:
    """As a sentence begins, unless it begins with the name of a file or a layer."""
    return sentence[:1].upper() + sentence[1:] if sentence.partition(" ")[0].isalpha() else sentence
