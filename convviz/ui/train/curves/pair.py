"""The plot of the loss above that of the accuracy, over the same steps."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...look.theme import UNIT, theme_of
from .drawing import Drawing
from .marks import Mark
from .plot import CurvePlot
from .series import FIGURES, Figure, Sight


class PlotPair(QWidget):
    """Follows the newest step until somebody zooms."""

    zoomed = Signal()  # by hand
    seen = Signal()  # other x are in sight, or in another width
    reset_wanted = Signal()
    hovered = Signal(object)  # x or None
    pointed = Signal(object, bool)  # x, and whether it was clicked at: otherwise the cursor was dragged there

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("curves_plots")
        self.following = True
        self.plots: dict[Figure, CurvePlot] = {
            "loss": CurvePlot("loss_plot", "Plot of the loss", "Loss", bare=True),
            "accuracy": CurvePlot("accuracy_plot", "Plot of the accuracy", "Accuracy", percent=True),
        }
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        self.plots["accuracy"].setXLink(self.plots["loss"])
        for plot in self.plots.values():
            column.addWidget(plot, 1)
            plot.zoomed.connect(self._zoomed)
            plot.seen.connect(self.seen)
            plot.reset_wanted.connect(self.reset_wanted)
            plot.hovered.connect(self.hovered)
            plot.cursor_dragged.connect(lambda x: self.pointed.emit(x, False))
            plot.clicked.connect(lambda x: self.pointed.emit(x, True))

    def show_curves(self, drawing: Drawing, changes: tuple[Mark, ...], *, log: bool) -> None:
        """Draws what can be seen; the loss on a logarithmic axis, if ``log``."""
        end = drawing.end
        self.plots["loss"].set_log(log)
        for plot in self.plots.values():
            plot.set_limits(0.0, end)
            plot.show_changes(changes, drawing.across)
        if self.following:
            self.plots["loss"].show_across(0.0, end)
        for figure in FIGURES:
            plot = self.plots[figure]
            sight = Sight(*plot.sight)
            plot.show_height(*drawing.span(figure, sight, log=plot.log))
            plot.show_strokes(drawing.strokes(figure, sight, theme_of(self)))

    def set_cursor(self, x: float | None, *, used: bool) -> None:
        """Where the time machine is."""
        for plot in self.plots.values():
            plot.set_cursor(x, used=used)

    def set_hair(self, x: float | None) -> None:
        """Where something is read off."""
        for plot in self.plots.values():
            plot.set_hair(x)

    def follow(self) -> None:
        """All of the curves, and the newest from now on."""
        self.following = True
        self.forget_heights()

    def forget_heights(self) -> None:
        """The next values in sight decide how high the plots reach."""
        for plot in self.plots.values():
            plot.forget_height()

    def _zoomed(self) -> None:
        self.following = False
        self.zoomed.emit()
