"""What unit is selected, where it lies, its value, and the trail that led to it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

from ...spec.state import Focus, State
from ..explain.trail import Trail, TrailLine
from ..look.numbers import exact
from ..look.text_line import TextLine
from ..look.theme import RESULT_PX

WAITING = "…"  # where a value is on its way


class UnitHeading(QVBoxLayout):
    """Three lines above the inspector's pages; one where nothing is selected.

    A layout, not a widget: so the tabs below stay where they are whatever the page wants.
    """

    traced = Signal(object)  # Focus, as the trail goes on or back

    def __init__(self) -> None:
        super().__init__()
        self.setSpacing(6)
        self.title = _label("title", "unit_title")
        self.where = _label("dim", "unit_position")
        self.value = TextLine("unit_value", RESULT_PX, bold=True)
        self.trail, self.trail_line = Trail(), TrailLine()
        self.trail_line.crumb_chosen.connect(self.back_to)
        line = QHBoxLayout()
        line.addWidget(self.title)
        line.addStretch(1)
        line.addWidget(self.where)
        self.addLayout(line)
        self.addWidget(self.value)
        self.addWidget(self.trail_line)

    def show_state(self, state: State, focus: Focus | None) -> None:
        """Another ``focus``, whose value is on its way, or the same; None where the network has none such."""
        self.trail.show_state(state)
        self.trail_line.show_trail(self.trail)
        for part in (self.where, self.value, self.trail_line):
            part.setVisible(focus is not None)
        if focus is None:
            self.title.setText("Nothing selected")
            return
        index = focus.index
        title = f"{focus.layer} · " + (f"map {index[0]}" if len(index) == 3 else f"unit {index[0]}")
        if title != self.title.text():
            self.title.setText(title)
            self.wait_for_value()
        self.where.setText(f"row {index[1]}, column {index[2]}" if len(index) == 3 else "")

    def wait_for_value(self) -> None:
        """The value shown so far is of another network."""
        self.value.setText(WAITING)

    def show_value(self, value: float) -> None:
        """With all its digits."""
        self.value.setText(exact(value))

    # --- the trail --------------------------------------------------------------------------------------------

    def back(self) -> None:
        """Goes one back on the trail."""
        if len(self.trail.crumbs) > 1:
            self.back_to(len(self.trail.crumbs) - 2)

    def back_to(self, at: int) -> None:
        """Goes back to a crumb; the trail is cut there."""
        self.traced.emit(self.trail.cut(at))

    def follow(self, layer: str, index: tuple[int, ...]) -> None:
        """Goes on to a unit that this one was made of."""
        focus = Focus(layer, index)
        self.trail.follow(focus)
        self.traced.emit(focus)


def _label(role: str, name: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setObjectName(name)
    return label
