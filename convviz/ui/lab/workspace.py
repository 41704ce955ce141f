"""The workspace Lab: input and operation on the left, what comes of them in the middle, kernel and sum on the right."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QHBoxLayout, QWidget

from ...session.experiment import State, differs
from ...spec.errors import InputError
from ...spec.lab.lab import Lab
from ...spec.lab.pose import UNMOVED
from ...spec.lab.presets import changed, left
from ...spec.lab.source import FromDrawing, FromPhoto
from ...spec.lab.trial import Trial, perform
from ..explain.sum_view import SumView
from ..look.theme import GAP, LEFT_PX, RIGHT_PX
from .explained import Shown, seen_on
from .middle import Middle
from .operation.kernel_side import KernelSide
from .operation.panel import OperationPanel
from .pages import follow, name_of, shown_on
from .pointing import begins, peak, spoken
from .received import Received
from .scene import Pointer
from .side import Side
from .source.panel import SourcePanel

LEFT_LEAST_PX, RIGHT_LEAST_PX = 248, 252  # in the smallest window
EXPORTS = ("export_figure", "export_animation", "copy_lab_code", "save_result")
POINT = "point at a value of the output, or click one"


class LabWorkspace(QWidget):
    """Shows the Lab of a State, and remembers which output is selected and what is under the mouse."""

    pointed_at = Signal(str)
    page_made = Signal(str, object)
    refused = Signal(str)

    def __init__(self, tools: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lab_workspace")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.source = SourcePanel(tools)
        self.operation = OperationPanel()
        self.middle = Middle(tools[name] for name in EXPORTS)
        self.side = KernelSide()
        self.trial: Trial | None = None  # None for a photo, which is looked at in parts
        self.channel = 0  # of the output
        self._chosen = "operation"
        self._shown: Shown | None = None  # on the page
        self._received = Received()
        self._state: State | None = None
        self._selected: Pointer | None = None
        self._hovered: Pointer | None = None
        self._told: Pointer | None = None  # what the status line says
        self._build()
        self._connect()

    def _build(self) -> None:
        left, right = Side(LEFT_PX, LEFT_LEAST_PX), Side(RIGHT_PX, RIGHT_LEAST_PX)
        left.column.addWidget(self.source)
        left.column.addWidget(self.operation, 1)
        right.column.addWidget(self.side)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(left)
        row.addWidget(self.middle, 1)
        row.addWidget(right)

    def _connect(self) -> None:
        self.middle.page_made.connect(self._page_made)
        self.middle.page_chosen.connect(self.choose_page)
        self.side.channel_stepped.connect(lambda step: self.set_channel(self.channel + step))
        self.side.pointed.connect(self._point_from_side)
        self.side.followed.connect(self._light)

    # --- what to show -----------------------------------------------------------------------------------------

    @property
    def lab(self) -> Lab | None:
        return self._state.lab if self._state is not None else None

    @property
    def page(self) -> Any:
        """The page on screen; for a photo, another one stands where the operation is seen."""
        return self.middle.stack.currentWidget()

    def show_state(self, old: State | None, new: State) -> None:
        """Redraws what differs; while it is not in front it only remembers."""
        self._state = new
        self.source.show_state(old, new)
        drawn = isinstance(new.lab.source, FromDrawing)
        if old is None or old.lab is not new.lab or (drawn and differs(old, new, "drawing", "preparation")):
            self._refresh(old, new)

    def _refresh(self, old: State | None, state: State) -> None:
        lab = state.lab
        try:
            self.trial = None if isinstance(lab.source, FromPhoto) else perform(lab, self._received.picture(state))
        except InputError as error:  # nothing that edits make; the last picture stays
            self.refused.emit(str(error))
            return
        if old is None or old.lab.shape != lab.shape or old.lab.preset != lab.preset:
            self._hovered, self.channel = None, 0
        channels = lab.row.output_shape[0]
        self.channel = min(self.channel, channels - 1)
        self._selected = peak(self.trial, self.channel) if old is None or begins(old.lab, lab) else self._selected
        self.middle.show_preset("" if left(lab) else lab.preset, changed=changed(lab))
        self.operation.show_lab(lab)
        self.side.show_lab(lab, self.channel, channels)
        self._show_page()
        if self._told is not None:
            self._tell(self._told)

    def choose_page(self, name: str) -> None:
        """One of the tabs."""
        self._chosen = name
        self.middle.tabs.choose(name)
        self._show_page()

    def _show_page(self) -> None:
        lab = self.lab
        if lab is None:
            return
        name = name_of(self._chosen, lab)
        before = self.page
        self.middle.show_page(name)
        if self.page is not before:
            self._hovered = None
        pose = lab.pose if name != "equivariance" else UNMOVED  # that page shows it by itself
        what = "small copy of the photo" if self.trial is None else "input"
        self.middle.moved.show_pose(pose, flat=lab.dims == 1, what=what)
        self._shown = shown_on(name, lab, self.trial)
        self._follow()

    def set_channel(self, channel: int) -> None:
        """The output channel whose kernel is in hand."""
        lab = self.lab
        if lab is None:
            return
        channels = lab.row.output_shape[0]
        self.channel = min(max(channel, 0), channels - 1)
        self.side.show_lab(lab, self.channel, channels)
        self._follow()

    def _follow(self) -> None:
        if self._shown is not None:
            follow(self.page, self._shown, self.channel)
            self._show_selected()

    # --- what the user points at ------------------------------------------------------------------------------

    def _page_made(self, name: str, page: Any) -> None:
        for signal, slot in (
            ("pointed", self._point),
            ("chosen", self._choose),
            ("channel_chosen", self.set_channel),
            ("refused", self.refused),
            ("pointed_at", self.pointed_at),
        ):
            if hasattr(page, signal):
                getattr(page, signal).connect(slot)
        if name == "photo":
            page.canvas.looked.connect(self._show_sum)  # what is explained may have left the view
        self.page_made.emit(name, page)

    def _point(self, pointer: Pointer | None) -> None:
        """The mouse is over a cell of the page."""
        self._hovered = pointer
        self._tell(pointer)
        self._show_sum()

    def _point_from_side(self, pointer: Pointer | None) -> None:
        """It is over a cell of the kernel, or of a term: the page lights up what belongs to it."""
        self._tell(pointer)
        self._light(pointer)

    def _light(self, pointer: Pointer | None) -> None:
        if hasattr(self.page, "point"):
            self.page.point(pointer)

    def _choose(self, pointer: Pointer) -> None:
        if pointer.part != "output" or self._shown is None:
            return
        self._selected = self._shown.there(pointer)
        if pointer.index[0] != self.channel:
            self.set_channel(pointer.index[0])
        else:
            self._show_selected()

    def _show_selected(self) -> None:
        if self._shown is not None and hasattr(self.page, "select"):
            self.page.select(self._shown.here(self._selected, self.channel))
        self._show_sum()

    def _show_sum(self) -> None:
        shown, hovered = self._shown, self._hovered
        if shown is None:
            return
        pointer = hovered if hovered is not None and hovered.part == "output" else None
        index = (pointer or shown.here(self._selected, self.channel)).index
        found = shown.explain(index)
        if found is None:  # what was under the mouse is gone
            self.side.show_sum(None, POINT)
        else:
            self.side.show_sum(found, shown.heading(index, seen=seen_on(self.page, shown.lab, index)))

    def _tell(self, pointer: Pointer | None) -> None:
        self._told = pointer
        trial = self._shown.trial if self._shown is not None else None
        if trial is not None:
            self.pointed_at.emit("" if pointer is None else spoken(trial, pointer))

    # --- keys -------------------------------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keys walk the outputs, where there are some to walk."""
        super().focusInEvent(event)
        view = getattr(self.page, "view", None)
        if isinstance(view, QWidget) and event.reason() is Qt.FocusReason.OtherFocusReason:
            view.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        """Space plays the operation, except where the keyboard is on something that it presses."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            focused = QApplication.focusWidget()
            if event.key() == Qt.Key.Key_Space and isinstance(focused, QAbstractButton | QComboBox | SumView):
                event.accept()
                return True
        return super().event(event)
