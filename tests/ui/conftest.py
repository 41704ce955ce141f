"""Hand-made States and Frames, and a whole window; no test of a single widget needs torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QColor, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QMessageBox, QScrollArea, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from convviz.session.engine import Engine
from convviz.session.experiment import Focus, State
from convviz.session.outbox import Frame
from convviz.spec.channels import effective
from convviz.spec.geometry import describe
from convviz.spec.network import NetworkSpec
from convviz.spec.preparation import Preparation, prepare
from convviz.spec.presets import NETWORKS
from convviz.spec.state import differs
from convviz.spec.strokes import Canvas, Drawing, Stroke
from convviz.spec.weights import initial
from convviz.ui.actions import make_actions
from convviz.ui.desk import COMPUTED, Desk
from convviz.ui.look import theme
from convviz.ui.main_window import MainWindow
from convviz.ui.network.inspector import PAGES
from convviz.ui.settings import Settings
from convviz.ui.undo import History

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
PRESS, MOVE, RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> None:
    qapp.setStyle("Fusion")
    theme.apply(qapp, theme.DARK)


@pytest.fixture(autouse=True)
def _nobody_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """A question would wait for ever; a test that wants one gives the answer itself."""
    monkeypatch.setattr(QMessageBox, "exec", lambda _: QMessageBox.StandardButton.Discard)


@pytest.fixture(autouse=True)
def _histories_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As the window closes its own when it shuts down."""
    made: list[History] = []
    init = History.__init__

    def register(self: History, *args: Any, **named: Any) -> None:
        init(self, *args, **named)
        made.append(self)

    monkeypatch.setattr(History, "__init__", register)
    yield
    for history in made:
        if isValid(history):
            history.close()


@pytest.fixture(scope="session")
def networks() -> dict[str, tuple[NetworkSpec, Any]]:
    """Both shipped networks with random weights."""
    return {name: (make(), initial(make())) for name, make in NETWORKS.items()}


@pytest.fixture
def make_state(networks: dict[str, tuple[NetworkSpec, Any]]) -> Callable[..., State]:
    """A State of a network by name, with a drawing of one stroke; other fields as given."""

    def make(name: str = "lecture", **values: Any) -> State:
        spec, weights = networks[name]
        drawing = Drawing((Stroke(np.array([[140.0, 60.0], [140.0, 220.0]])),))
        focus = Focus("conv1", (0, 14, 14))
        given = {"network": spec, "weights": weights, "drawing": drawing, "preparation": Preparation(), "focus": focus}
        return State(**(given | values))

    return make


@pytest.fixture
def make_frame() -> Callable[..., Frame]:
    """A Frame with random maps of the right shapes for a State; other fields as given."""

    def make(state: State, seed: int = 0, **values: Any) -> Frame:
        rng = np.random.default_rng(seed)
        rows = describe(state.network)
        shapes = {"input": state.network.input_shape} | {row.layer.id: row.output_shape for row in rows}
        maps = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
        maps["input"] = np.abs(maps["input"]).clip(0, 1)
        scores = maps[rows[-1].layer.id]
        shares = np.exp(scores - scores.max())
        steps = {step: rng.random((112, 112)).astype(np.float32) for step in ("crop", "fit", "centre")}
        times_ms = {row.layer.id: 0.25 for row in rows}
        given = {"maps": maps, "probabilities": (shares / shares.sum()).astype(np.float32), "steps": steps}
        given |= {"layer_ms": times_ms, "device": "cpu", "latency_ms": 1.5}
        return Frame(state=state, **(given | values))

    return make


@pytest.fixture(scope="session")
def frame_of() -> Callable[[State], Frame]:
    """The Frame that torch makes of a State, where numbers must be true; with what its probe asks for."""
    from convviz.session.forward import Forward

    forward = Forward()
    return lambda state: forward.frame(state, "cpu")


@pytest.fixture
def tools(qapp: QApplication) -> Iterator[dict[str, QAction]]:
    """The window's actions, without a window."""
    owner = QWidget()
    yield make_actions(owner)
    owner.deleteLater()


@pytest.fixture
def show(qtbot: QtBot) -> Callable[..., Any]:
    """Shows a widget, in a size, and waits until it is painted."""

    def show_(widget: Any, width: int | None = None, height: int | None = None) -> Any:
        qtbot.addWidget(widget)
        if width is not None and height is not None:
            widget.resize(width, height)
        with qtbot.waitExposed(widget):
            widget.show()
        return widget

    return show_


@pytest.fixture
def pixel() -> Callable[[QWidget, QPoint], QColor]:
    """The colour on screen at a point of a widget."""
    return lambda widget, point: QColor(widget.grab().toImage().pixelColor(point * widget.devicePixelRatio()))


class Story:
    """A window with a running engine, and hands on mouse and keys."""

    def __init__(self, state: State, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.window = MainWindow(Settings())
        self.desk: Desk = self.window.furnish(state, Engine())
        self.frame: Frame | None = None
        self.desk.bridge.frame_arrived.connect(lambda frame: setattr(self, "frame", frame))
        self.window.resize(1280, 800)
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.desk.engine.start()

    @property
    def state(self) -> State:
        return self.desk.experiment.state

    @property
    def texts(self) -> list[str]:
        stack = self.desk.history.stack
        return [stack.text(i) for i in range(stack.count())]

    # --- what is on screen ------------------------------------------------------------------------------------

    def until(self, true: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(true()), timeout=30_000)

    def arrived(self) -> Frame:
        """The frame of the present State; it is on screen."""

        def arrived() -> bool:
            frame, state = self.frame, self.state
            if frame is None or differs(frame.state, state, *COMPUTED):
                return False
            shown, focus = frame.state.focus, state.focus
            if state.probe.gradients and shown is not None and focus is not None and shown.layer != focus.layer:
                return False  # it holds the gradients of another layer's kernels
            return not state.probe.effective or shown == focus

        self.until(arrived)
        assert self.frame is not None
        return self.frame

    def settled(self) -> Frame:
        """The frame of the present State; everything on screen is what a fresh torch network makes of it."""
        from convviz.core.network import build
        from convviz.core.trace import softmax, trace

        frame, state, workspace = self.arrived(), self.state, self.desk.workspace
        ink = Canvas().show(state.drawing)
        picture = prepare(ink, state.preparation, state.network.input_shape[1]).result[None]
        if state.probe.patch is not None:
            picture = state.probe.patch.over(picture)
        weights = effective(state.network, state.weights, state.channels)
        expected = trace(build(state.network, weights), picture)
        assert list(workspace.layers.cards) == ["input", *expected.maps]
        for layer, values in expected.maps.items():
            shown = workspace.layers.cards[layer].mosaic.values
            assert shown.shape == values.shape
            assert np.abs(shown - values).max(initial=0) <= 1e-5 * max(float(np.abs(values).max(initial=0)), 1e-3)
        probabilities = softmax(expected.scores.ravel())
        assert np.allclose(frame.probabilities, probabilities, atol=1e-5)
        if state.drawing and picture.any():
            assert workspace.input.bars.best == int(frame.probabilities.argmax())
        return frame

    # --- hands ------------------------------------------------------------------------------------------------

    def select(self, layer: str, *index: int, page: str) -> None:
        self.desk.intents.select(Focus(layer, index))
        self.page(page)

    def page(self, name: str) -> None:
        self.keys(f"Alt+{PAGES.index(name) + 1}")

    def keys(self, keys: str) -> None:
        self.qtbot.keySequence(self.window, QKeySequence(keys))

    def part(self, kind: type[QWidget], name: str) -> Any:
        found = self.window.findChild(kind, name)
        assert isinstance(found, kind), name
        return found

    def click(self, kind: type[QAbstractButton], name: str) -> None:
        self.qtbot.mouseClick(self.part(kind, name), LEFT)

    def reach(self, widget: QWidget, at: QPoint) -> None:
        """Scrolls to a place of a widget that is on screen; nothing may lie over it."""
        parent = widget.parentWidget()
        while parent is not None:
            if isinstance(parent, QScrollArea):
                inside = widget.mapTo(parent.widget(), at)
                parent.ensureVisible(inside.x(), inside.y(), 8, 8)
            parent = parent.parentWidget()
        QApplication.processEvents()
        assert self.window.childAt(widget.mapTo(self.window, at)) is widget, f"{at} of {widget} cannot be clicked"

    def press(self, widget: QWidget, at: QPoint | QPointF) -> None:
        """A click where a widget can be seen."""
        place = at if isinstance(at, QPoint) else at.toPoint()
        self.reach(widget, place)
        self.qtbot.mouseClick(widget, LEFT, pos=place)

    def point(self, layer: str, *index: int) -> None:
        """Rests the mouse on a value of a card."""
        mosaic = self.desk.workspace.layers.cards[layer].mosaic
        self.reach(mosaic, mosaic.unit_center(index))
        self.qtbot.mouseMove(mosaic, mosaic.unit_center(index))

    def leave(self, layer: str) -> None:
        """Takes the mouse from a card."""
        QApplication.sendEvent(self.desk.workspace.layers.cards[layer].mosaic, QEvent(QEvent.Type.Leave))

    def choose(self, layer: str, *index: int) -> None:
        """Clicks on a value of a card."""
        mosaic = self.desk.workspace.layers.cards[layer].mosaic
        self.press(mosaic, mosaic.unit_center(index))

    def cell(self, cell: tuple[int, int], *up: int, release: bool = True) -> None:
        """Drags a cell of the kernel page up by each distance in turn, in pixels."""
        grid = self.desk.workspace.inspector.kernel.grid
        at = grid.cell_center(cell)
        self.mouse(grid, PRESS, at)
        for distance in up:
            self.mouse(grid, MOVE, at - QPoint(0, distance))
        if release:
            self.mouse(grid, RELEASE, at - QPoint(0, up[-1]))

    def mouse(self, widget: QWidget, kind: QEvent.Type, at: QPoint) -> None:
        """One event of a mouse whose left button is down."""
        button, buttons = (NONE if kind == MOVE else LEFT), (NONE if kind == RELEASE else LEFT)
        place, held = QPointF(at), Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(widget, QMouseEvent(kind, place, widget.mapToGlobal(place), button, buttons, held))

    def close(self) -> None:
        self.window.close()
        self.window.deleteLater()


@pytest.fixture
def open_story(qtbot: QtBot, make_state: Callable[..., State]) -> Iterator[Callable[..., Story]]:
    """Opens a window whose State has these fields, with the real engine."""
    made: list[Story] = []

    def make(**values: Any) -> Story:
        made.append(Story(make_state(**values), qtbot))
        return made[-1]

    yield make
    for story in made:
        story.close()


@pytest.fixture
def story(open_story: Callable[..., Story]) -> Story:
    return open_story()
