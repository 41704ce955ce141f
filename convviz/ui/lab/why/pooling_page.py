"""Pooling: permuting inside a cell changes nothing; what a stride leaves out does matter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ....spec.errors import InputError
from ....spec.lab.equivariance import LARGEST
from ....spec.lab.pooling import Sides, cell_of, changed, permuted, side_by_side, strided_layer, swapped
from ....spec.lab.trial import Trial
from ....spec.network import ReLU, times
from ...layer.note import Note
from ...look.colours import Floats
from ...look.text_line import TextLine
from ...look.theme import CAPTION_PX, TITLE_PX
from .map_view import MapView
from .maps import Index
from .scale import Scale
from .scale_bar import ScaleBar
from .swap_view import SwapView

ABOUT = (
    "Each frame is one cell. Its largest value and its mean stay the same in whatever order its values are, so max and "
    "average pooling do not see small moves inside a cell. A stride picks values by their place, and does."
)
MANY = 1000  # values: of more a share is said
ALONE = "Here a cell is a single value, which has no other order: take a larger input."


class Side(QWidget):
    """One smaller output, and whether it is still what it was."""

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = TextLine(f"{name}_title", CAPTION_PX, dim=True)
        self.view = MapView(name, title)
        self.verdict = TextLine(f"{name}_verdict", TITLE_PX, bold=True)
        self.name = title
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.title, self.verdict):
            column.addWidget(widget)
        column.addWidget(self.view, 1)
        self.scale = ScaleBar(f"{name}_scale")
        column.addWidget(self.scale)

    def show_side(self, before: Floats, after: Floats, scale: Scale, dims: int, *, touched: bool) -> None:
        """Values before and after a permutation."""
        different = changed(before, after)
        self.view.show_values(after, dims=dims, scale=scale)
        self.scale.show_scale(scale)
        self.view.show_lit(different if different.any() else None)
        self.title.setText(f"{self.name}: {self.view.size_text}")
        count = int(different.sum())
        many = f"{count:,} of {after.size:,}" if after.size < MANY else f"{count / after.size:.0%}"
        self.verdict.setText("" if not touched else f"{many} changed" if count else "unchanged")
        self.verdict.set_dim(not count)


@dataclass(frozen=True, slots=True, eq=False)
class _Shown:
    trial: Trial
    cell: tuple[int, int]
    values: Floats  # in the order that they have now
    before: Sides


class PoolingPage(QWidget):
    """What is permuted here stays here: the Lab's input is not changed."""

    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pooling_page")
        self.setAccessibleName("Pooling")
        self._shown: _Shown | None = None
        self._seed = 0
        self.caption = TextLine("pooled_input_caption", CAPTION_PX, dim=True)
        self.input = SwapView("pooled_input", "The input in cells; drag a value onto another of its cell to swap them")
        self.scale = ScaleBar("pooled_input_scale")
        self.copied = TextLine("pooling_copied", CAPTION_PX, dim=True)
        self.permute = _button("permute_cells", "Permute inside cells", "Puts the values of each cell in another order")
        self.restore = _button("restore_cells", "As it was", "Puts every value back to its place")
        self.about = Note("pooling_about", 7)
        self.largest = Side("side_largest", "max pooling")
        self.mean = Side("side_mean", "average pooling")
        self.strided = Side("side_strided", "stride")
        self._build()
        self.permute.clicked.connect(self._permute)
        self.restore.clicked.connect(self._restore)
        self.input.swap_wanted.connect(self._swap)
        self.input.hovered.connect(self._light_cell)
        for side in (self.largest, self.mean):
            side.view.hovered.connect(self._light_from)

    def _build(self) -> None:
        self.input.setToolTip("Drag a value onto another of the same cell to swap them; or press Return on both")
        title = QLabel("What pooling does not see")
        title.setProperty("role", "title")
        buttons = QHBoxLayout()
        buttons.addWidget(self.permute)
        buttons.addWidget(self.restore)
        buttons.addStretch(1)
        beside = QVBoxLayout()
        beside.setSpacing(8)
        beside.addWidget(title)
        beside.addWidget(self.about)
        beside.addLayout(buttons)
        beside.addStretch(1)
        picture = QVBoxLayout()
        picture.setSpacing(0)
        picture.addWidget(self.caption)
        picture.addWidget(self.input, 1)
        picture.addWidget(self.scale)
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.setSpacing(12)
        self._top.addLayout(picture, 3)
        self._top.addLayout(beside, 2)
        sides = QHBoxLayout()
        sides.setSpacing(8)
        for side in (self.largest, self.mean, self.strided):
            sides.addWidget(side, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        self.copied.hide()
        whole.addWidget(self.copied)
        whole.addLayout(self._top, 4)
        whole.addLayout(sides, 3)
        self.about.show_text(ABOUT)

    # --- what to show -----------------------------------------------------------------------------------------

    def show_trial(self, trial: Trial, about: str = "") -> None:
        """Another input is shown as it is; with another operation alone the values keep the order they have here.

        ``about`` is a line on where the input comes from.
        """
        self.copied.setText(about)
        self.copied.setVisible(bool(about))
        flat = trial.lab.dims == 1
        self._top.setDirection(QBoxLayout.Direction.TopToBottom if flat else QBoxLayout.Direction.LeftToRight)
        self._top.setStretch(1, 0 if flat else 2)
        self.about.set_lines(3 if flat else 7)
        if trial.values.size > LARGEST:
            self._shown = None
            self.input.show_note(f"An input of {trial.values.size:,} values is too large for this page.")
            return
        cell, old = cell_of(trial.lab), self._shown
        values = trial.values
        if old is not None and old.cell == cell and np.array_equal(old.trial.values, values, equal_nan=True):
            values = old.values
        self._show(_Shown(trial, cell, values, side_by_side(trial.lab, trial.values, cell)))

    def _show(self, shown: _Shown) -> None:
        self._shown = shown
        lab, cell = shown.trial.lab, shown.cell
        touched = shown.values is not shown.trial.values
        scale = Scale.together(shown.trial.values)
        self.input.show_values(shown.values, dims=lab.dims, scale=scale, greyed=isinstance(lab.layer, ReLU))
        self.scale.show_scale(scale)
        self.input.show_cells(cell)
        size = f"{cell[1]} values" if lab.dims == 1 else f"{times(cell)} values"
        self.caption.setText(f"input: {self.input.size_text}, in cells of {size}")
        self.restore.setEnabled(touched)
        alone = cell[0] * cell[1] == 1
        self.permute.setEnabled(not alone)
        self.about.show_text(ALONE if alone else ABOUT)
        after = side_by_side(lab, shown.values, cell) if touched else shown.before
        stride = cell[1] if lab.dims == 1 or cell[0] == cell[1] else times(cell)
        convolved = strided_layer(lab, cell) is not None
        self.strided.name = f"convolution, stride {stride}" if convolved else f"stride {stride}, no pooling"
        own = Scale.each(shown.before.strided, after.strided) if convolved else scale
        for side, name, colours in (
            (self.largest, "largest", scale),
            (self.mean, "mean", scale),
            (self.strided, "strided", own),
        ):
            side.show_side(getattr(shown.before, name), getattr(after, name), colours, lab.dims, touched=touched)
        self._light_cell(self.input.at)

    @property
    def values(self) -> Floats | None:
        """The input in the order it has here."""
        return None if self._shown is None else self._shown.values

    # --- what the user does -----------------------------------------------------------------------------------

    def _take(self, values: Floats) -> None:
        shown = self._shown
        assert shown is not None
        self._show(_Shown(shown.trial, shown.cell, values, shown.before))

    def _permute(self) -> None:
        if self._shown is not None:
            self._seed += 1
            self._take(permuted(self._shown.values, self._shown.cell, self._seed))

    def _restore(self) -> None:
        if self._shown is not None:
            self._take(self._shown.trial.values)

    def _swap(self, places: tuple[Index, Index]) -> None:
        if self._shown is None:
            return
        try:
            self._take(swapped(self._shown.values, *places, self._shown.cell))
        except InputError as error:
            self.refused.emit(str(error))

    # --- hovering ---------------------------------------------------------------------------------------------

    def _light_cell(self, index: Index | None) -> None:
        """The cell of an input value, and what became of it."""
        cell = None if index is None or self._shown is None else self._pooled_at(index)
        self._light(cell)

    def _light_from(self, index: Index | None) -> None:
        self._light(index)

    def _pooled_at(self, index: Index) -> Index:
        assert self._shown is not None
        high, wide = self._shown.cell
        return index[0], index[1] // high, index[2] // wide

    def _light(self, pooled: Index | None) -> None:
        """A value of the pooled maps, and the cell it came from."""
        if self._shown is None:
            return
        whole = pooled is not None and all(
            n < size for n, size in zip(pooled, self._shown.before.mean.shape, strict=True)
        )
        high, wide = self._shown.cell
        for view in (self.input, self.largest.view, self.mean.view):
            mask = np.zeros(view.values.shape, np.bool_)
            if pooled is not None and whole:
                c, y, x = pooled
                one = (c, slice(y, y + 1), slice(x, x + 1))
                cell = (c, slice(y * high, (y + 1) * high), slice(x * wide, (x + 1) * wide))
                mask[cell if view is self.input else one] = True
            view.show_lit(mask if view is self.input else view.lit, None if view is self.input else mask)


def _button(name: str, text: str, why: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setObjectName(name)
    button.setAccessibleName(text)
    button.setToolTip(why)
    button.setProperty("role", "toggle")
    return button
