"""The left side: pad and its tools, the preparation, the class bars."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSlider, QToolButton, QVBoxLayout, QWidget

from ...session.experiment import State
from ...session.outbox import Frame
from ...spec.adapt import untrained
from ...spec.strokes import PEN_WIDTH
from ..layer.note import Note
from ..look.icons import icon
from ..look.text_line import TextLine
from ..look.theme import CAPTION_PX, Theme, theme_of
from .class_bars import ClassBars
from .pad import DrawingPad
from .preparation_strip import PreparationStrip

THINNEST, THICKEST = 4, 60  # pad units


class InputPanel(QFrame):
    """Shows a State's drawing and its Frame. ``tools`` are the window's actions that have a button here.

    A ``low`` one shares its column with more, and takes as little height as it can.
    """

    pen_width_changed = Signal(float)

    def __init__(self, tools: dict[str, QAction], parent: QWidget | None = None, *, low: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("input_panel")
        self.setProperty("role", "card")
        self.pad = DrawingPad()
        self.strip = PreparationStrip()
        self.bars = ClassBars(low=low)
        self.pen = QSlider(Qt.Orientation.Horizontal)
        self._pen_text = QLabel()
        self._tools = tools
        self._coloured: Theme | None = None
        self._buttons: dict[str, QToolButton] = {}
        self.prediction = _label("title", "Prediction")
        self.prediction.setObjectName("prediction")
        self.untrained = Note("untrained", 1, warning=True)
        self.received = TextLine("received_caption", CAPTION_PX, dim=True)
        self.show_name("")
        self._build()
        self.set_pen_width(PEN_WIDTH)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 10)
        column.setSpacing(4)
        column.addLayout(self._header())
        column.addWidget(self.pad)
        column.addLayout(self._pen_row())
        column.addSpacing(2)
        column.addWidget(self.received)
        column.addWidget(self.strip)
        column.addSpacing(4)
        row = QHBoxLayout()
        row.addWidget(self.prediction)
        row.addWidget(self.untrained, 1)
        column.addLayout(row)
        column.addWidget(self.bars, 1)

    def _header(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(_label("title", "Drawing"))
        row.addStretch(1)
        for name in ("open", "sample", "eraser", "clear"):
            button = QToolButton()
            button.setDefaultAction(self._tools[name])
            button.setObjectName(f"{name}_button")
            button.setAccessibleName(self._tools[name].text().replace("&", ""))
            button.setIconSize(QSize(16, 16))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            self._buttons[name] = button
            row.addWidget(button)
        return row

    def _pen_row(self) -> QHBoxLayout:
        self.pen.setObjectName("pen_width")
        self.pen.setAccessibleName("Pen width")
        self.pen.setRange(THINNEST, THICKEST)
        self.pen.setToolTip("Pen width, in 1/280 of the pad. Keys [ and ]")
        self.pen.valueChanged.connect(self._pen_moved)
        self._pen_text.setProperty("role", "caption")
        self._pen_text.setMinimumWidth(42)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._pen_text)
        row.addWidget(self.pen, 1)
        return row

    def set_pen_width(self, width: float) -> None:
        """The pen from now on, in pad units."""
        self.pen.setValue(round(width))

    def set_erasing(self, erasing: bool) -> None:
        """Whether the left button erases."""
        self.pad.erasing = erasing
        self.pad.update()

    def share_pen(self, other: InputPanel, eraser: QAction) -> None:
        """One pen on both pads: as wide, and erasing as one."""
        self.set_pen_width(other.pad.pen_width)
        self.set_erasing(other.pad.erasing)
        eraser.toggled.connect(self.set_erasing)
        other.pen_width_changed.connect(self.set_pen_width)
        self.pen_width_changed.connect(other.set_pen_width)

    def _pen_moved(self, width: int) -> None:
        self._pen_text.setText(f"pen {width}")
        self.pad.pen_width = float(width)
        self.pad.update()
        self.pen_width_changed.emit(float(width))

    def show_state(self, old: State | None, new: State) -> None:
        """Redraws what differs."""
        if old is None or old.network is not new.network:
            self.bars.set_network(new.network)
        if old is None or old.kept is not new.kept or old.network is not new.network:
            self._show_untrained(new)
        if old is None or old.drawing is not new.drawing:
            self.pad.set_drawing(new.drawing)
        if old is None or old.preparation is not new.preparation:
            self.strip.set_preparation(new.preparation)

    def show_name(self, name: str) -> None:
        """What the picture on the pad is, "" for a drawing."""
        self.received.setText(f"{name[:1].upper()}{name[1:]}" if name else "What the network receives")
        self.received.setToolTip(
            "An image that was opened; where its class is known, that is explained.\n"
            "Clear the pad or draw a sample, and the preparation is on again."
            if name
            else ""
        )

    def show_frame(self, frame: Frame) -> None:
        self.strip.show_frame(frame)
        self.pad.set_grid(frame.grid, frame.state.network.input_shape[1:])
        if not frame.state.drawing or not frame.maps["input"].any():  # no ink, nothing to predict
            self.bars.clear()
            self.prediction.setText("Prediction")
            return
        self.bars.show_frame(frame)
        best = self.bars.best
        names = frame.state.network.classes
        if best is None:
            self.prediction.setText("Prediction: the scores are not numbers")
        else:
            self.prediction.setText(f"Prediction: {names[best] if best < len(names) else best}")

    def _show_untrained(self, state: State) -> None:
        layers = untrained(state.network, state.kept)
        shown = ", ".join(layers) if len(layers) <= 2 else f"{len(layers)} layers"
        self.untrained.show_text(
            f"{shown} {'needs' if len(layers) == 1 else 'need'} training" if layers else "",
            f"The inputs of {', '.join(layers)} changed, or the weights are new: these probabilities mean little until "
            "the network is trained. Undo, or turn the setting back, and the trained weights return.",
        )

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.colour_icons()
        super().changeEvent(event)

    def colour_icons(self) -> None:
        """Icons in the colour of the present theme."""
        if self._coloured is theme_of(self):  # a palette may change for other reasons, many times while it is made
            return
        self._coloured = theme_of(self)
        for name in self._buttons:
            self._tools[name].setIcon(icon(name, theme_of(self)))


def _label(role: str, text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    return label
