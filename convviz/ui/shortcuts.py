"""The list of keys, made from the actions themselves, so that it cannot be wrong."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QVBoxLayout, QWidget

from .actions import ACTIONS, ActionSpec
from .look.scroll_column import ScrollColumn
from .workspaces import TITLES

COLUMNS, WIDE_PX = 3, 216
FRAME_PX, LEAST_PX = 48, 400  # what a window manager puts around it; how high it is at least
ELSEWHERE = (
    ("Arrow keys", "Walk the values of the selected map"),
    ("PgUp, PgDown on a card", "Previous, next map"),
    ("Tab, Shift+Tab", "Next, previous control or layer"),
    ("Arrow keys, Enter in a sum", "Walk its terms, open or follow one"),
    ("Right button", "Erase on the pad"),
    ("Digits, Enter, F2", "Type a value into the selected kernel cell"),
    ("Alt+Up, Alt+Down", "Nudge the selected kernel cell"),
    ("Ctrl+C, Ctrl+V in a kernel", "Copy its cells, paste a block of numbers"),
)


class ShortcutsDialog(QDialog):
    """Keys and what they do, in three columns of both."""

    def __init__(self, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shortcuts_dialog")
        self.setWindowTitle("Keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        lines = [
            (", ".join(key.toString(key.SequenceFormat.NativeText) for key in spec.keys(spec.home)), spec)
            for spec in ACTIONS
        ]
        texts = [(keys, _meaning(spec)) for keys, spec in lines if keys]
        texts += ELSEWHERE
        high = ceil(len(texts) / COLUMNS)
        for place, (keys, text) in enumerate(texts):
            key = QLabel(keys)
            key.setProperty("role", "dim")
            side, line = divmod(place, high)
            meaning = QLabel(text)
            meaning.setWordWrap(True)
            meaning.ensurePolished()
            meaning.setFixedSize(WIDE_PX, meaning.heightForWidth(WIDE_PX))  # a grid would cut off the second line
            grid.addWidget(key, line, 2 * side, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(meaning, line, 2 * side + 1, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        title = QLabel("Keyboard shortcuts")
        title.setProperty("role", "title")
        column.addWidget(title)
        column.addSpacing(8)
        body = QWidget()
        body.setLayout(grid)
        self.area = area = _scrolled(body)
        column.addWidget(area)
        self._whole = QSize(body.sizeHint().width() + 48, title.sizeHint().height() + body.sizeHint().height() + 64)
        self.resize(self.sizeHint())

    def sizeHint(self) -> QSize:
        """All of it, as far as the screen, and the window that it belongs to, have room for it."""
        room = self.screen().availableSize().height() - FRAME_PX
        window = self.parentWidget()
        if window is not None:
            room = min(room, max(window.window().height(), LEAST_PX))
        return QSize(self._whole.width(), min(self._whole.height(), room))


def _scrolled(body: QWidget) -> ScrollColumn:
    """A small screen has no room for all of it."""
    area = ScrollColumn(body, "shortcuts_area")
    area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the keys scroll it
    body.setContentsMargins(0, 0, area.verticalScrollBar().sizeHint().width() + 4, 0)
    area.setMinimumWidth(body.sizeHint().width())
    return area


def _meaning(spec: ActionSpec) -> str:
    """What a key does; where it does so in one workspace alone, after the name of that."""
    text = spec.text.replace("&", "").rstrip("…")
    if spec.submenu == "&Page":
        text = f"page {text.lstrip('0123456789 ')}"
    if spec.only_in or spec.home:
        first = text[0] if text.startswith("PyTorch") else text[0].lower()
        return f"{TITLES[spec.only_in or spec.home]}: {first}{text[1:]}"
    return spec.tip.partition(";")[0] or text
