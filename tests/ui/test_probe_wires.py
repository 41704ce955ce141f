"""The pages about fields and reasons with the real engine, a turn at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convviz.session.engine import Engine
from convviz.session.experiment import Experiment, Focus, State
from convviz.session.forward import Forward
from convviz.session.outbox import Failure
from convviz.spec.probe import Patch
from convviz.ui.bridge import Bridge
from convviz.ui.field.page import ASK_MS, FieldPage
from convviz.ui.network.inspector import PAGES, Inspector
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
        self.wires = ProbeWires(self.experiment, self.engine, self.bridge, self)
        self.wires.connect_field(self.field)
        self.wires.connect_why(self.why)
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


# --- what the page on screen and the cards need -------------------------------------------------------------------


class Views:
    """An inspector and the action of the cards, wired as in the window; frames never come."""

    def __init__(self, state: State, inspector: Inspector, gradients: QAction) -> None:
        self.experiment, self.engine = Experiment(state), Engine()
        self.bridge = Bridge(self.engine.outbox, inspector)
        self.inspector, self.gradients = inspector, gradients
        self.wires = ProbeWires(self.experiment, self.engine, self.bridge, inspector)
        self.wires.connect_views(inspector, gradients)
        self.experiment.changed.connect(inspector.show_state)
        inspector.show_state(None, state)

    def page(self, name: str) -> None:
        self.inspector.choose(name)
        QApplication.processEvents()

    @property
    def wanted(self) -> tuple[bool, bool]:
        """Gradients, and the field in effect."""
        return self.experiment.state.probe.gradients, self.experiment.state.probe.effective


@pytest.fixture
def views(make_state: Callable[..., State], show: Callable[..., Any], tools: dict[str, QAction]) -> Iterator[Views]:
    made = Views(make_state(focus=Focus("conv2", (3, 1, 1))), show(Inspector(), 280, 700), tools["gradients"])
    yield made
    made.bridge.close()
    made.engine.stop()


@pytest.mark.parametrize("shown", [False, True])
def test_gradients_are_wanted_by_the_page_or_the_cards(views: Views, shown: bool) -> None:
    views.gradients.setChecked(shown)
    for page in (*PAGES, "gradient", "value", "why", "map"):
        views.page(page)
        assert views.wanted == (shown or page in ("gradient", "why"), False), page


def test_the_cards_come_and_go_beside_a_page(views: Views) -> None:
    for page, wanted in (("gradient", True), ("value", False), ("why", True), ("layer", False)):
        views.page(page)
        views.gradients.trigger()
        assert views.wanted == (True, False), page
        views.gradients.trigger()
        assert views.wanted == (wanted, False), page


def test_the_button_of_the_reasons_and_the_action_are_one(views: Views, qtbot: QtBot) -> None:
    views.page("why")
    button = views.inspector.why_page.cards
    qtbot.mouseClick(button, LEFT)
    assert views.gradients.isChecked()
    views.page("map")
    assert views.wanted == (True, False)
    views.gradients.trigger()
    assert not button.isChecked()
    assert views.wanted == (False, False)


def test_the_field_in_effect_is_wanted_while_it_is_seen(views: Views, qtbot: QtBot) -> None:
    field = views.inspector.field_page
    views.gradients.setChecked(True)
    views.page("field")
    assert views.wanted == (True, False)
    qtbot.mouseClick(field.views.buttons["effective"], LEFT)
    assert views.wanted == (True, True)
    for page in ("value", "why", "layer"):
        views.page(page)
        assert views.wanted == (True, False), page
        views.page("field")
        assert views.wanted == (True, True)
    views.gradients.setChecked(False)
    assert views.wanted == (False, True)
    qtbot.mouseClick(field.samples.buttons["average"], LEFT)
    assert views.wanted == (False, False), "an average needs no frame"
    qtbot.mouseClick(field.samples.buttons["input"], LEFT)
    qtbot.mouseClick(field.views.buttons["field"], LEFT)
    assert views.wanted == (False, False)


def test_a_hidden_inspector_wants_nothing(views: Views) -> None:
    views.page("why")
    views.inspector.hide()
    assert views.wanted == (False, False)
    views.gradients.trigger()
    assert views.wanted == (True, False), "the cards are still there"
    views.inspector.show()
    views.gradients.trigger()
    assert views.wanted == (True, False)


def test_what_is_wanted_leaves_class_and_patch_alone(views: Views) -> None:
    views.page("gradient")
    views.inspector.target_chosen.emit(4)
    views.inspector.why_page.patch_moved.emit(Patch(1, 2, 5, 5))
    views.gradients.trigger()
    views.page("value")
    probe = views.experiment.state.probe
    assert (probe.target, probe.patch, probe.gradients) == (4, Patch(1, 2, 5, 5), True)
    changes: list[object] = []
    views.experiment.changed.connect(lambda _old, new: changes.append(new))
    views.page("why")
    assert changes == [], "frames hold them already"


def test_pages_are_made_when_they_are_first_seen(views: Views) -> None:
    """The window is furnished sooner without them; what was switched before is known to them."""
    views.gradients.setChecked(True)
    assert views.inspector.findChild(WhyPage) is None
    assert views.inspector.findChild(FieldPage) is None
    views.page("why")
    page = views.inspector.findChild(WhyPage)
    assert page is views.inspector.why_page
    assert page.isVisible()
    assert page.cards.isChecked()
    views.gradients.setChecked(False)
    assert not page.cards.isChecked()
