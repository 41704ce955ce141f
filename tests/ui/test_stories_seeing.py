"""Whole-window stories about seeing, with the real engine: the way to the pixels, what a unit sees, and who sees it."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from convviz.core.network import build
from convviz.core.trace import trace
from convviz.session.experiment import Focus
from convviz.session.outbox import Frame
from convviz.spec.footprint import Box, fields, seen_by
from convviz.spec.strokes import PAD
from convviz.ui.explain.words import crumb
from convviz.ui.layer.value_box import STEP_PX
from convviz.ui.look.numbers import exact
from convviz.ui.look.theme import DARK

PRESS, MOVE, RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease
Story = Any  # the window of conftest.py
DOWN = ["fc2", "relu3", "fc1", "flatten", "relu2", "pool2", "conv2", "relu1", "pool1", "conv1", "input"]
PAGES = ("value", "gradient", "field", "why", "layer", "map")


def number(text: str) -> float:
    """The first number of a text, as the window writes it."""
    found = re.search(r"-?(\d+(\.\d*)?(e[+-]?\d+)?|NaN)", text.replace("−", "-"))
    assert found is not None, text
    return float(found[0])


def check_sum(story: Story, frame: Frame) -> None:
    """Title, value, sum and torch's number are those of the selected unit in ``frame``."""
    inspector, focus = story.desk.workspace.inspector, story.state.focus
    value = frame.maps[focus.layer][focus.index]
    kind = "map" if len(focus.index) == 3 else "unit"
    assert inspector.title.text() == f"{focus.layer} · {kind} {focus.index[0]}"
    if len(focus.index) == 3:
        assert inspector.where.text() == f"row {focus.index[1]}, column {focus.index[2]}"
    assert inspector.value.text() == exact(float(value))
    view = inspector.value_page.sum
    assert view.fresh
    if focus.layer != "input":
        assert view.line("torch").replace("−", "-").startswith(f"torch {exact(float(value))}   Δ ")
        size = float(np.abs(view.explanation.products).sum()) + abs(view.explanation.bias or 0.0)
        assert abs(number(view.line("torch").partition("Δ")[2])) <= 1e-5 * max(size, 1.0)
    assert number(view.line("result")) == pytest.approx(float(value), rel=1e-4, abs=1e-4)
    assert inspector.trail.crumbs[-1] == focus


def follow(story: Story) -> float:
    """Follows the strongest term, as a student would; the value that stood there."""
    view = story.desk.workspace.inspector.value_page.sum
    found, part = view.explanation, view.parts[0]
    place = divmod(int(np.abs(found.products[part]).argmax()), found.values.shape[2])
    if found.values[part].size == 1:
        story.press(view, view.part_center(part))
    else:
        if view.opened != part:
            story.press(view, view.part_center(part))
        story.press(view, view.cell_center(place))
    return float(found.values[(part, *place)])


# --- from a score to the pixels ---------------------------------------------------------------------------------------


def test_a_score_is_followed_to_the_pixels_and_back(story: Story) -> None:
    frame = story.settled()
    story.choose("fc2", 3)
    for number_, layer in enumerate(DOWN):
        inspector = story.desk.workspace.inspector
        assert [focus.layer for focus in inspector.trail.crumbs] == DOWN[: number_ + 1]
        check_sum(story, frame)
        marked = [name for name, card in story.desk.workspace.layers.cards.items() if card.mosaic._selected]
        assert marked == [layer]
        if layer != "input":
            stood = follow(story)
            focus = story.state.focus
            assert frame.maps[focus.layer][focus.index] == pytest.approx(stood)
    assert "the trace ends" in inspector.value_page.sum.line("note")
    trail, line = inspector.trail.crumbs, inspector.trail_line
    assert line.text.endswith(" › ".join(map(crumb, trail[-2:])))
    assert story.frame is frame, "nothing had to be computed"
    story.keys("Backspace")
    assert story.state.focus == trail[-2]
    check_sum(story, frame)
    assert inspector.trail.crumbs == trail[:-1]
    story.press(line, line.crumb_center(len(trail) - 3))
    assert story.state.focus == trail[-3]
    assert inspector.trail.crumbs == trail[:-2]
    check_sum(story, frame)
    for focus in reversed(trail[:-3]):
        story.keys("Backspace")
        assert story.state.focus == focus
    check_sum(story, frame)
    story.keys("Backspace")
    assert story.state.focus == trail[0], "there is nothing before it"
    assert story.texts == []


def test_an_edit_cuts_the_trail(story: Story) -> None:
    frame = story.settled()
    story.choose("fc2", 3)
    for _ in range(6):
        follow(story)
    inspector = story.desk.workspace.inspector
    trail = inspector.trail.crumbs
    assert trail[-1].layer == "conv2"
    story.desk.network_intents.remove("relu3")
    assert inspector.trail.crumbs == (trail[0], *trail[2:]), "what is gone falls away"
    assert inspector.value_page.sum.explanation.total == pytest.approx(
        float(frame.maps["conv2"][trail[-1].index]), 1e-3
    )
    frame = story.settled()
    check_sum(story, frame)
    story.press(inspector.trail_line, inspector.trail_line.crumb_center(len(trail) - 3))
    assert story.state.focus == trail[-2]
    check_sum(story, frame)
    for focus in reversed((trail[0], *trail[2:-2])):
        story.keys("Backspace")
        assert story.state.focus == focus
    check_sum(story, frame)
    follow(story)
    assert story.state.focus.layer == "fc1", "the sum is that of the edited network"
    check_sum(story, frame)
    story.keys("Ctrl+Delete")
    frame = story.settled()
    assert story.state.focus.layer == "flatten"
    assert len(inspector.trail.crumbs) == 1, "another unit than the one that was followed"
    check_sum(story, frame)
    story.choose("fc2", 3)
    check_sum(story, frame)
    assert len(inspector.value_page.sum.explanation.values) == 64


def test_another_network_in_the_middle_of_a_trace(story: Story) -> None:
    story.settled()
    story.choose("fc2", 3)
    for _ in range(6):
        follow(story)
    inspector, before = story.desk.workspace.inspector, story.frame
    view = inspector.value_page.sum
    story.desk.intents.choose_network("lenet5")
    assert view.explanation is None, "no number of the network before"
    assert view.accessibleDescription() == "computing…"
    assert inspector.value.text() == "…"
    story.desk._show_frame(before)  # one that was under way
    assert view.explanation is None
    frame = story.settled()
    assert len(inspector.trail.crumbs) == 1
    check_sum(story, frame)
    while story.state.focus.layer != "input":
        follow(story)
        check_sum(story, frame)
    story.keys("Ctrl+Z")
    check_sum(story, story.settled())


# --- what a unit sees, and who sees it --------------------------------------------------------------------------------


def picture(widget: QWidget) -> np.ndarray[Any, np.dtype[np.uint32]]:
    """What a widget looks like (H, W)."""
    shot = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(shot.constBits(), np.uint32).reshape(shot.height(), shot.width()).copy()


def around(mask: np.ndarray[Any, Any]) -> QRect:
    """The rectangle around all that is true."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    assert rows.size, "nothing to be seen"
    return QRect(QPoint(columns[0], rows[0]), QPoint(columns[-1], rows[-1]))


def near(found: QRect, left: float, top: float, right: float, bottom: float, off: float) -> bool:
    ends = found.left(), found.top(), found.right() + 1, found.bottom() + 1
    return all(abs(a - b) <= off for a, b in zip(ends, (left, top, right, bottom), strict=True))


def test_what_a_unit_sees_is_drawn_everywhere(story: Story) -> None:
    frame, workspace = story.settled(), story.desk.workspace
    story.choose("fc2", 3)
    story.keys("V")
    story.point("conv2", 5, 1, 2)
    cards, pad = workspace.layers.cards, workspace.input.pad
    bare = {layer: picture(card.mosaic) for layer, card in cards.items()} | {"pad": picture(pad)}
    assert not any(card.mosaic.field for card in cards.values())
    story.keys("V")
    boxes = {"input": (Box(3, 6, 22, 25), 1), "conv1": (Box(3, 6, 18, 21), 32), "relu1": (Box(1, 2, 6, 7), 32)}
    boxes["pool1"] = boxes["relu1"]
    for layer, (box, channels) in boxes.items():
        seen, forwards = cards[layer].mosaic.field
        assert (seen.box, len(seen.channels), forwards) == (box, channels, False)
        changed = picture(cards[layer].mosaic) != bare[layer]
        first = changed & (picture(cards[layer].mosaic) == QColor(DARK.field).rgb())
        layout = cards[layer].mosaic._layout
        for channel in range(channels):
            x, y, wide, high = layout.map_rect(channel)
            cell = wide / layout.width, high / layout.height
            assert first[y : y + high, x : x + wide].any()
            if channels == 1:
                edges = (
                    x + box.left * cell[0],
                    y + box.top * cell[1],
                    x + box.right * cell[0],
                    y + box.bottom * cell[1],
                )
                assert near(around(first), *edges, 2)
    (left, top, pixel), scale = frame.grid, pad.width() / PAD
    edges = (left + 6 * pixel, top + 3 * pixel, left + 25 * pixel, top + 22 * pixel)
    assert near(around(picture(pad) != bare["pad"]), *(edge * scale for edge in (edges[0], edges[1], *edges[2:])), 2.5)
    later = {"pool2": (5, 0, 1), "relu2": (5, 0, 1), "flatten": (5 * 4 + 1, 0, 0)}
    for layer, (channel, row, column) in later.items():
        seen, forwards = cards[layer].mosaic.field
        assert (seen.channels, seen.rows, seen.columns, forwards) == ((channel,), (row,), (column,), True)
    assert all(cards[layer].mosaic.field[1] for layer in ("fc1", "relu3", "fc2"))
    value = exact(float(frame.maps["conv2"][5, 1, 2]))
    told = f"conv2[5] row 1, column 2 = {value}   receptive field 19×19 at rows 3…21, columns 6…24, jump 3"
    assert story.desk.status.pointed.text() == told
    story.leave("conv2")
    assert story.desk.status.pointed.text() == ""
    seen, forwards = cards["input"].mosaic.field
    assert (seen.box, forwards) == (Box(0, 0, 28, 28), False), "the selected score sees everything"


def test_who_sees_a_pixel_lights_up(story: Story) -> None:
    frame, workspace = story.settled(), story.desk.workspace
    cards = workspace.layers.cards
    pixel = (0, 9, 14)
    story.point("input", *pixel)
    assert story.desk.status.pointed.text() == f"input[0] row 9, column 14 = {exact(float(frame.maps['input'][pixel]))}"
    moved = frame.maps["input"].copy()
    moved[pixel] += 1
    after = trace(build(story.state.network, story.state.weights), moved).maps
    for layer, values in after.items():
        seen, forwards = cards[layer].mosaic.field
        assert forwards
        lit = np.zeros((*values.shape, 1, 1)[:3] if values.ndim == 1 else values.shape, bool)
        lit[np.ix_(seen.channels, seen.rows, seen.columns)] = True
        differs = (values != frame.maps[layer]).reshape(lit.shape)
        assert not (differs & ~lit).any(), layer
        if layer == "conv1":
            assert (differs == lit).all(), "each of them, and no other"
            assert (len(seen.rows), len(seen.columns)) == (5, 5)
    pad, (left, top, step) = workspace.input.pad, frame.grid
    scale = pad.width() / PAD
    at = QPoint(round((left + 4.5 * step) * scale), round((top + 9.5 * step) * scale))
    story.reach(pad, at)
    story.qtbot.mouseMove(pad, at)
    value = exact(float(frame.maps["input"][0, 9, 4]))
    assert story.desk.status.pointed.text() == f"input[0] row 9, column 4 = {value}"
    assert cards["conv1"].mosaic.field == (seen_by(story.state.network, "input", (0, 9, 4))["conv1"], True)
    assert cards["conv1"].mosaic.field[0].columns == (0, 1, 2, 3, 4)


class FieldWatch:
    """Looks after every event: what is drawn is the field of a unit in the very network whose cards are shown."""

    def __init__(self, story: Story) -> None:
        self._story, self.seen = story, set[object]()
        story.desk.experiment.changed.connect(lambda _old, _new: self.look())
        story.desk.bridge.frame_arrived.connect(lambda _frame: self.look())

    def look(self) -> None:
        workspace = self._story.desk.workspace
        cards, shown = workspace.layers.cards, workspace._shown
        unit = workspace._hovered or (shown.focus.layer, shown.focus.index)
        expected = fields(shown.network, *unit)
        for layer, card in cards.items():
            layout = card.mosaic._layout
            shape = (*workspace.layers.shape_of(layer), 1, 1)[:3]
            assert (layout.count, layout.height, layout.width) == shape
            if layer in expected:
                assert card.mosaic.field == (expected[layer], False), (layer, unit)
        self.seen.add(expected["input"].box)


@pytest.mark.parametrize(("layer", "setting"), [("conv1", "dilation"), ("pool1", "kernel"), ("conv2", "padding")])
def test_fields_follow_a_setting_with_its_frame(story: Story, layer: str, setting: str) -> None:
    story.settled()
    story.choose("conv2", 5, 1, 1)
    story.keys("Alt+5")
    watch = FieldWatch(story)
    story.choose(layer, 5, 1, 1)
    box = story.desk.workspace.inspector.layer.settings.numbers[setting].boxes[0]
    at = QPoint(box.width() // 2, box.height() // 2)
    story.reach(box, at)
    story.mouse(box, PRESS, at)
    for steps in (1, 2, 1, -1):
        drawn = story.desk.workspace.layers.cards["input"].mosaic.field
        before = story.state.network
        story.mouse(box, MOVE, at + QPoint(2 * steps * STEP_PX, 0))
        if story.state.network is not before:
            assert story.desk.workspace.layers.cards["input"].mosaic.field == drawn, "its frame is on its way"
        story.settled()
        watch.look()
        focus = story.state.focus
        expected = fields(story.state.network, focus.layer, focus.index)["input"]
        assert story.desk.workspace.layers.cards["input"].mosaic.field == (expected, False)
    story.mouse(box, RELEASE, at - QPoint(2 * STEP_PX, 0))
    assert len(watch.seen) >= 2


def test_the_unit_under_the_mouse_goes_with_an_edit(story: Story) -> None:
    story.settled()
    story.choose("conv1", 0, 4, 4)
    watch = FieldWatch(story)
    story.point("relu1", 3, 7, 7)
    assert "relu1[3] row 7, column 7" in story.desk.status.pointed.text()
    story.desk.network_intents.remove("pool1")
    frame = story.settled()
    watch.look()
    cards, told = story.desk.workspace.layers.cards, story.desk.status.pointed.text()
    assert cards["input"].mosaic.field[0].box == Box(4, 4, 9, 9), "what the selected unit sees"
    assert told == ""
    story.point("relu1", 3, 20, 21)
    value = exact(float(frame.maps["relu1"][3, 20, 21]))
    assert story.desk.status.pointed.text().startswith(f"relu1[3] row 20, column 21 = {value}   receptive field 5×5")
    story.keys("Ctrl+Z")
    story.settled()
    watch.look()
    assert "column 21" not in story.desk.status.pointed.text()


# --- what is no number, and what is gone ------------------------------------------------------------------------------


def test_weights_that_are_no_numbers_are_shown_on_every_page(story: Story) -> None:
    from convviz.session import editing

    story.settled()
    values = story.state.weights["conv1.weight"][4].copy()
    values[0, 1, 1] = np.nan
    story.choose("conv1", 4, 12, 12)
    story.desk.history.do_state("not a number", editing.with_kernel_of(story.state, "conv1", 4, values))
    inspector = story.desk.workspace.inspector
    for page in PAGES:
        story.page(page)
        story.until(lambda page=page: story.state.probe.gradients == (page in ("gradient", "why")))
        frame = story.arrived()
        assert inspector.value.text() == "NaN"
        assert np.isnan(frame.maps["fc2"]).all()
        if page == "value":
            assert inspector.value_page.sum.line("result") == "= NaN"
            assert "torch NaN" in inspector.value_page.sum.line("torch")
        picture(story.window)
    story.page("field")
    inspector.field_page.views.buttons["effective"].click()
    story.until(lambda: story.state.probe.effective)
    assert story.arrived().unit_gradient is not None
    picture(story.window)
    for layer in ("fc2", "pool1", "input"):
        story.choose(layer, *(0 for _ in frame.maps[layer].shape))
        for page in PAGES:
            story.page(page)
            story.arrived()
            picture(story.window)
    assert story.desk.banner.isHidden()
    story.keys("Ctrl+Z")
    story.page("value")
    check_sum(story, story.settled())


@pytest.mark.parametrize("page", PAGES)
def test_a_unit_that_vanishes_gives_way_to_the_nearest(story: Story, page: str) -> None:
    frame = story.settled()
    story.choose("conv1", 31, 23, 23)
    story.page(page)
    network = story.state.network
    story.desk.network_intents.edit_layer(_with(network["conv1"], out_channels=20, kernel=(7, 7)), "smaller maps")
    story.desk.network_intents.finish()
    assert story.state.focus == Focus("conv1", (19, 21, 21))
    story.until(lambda: story.state.probe.gradients == (page in ("gradient", "why")))
    frame = story.settled()
    inspector = story.desk.workspace.inspector
    assert inspector.page == page
    assert inspector.title.text() == "conv1 · map 19"
    assert inspector.value.text() == exact(float(frame.maps["conv1"][19, 21, 21]))
    assert story.desk.workspace.layers.cards["input"].mosaic.field[0].box == Box(21, 21, 28, 28)
    if page == "value":
        check_sum(story, frame)
    elif page == "field":
        assert inspector.field_page.title.text() == "conv1[19] row 21, column 21"
    elif page == "gradient":
        found = inspector.gradient_page.sum.explanation
        assert found.shown == frame.gradients.maps["conv1"][19, 21, 21]
    picture(story.window)
    story.keys("Ctrl+Z")
    story.settled()
    assert story.state.network == network
    picture(story.window)


def _with(layer: Any, **values: Any) -> Any:
    from dataclasses import replace

    return replace(layer, **values)
