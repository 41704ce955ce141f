"""From a move of the pen to the last card repainted, idle and while a network is trained."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from itertools import pairwise
from time import perf_counter, sleep

import pytest
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from convviz.session.engine import Engine
from convviz.session.shipped import starting_state
from convviz.ui.desk import Desk
from convviz.ui.garbage import GarbageCollector
from convviz.ui.main_window import MainWindow
from convviz.ui.settings import Settings

MOVES = 400
EVERY_MS = 16.7  # a mouse reports about as often as a screen is drawn


class _Painted(QObject):
    """Counts the widgets that still have to be painted."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.loop = QEventLoop()  # waits without holding Python's lock, as the application does
        self.widgets = [card.mosaic for card in desk.workspace.layers.cards.values()] + [desk.workspace.input.bars]
        self.missing: set[QObject] = set()
        for widget in self.widgets:
            widget.installEventFilter(self)

    def expect_all(self) -> None:
        self.missing = set(self.widgets)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.missing.discard(watched)
            if not self.missing:
                QTimer.singleShot(0, self.loop.quit)
        return False


def _wait(ms: int) -> None:
    """``QTest.qWait`` keeps Python's lock while it sleeps, and so stops every other thread."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


@pytest.fixture
def desk(qtbot: QtBot) -> Generator[Desk, None, None]:
    window = MainWindow(Settings())
    state, trouble = starting_state("lecture")
    assert not trouble
    desk = window.furnish(state, Engine())
    window.show()
    desk.ready.connect(GarbageCollector(desk).freeze)  # as the application does
    with qtbot.waitSignal(desk.bridge.frame_arrived, timeout=60_000):
        desk.engine.start()
    _wait(300)
    yield desk
    window.close()
    window.deleteLater()  # the next measurement is of one window, not of two


def _moves(desk: Desk) -> list[float]:
    """Milliseconds from each mouse move to everything repainted."""
    pad, painted = desk.workspace.input.pad, _Painted(desk)
    newest: list[object] = [None]
    desk.bridge.frame_arrived.connect(lambda frame: (newest.__setitem__(0, frame.state), painted.expect_all()))
    took: list[float] = []
    side = pad.width()
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(side // 2, side // 5))
    for i in range(MOVES):
        angle = i / MOVES * 6 * math.pi
        radius = side * (0.15 + 0.2 * i / MOVES)
        point = QPoint(round(side / 2 + radius * math.sin(angle)), round(side / 2 - radius * math.cos(angle)))
        start = perf_counter()
        QTest.mouseMove(pad, point)
        while newest[0] is not desk.experiment.state or painted.missing:
            painted.loop.exec()
        took.append((perf_counter() - start) * 1e3)
        rest = EVERY_MS / 1e3 - (perf_counter() - start)
        if rest > 0:
            sleep(rest)
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=point)
    return took[20:]


def test_pen_idle(desk: Desk, report: Callable[..., None], percentiles: Callable[..., tuple[float, float]]) -> None:
    middle, high = percentiles(_moves(desk))
    report("pen move → all maps and bars repainted, idle: median", middle, "ms", "–")
    report("pen move → all maps and bars repainted, idle: p95", high, "ms", "≤ 16")


def _training() -> Generator[object, None, object]:
    from convviz.core.data import finish, written
    from convviz.core.training import train
    from convviz.spec.presets import lecture
    from convviz.spec.training import TrainingSettings

    return (yield from train(lecture(), finish(written(500, seed=0)), TrainingSettings(epochs=10_000)))


def test_pen_while_training(
    desk: Desk, report: Callable[..., None], percentiles: Callable[..., tuple[float, float]]
) -> None:
    progress: list[object] = []
    desk.bridge.progressed.connect(progress.append)
    number = desk.engine.run(_training)
    while len(progress) < 5:
        _wait(50)
    before = len(progress)
    took = _moves(desk)
    assert len(progress) > before, "the training stood still"
    desk.engine.cancel(number)
    middle, high = percentiles(took)
    report("pen move → all maps and bars repainted, training: median", middle, "ms", "–")
    report("pen move → all maps and bars repainted, training: p95", high, "ms", "≤ 16")


def test_tick_while_training(desk: Desk, report: Callable[..., None]) -> None:
    """How late a 5-ms timer of the window comes while a training job runs and a pen draws."""
    number = desk.engine.run(_training)
    _wait(1500)
    ticks: list[float] = []
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: ticks.append(perf_counter()))
    timer.start(5)
    pad = desk.workspace.input.pad
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    for i in range(300):
        QTest.mouseMove(pad, QPoint(50 + i % 120, 50 + (i * 7) % 120))
        _wait(16)
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton)
    desk.engine.cancel(number)
    timer.stop()
    gaps = sorted((b - a) * 1e3 for a, b in pairwise(ticks))
    report("window tick while training and drawing: p99", gaps[int(len(gaps) * 0.99)], "ms", "≤ 20")
    report("window tick while training and drawing: worst", gaps[-1], "ms", "≤ 100")
