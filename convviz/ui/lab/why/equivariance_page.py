"""Equivariance: the map moves along with its input; a pooled map lags, and changes less."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from ....spec.lab.equivariance import LARGEST, SHIFTS, Point, differences, pooled
from ....spec.lab.evaluate import evaluate
from ....spec.lab.pose import UNMOVED
from ....spec.lab.trial import Trial
from ....spec.network import ReLU
from ...field.switch import Switch
from ...layer.note import Note
from ...look.colours import Floats
from ...look.text_line import TextLine
from ...look.theme import CAPTION_PX
from .curve_work import CurveWork, Question
from .map_view import MapView
from .moved_input import MovedInput
from .moved_words import at_rest, axis_title, moved, why_empty
from .plot import Curve, Figure, Plot
from .pose_bar import PoseBar
from .scale import Scale
from .scale_bar import ScaleBar

AXES = {
    "right": ("to the right", "The curves are those of other shifts along the width, all else staying as it is"),
    "down": ("downwards", "The curves are those of other shifts along the height, all else staying as it is"),
}
CHANGED = "change ‖f(Tx) − f(x)‖ / ‖f(x)‖"
OFF = "error ‖f(Tx) − T f(x)‖ / ‖f(x)‖"
CHANGED_WHY = "How much the output f(x) changes when the input x is moved by T, relative to its size"
OFF_WHY = (
    "How far the output of the moved input is from the moved output, relative to its size: 0 where the operation is "
    "equivariant. Compared are only those values that read neither padding nor what came in from outside."
)


class EquivariancePage(QWidget):
    """Shows a trial whose input can be dragged, turned and enlarged; the next trial shows what came of it."""

    pose_previewed = Signal(object)  # Pose
    pose_finished = Signal(str)  # what was done, for the undo history

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("equivariance_page")
        self.setAccessibleName("Equivariance")
        self._trial: Trial | None = None
        self._still: tuple[Trial, Floats] | None = None  # the output of the unmoved input, and whose it is
        self._here: Point | None = None  # what the present pose does
        self._work = CurveWork(self)
        self.about = TextLine("equivariance_about", CAPTION_PX, dim=True)
        self.input = MovedInput("moved_input", "The input; drag it, or shift it with the arrow keys")
        self.map = MapView("moved_map", "The output")
        self.pooled = MapView("moved_pooled", "The output, pooled by 2")
        self.captions = tuple(TextLine(f"{view.objectName()}_caption", CAPTION_PX, dim=True) for view in self._views)
        self.scales = tuple(ScaleBar(f"{view.objectName()}_scale") for view in self._views)
        self.bar = PoseBar()
        self.axes = Switch("shift_axes", AXES, "toggle")
        self.changed = Plot("plot_changed", "Change of the output against the shift")
        self.off = Plot("plot_off", "Error of equivariance against the shift")
        self.note = Note("equivariance_note", 3)
        self._build()
        for source in (self.input, self.bar):
            source.pose_moved.connect(self.pose_previewed)
            source.finished.connect(self.pose_finished)
        self.axes.chosen.connect(lambda _: self._show_curves())
        self._work.answered.connect(self._show_figures)

    @property
    def _views(self) -> tuple[MapView, ...]:
        return self.input, self.map, self.pooled

    def _build(self) -> None:
        self.input.setToolTip("Drag to shift by whole cells, with Shift by fractions; the wheel turns it")
        self.changed.setToolTip(CHANGED_WHY)
        self.off.setToolTip(OFF_WHY)
        self._maps = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._maps.setSpacing(8)
        for caption, view, scale in zip(self.captions, self._views, self.scales, strict=True):
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(caption)
            column.addWidget(view, 1)
            column.addWidget(scale)
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
        self.about.hide()
        whole.addWidget(self.about)
        whole.addLayout(self._maps, 4)
        whole.addWidget(self.bar)
        whole.addLayout(plots, 3)
        whole.addLayout(below)

    # --- what to show -----------------------------------------------------------------------------------------

    def show_trial(self, trial: Trial, about: str = "") -> None:
        """``about`` is a line on where the input comes from."""
        self._trial = trial
        self.about.setText(about)
        self.about.setVisible(bool(about))
        lab, dims = trial.lab, trial.lab.dims
        self._maps.setDirection(QBoxLayout.Direction.TopToBottom if dims == 1 else QBoxLayout.Direction.LeftToRight)
        self._show_maps(trial)
        names = ("x, moved", "f(x)", "max-pooled by 2")
        for caption, name, view, scale in zip(self.captions, names, self._views, self.scales, strict=True):
            caption.setText(name if view.note else f"{name}: {view.size_text}")
            scale.show_scale(view.scale)
            scale.setVisible(not view.note)
        self.input.set_pose(lab.pose)
        self.bar.show_pose(lab.pose, flat=dims == 1)
        self.axes.setVisible(dims == 2)
        self._show_curves()

    def _show_maps(self, trial: Trial) -> None:
        """In the colours of the unmoved input and its output, as far as those reach: a shift changes no colour."""
        dims, unmoved, still = trial.lab.dims, self._unmoved(trial), self._still_output(trial)
        smaller = pooled(trial.lab, trial.output)
        first = Scale.together(trial.values if unmoved is None else unmoved)
        scale = Scale.each(trial.output) if still is None else Scale.each(still, trial.output)
        self.input.show_values(trial.values, dims=dims, scale=first, greyed=isinstance(trial.lab.layer, ReLU))
        self.map.show_values(trial.output, dims=dims, scale=scale)
        if smaller is None:
            self.pooled.show_note("too small to be pooled by 2")
        else:
            self.pooled.show_values(smaller, dims=dims, scale=scale)

    def _unmoved(self, trial: Trial) -> Floats | None:
        if trial.unmoved is None and trial.lab.pose == UNMOVED:
            return trial.values
        return trial.unmoved

    def _still_output(self, trial: Trial) -> Floats | None:
        """f(x) of the unmoved input, computed anew where something else than the pose changed."""
        lab, unmoved = trial.lab, self._unmoved(trial)
        if unmoved is None:
            return None
        if self._still is not None:
            old = self._still[0]
            same = (old.lab.layer, old.lab.flipped) == (lab.layer, lab.flipped) and old.lab.weights is lab.weights
            before = self._unmoved(old)
            if same and before is not None and (before is unmoved or np.array_equal(before, unmoved)):
                return self._still[1]
        self._still = trial, evaluate(lab.row, lab.multiplied, unmoved)
        return self._still[1]

    def _show_curves(self) -> None:
        trial = self._trial
        if trial is None:
            return
        lab, unmoved, axis = trial.lab, self._unmoved(trial), self._axis
        if unmoved is None or unmoved.size > LARGEST:
            self._here = None
            self._work.forget()
            self.note.show_text(f"An input of {trial.values.size:,} values is too large for curves.")
        else:
            self._here = differences(lab, unmoved, lab.pose)
            self.note.show_text(at_rest(lab) if lab.pose == UNMOVED else moved(lab, self._here))
            self._work.ask(Question(lab, unmoved, axis))
        self._show_figures()

    @property
    def _axis(self) -> int:
        """Along which the curves are."""
        return 1 if self.input.flat or self.axes.current == "right" else 0

    def _show_figures(self) -> None:
        assert self._trial is not None
        pose, axis, here = self._trial.lab.pose, self._axis, self._here
        across = axis_title(pose, axis, flat=self.input.flat)
        mark = pose.right if axis else pose.down
        shown = self._work.curves if self._work.axis == axis else None
        for plot, title, kind in ((self.changed, CHANGED, "changed"), (self.off, OFF, "off")):
            lines: tuple[Curve, ...] = ()
            marked: tuple[float, ...] = ()
            if shown is not None and here is not None:
                lines = (Curve("f", "accent", tuple(getattr(shown, kind).tolist())),)
                if here[1] is not None:
                    lines += (Curve("pooled", "positive", tuple(getattr(shown, f"pooled_{kind}").tolist())),)
                marked = tuple(getattr(one, kind) for one in here if one is not None)
            note = why_empty(tuple(line.values for line in lines))
            plot.show_figure(Figure(title, across, SHIFTS, lines, mark, marked, note))
