"""The operation at work: the stage or the signal, the transport below, and the formula of the output's size."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ...spec.lab.trial import Trial
from .formula import SizeFormula
from .scene import Pointer, Scene
from .signal.view import SignalView
from .stage.lit import valid
from .stage.view import StageView
from .transport import Transport

FOLLOWED_PER_S = 10  # positions that are pointed at while playing; faster ones nobody could read


class OperationPage(QWidget):
    """Shows a :class:`Trial`. What is hovered here goes before what is lit elsewhere, and that before the selected.

    While the window moves slowly, or by hand, its output counts as pointed at.
    """

    pointed = Signal(object)  # Pointer or None
    chosen = Signal(object)  # Pointer
    channel_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("operation page")
        self._trial: Trial | None = None
        self._channel, self._symbol, self._per_map = 0, "", True
        self._hovered: Pointer | None = None
        self._lit: Pointer | None = None  # from elsewhere
        self._selected: Pointer | None = None
        self._rest: Pointer | None = None  # the output that was looked at last
        self._followed = False  # whether the window's output was the last that was pointed at
        self._scene: Scene | None = None
        self.stage, self.signal = StageView(), SignalView()
        self.transport, self.formula = Transport(), SizeFormula()
        self._views = QStackedWidget()
        for view in (self.stage, self.signal):
            self._views.addWidget(view)
            view.pointed.connect(self._hover)
            view.chosen.connect(self._choose)
        self.transport.moved.connect(self._moved)
        self.formula.symbol_pointed.connect(self._light_symbol)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._views, 1)
        column.addWidget(self.transport)
        column.addWidget(self.formula)

    # --- what it is told --------------------------------------------------------------------------------------

    def show_trial(self, trial: Trial) -> None:
        """Another operation or input; what is pointed at stays where there is still such a cell."""
        self._trial = trial
        self._hovered, self._lit, self._selected = (
            pointer if valid(trial, pointer) else None for pointer in (self._hovered, self._lit, self._selected)
        )
        self._channel = min(self._channel, trial.output.shape[0] - 1)
        self._views.setCurrentWidget(self.signal if trial.lab.dims == 1 else self.stage)
        self.transport.set_positions(trial.positions, trial.output.shape[2])
        self.formula.show_row(trial.row, trial.lab.dims)
        self._symbol = self.formula.symbol
        self._refresh()

    def set_per_map(self, per_map: bool) -> None:
        """Whether several output maps have a colour range each."""
        self._per_map = per_map
        self._refresh()

    def set_channel(self, channel: int) -> None:
        """The output channel whose kernel is in hand."""
        self._channel = channel
        self._refresh()

    def point(self, pointer: Pointer | None) -> None:
        """Lights a cell that is pointed at elsewhere; not one that this operation does not have."""
        self._lit = pointer if self._trial is None or valid(self._trial, pointer) else None
        self._refresh()

    def select(self, pointer: Pointer | None) -> None:
        """The cell that stays lit when nothing is pointed at."""
        self._selected = pointer
        self._refresh()

    @property
    def scene(self) -> Scene | None:
        """What is shown now, as a figure shows it too: of a signal the part that is seen."""
        if self._scene is None or self.view is self.stage:
            return self._scene
        return replace(self._scene, span=self.signal.part)

    @property
    def view(self) -> StageView | SignalView:
        """The view that is in front."""
        return self.signal if self._trial is not None and self._trial.lab.dims == 1 else self.stage

    # --- what the user does -----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the views leave over: Space plays, and while the window stands somewhere the arrows move it."""
        moves = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if self._trial is not None:
            moves |= {Qt.Key.Key_Up: -self._trial.output.shape[2], Qt.Key.Key_Down: self._trial.output.shape[2]}
        if event.key() == Qt.Key.Key_Space:
            self.transport.toggle()
        elif event.key() in moves:
            self.transport.step(moves[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def _hover(self, pointer: Pointer | None) -> None:
        self._hovered, self._followed = pointer, False
        self._refresh()
        self.pointed.emit(pointer)

    def _choose(self, pointer: Pointer) -> None:
        if pointer.part == "output" and pointer.index[0] != self._channel:
            self.channel_chosen.emit(pointer.index[0])
        self.chosen.emit(pointer)

    def _light_symbol(self, symbol: str) -> None:
        self._symbol = symbol
        self._refresh()

    def _moved(self, filled: int) -> None:
        self._refresh()
        trial, speed = self._trial, self.transport.speed_per_s
        if trial is None or self._hovered is not None:
            return
        fast = self.transport.playing and not 0 < speed <= FOLLOWED_PER_S
        if 0 < filled < trial.positions and not fast:
            self._followed = True
            self.pointed.emit(Pointer("output", (self._channel, *divmod(filled - 1, trial.output.shape[2]))))
        elif self._followed:
            self._followed = False
            self.pointed.emit(None)

    def _refresh(self) -> None:
        trial, filled = self._trial, self.transport.filled
        if trial is None:
            return
        at_rest = self._selected if filled >= trial.positions else None
        chosen = next((p for p in (self._hovered, self._lit, at_rest) if valid(trial, p)), None)
        if filled < trial.positions and self._followed and self._hovered is None:
            chosen = None  # the window itself is what is lit
        if chosen is not None and chosen.part == "output":
            self._rest = chosen
        rest = self._rest if valid(trial, self._rest) else None
        self._scene = Scene(trial, filled, chosen, self._channel, self._symbol, self._per_map, rest)
        self.view.show_scene(self._scene)
