"""Turning and enlarging the input with sliders, and putting it back."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from ....spec.lab.pose import UNMOVED, Pose
from ...look.numbers import typeset

TURN = "turn the input"
SCALE = "enlarge the input"
RESET = "put the input back"


class PoseBar(QWidget):
    """Shows a pose and asks for others."""

    pose_moved = Signal(object)  # Pose
    finished = Signal(str)  # what was done

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pose_bar")
        self._pose = UNMOVED
        self.place = _label("pose_place", 120)
        self.turn = _slider("pose_turn", "Turn, in degrees", -180, 180, 5)
        self.turned = _label("pose_turned", 40)
        self.scale = _slider("pose_scale", "Size, in per cent", 50, 200, 5)
        self.scaled = _label("pose_scaled", 44)
        self.reset = QToolButton()
        self.reset.setText("Reset")
        self.reset.setObjectName("pose_reset")
        self.reset.setAccessibleName("Put the input back")
        self.reset.setToolTip("Puts the input back where it was")
        self.reset.setProperty("role", "toggle")
        self._turn_caption, self._scale_caption = QLabel("turn"), QLabel("size")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.place)
        for caption, slider, reading in (
            (self._turn_caption, self.turn, self.turned),
            (self._scale_caption, self.scale, self.scaled),
        ):
            caption.setProperty("role", "dim")
            row.addWidget(caption)
            row.addWidget(slider, 1)
            row.addWidget(reading)
        row.addWidget(self.reset)
        self.turn.valueChanged.connect(lambda deg: self._ask(replace(self._pose, turn_deg=float(deg)), self.turn, TURN))
        self.scale.valueChanged.connect(lambda n: self._ask(replace(self._pose, scale=n / 100), self.scale, SCALE))
        self.turn.sliderReleased.connect(lambda: self.finished.emit(TURN))
        self.scale.sliderReleased.connect(lambda: self.finished.emit(SCALE))
        self.reset.clicked.connect(self._put_back)
        self.show_pose(UNMOVED)

    def show_pose(self, pose: Pose, *, flat: bool = False) -> None:
        """A ``flat`` one is a signal: it neither turns nor moves up and down."""
        self._pose = pose
        with QSignalBlocker(self.turn), QSignalBlocker(self.scale):
            self.turn.setValue(round(pose.turn_deg))
            self.scale.setValue(round(pose.scale * 100))
        sides = f"{abs(pose.right):g} {'left' if pose.right < 0 else 'right'}"
        heights = "" if flat else f", {abs(pose.down):g} {'up' if pose.down < 0 else 'down'}"
        self.place.setText(sides + heights)
        self.turned.setText(typeset(f"{pose.turn_deg:g}°"))
        self.scaled.setText(f"{pose.scale:.0%}")
        for widget in (self.turn, self.turned, self._turn_caption):
            widget.setVisible(not flat)
        self.reset.setEnabled(pose != UNMOVED)

    def _ask(self, pose: Pose, slider: QSlider, doing: str) -> None:
        self._pose = pose
        self.pose_moved.emit(pose)
        if not slider.isSliderDown():
            self.finished.emit(doing)

    def _put_back(self) -> None:
        self.pose_moved.emit(UNMOVED)
        self.finished.emit(RESET)


def _slider(name: str, accessible: str, low: int, high: int, step: int) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setObjectName(name)
    slider.setAccessibleName(accessible)
    slider.setToolTip(accessible)
    slider.setRange(low, high)
    slider.setSingleStep(step)
    slider.setPageStep(3 * step)
    return slider


def _label(name: str, width: int) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setFixedWidth(width)
    return label
