"""A key for every class: a click keeps the drawing as one of it; below it, how many there are."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...session.experiment import State
from ...spec.network import NetworkSpec
from ..look.theme import CAPTION_PX, VALUE_PX, font, theme_of

MOST_KEYS, LONGEST_NAME = 10, 2
KEY_PX, NAME_PX = 34, 19


class ClassKey(QAbstractButton):
    """The name of a class over the number of drawings that were kept of it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(name)
        self.setObjectName(f"keep_{name}")
        self.setAccessibleName(f"Keep the drawing as {name}")
        self.setToolTip(f"Keep the drawing as {name}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(KEY_PX)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.count = 0

    def set_count(self, count: int) -> None:
        if count != self.count:
            self.count = count
            self.setAccessibleDescription(f"{count} kept")
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(20, KEY_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme_of(self)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            lively = self.hasFocus() or self.underMouse()
            painter.setPen(QPen(QColor(look.accent if lively else look.line), 1))
            painter.setBrush(QColor(look.line if self.isDown() else look.raised))
            painter.drawRoundedRect(QRectF(0.5, 0.5, self.width() - 1, NAME_PX), 4, 4)
            painter.setPen(QColor(look.text))
            painter.setFont(font(VALUE_PX, bold=True))
            painter.drawText(QRect(0, 0, self.width(), NAME_PX + 1), Qt.AlignmentFlag.AlignCenter, self.text())
            painter.setPen(QColor(look.dim))
            painter.setFont(font(CAPTION_PX))
            below = QRect(0, NAME_PX + 1, self.width(), self.height() - NAME_PX - 1)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, str(self.count) if self.count else "·")


class KeepCard(QFrame):
    """What was kept for "my handwriting". Applies nothing."""

    kept = Signal(int)  # class
    last_removed = Signal()
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("keep_card")
        self.setProperty("role", "card")
        self.caption = QLabel()
        self.caption.setProperty("role", "caption")
        self.caption.setObjectName("keep_caption")
        self.last = _button("keep_remove", "Remove last", "Remove the drawing that was kept last")
        self.clear = _button("keep_clear", "Clear", "Remove all drawings that were kept; can be undone")
        self.choose = _button("keep_choose", "Keep as ▾", "Keep the drawing as one of a class (K)")
        self.keys: list[ClassKey] = []
        self._names: tuple[str, ...] = ()
        self._counts: Counter[str] = Counter()
        self._keys_row = QHBoxLayout()
        self._keys_row.setSpacing(2)
        self._build()
        self.last.clicked.connect(self.last_removed)
        self.clear.clicked.connect(self.cleared)
        self.choose.clicked.connect(self.ask)

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.caption, 1)
        row.addWidget(self.last)
        row.addWidget(self.clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 3, 12, 4)
        column.setSpacing(2)
        column.addLayout(row)
        column.addLayout(self._keys_row)
        self._keys_row.addWidget(self.choose)

    def show_state(self, old: State | None, new: State) -> None:
        """Redraws what differs."""
        if old is None or old.network is not new.network:
            self._set_network(new.network)
        if old is None or old.network is not new.network or old.plan.kept is not new.plan.kept:
            self._counts = Counter(one.class_name for one in new.plan.kept)
            for key in self.keys:
                key.set_count(self._counts[key.text()])
            total = len(new.plan.kept)
            others = {name: count for name, count in self._counts.items() if name not in self._names}
            rest = f", {sum(others.values()):,} of others" if others else ""
            self.caption.setText(f"{total:,} kept{rest}" if total else "Keep it as")
            of_others = "".join(f"\nas {name}: {count:,}, of another network" for name, count in others.items())
            self.caption.setToolTip(f"Your own drawings to learn from: the data “My handwriting”{of_others}")
            self.last.setEnabled(total > 0)
            self.clear.setEnabled(total > 0)

    def _set_network(self, network: NetworkSpec) -> None:
        names = network.classes or tuple(str(n) for n in range(MOST_KEYS))
        if names == self._names:
            return
        self._names = names
        for key in self.keys:
            key.hide()
            key.deleteLater()
        few = len(names) <= MOST_KEYS and all(len(name) <= LONGEST_NAME for name in names)
        self.keys = [ClassKey(name) for name in names] if few else []
        for label, key in enumerate(self.keys):
            key.clicked.connect(lambda _on=False, n=label: self.kept.emit(n))
            self._keys_row.addWidget(key)
        self.choose.setVisible(not few)

    def ask(self) -> None:
        """A menu of the classes; digits choose from it."""
        menu = QMenu(self)
        menu.setObjectName("keep_menu")
        menu.aboutToHide.connect(menu.deleteLater)
        for label, name in enumerate(self._names):
            count = f"\t{self._counts[name]} kept" if self._counts[name] else ""
            action = menu.addAction(f"&{name.replace('&', '&&')}{count}")
            action.triggered.connect(lambda _on, n=label: self.kept.emit(n))
        menu.popup(self.mapToGlobal(QPoint(0, -menu.sizeHint().height())))


def _button(name: str, text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(name)
    button.setText(text)
    button.setAccessibleName(tip.partition(";")[0])
    button.setToolTip(tip)
    return button
