"""The pages about fields and reasons with the real engine, a turn at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convviz.session.engine import Engine
from convviz.session.experiment import Experiment, Focus, State
from convviz.session.forward import Forward
from convviz.session.outbox import Failure
from convviz.spec.probe import Patch
from convviz.ui.bridge import Bridge
from convviz.ui.field.page import ASK_MS, FieldPage
from convviz.ui.probe_wires import ProbeWires
from convviz.ui.why.page import WhyPage

LEFT = Qt.MouseButton.LeftButton


class Table(QWidget):
    """Both pages side by side, an engine without a thread, and nothing else of a window."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self.experiment, self.engine = Experiment(state), Engine()
        self.bridge = Bridge(self.engine.outbox, self)
        self.field, self.why = FieldPage(), WhyPage()
        row = QHBoxLayout(self)
        row.addWidget(self.field)
        row.addWidget(self.why)
        self.wires = ProbeWires(self.field, self.why, self.experiment, self.engine, self.bridge, self)
        self.failures: list[Failure] = []
        self.bridge.failed.connect(self.failures.append)
        for page in (self.field, self.why):
            page.show_state(state)
            page.show_frame(Forward().frame(state, "cpu"))
        self.experiment.changed.connect(lambda _, new: self.field.show_state(new))
        self.experiment.changed.connect(lambda _, new: self.why.show_state(new))

    def turn(self, most: int = 1000) -> None:
        """Lets the engine work."""
        for _ in range(most):
            if not self.engine.step():
                break
        QApplication.processEvents()


@pytest.fixture
def table(make_state: Callable[..., State], show: Callable[..., Any]) -> Iterator[Table]:
    made: Table = show(Table(make_state(focus=Focus("conv2", (3, 1, 1)))), 560, 600)
    yield made
    made.bridge.close()
    made.engine.stop()


def test_a_class_is_chosen(table: Table, qtbot: QtBot) -> None:
    table.why.classes.setFocus()
    qtbot.keyClick(table.why.classes, Qt.Key.Key_Down)
    assert table.experiment.state.probe.target == 0
    qtbot.keyClick(table.why.classes, Qt.Key.Key_Up)
    assert table.experiment.state.probe.target is None


def test_the_patch_is_laid_and_taken_away(table: Table, qtbot: QtBot) -> None:
    picture = table.why.occlusion.section.picture
    changes: list[Patch | None] = []
    table.experiment.changed.connect(lambda _, new: changes.append(new.probe.patch))
    picture.setFocus()
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Space):
        qtbot.keyClick(picture, key)
    assert changes == [Patch(12, 12, 5, 5), Patch(13, 12, 5, 5), None]


def test_a_sweep_comes_back_whole(table: Table, qtbot: QtBot) -> None:
    occlusion = table.why.occlusion
    qtbot.mouseClick(occlusion.sweep, LEFT)
    table.turn()
    assert occlusion.sweep.text() == "Sweep"
    assert occlusion.progress.share is None
    heat = occlusion.section.picture.heat
    assert heat is not None
    assert np.isfinite(heat).all()
    assert heat.any()
    assert not occlusion.section.picture.dimmed
    assert not table.failures


def test_a_sweep_is_cancelled_and_another_started(table: Table, qtbot: QtBot) -> None:
    occlusion = table.why.occlusion
    qtbot.mouseClick(occlusion.sweep, LEFT)
    table.turn(4)
    qtbot.mouseClick(occlusion.sweep, LEFT)
    assert occlusion.sweep.text() == "Sweep"
    table.turn()
    assert occlusion.sweep.text() == "Sweep"
    qtbot.mouseClick(occlusion.sweep, LEFT)
    table.turn()
    assert occlusion.progress.share is None
    assert occlusion.section.picture.heat is not None


def test_a_sweep_that_cannot_be_says_so_and_ends(table: Table, qtbot: QtBot) -> None:
    state = table.experiment.state
    broken = np.full_like(state.weights["fc2.bias"], np.nan)
    table.experiment.change(weights=state.weights.replaced("fc2.bias", broken))
    qtbot.mouseClick(table.why.occlusion.sweep, LEFT)
    table.turn()
    assert len(table.failures) == 1
    assert table.why.occlusion.sweep.text() == "Sweep"
    assert table.why.occlusion.progress.share is None


def test_an_average_arrives(table: Table, qtbot: QtBot) -> None:
    qtbot.mouseClick(table.field.views.buttons["effective"], LEFT)
    qtbot.mouseClick(table.field.samples.buttons["average"], LEFT)
    qtbot.wait(2 * ASK_MS)
    table.turn()
    assert "Averaged over 64 digits." in table.field.note.text()
    assert table.field.result.text().startswith("effective ")
    assert not table.field.picture.dimmed


def test_the_average_is_that_of_the_unit_selected_last(table: Table, qtbot: QtBot) -> None:
    qtbot.mouseClick(table.field.views.buttons["effective"], LEFT)
    qtbot.mouseClick(table.field.samples.buttons["average"], LEFT)
    qtbot.wait(2 * ASK_MS)
    table.turn(10)
    table.experiment.change(focus=Focus("conv1", (0, 3, 3)))
    assert table.field.picture.note == "computing…"
    qtbot.wait(2 * ASK_MS)
    table.turn()
    assert table.field.title.text() == "conv1[0] row 3, column 3"
    assert table.field.result.text().endswith("of 5 pixels")


def test_progress_of_other_jobs_is_left_alone(table: Table) -> None:
    def job() -> Iterator[object]:
        yield "something"

    table.engine.run(job)  # type: ignore[arg-type]
    table.turn()
    assert table.why.occlusion.progress.share is None
    assert isinstance(table.wires, QObject)
