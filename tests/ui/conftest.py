"""Hand-made States and Frames, and a whole window; no test of a single widget needs torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from convviz.session.experiment import Focus, State
from convviz.session.outbox import Frame
from convviz.spec.geometry import describe
from convviz.spec.network import NetworkSpec
from convviz.spec.preparation import Preparation
from convviz.spec.presets import NETWORKS
from convviz.spec.strokes import Drawing, Stroke
from convviz.spec.weights import initial
from convviz.ui.actions import make_actions
from convviz.ui.look import theme


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> None:
    qapp.setStyle("Fusion")
    theme.apply(qapp, theme.DARK)


@pytest.fixture(autouse=True)
def _nobody_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """A question would wait for ever; a test that wants one gives the answer itself."""
    monkeypatch.setattr(QMessageBox, "exec", lambda _: QMessageBox.StandardButton.Discard)


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
