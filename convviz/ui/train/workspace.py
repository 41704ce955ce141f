"""The workspace Train: my digit on the left, a page about the run in the middle, the controls on the right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ...session.experiment import State, differs
from ...session.outbox import Frame
from ...session.training.trainer import Trainer, What
from ..code.tabs import Tabs
from ..look.theme import GAP, LEFT_PX
from .column import Column
from .controls.run_card import RunCard
from .data.card import DataCard
from .my_digit import MyDigit
from .page import Page
from .pages import PAGES
from .settings.card import SettingsCard
from .time_machine import TimeMachine

RIGHT_PX = 288
EVERYTHING: frozenset[What] = frozenset(
    (
        *("status", "loading", "data", "curves", "epoch", "weights", "layers", "gradients"),
        *("checkpoints", "runs", "cursor"),
    )
)


class TrainWorkspace(QWidget):
    """Shows the trainer, a State and its Frames. Pages are made when they are first shown."""

    page_made = Signal(object)  # Page
    page_shown = Signal(object)

    def __init__(self, tools: dict[str, QAction], trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("train_workspace")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._trainer = trainer
        self._state: State | None = None
        self._frame: Frame | None = None
        self.digit = MyDigit(tools)
        self.tabs = Tabs("Page", {name: spec.title for name, spec in PAGES.items()})
        self.stack = QStackedWidget()
        self.stack.setMinimumSize(1, 1)  # whatever a page would like: the columns beside it stay in view
        self.pages: dict[str, Page] = {}
        self.past = TimeMachine(trainer)
        self.run = RunCard(tools)
        self.data = DataCard()
        self.settings = SettingsCard()
        self.controls = Column(self.run, self.data, self.settings)
        self._build()
        self.tabs.chosen.connect(self.choose_page)

    def _build(self) -> None:
        for name, spec in PAGES.items():
            self.tabs.buttons[name].setToolTip(spec.tip)
        middle = QFrame()
        middle.setObjectName("train_middle")
        middle.setProperty("role", "card")
        inside = QVBoxLayout(middle)
        inside.setContentsMargins(8, 8, 8, 8)
        inside.setSpacing(GAP)
        inside.addWidget(self.tabs)
        inside.addWidget(self.stack, 1)
        column = QVBoxLayout()
        column.setSpacing(GAP)
        column.addWidget(middle, 1)
        column.addWidget(self.past)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        self.left = _side("train_digit", self.digit, LEFT_PX)
        self.right = _side("train_controls", self.controls, RIGHT_PX)
        row.addWidget(self.left)
        row.addLayout(column, 1)
        row.addWidget(self.right)

    # --- pages ------------------------------------------------------------------------------------------------

    @property
    def page(self) -> Page:
        """The one in front."""
        found = self.stack.currentWidget()
        assert isinstance(found, Page)
        return found

    def choose_page(self, name: str) -> None:
        """Brings a page to the front, made if it was never there; it is told everything it missed."""
        self.tabs.choose(name)
        if name not in self.pages:
            self.pages[name] = PAGES[name].make(self._trainer)
            self.stack.addWidget(self.pages[name])
            self.page_made.emit(self.pages[name])
        self.stack.setCurrentWidget(self.pages[name])
        self._catch_up()
        self.page_shown.emit(self.page)

    def _catch_up(self) -> None:
        if self._state is not None:
            self.page.show_state(None, self._state)
            self.page.refresh(EVERYTHING)
            if self._frame is not None and self._frame.state.network is self._state.network:
                self.page.show_frame(self._frame)

    # --- what to show -----------------------------------------------------------------------------------------

    def show_state(self, old: State | None, new: State) -> None:
        """Redraws what differs; ``old`` is None when the workspace comes to the front."""
        first = self._state is None
        before = None if first else old
        self._state = new
        for part in (self.digit, self.run, self.data, self.settings):
            part.show_state(before, new)
        by_hand = before is None or (differs(before, new, "origin") and not self._trainer.moving)
        if before is None or by_hand or differs(before, new, "plan", "network"):
            self.run.show_run(self._trainer)
        if before is None or before.plan is not new.plan:
            self.data.show_data(self._trainer)
        if not self.pages:
            self.choose_page(next(iter(PAGES)))
        else:
            self.page.show_state(before, new)

    def show_frame(self, frame: Frame) -> None:
        self._frame = frame
        self.digit.show_frame(frame)
        if self.pages:
            self.page.show_frame(frame)

    def refresh(self, what: frozenset[What]) -> None:
        """The trainer has these news."""
        self.refresh_cards(what)
        self.refresh_page(what)

    def refresh_cards(self, what: frozenset[What]) -> None:
        """What is beside the page and below it."""
        self.run.show_run(self._trainer)
        if what & {"data", "status", "runs"}:
            self.data.show_data(self._trainer)
        self.past.refresh(what)

    def refresh_page(self, what: frozenset[What]) -> None:
        """The page in front."""
        if self.pages:
            self.page.refresh(what)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.digit.fit(self.height())
        self.controls.fit(self.height())

    def event(self, event: QEvent) -> bool:
        """Space starts and pauses, except where the keyboard is on something that it presses."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            focused = QApplication.focusWidget()
            if event.key() == Qt.Key.Key_Space and isinstance(focused, QAbstractButton | QComboBox):
                event.accept()
                return True
        return super().event(event)


def _side(name: str, column: QWidget, wide_px: int) -> QScrollArea:
    """A column that scrolls where the window is too low for it."""
    side = QScrollArea()
    side.setObjectName(name)
    side.setFrameShape(QFrame.Shape.NoFrame)
    side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    side.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    side.setWidgetResizable(True)
    side.setWidget(column)
    side.setFixedWidth(wide_px)
    return side
