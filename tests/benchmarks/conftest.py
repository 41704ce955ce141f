"""Figures beside their budgets; nothing here fails because a machine is slow.

Run with ``python -m pytest tests/benchmarks`` on an otherwise idle machine; the figures stand at the end of the output.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from statistics import median
from time import perf_counter, sleep

import pytest
from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convviz.session.engine import Engine
from convviz.session.shipped import starting_state
from convviz.ui.desk import Desk
from convviz.ui.garbage import GarbageCollector
from convviz.ui.main_window import MainWindow
from convviz.ui.settings import Settings

LOST_MS = 100  # what takes longer is looked at again
EVERY_MS = 16.7  # a mouse reports about as often as a screen is drawn
Report = Callable[[str, float, str, str], None]
_lines: list[str] = []


@pytest.fixture
def report() -> Report:
    """``report(what, figure, unit, budget)``: one line of the table at the end."""

    def add(what: str, figure: float, unit: str, budget: str) -> None:
        _lines.append(f"{what:<66} {figure:8.2f} {unit:<4} budget {budget}")

    return add


@pytest.hookimpl
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _lines:
        terminalreporter.section("figures")
        for line in _lines:
            terminalreporter.write_line(line)


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return sorted(values)[min(int(len(values) * 0.95), len(values) - 1)]


@pytest.fixture
def percentiles() -> Callable[[list[float]], tuple[float, float]]:
    """(median, p95) of some figures."""
    return lambda values: (median(values), p95(values))


@pytest.fixture(autouse=True)
def _collected() -> None:
    import gc

    gc.collect()


class _Painted(QObject):
    """Counts the widgets that still have to be painted."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.loop = QEventLoop()  # waits without holding Python's lock, as the application does
        self._desk = desk
        self._watched: set[QWidget] = set()
        self.missing: set[QWidget] = set()

    def expect_all(self) -> None:
        cards = self._desk.workspace.layers.cards.values()
        widgets: set[QWidget] = {card.mosaic for card in cards if card.mosaic.waits_for_paint}
        widgets.add(self._desk.workspace.input.bars)
        for widget in widgets - self._watched:
            widget.installEventFilter(self)
        self._watched |= widgets
        self.missing = widgets
        self.forget_hidden()

    def forget_hidden(self) -> None:
        """A card that scrolled out of sight is never painted."""
        self.missing = {widget for widget in self.missing if not widget.visibleRegion().isEmpty()}

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.missing.discard(watched)  # type: ignore[arg-type]
            if not self.missing:
                QTimer.singleShot(0, self.loop.quit)
        return False


def _wait(ms: int) -> None:
    """``QTest.qWait`` keeps Python's lock while it sleeps, and so stops every other thread."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


@pytest.fixture
def wait() -> Callable[[int], None]:
    """Waits so many milliseconds as the application does."""
    return _wait


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
    window.close_unasked()
    window.deleteLater()  # the next measurement is of one window, not of two


@pytest.fixture
def follow() -> Callable[[Desk, Callable[[int], None], int], list[float]]:
    """``follow(desk, act, times)``: ms from each ``act(i)`` that changed the State to everything repainted."""

    def run(desk: Desk, act: Callable[[int], None], times: int) -> list[float]:
        newest: list[object] = [None]
        painted = _Painted(desk)

        def arrived(frame: object) -> None:
            newest[0] = frame.state  # type: ignore[attr-defined]
            painted.expect_all()

        desk.bridge.frame_arrived.connect(arrived)
        took: list[float] = []
        for i in range(times):
            before = desk.experiment.state
            start = perf_counter()
            act(i)
            if desk.experiment.state is before:
                continue
            while newest[0] is not desk.experiment.state or painted.missing:
                QTimer.singleShot(LOST_MS, painted.loop.quit)
                painted.loop.exec()
                painted.forget_hidden()
            took.append((perf_counter() - start) * 1e3)
            rest = EVERY_MS / 1e3 - (perf_counter() - start)
            if rest > 0:
                sleep(rest)
        desk.bridge.frame_arrived.disconnect(arrived)
        return took[20:]

    return run
