"""All edits in their order, those that are undone faint; a click goes back or forward to any of them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPalette, QResizeEvent, QUndoStack
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QUndoView,
    QVBoxLayout,
    QWidget,
)

from .look.rows import AnyIndex
from .look.theme import MARGIN, RIGHT_PX, theme_of

HIGH_PX = 420


class _Entries(QStyledItemDelegate):
    """What is undone is faint."""

    def __init__(self, stack: QUndoStack, view: QUndoView) -> None:
        super().__init__(view)
        self._stack, self._view = stack, view

    def initStyleOption(self, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        super().initStyleOption(option, index)
        if index.row() > self._stack.index():  # the first row is what was opened
            option.palette.setColor(QPalette.ColorRole.Text, QColor(theme_of(self._view).dim))
            option.font.setItalic(True)


class HistoryPanel(QFrame):
    """Lies over the top right of its parent while it is shown."""

    left = Signal()  # by Escape
    chosen = Signal()  # an entry was clicked, perhaps the present one

    def __init__(self, stack: QUndoStack, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("history_panel")
        self.setProperty("role", "raised")
        self.setAccessibleName("History of edits")
        title = QLabel("History")
        title.setProperty("role", "title")
        self.list = QUndoView(stack)
        self.list.setObjectName("history_list")
        self.list.setAccessibleName("Edits, the first on top")
        self.list.setEmptyLabel("as opened")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setItemDelegate(_Entries(stack, self.list))
        self.list.clicked.connect(lambda _index: self.chosen.emit())
        stack.undoTextChanged.connect(lambda _text: self.list.viewport().update())  # an entry is called something else
        stack.indexChanged.connect(lambda _at: self.list.viewport().update())
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.addWidget(title)
        column.addWidget(self.list, 1)
        self._over = parent
        parent.installEventFilter(self)
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def set_shown(self, shown: bool) -> None:
        self._place()
        self.setVisible(shown)
        self.raise_()
        if shown:
            self.list.scrollTo(self.list.currentIndex())
            self.list.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.parent() and isinstance(event, QResizeEvent):
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        width = RIGHT_PX
        height = min(HIGH_PX, self._over.height() - 2 * MARGIN)
        self.setGeometry(self._over.width() - width - MARGIN, MARGIN, width, height)
