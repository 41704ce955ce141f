"""A line that says that the input is moved, on pages that do not show it otherwise."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from ...spec.lab.pose import UNMOVED, Pose, described
from ..look.numbers import typeset

PUT_BACK = "Put back"


class MovedBar(QWidget):
    """Shows a pose, and nothing for an input that is where it was."""

    put_back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("moved_bar")
        self.text = QLabel()
        self.text.setObjectName("moved_text")
        self.text.setProperty("role", "warning")
        self.button = QToolButton()
        self.button.setText(PUT_BACK)
        self.button.setObjectName("moved_put_back")
        self.button.setAccessibleName("Put the input back")
        self.button.setToolTip("Puts the input back where it was, as Reset on the page Equivariance does")
        self.button.setProperty("role", "toggle")
        self.button.clicked.connect(self.put_back)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 0, 0)
        row.addWidget(self.text)
        row.addWidget(self.button)
        row.addStretch(1)
        self.hide()

    def show_pose(self, pose: Pose, *, flat: bool = False, what: str = "input") -> None:
        """``what`` is moved; a ``flat`` one is a signal."""
        self.text.setText(typeset(f"{what} moved: {described(pose, flat=flat) or 'along its height only'}"))
        self.setVisible(pose != UNMOVED)
