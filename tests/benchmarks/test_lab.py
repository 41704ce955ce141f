"""The Lab in the whole window: how evenly it plays, how soon it pauses, how quickly it follows a hand."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from convviz.ui.desk import Desk
from convviz.ui.lab.workspace import LabWorkspace
from convviz.ui.layer.value_box import STEP_PX

Report = Callable[[str, float, str, str], None]
Percentiles = Callable[[list[float]], tuple[float, float]]
Wait = Callable[[int], None]
MOVES = 200
PLAYED_MS = 4000


class Painted(QObject):
    """When a widget was painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.at_s: list[float] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self._done)
        return False

    def _done(self) -> None:
        self.at_s.append(perf_counter())

    def follow(self, act: Callable[[int], None]) -> list[float]:
        """Milliseconds from each act to the widget repainted."""
        took = []
        for i in range(MOVES):
            before, start = len(self.at_s), perf_counter()
            act(i)
            while len(self.at_s) == before and perf_counter() - start < 0.1:
                QTest.qWait(1)
            if len(self.at_s) > before:
                took.append((self.at_s[-1] - start) * 1e3)
            QTest.qWait(max(int(16.7 - (perf_counter() - start) * 1e3), 1))
        return took[20:]


@pytest.fixture
def lab(desk: Desk, wait: Wait) -> LabWorkspace:
    desk.actions_by_name["workspace_lab"].trigger()
    wait(300)
    return desk.lab.made()


def show(desk: Desk, preset: str, wait: Wait) -> None:
    desk.lab.intents.choose_preset(preset)
    wait(300)


@pytest.mark.parametrize("preset", ["five-filters", "dilation"])
def test_playing(
    desk: Desk, lab: LabWorkspace, preset: str, wait: Wait, report: Report, percentiles: Percentiles
) -> None:
    """Positions that were painted in a second at 60 a second, and how long a pause takes."""
    show(desk, preset, wait)
    transport = lab.page.transport  # type: ignore[attr-defined]
    transport.speed.setCurrentIndex(transport.speed.findData(60))
    painted = Painted(lab.page.view)  # type: ignore[attr-defined]
    shown: list[int] = []
    transport.moved.connect(shown.append)
    transport.set_filled(0)
    painted.at_s.clear()
    start = perf_counter()
    transport.play()
    wait(min(PLAYED_MS, transport.positions * 1000 // 60 - 100))
    seconds = perf_counter() - start
    gaps = np.diff(painted.at_s) * 1e3
    left_out = shown[-1] - len(shown)
    was = transport.filled
    begin = perf_counter()
    QTest.mouseClick(transport.buttons["play"], Qt.MouseButton.LeftButton)
    took_ms = (perf_counter() - begin) * 1e3
    wait(100)
    report(f"Lab, {preset}: positions a second, of 60", transport.filled / seconds, "/s", "60")
    report(f"Lab, {preset}: positions left out, of {shown[-1]}", left_out, "", "0")
    report(f"Lab, {preset}: between two pictures: p95", percentiles(gaps.tolist())[1], "ms", "≤ 33")
    report(f"Lab, {preset}: the click that pauses", took_ms, "ms", "≤ 16.7")
    report(f"Lab, {preset}: positions after it", transport.filled - was, "", "0")


@pytest.mark.parametrize("preset", ["five-filters", "stride-padding", "signal"])
def test_a_kernel_cell_is_dragged(
    desk: Desk, lab: LabWorkspace, preset: str, wait: Wait, report: Report, percentiles: Percentiles
) -> None:
    show(desk, preset, wait)
    grid = lab.side.kernel.grid
    painted = Painted(lab.page.view)  # type: ignore[attr-defined]
    middle = QPoint(grid.width() // 4, grid.height() // 2)
    QTest.mousePress(grid, Qt.MouseButton.LeftButton, pos=middle)
    took = painted.follow(lambda i: QTest.mouseMove(grid, middle - QPoint(0, 4 + (i * 3) % 60)))
    QTest.mouseRelease(grid, Qt.MouseButton.LeftButton, pos=middle)
    assert len(took) > MOVES / 4  # a move that leaves the number as it was paints nothing
    report(f"Lab, {preset}: kernel cell dragged → repainted: median", percentiles(took)[0], "ms", "–")
    report(f"Lab, {preset}: kernel cell dragged → repainted: p95", percentiles(took)[1], "ms", "≤ 16")


def test_a_setting_is_dragged(
    desk: Desk, lab: LabWorkspace, wait: Wait, report: Report, percentiles: Percentiles
) -> None:
    show(desk, "five-filters", wait)
    box = lab.operation.settings.numbers["dilation"].boxes[0]
    painted = Painted(lab.page.view)  # type: ignore[attr-defined]
    middle = QPoint(box.width() // 2, box.height() // 2)
    QTest.mousePress(box, Qt.MouseButton.LeftButton, pos=middle)
    took = painted.follow(lambda i: QTest.mouseMove(box, middle + QPoint(STEP_PX * (i % 6), 0)))
    QTest.mouseRelease(box, Qt.MouseButton.LeftButton, pos=middle)
    assert len(took) > MOVES / 4  # a move that leaves the number as it was paints nothing
    report("Lab, five-filters: dilation dragged → repainted: median", percentiles(took)[0], "ms", "–")
    report("Lab, five-filters: dilation dragged → repainted: p95", percentiles(took)[1], "ms", "≤ 16")


def test_the_mouse_over_the_output(
    desk: Desk, lab: LabWorkspace, wait: Wait, report: Report, percentiles: Percentiles
) -> None:
    show(desk, "five-filters", wait)
    view = lab.page.view  # type: ignore[attr-defined]
    painted = Painted(view)
    width, height = view.width(), view.height()
    QApplication.processEvents()
    took = painted.follow(
        lambda i: QTest.mouseMove(view, QPoint(int(width * 0.62) + (i * 5) % 120, int(height * 0.2) + i % 40))
    )
    report("Lab, five-filters: mouse → taps, sum repainted: median", percentiles(took)[0], "ms", "–")
    report("Lab, five-filters: mouse → taps, sum repainted: p95", percentiles(took)[1], "ms", "≤ 16")


def test_the_input_is_dragged(
    desk: Desk, lab: LabWorkspace, wait: Wait, report: Report, percentiles: Percentiles
) -> None:
    """In a circle, so that the curves are others with almost every move."""
    show(desk, "five-filters", wait)
    lab.choose_page("equivariance")
    wait(300)
    view = lab.page.input  # type: ignore[attr-defined]
    painted = Painted(lab.page.pooled)  # type: ignore[attr-defined]
    middle, cell = QPointF(view.rect().center()), view.grids[0].wide
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=middle.toPoint())
    turns = [2 * np.pi * i / 40 for i in range(MOVES)]
    ways = [QPointF(6 * cell * np.cos(turn), 5 * cell * np.sin(turn)) for turn in turns]

    def drag(i: int) -> None:
        at, button = middle + ways[i], Qt.MouseButton.LeftButton
        keys = Qt.KeyboardModifier.NoModifier
        held = QMouseEvent(QEvent.Type.MouseMove, at, view.mapToGlobal(at), Qt.MouseButton.NoButton, button, keys)
        QApplication.sendEvent(view, held)

    took = painted.follow(drag)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=middle.toPoint())
    assert len(took) > MOVES / 4  # a move within a cell paints nothing
    report("Lab, five-filters: input dragged → maps, plots repainted: median", percentiles(took)[0], "ms", "–")
    report("Lab, five-filters: input dragged → maps, plots repainted: p95", percentiles(took)[1], "ms", "≤ 16")
