"""What the cards of the page have in common: a title, rows, a button that starts and cancels."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ....spec.limits import Range
from ...layer.value_box import ValueBox
from ...look.theme import CAPTION_PX, MARGIN, UNIT


class Card(QFrame):
    """A frame with a title; parts are added below each other by ``column``."""

    def __init__(self, name: str, title: str, why: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("role", "card")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # all are equally wide
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(MARGIN, 2 * UNIT, MARGIN, 2 * UNIT)
        self.column.setSpacing(UNIT)
        head = QLabel(title)
        head.setProperty("role", "title")
        head.setToolTip(why)
        self.column.addWidget(head)

    def add_row(self, *parts: QWidget | str) -> None:
        """Captions and widgets beside each other."""
        row = QHBoxLayout()
        row.setSpacing(2 * UNIT)
        for part in parts:
            if isinstance(part, str):
                row.addWidget(caption(part))
            else:
                row.addWidget(part, 1 if isinstance(part, ValueBox) else 0)
        self.column.addLayout(row)


def caption(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "caption")
    return label


class StartButton(QPushButton):
    """Starts something, and while it goes on cancels it."""

    def __init__(self, name: str, start: str, what: str, parent: QWidget | None = None) -> None:
        super().__init__(start, parent)
        self._start, self._what = start, what
        self.setObjectName(name)
        self.setProperty("role", "action")
        self.going = False
        self.set_going(False)

    def set_going(self, going: bool) -> None:
        """Whether it cancels."""
        self.going = going
        self.setText("Cancel" if going else self._start)
        self.setAccessibleName(f"Cancel: {self._what}" if going else f"{self._start}: {self._what}")


def number(name: str, accessible: str, value: int, low: int, high: int) -> ValueBox:
    """A whole number from ``low`` to ``high``, which starts at ``value``."""
    box = ValueBox(name, accessible)
    box.set_range(Range(low, high, beyond(accessible, low, high)))
    box.set_value(value)
    return box


def beyond(what: str, low: int, high: int) -> Callable[[int], str]:
    """The sentence against a number that is too small or too large.

    >>> beyond("GPUs", 1, 8)(9), beyond("GPUs", 1, 8)(3)
    ('GPUs: 9 is not from 1 to 8', '')
    """
    return lambda value: "" if low <= value <= high else f"{what}: {value} is not from {low} to {high}"


def small(widget: QWidget) -> None:
    """Its font is as small as captions: what is printed shall not be cut."""
    widget.setStyleSheet(f"font-size: {CAPTION_PX}px;")
