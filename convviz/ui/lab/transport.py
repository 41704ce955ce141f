"""Play, pause, step and scrub through the positions of the window."""

from __future__ import annotations

from time import monotonic

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QToolButton, QWidget

from ..look.choice import Choice
from ..look.text_line import TextLine
from ..look.theme import VALUE_PX, font
from .transport_icons import transport_icon

SPEEDS = (1, 2, 4, 8, 15, 30, 60)  # positions a second
FASTEST = 0
LONGEST_S, TICK_MS = 20, 4  # as fast as possible takes no longer than this; a position a tick, if it can be painted
BUTTONS = {"back": "one position back", "play": "play", "forward": "one position forward"}


class Transport(QWidget):
    """``filled`` positions are computed; ``moved`` says so when the user, or playing, changes it, and at a pause."""

    moved = Signal(int)
    playing_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        self.setAccessibleName("positions of the window")
        self._positions, self._columns, self._filled = 1, 1, 1
        self._speed_chosen = False
        self._since_s, self._from = 0.0, 0  # when playing began at this speed, and where
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self.buttons = {name: _button(name, text) for name, text in BUTTONS.items()}
        self.buttons["back"].clicked.connect(lambda: self.step(-1))
        self.buttons["forward"].clicked.connect(lambda: self.step(1))
        self.buttons["play"].clicked.connect(self.toggle)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("transport position")
        self.slider.setAccessibleName("position of the window")
        self.slider.valueChanged.connect(self._scrubbed)
        self.text = TextLine("transport text", VALUE_PX, dim=True)
        self.text.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.speed = _speeds()
        self.speed.activated.connect(self._choose_speed)
        self._lay_out()
        self._show_size()
        self._show_playing()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for button in self.buttons.values():
            row.addWidget(button)
        row.addSpacing(4)
        row.addWidget(self.slider, 1)
        row.addSpacing(8)
        row.addWidget(self.text)
        row.addWidget(self.speed)

    # --- what it is told --------------------------------------------------------------------------------------

    def set_positions(self, positions: int, columns: int = 1) -> None:
        """How many positions there are, ``columns`` of them in a row; another number shows them all computed."""
        if (positions, columns) == (self._positions, self._columns):
            return
        self._stop()
        self._positions, self._columns, self._filled = max(positions, 1), max(columns, 1), max(positions, 1)
        if not self._speed_chosen:
            usual = 4 if positions <= 30 else 15 if positions <= 200 else 60
            self.speed.setCurrentIndex(self.speed.findData(usual))
        self._show_size()

    def set_filled(self, filled: int) -> None:
        """Shows another position, without a word."""
        self._filled = min(max(filled, 0), self._positions)
        self._since_s, self._from = monotonic(), self._filled
        self._show_filled()

    @property
    def positions(self) -> int:
        """How many positions there are."""
        return self._positions

    @property
    def filled(self) -> int:
        """How many positions are computed: all of them at the end."""
        return self._filled

    @property
    def playing(self) -> bool:
        return self._timer.isActive()

    @property
    def speed_per_s(self) -> int:
        """Positions a second while it plays; 0: as fast as they can be shown."""
        return int(self.speed.currentData())

    # --- what the user does -----------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Plays or pauses; at the end it starts over."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def play(self) -> None:
        """Goes on by itself; from the start where all is computed."""
        if self._filled >= self._positions:
            self._move(0)
        self._start()
        self._show_playing()
        self.playing_changed.emit(True)

    def pause(self) -> None:
        """Where it stops can be looked at: ``moved`` says once more which position it is."""
        if self._stop():
            self.moved.emit(self._filled)

    def _stop(self) -> bool:
        """Whether it played."""
        playing = self.playing
        if playing:
            self._timer.stop()
            self._show_playing()
            self.playing_changed.emit(False)
        return playing

    def step(self, by: int) -> None:
        """The user goes some positions on or back; from all of them, forward begins at the first one."""
        self._stop()
        over = self._filled >= self._positions and by > 0
        self._move(by if over else self._filled + by)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.toggle()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.step(1 if event.key() == Qt.Key.Key_Right else -1)
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._stop()  # nobody watches
        super().hideEvent(event)

    def _scrubbed(self, value: int) -> None:
        self._stop()
        self._move(value)

    def _choose_speed(self) -> None:
        self._speed_chosen = True
        if self.playing:
            self._start()

    # --- playing ----------------------------------------------------------------------------------------------

    def _start(self) -> None:
        """From here on, in the present speed."""
        self._since_s, self._from = monotonic(), self._filled
        self._timer.start(1000 // self.speed_per_s if self.speed_per_s else TICK_MS)

    def _tick(self) -> None:
        """On to where the clock says; a slow machine leaves positions out rather than fall behind."""
        if self.speed_per_s:
            due = self._from + round((monotonic() - self._since_s) * self.speed_per_s)
            target = max(due, self._filled + 1)
        else:
            target = self._filled + max(1, self._positions * TICK_MS // (LONGEST_S * 1000))
        self._move(target)
        if self._filled >= self._positions:
            self._stop()

    def _move(self, filled: int) -> None:
        filled = min(max(filled, 0), self._positions)
        if filled != self._filled:
            self._filled = filled
            self._show_filled()
            self.moved.emit(filled)

    def _show_size(self) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, self._positions)
            self.slider.setPageStep(self._columns)
        advance = QFontMetrics(font(VALUE_PX)).horizontalAdvance
        longest = max(
            advance(_sentence(n, self._positions, self._columns)) for n in (self._positions, self._positions - 1)
        )
        self.text.setFixedWidth(longest + 14)
        self._show_filled()

    def _show_filled(self) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(self._filled)
        self.text.setText(self.sentence)

    def _show_playing(self) -> None:
        doing = "pause" if self.playing else "play"
        button = self.buttons["play"]
        button.setAccessibleName(doing)
        button.setToolTip(f"{doing} (Space)")
        for name, each in self.buttons.items():
            each.setIcon(transport_icon(doing if name == "play" else name, self))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._show_playing()
        super().changeEvent(event)

    @property
    def sentence(self) -> str:
        """Where the window stands."""
        return _sentence(self._filled, self._positions, self._columns)


def _sentence(filled: int, positions: int, columns: int) -> str:
    if filled == positions:
        return f"whole output: {positions:,} position{'' if positions == 1 else 's'}"
    text = f"position {filled:,} of {positions:,}"
    if filled == 0 or positions <= columns:
        return text
    row, column = divmod(filled - 1, columns)
    return f"{text} · row {row}, column {column}"


def _button(name: str, text: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(f"transport {name}")
    button.setAccessibleName(text)
    button.setToolTip(text)
    button.setIconSize(QSize(16, 16))
    return button


def _speeds() -> Choice:
    speed = Choice()
    speed.setObjectName("transport speed")
    speed.setAccessibleName("speed")
    speed.setToolTip("positions per second")
    for each in SPEEDS:
        speed.addItem(f"{each} / s", each)
    speed.addItem("fastest", FASTEST)
    return speed
