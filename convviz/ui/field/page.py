"""What the selected unit sees of the input: the field that the layers allow, and the one it has in effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from ...session.outbox import Frame
from ...spec.errors import InputError
from ...spec.footprint import Index
from ...spec.state import Focus, State
from ..layer.note import Note
from ..look.numbers import brief, exact, unit_name
from ..look.text_line import TextLine
from ..look.theme import CAPTION_PX, RESULT_PX
from . import effect
from .chain_table import ChainTable
from .fact_grid import FactGrid
from .facts import chain, facts, remark
from .input_picture import InputPicture
from .outline import Outline, outline
from .picture_layout import Pixel
from .switch import Switch

if TYPE_CHECKING:
    from ...session.probing import AveragedField

PICTURE_PX = 232
ASK_MS = 200  # an average is asked for when the selection has rested so long
VIEWS = {
    "field": ("Field", "What the unit can see, by the sizes of the layers before it"),
    "effective": ("Effective", "What moves the unit in fact: its gradient with respect to each pixel"),
}
SAMPLES = {
    "input": ("this input", "The gradient on what is drawn now"),
    "average": ("average", "The mean over 64 digits that the application draws itself"),
}
Unit = tuple[str, Index]


class FieldPage(QWidget):
    """Follows the State and the frames while it is on screen; speaks of the unit under the mouse, else the selected."""

    unit_selected = Signal(object)  # Focus, of the input
    effective_wanted = Signal(bool)
    average_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("field_page")
        self.setAccessibleName("What the unit sees")
        self._state: State | None = None
        self._frame: Frame | None = None
        self._hover: Unit | None = None
        self._shown: tuple[object, ...] = ()  # (network, layer, index, effective?) whose figures are on screen
        self._average: AveragedField | None = None
        self._effect: effect.Effect | None = None
        self._asked: tuple[object, Focus | None] = (None, None)  # the network and the unit of the last average
        self.views = Switch("field_views", VIEWS, "tab")
        self.samples = Switch("field_samples", SAMPLES, "toggle")
        self.title = TextLine("field_title", CAPTION_PX, dim=True)
        self.picture = InputPicture("field_picture", "The input with what the unit sees of it", PICTURE_PX)
        self.reading = TextLine("field_reading", CAPTION_PX, dim=True)
        self.facts = FactGrid()
        self.remark = Note("field_remark", 3)
        self.chain = ChainTable()
        self.result = TextLine("effective_size", RESULT_PX, bold=True)
        self.result.setToolTip(effect.MEANING)
        self.note = Note("effective_note", 5)
        self.again = _again()
        self._ask = QTimer(self, singleShot=True, interval=ASK_MS)
        self._build()
        self._connect()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.field_parts: tuple[QWidget, ...] = (self.facts, self.remark, self.chain)
        self.effective_parts: tuple[QWidget, ...] = (self.samples, self.result, self.note, self.again)
        order = (self.views, self.samples, self.title, self.picture, self.reading, self.facts, self.remark, self.chain)
        for widget in (*order, self.result, self.note, self.again):
            column.addWidget(widget)
        column.addStretch(1)
        self._show_parts()

    def _connect(self) -> None:
        self.views.chosen.connect(self._view_chosen)
        self.samples.chosen.connect(self._view_chosen)
        self.again.clicked.connect(self.average_wanted)
        self._ask.timeout.connect(self._ask_for_average)
        self.picture.pixel_hovered.connect(lambda _: self._show_reading())
        self.picture.pixel_clicked.connect(self._clicked)

    # --- what to show -----------------------------------------------------------------------------------------

    @property
    def effective(self) -> bool:
        """Whether the effective field is on screen."""
        return self.views.current == "effective"

    @property
    def averaging(self) -> bool:
        return self.effective and self.samples.current == "average"

    @property
    def wants_effective(self) -> bool:
        """Whether frames should hold the gradient of the selected unit."""
        return self.effective and not self.averaging

    def show_state(self, state: State) -> None:
        self._state = state
        self._show()

    def show_frame(self, frame: Frame) -> None:
        self._frame = frame
        if self._state is None:
            self._state = frame.state
        self._show()

    def show_hover(self, unit: Unit | None) -> None:
        """Speaks of that unit until None. The effective field stays that of the selected one."""
        if unit != self._hover:
            self._hover = unit
            if not self.effective:
                self._show()

    def show_average(self, average: AveragedField) -> None:
        """More of the average, or all of it."""
        self._average = average
        self._show()

    def _view_chosen(self, _name: str) -> None:
        self._asked = (None, None)
        self._show_parts()
        self.effective_wanted.emit(self.wants_effective)
        self._show()

    def _show_parts(self) -> None:
        for widget in self.field_parts:
            widget.setVisible(not self.effective)
        for widget in self.effective_parts:
            widget.setVisible(self.effective)
        self.again.setVisible(self.averaging)

    def _show(self) -> None:
        if self._state is None:
            return
        frame = self._frame
        fitting = frame is not None and frame.state.network.input_shape == self._state.network.input_shape
        unit, shown = self._unit(self._state)
        if unit is None or shown is None:
            self.title.setText("Nothing selected: click a value in any map")
        else:
            self._show_figures(self._state, unit, shown)
        if frame is not None and not self.effective:
            self.picture.show_picture(frame.maps["input"])
            self.picture.set_dimmed(not fitting, "" if fitting else "computing…")
        elif frame is not None and fitting:
            self._show_effect(frame)
        self.picture.show_outline(shown if fitting else None)
        focus = self._state.focus
        chosen = focus is not None and focus.layer == "input" and fitting
        self.picture.set_selected((focus.index[1], focus.index[2]) if chosen and focus is not None else None)
        self._show_reading()

    def _unit(self, state: State) -> tuple[Unit | None, Outline | None]:
        """What to speak of, and its field; a unit under the mouse that the network no longer has is passed over."""
        selected = (state.focus.layer, state.focus.index) if state.focus is not None else None
        for unit in (None if self.effective else self._hover, selected):
            if unit is not None:
                try:
                    return unit, outline(state.network, *unit)
                except InputError:
                    continue
        return None, None

    def _show_figures(self, state: State, unit: Unit, shown: Outline) -> None:
        hovered = unit == self._hover and not self.effective
        key = (state.network, *unit, hovered, self.effective)
        if len(key) == len(self._shown) and key[0] is self._shown[0] and key[1:] == self._shown[1:]:
            return
        self._shown = key
        self.title.setText(f"{'under the mouse: ' if hovered else ''}{unit_name(*unit)}")
        if not self.effective:
            self.facts.show_facts(facts(state.network, *unit, shown))
            self.remark.show_text(remark(state.network, unit[0], shown))
            self.chain.show_rows(chain(state.network, unit[0]))

    # --- the effective field ----------------------------------------------------------------------------------

    def _show_effect(self, frame: Frame) -> None:
        """The gradient as heat; what is not of this unit, these weights or this input is dimmed."""
        assert self._state is not None
        focus, late = self._state.focus, ""
        found: effect.Effect | None = None
        if focus is not None and self.averaging:
            late = effect.fits(self._average, self._state)
            if late == "computing…":
                if not self._ask.isActive():
                    self._ask.start()
            elif self._average is not None:
                found = effect.of_average(self._average)
        elif focus is not None:
            found = effect.of_frame(frame, focus) if frame.state.network is self._state.network else None
            late = "" if found is not None else "computing…"
        if found is not None:
            self._effect = found
            picture = np.zeros_like(frame.maps["input"]) if self.averaging else frame.maps["input"]
            self.picture.show_picture(picture, found.magnitude)
        elif self._effect is None or self._effect.magnitude.shape != frame.maps["input"].shape[1:]:
            self.picture.show_picture(frame.maps["input"])
        self.picture.set_dimmed(bool(late), late)
        self.result.set_dim(bool(late))
        self.result.setText(self._effect.result if self._effect is not None and found is not None else "…")
        self.note.show_text(found.note if found is not None else "")

    def _ask_for_average(self) -> None:
        """While the page is seen only: another page may know of another selection, or of none."""
        if self.averaging and self.isVisible() and self._state is not None:
            wanted = self._state.network, self._state.focus
            if wanted[0] is not self._asked[0] or wanted[1] != self._asked[1]:
                self._asked = wanted
                self.average_wanted.emit()

    # --- the mouse --------------------------------------------------------------------------------------------

    def _show_reading(self) -> None:
        """The pixel under the mouse."""
        at, picture, heat = self.picture.hovered, self.picture.picture, self.picture.heat
        if at is None:
            self.reading.setText("")
            return
        text = f"row {at[0]}, column {at[1]} = {exact(float(picture[(0, *at)]))}"
        self.reading.setText(
            text if heat is None else f"row {at[0]}, column {at[1]}: gradient {brief(float(heat[at]))}"
        )

    def _clicked(self, pixel: Pixel) -> None:
        self.unit_selected.emit(Focus("input", (0, *pixel)))


def _again() -> QToolButton:
    button = QToolButton()
    button.setText("Average again")
    button.setProperty("role", "toggle")
    button.setObjectName("average_again")
    button.setAccessibleName("Average again")
    button.setToolTip("Computes the average once more, with the weights as they are now")
    return button
