"""From a move of the mouse over a map to the fields drawn in all cards: idle, while a network is trained, and large."""

from __future__ import annotations

from collections.abc import Callable, Generator
from time import perf_counter

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convviz.session.engine import Engine
from convviz.session.shipped import starting_state
from convviz.spec.network import Conv2d, Flatten, Linear, MaxPool2d, NetworkSpec, ReLU
from convviz.spec.state import Focus, opened
from convviz.spec.weights import initial
from convviz.ui.desk import Desk
from convviz.ui.main_window import MainWindow
from convviz.ui.settings import Settings

MOVES = 300
Report = Callable[[str, float, str, str], None]
Percentiles = Callable[[list[float]], tuple[float, float]]
Wait = Callable[[int], None]


class _Paints(QObject):
    """Which cards were painted since the last look."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.layers: set[str] = set()
        self._names = {card.mosaic: layer for layer, card in desk.workspace.layers.cards.items()}
        for mosaic in self._names:
            mosaic.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.layers.add(self._names[watched])  # type: ignore[index]
        return False


def _hovers(desk: Desk, layer: str, wait: Wait, moves: int = MOVES) -> list[float]:
    """Milliseconds from each move to another unit of a layer until nothing waits to be painted, inspector included."""
    desk.workspace.inspector.choose("field")
    assert desk.workspace.inspector.page == "field", "the page that follows the mouse"
    cards = desk.workspace.layers.cards
    desk.workspace.layers.ensureWidgetVisible(cards[layer])
    wait(50)
    mosaic = cards[layer].mosaic
    rng = np.random.default_rng(0)
    units = [tuple(int(rng.integers(n)) for n in mosaic.values.shape) for _ in range(moves)]
    paints = _Paints(desk)
    took: list[float] = []
    for unit in units:
        before = {name: card.mosaic.field for name, card in cards.items()}
        paints.layers.clear()
        start = perf_counter()
        QTest.mouseMove(mosaic, mosaic.unit_center(unit))
        QApplication.processEvents()
        took.append((perf_counter() - start) * 1e3)
        changed = {name for name, card in cards.items() if card.mosaic.field != before[name]}
        seen = {name for name in changed if not cards[name].mosaic.visibleRegion().isEmpty()}
        assert seen <= paints.layers, "a field waits to be painted"
        wait(8)
    return took[20:]


@pytest.mark.parametrize("layer", ["conv2", "pool1"])
def test_hover_idle(desk: Desk, layer: str, wait: Wait, report: Report, percentiles: Percentiles) -> None:
    middle, high = percentiles(_hovers(desk, layer, wait))
    report(f"mouse move over {layer} → fields in all cards, inspector, idle: median", middle, "ms", "–")
    report(f"mouse move over {layer} → fields in all cards, inspector, idle: p95", high, "ms", "≤ 16")


def _training() -> Generator[object, None, object]:
    from convviz.core.data import Images, Split, finish, written
    from convviz.core.training import train
    from convviz.spec.presets import lecture
    from convviz.spec.training import TrainingSettings

    digits = finish(written(500, seed=0))
    split = Split("some", digits, Images(digits.images[:0], digits.labels[:0]))
    return (yield from train(lecture(), split, TrainingSettings(epochs=10_000)))


def test_hover_while_training(desk: Desk, wait: Wait, report: Report, percentiles: Percentiles) -> None:
    progress: list[object] = []
    desk.bridge.progressed.connect(progress.append)
    number = desk.engine.run(_training)
    while len(progress) < 5:
        wait(50)
    before = len(progress)
    took = _hovers(desk, "conv2", wait)
    assert len(progress) > before, "the training stood still"
    desk.engine.cancel(number)
    middle, high = percentiles(took)
    report("mouse move over conv2 → fields in all cards, inspector, training: median", middle, "ms", "–")
    report("mouse move over conv2 → fields in all cards, inspector, training: p95", high, "ms", "≤ 16")


def alexnet() -> NetworkSpec:
    """The maps of AlexNet, with a small classifier."""
    return NetworkSpec(
        "alexnet",
        (3, 224, 224),
        (
            Conv2d("conv1", 64, (11, 11), (4, 4), (2, 2)),
            ReLU("relu1"),
            MaxPool2d("pool1", (3, 3), (2, 2)),
            Conv2d("conv2", 192, (5, 5), padding=(2, 2)),
            ReLU("relu2"),
            MaxPool2d("pool2", (3, 3), (2, 2)),
            Conv2d("conv3", 384, (3, 3), padding=(1, 1)),
            ReLU("relu3"),
            Conv2d("conv4", 256, (3, 3), padding=(1, 1)),
            ReLU("relu4"),
            Conv2d("conv5", 256, (3, 3), padding=(1, 1)),
            ReLU("relu5"),
            MaxPool2d("pool5", (3, 3), (2, 2)),
            Flatten("flatten"),
            Linear("fc", 10),
        ),
        tuple("0123456789"),
    )


@pytest.fixture
def large(qtbot: QtBot, wait: Wait) -> Generator[Desk, None, None]:
    window = MainWindow(Settings())
    state, _ = starting_state("lecture")
    network = alexnet()
    state = opened(state, network, initial(network), new=True)
    desk = window.furnish(state, Engine())
    desk.experiment.change(focus=Focus("conv1", (0, 9, 9)))
    window.show()
    with qtbot.waitSignal(desk.bridge.frame_arrived, timeout=60_000):
        desk.engine.start()
    wait(1000)
    yield desk
    window.close_unasked()
    window.deleteLater()


@pytest.mark.parametrize("layer", ["conv2", "pool2", "conv5"])
def test_hover_large(large: Desk, layer: str, wait: Wait, report: Report, percentiles: Percentiles) -> None:
    middle, high = percentiles(_hovers(large, layer, wait, 150))
    report(f"mouse move over {layer} of AlexNet's size → fields in all cards, inspector: median", middle, "ms", "–")
    report(f"mouse move over {layer} of AlexNet's size → fields in all cards, inspector: p95", high, "ms", "≤ 33")
