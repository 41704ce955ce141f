"""From a move of the pen to the last card repainted, idle and while a network is trained."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from itertools import pairwise
from time import perf_counter

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest

from convviz.ui.desk import Desk

MOVES = 400
Follow = Callable[[Desk, Callable[[int], None], int], list[float]]


def _moves(desk: Desk, follow: Follow) -> list[float]:
    """Milliseconds from each mouse move to everything repainted."""
    pad = desk.workspace.input.pad
    side = pad.width()
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(side // 2, side // 5))

    def move(i: int) -> None:
        angle = i / MOVES * 6 * math.pi
        radius = side * (0.15 + 0.2 * i / MOVES)
        QTest.mouseMove(
            pad, QPoint(round(side / 2 + radius * math.sin(angle)), round(side / 2 - radius * math.cos(angle)))
        )

    took = follow(desk, move, MOVES)
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton)
    return took


def test_pen_idle(
    desk: Desk, follow: Follow, report: Callable[..., None], percentiles: Callable[..., tuple[float, float]]
) -> None:
    middle, high = percentiles(_moves(desk, follow))
    report("pen move → all maps and bars repainted, idle: median", middle, "ms", "–")
    report("pen move → all maps and bars repainted, idle: p95", high, "ms", "≤ 16")


def _training() -> Generator[object, None, object]:
    from convviz.core.data import Images, Split, finish, written
    from convviz.core.training import train
    from convviz.spec.presets import lecture
    from convviz.spec.training import TrainingSettings

    digits = finish(written(500, seed=0))
    split = Split("some", digits, Images(digits.images[:0], digits.labels[:0]))
    return (yield from train(lecture(), split, TrainingSettings(epochs=10_000)))


def test_pen_while_training(
    desk: Desk,
    follow: Follow,
    wait: Callable[[int], None],
    report: Callable[..., None],
    percentiles: Callable[..., tuple[float, float]],
) -> None:
    progress: list[object] = []
    desk.bridge.progressed.connect(progress.append)
    number = desk.engine.run(_training)
    while len(progress) < 5:
        wait(50)
    before = len(progress)
    took = _moves(desk, follow)
    assert len(progress) > before, "the training stood still"
    desk.engine.cancel(number)
    middle, high = percentiles(took)
    report("pen move → all maps and bars repainted, training: median", middle, "ms", "–")
    report("pen move → all maps and bars repainted, training: p95", high, "ms", "≤ 16")


def test_tick_while_training(desk: Desk, wait: Callable[[int], None], report: Callable[..., None]) -> None:
    """How late a 5-ms timer of the window comes while a training job runs and a pen draws."""
    number = desk.engine.run(_training)
    wait(1500)
    ticks: list[float] = []
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: ticks.append(perf_counter()))
    timer.start(5)
    pad = desk.workspace.input.pad
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    for i in range(300):
        QTest.mouseMove(pad, QPoint(50 + i % 120, 50 + (i * 7) % 120))
        wait(16)
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton)
    desk.engine.cancel(number)
    timer.stop()
    gaps = sorted((b - a) * 1e3 for a, b in pairwise(ticks))
    report("window tick while training and drawing: p99", gaps[int(len(gaps) * 0.99)], "ms", "≤ 20")
    report("window tick while training and drawing: worst", gaps[-1], "ms", "≤ 100")
