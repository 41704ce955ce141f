"""The selected map, enlarged, and the facts of its layer with their formulas."""

from __future__ import annotations

from math import isqrt

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from ...session.experiment import Focus
from ...spec.geometry import LayerGeometry
from ...spec.network import times
from ...spec.receptive_field import ReceptiveField
from ..look.colours import Floats
from ..look.numbers import brief
from ..look.text_line import TextLine
from ..look.theme import CAPTION_PX
from .mosaic import Mosaic
from .mosaic_layout import MosaicLayout, as_maps, grid_columns

MAP_PX, LEAST_MAP_PX = 240, 112  # the longer side of the enlarged map
REST_PX = 390  # what stands above and below it
HINT_PX = 130  # the hint gives way first
HINT = (
    "Click a value in any map to select it.\n\nArrow keys walk its neighbours, Page Up and Page Down the maps, "
    "Ctrl+Left and Ctrl+Right the layers."
)


class MapPage(QWidget):
    """Shows a focus and its layer's values; a click in the enlarged map selects a neighbour."""

    unit_selected = Signal(object)  # Focus
    unit_hovered = Signal(str, object)  # layer id, Index or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("map_page")
        self._focus: Focus | None = None
        self._shape: tuple[int, ...] = ()
        self.map_caption = _label("caption", "map_caption")
        self.map = Mosaic()
        self.map.setObjectName("enlarged_map")
        self.map.setAccessibleName("The selected map, enlarged")
        self.map.set_numbers(True)
        self.map.unit_clicked.connect(self._clicked)
        self.map.unit_hovered.connect(self._hovered)
        self.statistics = TextLine("map_statistics", CAPTION_PX, dim=True)
        self.zeros = TextLine("map_zeros", CAPTION_PX, dim=True)
        self.hint = _label("dim", "inspector_hint")
        self.hint.setText(HINT)
        self.hint.setWordWrap(True)
        self._facts = QGridLayout()
        self._facts.setColumnStretch(1, 1)
        self._facts.setHorizontalSpacing(12)
        self._facts.setVerticalSpacing(6)
        self._build()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.map_caption)
        column.addWidget(self.map, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.statistics)
        column.addWidget(self.zeros)
        column.addSpacing(8)
        self._layer_title = _label("title", "layer_title")
        column.addWidget(self._layer_title)
        column.addLayout(self._facts)
        column.addStretch(1)
        column.addWidget(self.hint)

    # --- what to show -----------------------------------------------------------------------------------------

    def set_focus(self, focus: Focus | None, row: LayerGeometry | None, shape: tuple[int, ...]) -> None:
        """The selected unit, its layer (None for the input) and the shape of that; no focus shows how to select."""
        self._focus, self._shape = focus, shape
        for widget in (self.map, self.map_caption, self.statistics, self.zeros, self._layer_title):
            widget.setVisible(focus is not None)
        self._show_hint()
        self._show_facts(row)
        if focus is not None:
            index = focus.index
            self.map.set_layout(self._layout(), self.devicePixelRatioF())
            self.map.set_selected((0, *index[1:]) if len(index) == 3 else index)

    def show_values(self, values: Floats, *, per_map: bool) -> None:
        """New values of the focus's layer."""
        if self._focus is None or values.shape != self._shape:
            return
        index = self._focus.index
        part = values[index[0]][None] if len(index) == 3 else values
        extreme = None if per_map else float(np.abs(values[np.isfinite(values)]).max(initial=0.0))
        self.map.set_values(part, extreme)
        self.map_caption.setText(f"map {index[0]}, enlarged" if len(index) == 3 else f"all {len(values)} units")
        finite = part[np.isfinite(part)]
        if finite.size:
            least, mean, most = (brief(float(v)) for v in (finite.min(), finite.mean(), finite.max()))
            self.statistics.setText(f"min {least}   mean {mean}   max {most}")
            self.zeros.setText(f"{float((finite == 0).mean()):.0%} of {part.size:,} values are zero")
        else:
            self.statistics.setText("no finite value")
            self.zeros.setText("")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_hint()
        if self._focus is not None:
            self.map.set_layout(self._layout(), self.devicePixelRatioF())

    def _show_hint(self) -> None:
        """It gives way where the map needs its room."""
        self.hint.setVisible(self._focus is None or self.height() >= MAP_PX + REST_PX - 40)

    def _layout(self) -> MosaicLayout:
        assert self._focus is not None
        ratio = self.devicePixelRatioF()
        rest = REST_PX - (0 if self.hint.isVisibleTo(self) else HINT_PX)
        side_px = max(min(MAP_PX, self.height() - rest), LEAST_MAP_PX)
        count, height, width = as_maps(self._shape)
        side = side_px * ratio
        if len(self._focus.index) == 3:
            pixel = side / max(height, width)
            pixel = float(int(pixel)) if pixel >= 1 else pixel
            cell = max(round(height * pixel), 1), max(round(width * pixel), 1)
            return MosaicLayout(1, height, width, 1, cell, 0)
        columns = grid_columns(count, flat=True)
        columns = columns if count <= columns * columns else isqrt(count - 1) + 1
        unit = max(int(side / columns), 1)
        gap = 1 if unit > 3 else 0
        return MosaicLayout(count, 1, 1, columns, (unit - gap, unit - gap), gap)

    # --- facts ------------------------------------------------------------------------------------------------

    def _show_facts(self, row: LayerGeometry | None) -> None:
        while self._facts.count():
            item = self._facts.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.deleteLater()
        if self._focus is None:
            return
        self._layer_title.setText(f"Layer {self._focus.layer}" if row else "Input")
        facts = _layer_facts(row) if row else [("shape", times(self._shape), "channels × height × width")]
        facts += _field_facts(row, self._focus)
        for line, (name, text, why) in enumerate(facts):
            key, value = _label("caption", ""), _label("", "")
            key.setText(name)
            value.setText(text)
            value.setWordWrap(True)
            key.setToolTip(why)
            value.setToolTip(why)
            self._facts.addWidget(key, line, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(value, line, 1)

    def _clicked(self, index: tuple[int, ...]) -> None:
        if self._focus is not None:
            whole = (self._focus.index[0], *index[1:]) if len(self._focus.index) == 3 else index
            self.unit_selected.emit(Focus(self._focus.layer, whole))

    def _hovered(self, index: tuple[int, ...] | None) -> None:
        if self._focus is None or index is None:
            self.unit_hovered.emit("", None)
        else:
            whole = (self._focus.index[0], *index[1:]) if len(self._focus.index) == 3 else index
            self.unit_hovered.emit(self._focus.layer, whole)


def _layer_facts(row: LayerGeometry) -> list[tuple[str, str, str]]:
    kind = f"{row.layer.kind} {row.layer.setting}".rstrip()
    return [
        ("type", kind, kind),
        ("output", times(row.output_shape), row.formulas["output"]),
        ("parameters", f"{row.params:,}", row.formulas["params"]),
        ("products", f"{row.products:,}", row.formulas["products"]),
    ]


def _field_facts(row: LayerGeometry | None, focus: Focus) -> list[tuple[str, str, str]]:
    if row is None:
        return []
    seen = row.receptive_field
    if seen is None:
        return [("sees", "the whole input", row.formulas["field"])]
    return [
        ("field", times(seen.size), row.formulas["field"]),
        ("jump", times(seen.jump), row.formulas["jump"]),
        ("sees", _box(seen, focus), "the input pixels this unit can see; beyond 0 lies the padding"),
    ]


def _box(seen: ReceptiveField, focus: Focus) -> str:
    top, left, bottom, right = seen.box(focus.index[1], focus.index[2])
    return f"rows {top}…{bottom - 1}\ncolumns {left}…{right - 1}"


def _label(role: str, name: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setObjectName(name)
    return label
