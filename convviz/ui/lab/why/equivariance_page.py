"""Equivariance: the map moves along with its input; a pooled map lags, and changes less."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from ....spec.lab.equivariance import LARGEST, SHIFTS, Curves, Difference, curves, differences, pooled
from ....spec.lab.lab import Lab
from ....spec.lab.pose import UNMOVED, Pose
from ....spec.lab.trial import Trial
from ...field.switch import Switch
from ...layer.note import Note
from ...look.colours import Floats
from ...look.text_line import TextLine
from ...look.theme import CAPTION_PX
from .map_view import MapView
from .moved_input import MovedInput
from .plot import Curve, Figure, Plot
from .pose_bar import PoseBar

AXES = {
    "right": ("to the right", "The curves are those of shifts along the width"),
    "down": ("downwards", "The curves are those of shifts along the height"),
}
LATER_MS = 50
CHANGED = "change ‖f(Tx) − f(x)‖ / ‖f(x)‖"
OFF = "error ‖f(Tx) − T f(x)‖ / ‖f(x)‖"
CHANGED_WHY = "How much the output f(x) changes when the input x is moved by T, relative to its size"
OFF_WHY = (
    "How far the output of the moved input is from the moved output, relative to its size: 0 where the operation is "
    "equivariant. Compared are those cells only that depend on nothing from outside the input."
)


class _Base(NamedTuple):
    """What the curves on screen were computed from."""

    lab: Lab
    unmoved: Floats
    axis: int


class EquivariancePage(QWidget):
    """Shows a trial whose input can be dragged, turned and enlarged; the next trial shows what came of it."""

    pose_previewed = Signal(object)  # Pose
    pose_finished = Signal(str)  # what was done, for the undo history

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("equivariance_page")
        self.setAccessibleName("Equivariance")
        self._base: _Base | None = None
        self._curves: Curves | None = None
        self._trial: Trial | None = None
        self._later = QTimer(self, singleShot=True, interval=LATER_MS)
        self._later.timeout.connect(self._compute)
        self.input = MovedInput("moved_input", "The input; drag it, or shift it with the arrow keys")
        self.map = MapView("moved_map", "The output")
        self.pooled = MapView("moved_pooled", "The output, pooled by 2")
        self.captions = tuple(TextLine(f"{view.objectName()}_caption", CAPTION_PX, dim=True) for view in self._views)
        self.bar = PoseBar()
        self.axes = Switch("shift_axes", AXES, "toggle")
        self.changed = Plot("plot_changed", "Change of the output against the shift")
        self.off = Plot("plot_off", "Error of equivariance against the shift")
        self.note = Note("equivariance_note", 2)
        self._build()
        for source in (self.input, self.bar):
            source.pose_moved.connect(self.pose_previewed)
            source.finished.connect(self.pose_finished)
        self.axes.chosen.connect(lambda _: self._show_curves())

    @property
    def _views(self) -> tuple[MapView, ...]:
        return self.input, self.map, self.pooled

    def _build(self) -> None:
        self.input.setToolTip("Drag to shift by whole cells, with Shift by fractions; the wheel turns it")
        self.changed.setToolTip(CHANGED_WHY)
        self.off.setToolTip(OFF_WHY)
        self._maps = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._maps.setSpacing(8)
        for caption, view in zip(self.captions, self._views, strict=True):
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(caption)
            column.addWidget(view, 1)
            self._maps.addLayout(column, 1)
        plots = QHBoxLayout()
        plots.setSpacing(8)
        plots.addWidget(self.changed)
        plots.addWidget(self.off)
        below = QHBoxLayout()
        below.setSpacing(12)
        self.axes.setFixedWidth(190)
        below.addWidget(self.axes)
        below.addWidget(self.note, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        whole.addLayout(self._maps, 4)
        whole.addWidget(self.bar)
        whole.addLayout(plots, 3)
        whole.addLayout(below)

    # --- what to show -----------------------------------------------------------------------------------------

    def show_trial(self, trial: Trial) -> None:
        self._trial = trial
        lab, dims = trial.lab, trial.lab.dims
        self._maps.setDirection(QBoxLayout.Direction.TopToBottom if dims == 1 else QBoxLayout.Direction.LeftToRight)
        smaller = pooled(lab, trial.output)
        self.input.show_values(trial.values, dims=dims)
        self.input.set_pose(lab.pose)
        self.map.show_values(trial.output, dims=dims)
        if smaller is None:
            self.pooled.show_note("too small to be pooled by 2")
        else:
            self.pooled.show_values(smaller, dims=dims)
        names = ("x, moved", "f(x)", "max-pooled by 2")
        for caption, name, view in zip(self.captions, names, self._views, strict=True):
            caption.setText(name if view.note else f"{name}: {view.size_text}")
        self.bar.show_pose(lab.pose, flat=dims == 1)
        self.axes.setVisible(dims == 2)
        self._show_curves()

    def _unmoved(self, trial: Trial) -> Floats | None:
        if trial.unmoved is None and trial.lab.pose == UNMOVED:
            return trial.values
        return trial.unmoved

    def _show_curves(self) -> None:
        trial = self._trial
        if trial is None:
            return
        lab, unmoved = trial.lab, self._unmoved(trial)
        if unmoved is None or unmoved.size > LARGEST:
            self._curves = self._base = None
            self.note.show_text(f"An input of {trial.values.size:,} values is too large for curves.")
        else:
            axis = 1 if lab.dims == 1 or self.axes.current == "right" else 0
            base = _Base(lab, unmoved, axis)
            if self._curves is None or self._base is None or axis != self._base.axis:
                self._base, self._curves = base, curves(lab, unmoved, axis)
            elif not _alike(base, self._base) and not self._later.isActive():
                self._later.start()
            self.note.show_text(_sentence(lab.pose, *differences(lab, unmoved, lab.pose)))
        self._show_figures(lab.pose)

    def _compute(self) -> None:
        """The curves of what is shown now: less often than a mouse can turn the input."""
        self._curves = None
        self._show_curves()

    def _show_figures(self, pose: Pose) -> None:
        found, base = self._curves, self._base
        axis = base.axis if base is not None else 1
        across = f"shift {'to the right' if axis else 'downwards'}, in cells of the input"
        mark = pose.right if axis else pose.down
        for plot, title, kind in ((self.changed, CHANGED, "changed"), (self.off, OFF, "off")):
            lines: tuple[Curve, ...] = ()
            if found is not None:
                one, other = getattr(found, kind), getattr(found, f"pooled_{kind}")
                lines = (Curve("f", "accent", tuple(one.tolist())), Curve("pooled", "positive", tuple(other.tolist())))
            plot.show_figure(Figure(title, across, SHIFTS, lines, mark))


def _alike(one: _Base, other: _Base) -> bool:
    """Whether the curves are the same: they do not depend on the shift."""
    a, b = one.lab, other.lab
    kernels = a.layer == b.layer and a.weights is b.weights and a.flipped == b.flipped
    turned = (a.pose.turn_deg, a.pose.scale) == (b.pose.turn_deg, b.pose.scale)
    same = one.unmoved is other.unmoved or np.array_equal(one.unmoved, other.unmoved)
    return kernels and turned and same and one.axis == other.axis


def _sentence(pose: Pose, one: Difference, other: Difference | None) -> str:
    """What the present pose shows."""
    if pose == UNMOVED:
        return "Drag the input. With stride 1 the map moves along exactly; a pooled map follows in steps of 2 and lags."
    moved = "turned or enlarged" if pose.turn_deg or pose.scale != 1 else "shifted"
    parts = [f"The input is {moved}. {_follows('f(x)', one)}"]
    if other is not None:
        parts.append(_follows("the pooled map", other))
    return "; ".join(parts) + "."


def _follows(what: str, found: Difference) -> str:
    if np.isnan(found.off):
        return f"{what} changed by {found.changed:.2g}, and all of it depends on what came in from outside"
    exactly = "moved along exactly" if found.off == 0 else f"is off by {found.off:.2g}"
    return f"{what} changed by {found.changed:.2g} and {exactly}"
