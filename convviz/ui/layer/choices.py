"""Which settings a kind of layer has, and the widgets for those that are not numbers."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QVBoxLayout, QWidget

from ...spec.errors import InputError
from ...spec.limits import share
from ...spec.network import AvgPool2d, Conv2d, ConvTranspose2d, Dropout, Layer, LeakyReLU, Linear, MaxPool2d
from ..look.choice import Choice
from ..look.theme import VALUE_PX, font, theme_of
from .number_face import HEIGHT_PX

TICK_PX = 13
KINDS = {
    "Conv2d": "convolution",
    "MaxPool2d": "max pooling",
    "AvgPool2d": "average pooling",
    "BatchNorm2d": "batch norm",
    "ReLU": "ReLU",
    "LeakyReLU": "leaky ReLU",
    "Tanh": "tanh",
    "Sigmoid": "sigmoid",
    "GELU": "GELU",
    "Flatten": "flatten",
    "Dropout": "dropout",
    "Linear": "fully connected",
}
TITLES = {kind: text[0].upper() + text[1:] for kind, text in KINDS.items()}
POOLS = ("MaxPool2d", "AvgPool2d")
ACTIVATIONS = ("ReLU", "LeakyReLU", "Tanh", "Sigmoid", "GELU")
PADDING_MODES = ("zeros", "reflect", "replicate", "circular")
CAPTIONS = {
    "kernel": "kernel",
    "stride": "stride",
    "padding": "padding",
    "dilation": "dilation",
    "output_padding": "output padding",
    "out_channels": "channels",
    "groups": "groups",
    "out_features": "outputs",
    "p": "share dropped",
    "slope": "slope",
    "padding_mode": "padding mode",
    "bias": "bias",
    "ceil_mode": "round size up",
    "count_include_pad": "count padding",
}
PAIRS = ("kernel", "stride", "padding", "dilation", "output_padding")
SHARES = ("p", "slope")
CHECKS = ("bias", "ceil_mode", "count_include_pad")
MEANINGS = {
    "Conv2d": "slides its kernels over the maps: each output is a sum of products",
    "ConvTranspose2d": "each input lays its multiple of the kernel down: a larger output",
    "MaxPool2d": "keeps the largest value of each window",
    "AvgPool2d": "keeps the mean of each window",
    "BatchNorm2d": "each channel to mean 0, variance 1, then a scale and a shift; there is nothing to set",
    "ReLU": "max(0, x) of every value",
    "LeakyReLU": "x where it is positive, slope · x elsewhere",
    "Tanh": "tanh x of every value, −1 to 1",
    "Sigmoid": "1 / (1 + exp(−x)) of every value, 0 to 1",
    "GELU": "x · Φ(x) of every value, Φ of the normal distribution",
    "Flatten": "all maps as one list of values, channel after channel; there is nothing to set",
    "Dropout": "sets a share of the values to 0 while training, and does nothing otherwise",
    "Linear": "every output is a sum of all inputs, each times a weight",
}


def cells(layer: Layer) -> tuple[str, ...]:
    """The settings of a layer in the order they are shown, two a row; "type" chooses its kind."""
    match layer:
        case Conv2d():
            return "kernel", "stride", "padding", "dilation", "out_channels", "groups", "padding_mode", "bias"
        case ConvTranspose2d():
            return "kernel", "stride", "padding", "dilation", "output_padding", "out_channels", "groups", "bias"
        case MaxPool2d():
            return "type", "kernel", "stride", "padding", "dilation", "ceil_mode"
        case AvgPool2d():
            return "type", "kernel", "stride", "padding", "ceil_mode", "count_include_pad"
        case LeakyReLU():
            return "type", "slope"
        case Dropout():
            return ("p",)
        case Linear():
            return "out_features", "bias"
    return ("type",) if layer.kind in ACTIVATIONS else ()


class ChoiceField(QWidget):
    """A caption and a list to choose from. ``set_items`` and ``set_value`` never emit."""

    chosen = Signal(str)

    def __init__(self, name: str, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.box = Choice()
        self.box.setObjectName(f"{name}_box")
        self.box.setAccessibleName(caption.capitalize())
        self.box.setMinimumWidth(60)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.activated.connect(lambda at: self.chosen.emit(self.box.itemData(at)))
        label = QLabel(caption)
        label.setProperty("role", "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(label)
        column.addWidget(self.box)

    def set_items(self, items: dict[str, str]) -> None:
        """What can be chosen, with its text."""
        if [self.box.itemData(at) for at in range(self.box.count())] != list(items):
            with QSignalBlocker(self.box):
                self.box.clear()
                for value, text in items.items():
                    self.box.addItem(text, value)

    def set_value(self, value: str) -> None:
        with QSignalBlocker(self.box):
            self.box.setCurrentIndex(self.box.findData(value))


class Tick(QCheckBox):
    """A check box that paints its own box, in the colours of the theme."""

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(1.5, self.height() / 2 - TICK_PX / 2, TICK_PX, TICK_PX)
            lively = self.hasFocus() or self.underMouse() or self.isChecked()
            painter.setPen(QPen(QColor(theme.accent if lively else theme.dim), 1))
            painter.setBrush(QColor(theme.accent if self.isChecked() else theme.raised))
            painter.drawRoundedRect(box, 3, 3)
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(box.adjusted(-1.5, -1.5, 1.5, 1.5), 4, 4)
            if self.isChecked():
                painter.setPen(QPen(QColor(theme.on_accent), 1.8))
                x, y = box.x(), box.y()
                painter.drawPolyline([QPointF(x + 3, y + 6.5), QPointF(x + 5.5, y + 9), QPointF(x + 10, y + 4)])
            painter.setFont(font(VALUE_PX))
            painter.setPen(QColor(theme.text))
            text = self.rect().adjusted(TICK_PX + 9, 0, 0, 0)
            painter.drawText(text, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())


class CheckField(QWidget):
    """A box to tick, in line with the fields beside it. ``set_value`` never emits."""

    toggled = Signal(bool)

    def __init__(self, name: str, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.box = Tick(caption)
        self.box.setObjectName(f"{name}_check")
        self.box.setAccessibleName(caption.capitalize())
        self.box.setFixedHeight(HEIGHT_PX)
        self.box.clicked.connect(self.toggled)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.box, 0, Qt.AlignmentFlag.AlignBottom)

    def set_value(self, value: bool) -> None:
        with QSignalBlocker(self.box):
            self.box.setChecked(value)


def thousandths(text: str) -> int:
    """A typed share in thousandths.

    >>> thousandths("0.25")
    250
    """
    typed = share(text) * 1000
    if abs(typed - round(typed)) > 1e-6:
        raise InputError(f"{text.strip()[:20]!r} is too fine; type at most three digits behind the point")
    return round(typed)


def share_text(value: int) -> str:
    """Thousandths as they are typed.

    >>> share_text(250)
    '0.25'
    """
    return f"{value / 1000:g}"
