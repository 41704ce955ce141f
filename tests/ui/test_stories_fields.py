"""Whole-window stories about fields, with the real engine: what a unit sees, who sees a pixel, while one edits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from convviz.core.network import build
from convviz.core.trace import trace
from convviz.spec.footprint import Box, fields, seen_by
from convviz.spec.strokes import PAD
from convviz.ui.layer.value_box import STEP_PX
from convviz.ui.look.numbers import exact
from convviz.ui.look.theme import DARK

PRESS, MOVE, RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease
Story = Any  # the window of conftest.py


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


def check_outline(mosaic: Any, bare: np.ndarray[Any, Any], box: Box, channels: int) -> None:
    """A box has the colour of fields at its rim, in each of the maps, where nothing was before."""
    shown, layout = picture(mosaic), mosaic._layout
    drawn = (shown != bare) & (shown == QColor(DARK.field).rgb())
    for channel in range(channels):
        x, y, wide, high = layout.map_rect(channel)
        across, down = wide / layout.width, high / layout.height
        left, right = x + box.left * across - 1, x + box.right * across + 1  # the rim is one pixel around it
        top, bottom = y + box.top * down - 1, y + box.bottom * down + 1
        around_it = drawn.copy()
        around_it[: max(y - 1, 0)] = around_it[y + high + 1 :] = False  # its rim may lie in the gap
        around_it[:, : max(x - 1, 0)] = around_it[:, x + wide + 1 :] = False
        assert near(around(around_it), left, top, right, bottom, 0.99), channel


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
    for layer, (box, channels) in (boxes | {"pool1": boxes["relu1"]}).items():
        seen, forwards = cards[layer].mosaic.field
        assert (seen.box, len(seen.channels), forwards) == (box, channels, False)
        check_outline(cards[layer].mosaic, bare[layer], box, channels)
    (left, top, pixel), scale = frame.grid, pad.width() / PAD
    edges = left + 6 * pixel, top + 3 * pixel, left + 25 * pixel, top + 22 * pixel
    assert near(around(picture(pad) != bare["pad"]), *(edge * scale for edge in edges), 2.5)
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
