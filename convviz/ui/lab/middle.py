"""The middle of the Lab: which example, which page of it, what can be exported, and the page itself."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...spec.lab.presets import PRESETS
from ..code.tabs import Tabs
from ..look.choice import Choice
from ..look.theme import GAP
from .moved_bar import MovedBar
from .pages import SPECS, TITLES

NO_PRESET = "Examples"
EXAMPLES = "An example of the lecture: its input, its operation, its numbers"


class Middle(QFrame):
    """``page(name)`` is made when it is first asked for, and then told by ``page_made``."""

    preset_chosen = Signal(str)
    put_back_wanted = Signal()
    page_chosen = Signal(str)
    page_made = Signal(str, object)

    def __init__(self, exports: Iterable[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lab_middle")
        self.setProperty("role", "card")
        self.presets = Choice()
        self.tabs = Tabs("Page", TITLES)
        for spec in SPECS:
            if spec.title:
                self.tabs.buttons[spec.name].setToolTip(spec.about)
        self.export = QToolButton()
        self.moved = MovedBar()
        self.stack = QStackedWidget()
        self._pages: dict[str, QWidget] = {}
        self._fill_presets()
        self._fill_export(exports)
        self._build()
        self.tabs.chosen.connect(self.page_chosen)
        self.moved.put_back.connect(self.put_back_wanted)
        self.presets.activated.connect(lambda at: self.preset_chosen.emit(self.presets.itemData(at)))

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self.presets, 1)
        row.addWidget(self.tabs)
        row.addWidget(self.export)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(GAP)
        column.addLayout(row)
        column.addWidget(self.moved)
        column.addWidget(self.stack, 1)

    def _fill_presets(self) -> None:
        box = self.presets
        box.setObjectName("lab_preset")
        box.setAccessibleName("Example")
        box.setToolTip(EXAMPLES)
        box.setPlaceholderText(NO_PRESET)
        box.setMaximumWidth(260)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(3)
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for name, preset in PRESETS.items():
            box.addItem(preset.title, name)
            box.setItemData(box.count() - 1, preset.about, Qt.ItemDataRole.ToolTipRole)
        box.setCurrentIndex(-1)
        box.view().setMinimumWidth(max(box.view().sizeHintForColumn(0) + 24, 200))

    def _fill_export(self, actions: Iterable[QAction]) -> None:
        menu = QMenu(self.export)
        menu.setObjectName("export_menu")
        menu.setToolTipsVisible(True)
        for action in actions:
            menu.addAction(action)
        self.export.setText("Export ▾")
        self.export.setObjectName("export_button")
        self.export.setAccessibleName("Export")
        self.export.setToolTip("Figures, animations, numbers and programs of what is on screen")
        self.export.setMenu(menu)
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def sizeHint(self) -> QSize:
        """It takes the room that is there, whatever its pages would like."""
        return self.minimumSizeHint()

    def show_preset(self, name: str, *, changed: bool = False) -> None:
        """The example that is shown; "" is none. One of which something was ``changed`` can be chosen anew."""
        box, at = self.presets, self.presets.findData(name)
        title = box.itemText(at) if at >= 0 else ""
        box.setPlaceholderText(f"changed: {title}" if title else NO_PRESET)
        box.setToolTip(f"changed: {title}\n{EXAMPLES}" if title and changed else f"{title}\n{EXAMPLES}".strip())
        with QSignalBlocker(box):
            box.setCurrentIndex(-1 if changed else at)

    # --- pages ------------------------------------------------------------------------------------------------

    def page(self, name: str) -> QWidget:
        """The page of that name, made if it was not there."""
        if name not in self._pages:
            page = next(spec for spec in SPECS if spec.name == name).make()
            self._pages[name] = page
            self.stack.addWidget(page)
            self.page_made.emit(name, page)
        return self._pages[name]

    def made(self, name: str) -> QWidget | None:
        """The page if it was made."""
        return self._pages.get(name)

    def show_page(self, name: str) -> None:
        """Brings a page on screen, and makes it if it was never there."""
        page = self.page(name)
        if page is not self.stack.currentWidget():
            page.resize(self.stack.size())  # before it is filled: it need not be painted for another size first
        self.stack.setCurrentWidget(page)
