"""Loss and accuracy as they come, over those of earlier runs; below them the kernels and maps that move."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from ....session.experiment import State
from ....session.outbox import Frame
from ....session.training.trainer import Trainer, What
from ....spec.training.run import Run, Runs
from ...look.theme import CAPTION_PX, MARGIN, UNIT, theme_of
from ...throttle import Throttle
from ..fitting_line import FittingLine
from ..kernels.strip import LiveStrip
from ..page import Page
from ..runs.changes import change_texts
from . import words
from .advice import Advice
from .controls import CurveControls
from .drawing import Drawing
from .legend import Legend
from .marks import Mark
from .pair import PlotPair
from .pointing import FRAME_MS, Pointing
from .series import Across

MOST_DECADES = 4  # of losses, that a linear scale is left without a word
SHORT = 0.8  # of all that is across, below which a run can be looked at alone
DRAWN: frozenset[What] = frozenset({"curves", "epoch", "runs", "status", "data", "loading", "checkpoints"})
NOTHING = "Nothing was trained yet.\nPress Start: loss and accuracy are drawn here, step by step."
LOADING = "The data is being loaded.\nLoss and accuracy are drawn here from the first step on."


class CurvesPage(Page):
    """Follows the newest step until somebody zooms."""

    pointed_at = Signal(str)
    channel_opened = Signal(object)  # (layer id, channel)

    def __init__(self, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(trainer, parent)
        self.setObjectName("curves_page")
        self.setAccessibleName("Loss and accuracy")
        self.controls = CurveControls()
        self.legend = Legend()
        self.advice = Advice()
        self.reading = FittingLine("curves_reading", CAPTION_PX, dim=True)
        self.pair = PlotPair()
        self.plots = self.pair.plots
        self.strip = LiveStrip(trainer)
        self.empty = QLabel(NOTHING)
        self._runs = Runs()
        self._drawing = Drawing()
        self._busy = False
        self._hovered: float | None = None
        self._pointing = Pointing(trainer, self)
        self._redraw = Throttle(self._draw, FRAME_MS, self)
        self._look = QTimer(self, singleShot=True, interval=FRAME_MS)
        self._look.timeout.connect(self._draw)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.empty.setObjectName("curves_empty")
        self.empty.setProperty("role", "dim")
        self.empty.setIndent(MARGIN)
        self.stack = QStackedWidget()
        self.stack.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.pair)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        column.addWidget(self.controls)
        column.addWidget(self.legend)
        column.addWidget(self.advice)
        column.addWidget(self.stack, 1)
        column.addWidget(self.reading)
        column.addWidget(self.strip)

    def _connect(self) -> None:
        self.controls.changed.connect(self._chosen)
        self.controls.all_wanted.connect(self.show_all)
        self.controls.own_wanted.connect(self._fit)
        self.strip.pointed_at.connect(self.pointed_at)
        self.strip.channel_opened.connect(self.channel_opened)
        self.pair.zoomed.connect(self._show_reach)
        self.pair.seen.connect(self._seen)
        self.pair.reset_wanted.connect(self._reset)
        self.pair.hovered.connect(self._hover)
        self.pair.pointed.connect(self._point)

    # --- what it is told --------------------------------------------------------------------------------------

    def refresh(self, what: frozenset[What]) -> None:
        self.strip.refresh(what)
        if what & DRAWN:
            self._draw(in_turn="runs" not in what and self.trainer.status == "running")
        elif "cursor" in what:
            if not self.trainer.at_hand:
                self.advice.show_run(None)
            self._show_cursor()
            self._show_reading()

    def show_state(self, old: State | None, new: State) -> None:
        self.strip.show_state(old, new)
        if old is None or old.runs is not new.runs:
            before = self._others()
            self._runs = new.runs
            if old is None or self._others() != before:  # of the present run the trainer tells
                self._redraw.request()

    def show_frame(self, frame: Frame) -> None:
        self.strip.show_frame(frame)

    def show_all(self) -> None:
        """All of the curves, and the newest from now on."""
        self.pair.follow()
        self._draw()

    def _fit(self) -> None:
        """As far as the present run has come, and on with it."""
        self.pair.follow(own=True)
        self._draw()

    @property
    def following(self) -> bool:
        """Whether the newest step stays in sight."""
        return self.pair.following

    # --- drawing ----------------------------------------------------------------------------------------------

    def _shown(self) -> tuple[Run, ...]:
        """The runs whose curves are drawn: the present one as it is now, and the others that were not put aside."""
        run = self.trainer.run
        runs = self._runs if run is None else self._runs.having(run)
        current = 0 if run is None else run.number
        return tuple(each for each in runs.runs if each.shown or each.number == current)

    def _others(self) -> tuple[Run, ...]:
        """The runs in the list that do not grow."""
        run = self.trainer.run
        return tuple(each for each in self._runs.runs if run is None or each.number != run.number)

    def _draw(self, *, in_turn: bool = False) -> None:
        """All that is known; the plots ``in_turn`` take Python's lock for moments that a training hardly feels."""
        if self._busy:
            return  # a range that is set here is heard of here
        self._busy = True
        try:
            run = self.trainer.run
            self._drawing.choose(self.controls.across, self.controls.beta)
            self._drawing.follow(self._shown(), 0 if run is None else run.number)
            empty = self._drawing.empty
            self.stack.setCurrentIndex(0 if empty else 1)
            self.empty.setText(LOADING if self.trainer.status in ("loading", "running") else NOTHING)
            self.legend.show_entries(() if empty else self._drawing.legend(theme_of(self)))
            if not empty:
                changes, log = _changes(run, self.controls.across), self.controls.log
                self.pair.show_curves(self._drawing, changes, log=log, in_turn=in_turn)
            wide = not empty and not self.controls.log and self.pair.decades > MOST_DECADES
            self.advice.show_run(run if self.trainer.at_hand else None, wide=wide)
        finally:
            self._busy = False
        self._show_reach()
        self._show_cursor()
        self._show_reading()

    def _show_reach(self) -> None:
        own = self.following and self.pair.own
        shorter = 0 < self._drawing.own_end < SHORT * self._drawing.end
        self.controls.show_reach(whole=self.following and not own, own=own, several=shorter)

    def _show_cursor(self) -> None:
        cursor, curves = self.trainer.cursor, self.trainer.curves
        step = curves.last_step if cursor is None else cursor
        there = len(curves.steps) and self.trainer.checkpoints and self.trainer.at_hand
        x = words.place_of(curves, self.controls.across, step) if there else None
        self.pair.set_cursor(x, used=cursor is not None)

    def _show_reading(self) -> None:
        """The step under the mouse, else the one of the time machine, else the newest."""
        curves, across = self.trainer.curves, self.controls.across
        if not len(curves.steps):
            run = self.trainer.run
            self.reading.show_texts(words.of_others(self._drawing.runs, 0 if run is None else run.number))
            return
        x, cursor = self._hovered, self.trainer.cursor
        if x is None and cursor is not None:
            x = words.place_of(curves, across, cursor)
        row = len(curves.steps) - 1 if x is None else words.row_at(curves, across, x)
        name = "" if self.trainer.at_hand or self.trainer.run is None else f"{self.trainer.run.name}: "
        self.reading.show_texts(*(name + text for text in words.reading(curves, row)))
        place = words.place_of(curves, across, float(curves.steps[row, 0]))
        self.pair.set_hair(None if self._hovered is None else place)

    # --- hands ------------------------------------------------------------------------------------------------

    def _chosen(self) -> None:
        """Something else is across, or smoothed in another way; what was zoomed is no longer the same."""
        if self.controls.across != self._drawing.across:
            self.pair.follow(own=self.pair.own)
        self.pair.forget_heights()
        self._redraw.request()

    def _seen(self) -> None:
        """In a moment: whether that was zoomed by hand, the plot says only after it."""
        if not self._busy and not self._look.isActive():
            self._look.start()

    def _hover(self, x: object) -> None:
        self._hovered = x if isinstance(x, float) else None
        self._show_reading()

    def _point(self, x: object, clicked: bool) -> None:
        """The moment nearest to there is shown."""
        if isinstance(x, float) and len(self.trainer.curves.steps):
            self._pointing.point(words.step_of(self.trainer.curves, self.controls.across, x), clicked=clicked)

    def _reset(self) -> None:
        """A double click shows all; the click that it began with has not meant another moment."""
        self._pointing.take_back()
        self.show_all()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_redraw"):
            self._drawing.forget_colours()
            self._redraw.request()


def _changes(run: Run | None, across: Across) -> tuple[Mark, ...]:
    """What was changed while the present run went on."""
    if run is None:
        return ()
    return tuple(Mark(words.place_of(run.curves, across, step), text) for step, text in change_texts(run))
