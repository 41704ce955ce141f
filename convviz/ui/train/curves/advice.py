"""One line above the plots: what is wrong with a training, or why its curves lie as they do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStackedWidget

from ....spec.training.run import Run
from ...look.theme import CAPTION_PX
from ..fitting_line import FittingLine
from .ailing import ailment_of
from .words import why_lower

LOG = "The losses reach over many powers of ten: “log” shows the small ones, too."


class Advice(QStackedWidget):
    """Says nothing before anything was measured on test images."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("curves_advice")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.usual = FittingLine("curves_why", CAPTION_PX, dim=True)
        self.warning = QLabel()
        self.warning.setObjectName("curves_warning")
        self.warning.setProperty("role", "warning")
        self.warning.setWordWrap(True)
        self.warning.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.addWidget(self.usual)
        self.addWidget(self.warning)
        self.hide()

    def show_run(self, run: Run | None, *, wide: bool = False) -> None:
        """Of the present run; None where there is none. ``wide``: losses of very different sizes are on one scale."""
        wrong = "" if run is None else ailment_of(run)
        wrong = f"{wrong} {LOG}" if wrong and wide else wrong
        if wrong != self.warning.text():
            self.warning.setText(wrong)
            self.warning.setAccessibleName(wrong)
        why = why_lower(run.latest) if run is not None and len(run.curves.epochs) and not wrong else ()
        if wide and not wrong:
            why = (LOG,)
        if why:
            self.usual.show_texts(*why)
        self.setCurrentWidget(self.warning if wrong else self.usual)
        self._fit()
        self.setVisible(bool(wrong or why))

    def _fit(self) -> None:
        """As high as what it says, not as the highest of its parts."""
        wrong = self.currentWidget() is self.warning
        high = self.warning.heightForWidth(self.width()) if wrong else self.usual.height()
        self.setFixedHeight(high)
        shown = self.warning if wrong else self.usual
        shown.resize(self.width(), high)  # in the middle of being laid out nobody else tells it

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
