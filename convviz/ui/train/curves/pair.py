"""The plot of the loss above that of the accuracy, over the same steps."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...look.theme import UNIT, theme_of
from .drawing import Drawing
from .marks import Mark
from .plot import CurvePlot
from .series import Figure, Sight
from .words import of_losses

MANY, IN_TURN_MS = 4, 20  # runs, from which on one plot is painted after the other: nothing waits for both


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
        self.own = False  # only as far as the present run has come
        self._drawing = Drawing()
        self._cursor: tuple[float | None, bool] = (None, False)
        self._later = QTimer(self, singleShot=True, interval=IN_TURN_MS)
        self._later.timeout.connect(self._show_second)
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

    def show_curves(self, drawing: Drawing, changes: tuple[Mark, ...], *, log: bool, in_turn: bool = False) -> None:
        """Draws what can be seen; the loss on a logarithmic axis, if ``log``, and first, if ``in_turn``."""
        in_turn = in_turn or len(drawing.runs) >= MANY
        self.plots["accuracy"].viewport().setUpdatesEnabled(not in_turn)  # it moves with the loss, and is painted once
        end = drawing.end
        self.plots["loss"].set_log(log)
        self.plots["loss"].show_note(*of_losses(drawing.runs, drawing.current))
        for plot in self.plots.values():
            plot.set_limits(0.0, end)
            plot.show_changes(changes, drawing.across)
        if self.following:
            self.plots["loss"].show_across(0.0, (self.own and drawing.own_end) or end)
        self._drawing = drawing
        self._show("loss")
        if not in_turn:
            self._later.stop()
            self._show("accuracy")
        elif not self._later.isActive():
            self._later.start()

    def _show(self, figure: Figure) -> None:
        plot, drawing = self.plots[figure], self._drawing
        sight = Sight(*plot.sight)
        plot.show_height(*drawing.span(figure, sight, log=plot.log))
        plot.show_strokes(drawing.strokes(figure, sight, theme_of(self)))

    @property
    def decades(self) -> float:
        """Over how many powers of ten the losses reach that are in sight."""
        return self._drawing.decades(Sight(*self.plots["loss"].sight))

    def set_cursor(self, x: float | None, *, used: bool) -> None:
        """Where the time machine is."""
        self._cursor = x, used
        self.plots["loss"].set_cursor(x, used=used)
        if not self._later.isActive():
            self.plots["accuracy"].set_cursor(x, used=used)

    def _show_second(self) -> None:
        self._show("accuracy")
        self.plots["accuracy"].set_cursor(self._cursor[0], used=self._cursor[1])
        self.plots["accuracy"].viewport().setUpdatesEnabled(True)

    def set_hair(self, x: float | None) -> None:
        """Where something is read off."""
        for plot in self.plots.values():
            plot.set_hair(x)

    def follow(self, *, own: bool = False) -> None:
        """All of the curves, and the newest from now on; ``own``: as far as the present run has come."""
        self.following, self.own = True, own
        self.forget_heights()

    def forget_heights(self) -> None:
        """The next values in sight decide how high the plots reach."""
        for plot in self.plots.values():
            plot.forget_height()

    def _zoomed(self) -> None:
        self.following = False
        self.zoomed.emit()
