"""The drawing as an input: a pad, and what is done to the drawing before the operation gets it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ....spec.preparation import Preparation
from ...input.pad import DrawingPad
from ...look.text_line import TextLine
from ...look.theme import CAPTION_PX, UNIT

TOOLS = ("sample", "eraser", "clear")
STEPS = {"crop": "cropped", "fit": "scaled", "centre": "centred"}
WHY = (
    "The operation gets the drawing as a network receives it, in 28 × 28 cells.\n"
    "Each step can be switched off in the workspace Network (Ctrl+1), below the pad."
)


class DrawingPage(QWidget):
    """Shows which steps a drawing takes; what is drawn is told by its ``pad``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("drawing_page")
        self.pad = DrawingPad()
        self.pad.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.steps = TextLine("drawing_steps", CAPTION_PX, dim=True)
        self.steps.setToolTip(WHY)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.pad, 1)
        column.addWidget(self.steps)

    def show_preparation(self, preparation: Preparation) -> None:
        """The steps that are on."""
        done = [word for name, word in STEPS.items() if getattr(preparation, name)]
        self.steps.setText(f"prepared: {', '.join(done)}" if done else "not prepared")


class DrawingTools(QWidget):
    """The window's actions for a drawing, as buttons."""

    def __init__(self, tools: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("drawing_tools")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for name in TOOLS:
            button = QToolButton()
            button.setDefaultAction(tools[name])
            button.setObjectName(f"lab_{name}_button")
            button.setAccessibleName(tools[name].text().replace("&", ""))
            button.setIconSize(QSize(16, 16))
            button.setFixedWidth(8 * UNIT)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            row.addWidget(button)
