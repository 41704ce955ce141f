"""The network as a program: its code, its parameters, and how PyTorch finds them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget

from ...spec.state import State, differs
from ..look.theme import MARGIN
from ..throttle import Throttle
from .code_page import CodePage
from .parameters_page import ParametersPage
from .submodules_page import SubmodulesPage
from .tabs import Tabs

SIZE_PX = (860, 660)
LEAST_PX = (620, 420)
EVERY_MS = 60  # while a size is dragged
PAGES = {"code": "Code", "parameters": "Parameters", "submodules": "Sub-modules"}


class CodeWindow(QDialog):
    """Stays beside the work and follows it; what is not on screen waits until it is seen."""

    def __init__(self, state: State, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("code_window")
        self.setWindowTitle("PyTorch code")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumSize(*LEAST_PX)
        self._state = state
        self._stale = {"code", "parameters"}
        self.tabs = Tabs("Page", PAGES)
        self.code, self.parameters, self.submodules = CodePage(), ParametersPage(), SubmodulesPage()
        self._pages = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(8)
        column.addWidget(self.tabs)
        for page in (self.code, self.parameters, self.submodules):
            self._pages.addWidget(page)
        column.addWidget(self._pages, 1)
        self._fit()
        self._throttle = Throttle(self._show, EVERY_MS, self)
        self.tabs.chosen.connect(lambda _: self._turn())
        QShortcut(QKeySequence("Ctrl+W"), self, self.close)
        self._show()
        self.code.text.setFocus()  # to be read: no tab is marked before the keyboard gets there

    def _fit(self) -> None:
        room = self.screen().availableGeometry()
        self.resize(min(SIZE_PX[0], room.width()), min(SIZE_PX[1], room.height() - 40))

    def show_state(self, old: State, new: State) -> None:
        """Follows the experiment."""
        self._state = new
        if differs(old, new, "network", "focus"):
            self._stale.add("code")
        if differs(old, new, "network", "channels"):
            self._stale.add("parameters")
        if self.tabs.current in self._stale:
            self._throttle.request()

    def choose(self, page: str) -> None:
        """Shows "code", "parameters" or "submodules"."""
        self.tabs.choose(page)
        self._turn()

    def tell(self, sentence: str) -> None:
        """What came of the last wish, until something else is shown."""
        self.code.say.tell(sentence)
        self.submodules.tell(sentence)

    def _turn(self) -> None:
        self.tell("")
        self._show()
        self._pages.setCurrentIndex(list(PAGES).index(self.tabs.current))

    def _show(self) -> None:
        """Brings the page on screen up to date."""
        page = self.tabs.current
        if page in self._stale:
            self._stale.discard(page)
            (self.code if page == "code" else self.parameters).show_state(self._state)
