"""From a score to the pixels and back, in an inspector that is wired as in the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from convviz.session.engine import Engine
from convviz.session.experiment import Experiment, Focus, State
from convviz.session.outbox import Frame
from convviz.ui.bridge import Bridge
from convviz.ui.editing_wires import EditingWires
from convviz.ui.explain.sum_view import SumView
from convviz.ui.network.inspector import Inspector
from convviz.ui.network_intents import NetworkIntents
from convviz.ui.probe_wires import ProbeWires
from convviz.ui.undo import History

LEFT = Qt.MouseButton.LeftButton


class Desk:
    """An inspector that follows an experiment, whose frames come at once."""

    def __init__(
        self, state: State, inspector: Inspector, tools: dict[str, QAction], frame_of: Callable[[State], Frame]
    ) -> None:
        self.experiment, self.inspector, self.tools = Experiment(state), inspector, tools
        self.intents = NetworkIntents(self.experiment, History(self.experiment))
        self.wires = EditingWires(inspector, self.intents, self.experiment)
        self.wires.connect_actions(tools)
        engine = Engine()  # not started: nothing is computed on another thread
        self.probes = ProbeWires(self.experiment, engine, Bridge(engine.outbox, inspector), inspector)
        self.probes.connect_views(inspector, tools["gradients"])
        self.experiment.changed.connect(inspector.show_state)
        inspector.unit_selected.connect(lambda focus: self.experiment.change(focus=focus))
        self.frame_of = frame_of
        inspector.show_state(None, state)
        self.frame()

    def frame(self) -> Frame:
        frame = self.frame_of(self.experiment.state)
        self.inspector.show_frame(frame)
        return frame

    @property
    def focus(self) -> Focus:
        focus = self.experiment.state.focus
        assert focus is not None
        return focus

    @property
    def sum(self) -> SumView:
        return self.inspector.value_page.sum


@pytest.fixture
def desk(
    show: Callable[..., Any],
    make_state: Callable[..., State],
    tools: dict[str, QAction],
    frame_of: Callable[[State], Frame],
) -> Desk:
    return Desk(make_state(focus=Focus("fc2", (3,))), show(Inspector(), 280, 900), tools, frame_of)


def follow_strongest(desk: Desk, qtbot: QtBot) -> None:
    """Follows the strongest term, as a student would."""
    view = desk.sum
    found = view.explanation
    assert found is not None
    part = view.parts[0]
    if found.values[part].size == 1:
        qtbot.mouseClick(view, LEFT, pos=view.part_center(part).toPoint())
        return
    if view.opened != part:
        qtbot.mouseClick(view, LEFT, pos=view.part_center(part).toPoint())
    row, column = divmod(int(abs(found.products[part]).argmax()), found.values.shape[2])
    qtbot.mouseClick(view, LEFT, pos=view.cell_center((row, column)).toPoint())


def test_a_score_is_followed_to_the_pixels_and_back(desk: Desk, qtbot: QtBot) -> None:
    layers = ["fc2", "relu3", "fc1", "flatten", "relu2", "pool2", "conv2", "relu1", "pool1", "conv1", "input"]
    for number, layer in enumerate(layers):
        assert desk.focus.layer == layer
        assert [focus.layer for focus in desk.inspector.trail.crumbs] == layers[: number + 1]
        if layer != "input":
            follow_strongest(desk, qtbot)
    assert "the trace ends" in desk.sum.line("note")
    for layer in reversed(layers[:-1]):
        desk.tools["trail_back"].trigger()
        assert desk.focus.layer == layer
    desk.tools["trail_back"].trigger()
    assert desk.focus == Focus("fc2", (3,)), "there is nothing before it"


def test_the_keyboard_alone_traces(desk: Desk, qtbot: QtBot) -> None:
    desk.sum.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(desk.sum, key)
    assert desk.focus.layer == "relu3"
    assert desk.sum.hasFocus()
    qtbot.keyClick(desk.sum, Qt.Key.Key_Down)
    qtbot.keyClick(desk.sum, Qt.Key.Key_Return)
    assert desk.focus.layer == "fc1"


def test_another_selection_and_a_crumb(desk: Desk, qtbot: QtBot) -> None:
    for _ in range(3):
        follow_strongest(desk, qtbot)
    line = desk.inspector.trail_line
    assert line.text.startswith("fc2[3] › relu3[")
    qtbot.mouseClick(line, LEFT, pos=line.crumb_center(1).toPoint())
    assert desk.focus.layer == "relu3"
    assert len(desk.inspector.trail.crumbs) == 2
    desk.experiment.change(focus=Focus("conv1", (0, 1, 1)))
    assert desk.inspector.trail.crumbs == (Focus("conv1", (0, 1, 1)),)


def test_an_edit_keeps_the_trail_as_far_as_it_exists(desk: Desk, qtbot: QtBot) -> None:
    for _ in range(6):
        follow_strongest(desk, qtbot)
    assert desk.focus.layer == "conv2"
    desk.intents.remove("relu3")
    layers = [focus.layer for focus in desk.inspector.trail.crumbs]
    assert layers == ["fc2", "fc1", "flatten", "relu2", "pool2", "conv2"]
    before = desk.sum.explanation
    assert desk.inspector.value_page.sum.explanation is before, "the last one stays until the frame"
    desk.frame()
    assert desk.sum.explanation is not before


def test_the_gradient_page_asks_for_gradients_and_follows_upwards(desk: Desk, qtbot: QtBot) -> None:
    desk.experiment.change(focus=Focus("relu3", (7,)))
    desk.tools["page_gradient"].trigger()
    qtbot.waitUntil(lambda: desk.experiment.state.probe.gradients)
    desk.frame()
    view = desk.inspector.gradient_page.sum
    strongest = view.parts[0]
    qtbot.mouseClick(view, LEFT, pos=view.part_center(strongest).toPoint())
    assert desk.focus == Focus("fc2", (strongest,))
    assert desk.inspector.page == "gradient"
    assert [focus.layer for focus in desk.inspector.trail.crumbs] == ["relu3", "fc2"]
    desk.tools["page_value"].trigger()
    qtbot.waitUntil(lambda: not desk.experiment.state.probe.gradients)


def test_the_class_is_chosen_on_both_pages(desk: Desk, qtbot: QtBot) -> None:
    for chooser in (desk.inspector.value_page.loss.chooser, desk.inspector.gradient_page.chooser):
        chooser.activated.emit(5)
        assert desk.experiment.state.probe.target == 4
        chooser.activated.emit(0)
        assert desk.experiment.state.probe.target is None


def test_slices_are_chosen_together(desk: Desk, qtbot: QtBot) -> None:
    desk.experiment.change(focus=Focus("conv2", (3, 1, 1)))
    desk.inspector.kernel.choose_slice(9)
    desk.tools["page_gradient"].trigger()
    qtbot.waitUntil(lambda: desk.experiment.state.probe.gradients)
    desk.frame()
    kernel = desk.inspector.gradient_page.kernel
    assert "slice 9 of 32" in kernel.lines[0].text()
    kernel.strip.step(2)
    assert desk.inspector.kernel.chosen_slice == 11
    assert "slice 11 of 32" in kernel.lines[0].text()


def test_an_opened_part_and_the_slice_of_the_kernel_agree(desk: Desk, qtbot: QtBot) -> None:
    for layer, index in (("conv2", (3, 1, 1)), ("fc1", (17,))):
        desk.experiment.change(focus=Focus(layer, index))
        kernel, part = desk.inspector.kernel, desk.sum.parts[2]
        qtbot.mouseClick(desk.sum, LEFT, pos=desk.sum.part_center(part).toPoint())
        assert desk.sum.opened == kernel.chosen_slice == part
        kernel.strip.setFocus()
        qtbot.keyClick(kernel.strip, Qt.Key.Key_Left if part else Qt.Key.Key_Right)
        assert kernel.chosen_slice == abs(part - 1)
        assert desk.sum.opened == kernel.chosen_slice
        qtbot.mouseClick(desk.sum, LEFT, pos=desk.sum.part_center(kernel.chosen_slice).toPoint())
        assert desk.sum.opened is None
        assert kernel.chosen_slice == abs(part - 1), "closing chooses nothing"
    desk.experiment.change(focus=Focus("fc2", (3,)))
    desk.inspector.kernel.choose_slice(0)
    assert desk.sum.opened is None, "200 terms, and one slice that is a row wrapped"


def test_the_titles_of_the_pages_stay_where_they_are(desk: Desk) -> None:
    line, tabs = desk.inspector.trail_line, desk.inspector.tabs["value"]
    at = tabs.mapTo(desk.inspector, tabs.rect().topLeft())
    for page, text in (("value", "to the pixels"), ("gradient", ""), ("field", ""), ("layer", ""), ("map", "")):
        desk.inspector.choose(page)
        assert line.isVisible()
        assert line.text.endswith(text)
        assert bool(line.text) == bool(text)
        assert tabs.mapTo(desk.inspector, tabs.rect().topLeft()) == at


def test_hovering_a_term_points_at_it(desk: Desk, qtbot: QtBot) -> None:
    heard: list[tuple[str, object]] = []
    desk.inspector.term_hovered.connect(lambda layer, index: heard.append((layer, index)))
    part = desk.sum.parts[0]
    qtbot.mouseMove(desk.sum, desk.sum.part_center(part).toPoint())
    assert heard[-1] == ("relu3", (part,))


def test_a_network_that_is_switched_shows_no_old_number(
    desk: Desk, make_state: Callable[..., State], frame_of: Callable[[State], Frame]
) -> None:
    other = make_state("lenet5", focus=Focus("fc1", (3,)))
    old = frame_of(desk.experiment.state)
    desk.experiment.commit(other)
    assert desk.sum.explanation is None
    desk.inspector.show_frame(old)
    assert desk.sum.explanation is None
    desk.frame()
    assert desk.sum.explanation is not None
    assert len(desk.inspector.trail.crumbs) == 1
