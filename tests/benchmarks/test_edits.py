"""From a move of the mouse over a kernel cell, or a setting, to the last card repainted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from convviz.spec.handwriting import digit
from convviz.spec.state import Focus
from convviz.ui.desk import Desk
from convviz.ui.layer.value_box import STEP_PX

MOVES = 400
Follow = Callable[[Desk, Callable[[int], None], int], list[float]]


def _draw(desk: Desk, wait: Callable[[int], None]) -> None:
    desk.experiment.change(drawing=digit(3, np.random.default_rng(0)))
    wait(300)


def _press(widget: QWidget, at: QPoint) -> None:
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=at)


@pytest.mark.parametrize(("layer", "channel"), [("conv1", 4), ("conv2", 21), ("fc1", 17)])
def test_kernel_cell(
    desk: Desk,
    follow: Follow,
    wait: Callable[[int], None],
    report: Callable[..., None],
    percentiles: Callable[..., tuple[float, float]],
    layer: str,
    channel: int,
) -> None:
    _draw(desk, wait)
    index = (channel, 1, 1) if layer != "fc1" else (channel,)
    desk.experiment.change(focus=Focus(layer, index))
    desk.workspace.inspector.choose("value")
    wait(200)
    grid = desk.workspace.inspector.kernel.grid
    middle = QPoint(grid.width() // 2, grid.height() // 2)
    _press(grid, middle)
    took = follow(desk, lambda i: QTest.mouseMove(grid, middle - QPoint(0, 4 + (i * 3) % 60)), MOVES)
    QTest.mouseRelease(grid, Qt.MouseButton.LeftButton, pos=middle)
    assert len(took) > MOVES / 2
    report(f"kernel cell of {layer} dragged → all maps and bars: median", percentiles(took)[0], "ms", "–")
    report(f"kernel cell of {layer} dragged → all maps and bars: p95", percentiles(took)[1], "ms", "≤ 16")


@pytest.mark.parametrize(("layer", "setting"), [("pool1", "stride"), ("conv2", "stride"), ("conv1", "padding")])
def test_setting(
    desk: Desk,
    follow: Follow,
    wait: Callable[[int], None],
    report: Callable[..., None],
    percentiles: Callable[..., tuple[float, float]],
    layer: str,
    setting: str,
) -> None:
    _draw(desk, wait)
    desk.experiment.change(focus=Focus(layer, (4, 1, 1)))
    desk.workspace.inspector.choose("layer")
    wait(200)
    box = desk.workspace.inspector.layer.settings.numbers[setting].boxes[0]
    middle = QPoint(box.width() // 2, box.height() // 2)
    _press(box, middle)
    start = box.value
    values = {"pool1": (1, 2, 3, 4), "conv2": (1, 2, 3), "conv1": (0, 1, 2, 3, 4, 5)}[layer]

    def move(i: int) -> None:
        QTest.mouseMove(box, middle + QPoint(STEP_PX * (values[i % len(values)] - start), 0))

    took = follow(desk, move, MOVES)
    QTest.mouseRelease(box, Qt.MouseButton.LeftButton, pos=middle)
    assert len(took) > MOVES / 2
    report(f"{setting} of {layer} dragged → all maps and bars: median", percentiles(took)[0], "ms", "–")
    report(f"{setting} of {layer} dragged → all maps and bars: p95", percentiles(took)[1], "ms", "≤ 16")
