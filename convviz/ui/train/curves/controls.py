"""The row above the plots: what is across, the scale of the loss, how much the curves are smoothed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QToolButton, QWidget

from ...field.switch import Switch
from ...look.theme import VALUE_PX
from ..fitting_line import FittingLine
from .series import Across

MEAN = (
    "Over about how many steps the thick line is a mean: m ← β m + (1 − β) loss, shown as m / (1 − βⁿ); 1 / (1 − β) "
    "steps.\nThis is only how the curve is drawn; it has nothing to do with the training."
)
USUAL = 90  # hundredths
ROOMY_PX = 580
TEXT_PX, SLIDER_PX = (88, 118), (40, 110)  # in a narrow window, and elsewhere
ALL = "The whole curves, and what will follow (double click, or Home on a plot)"
ACROSS = {
    "step": ("steps", "Across: the steps, one mini-batch each"),
    "epoch": ("epochs", "Across: the epochs, so that runs with other batch sizes can be compared"),
}
SCALES = {
    "linear": ("linear", "The loss as it is"),
    "log": ("log", "The loss on a logarithmic scale: small losses can be told apart"),
}


class CurveControls(QWidget):
    """Says ``changed`` when the user chose something."""

    changed = Signal()
    all_wanted = Signal()
    own_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("curves_controls")
        self.across_switch = Switch("curves_across", ACROSS, "toggle")
        self.scale_switch = Switch("curves_scale", SCALES, "toggle")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("curves_smoothing")
        self.slider.setAccessibleName("Steps that the line is a mean of")
        self.slider.setToolTip(MEAN)
        self.slider.setRange(0, 99)
        self.slider.setPageStep(10)
        self.slider.setValue(USUAL)
        self.smoothing = FittingLine("curves_smoothing_text", VALUE_PX, dim=True)
        self.smoothing.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.fit = _button("Fit", "curves_fit", "Only as far as the run on screen has come")
        self.fit.hide()
        self.show_all = _button("Show all", "curves_show_all", ALL)
        self._build()
        self.slider.valueChanged.connect(self._smoothed)
        self.across_switch.chosen.connect(lambda _: self.changed.emit())
        self.scale_switch.chosen.connect(lambda _: self.changed.emit())
        self.show_all.clicked.connect(self.all_wanted)
        self.fit.clicked.connect(self.own_wanted)
        self._show_smoothing()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for switch in (self.across_switch, self.scale_switch):
            switch.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            row.addWidget(switch)
            row.addSpacing(6)
        row.addWidget(self.smoothing)
        row.addWidget(self.slider)
        row.addStretch(1)
        row.addWidget(self.fit)
        row.addWidget(self.show_all)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        for switch in (self.across_switch, self.scale_switch):
            for button in switch.buttons.values():  # as wide as its word, not as the other button's
                button.ensurePolished()
                button.setMinimumWidth(button.sizeHint().width())

    @property
    def across(self) -> Across:
        return "step" if self.across_switch.current == "step" else "epoch"

    @property
    def log(self) -> bool:
        return self.scale_switch.current == "log"

    @property
    def beta(self) -> float:
        return self.slider.value() / 100

    def show_reach(self, *, whole: bool, own: bool, several: bool) -> None:
        """Whether all can be seen, only what the present run has come to, and whether that is less."""
        self.show_all.setEnabled(not whole)
        self.fit.setVisible(several or own)
        self.fit.setEnabled(not own)

    def _smoothed(self, _value: int) -> None:
        self._show_smoothing()
        self.changed.emit()

    def _show_smoothing(self) -> None:
        steps = round(1 / (1 - self.beta))
        self.smoothing.show_texts(
            *(("every step", "each") if steps == 1 else (f"mean of {steps} steps", f"{steps}-step mean"))
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = self.width() >= ROOMY_PX
        self.show_all.setText("Show all" if roomy else "All")
        self.smoothing.setFixedWidth(TEXT_PX[roomy])
        self.slider.setFixedWidth(SLIDER_PX[roomy])


def _button(text: str, name: str, why: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setObjectName(name)
    button.setAccessibleName(text)
    button.setToolTip(why)
    button.setEnabled(False)
    return button
