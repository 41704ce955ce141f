"""Whole-window stories about seeing, with the real engine: the way from a score to the pixels, whatever is in it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint

from convviz.core.data import Images, Split, finish, written
from convviz.core.training import train
from convviz.session import editing
from convviz.session.experiment import Focus
from convviz.session.outbox import Frame
from convviz.spec.footprint import Box, fields
from convviz.spec.training import TrainingSettings
from convviz.ui.explain.words import crumb
from convviz.ui.look.numbers import exact

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
    for at, layer in enumerate(DOWN):
        inspector = story.desk.workspace.inspector
        assert [focus.layer for focus in inspector.trail.crumbs] == DOWN[: at + 1]
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


@pytest.mark.parametrize("page", PAGES)
def test_each_page_goes_along_to_another_network(story: Story, page: str) -> None:
    story.settled()
    story.choose("conv2", 3, 1, 1)
    story.page(page)
    story.until(lambda: story.state.probe.gradients == (page in ("gradient", "why")))
    story.settled()
    inspector = story.desk.workspace.inspector
    for name in ("lenet5", "lecture"):
        story.desk.intents.choose_network(name)
        assert inspector.value.text() == "…"
        sums = {"value": inspector.value_page.sum, "gradient": inspector.gradient_page.sum}
        assert page not in sums or sums[page].explanation is None
        assert page != "why" or inspector.why_page.saliency.picture.dimmed
        frame = story.settled()
        assert inspector.value.text() == exact(float(frame.maps["conv2"][3, 1, 1]))
        if page == "value":
            check_sum(story, frame)
        elif page == "gradient":
            assert inspector.gradient_page.sum.explanation.shown == frame.gradients.maps["conv2"][3, 1, 1]
        elif page == "field":
            seen = inspector.field_page.picture._outline.seen
            assert seen == fields(story.state.network, "conv2", (3, 1, 1))["input"]
        elif page == "why":
            picture = inspector.why_page.saliency.picture
            assert not picture.dimmed
            assert np.array_equal(picture.heat, np.abs(frame.gradients.maps["input"]).max(axis=0))
        elif page == "map":
            assert np.array_equal(inspector.map_page.map.values[0], frame.maps["conv2"][3])
        story.window.grab()


# --- while it trains --------------------------------------------------------------------------------------------------


def test_drawing_beside_a_training_with_the_sum_on_screen(story: Story) -> None:
    story.settled()
    story.choose("fc2", 3)
    story.keys("Alt+1")
    desk, news, frames = story.desk, [], []
    desk.bridge.progressed.connect(news.append)
    desk.bridge.frame_arrived.connect(frames.append)
    digits, settings = finish(written(40, seed=4)), TrainingSettings(1000, 10, 0.001, "adamw")
    split = Split("few", digits, Images(digits.images[:0], digits.labels[:0]))
    number = desk.engine.run(lambda: train(story.state.network, split, settings))
    story.until(lambda: len(news) > 2)
    pad, view = desk.workspace.input.pad, desk.workspace.inspector.value_page.sum
    before, totals = len(news), set()
    side = pad.width()
    story.mouse(pad, PRESS, QPoint(side // 4, side // 4))
    for step in range(1, 13):
        story.mouse(pad, MOVE, QPoint(side // 4 + 6 * step, side // 4 + 9 * step))
        frame = story.arrived()
        assert frame.state.drawing is story.state.drawing
        assert view.fresh
        value = float(frame.maps["fc2"][3])
        assert view.explanation.shown == value
        assert desk.workspace.inspector.value.text() == exact(value)
        totals.add(value)
    story.mouse(pad, RELEASE, QPoint(side // 4 + 72, side // 4 + 108))
    assert len(frames) >= 12
    assert len(totals) >= 10, "each has a sum of its own"
    story.until(lambda: len(news) > before)
    desk.engine.cancel(number)
    story.until(lambda: news[-1].cancelled)
    assert story.texts == ["stroke"]
    story.settled()


# --- what is no number, and what is gone ------------------------------------------------------------------------------


def test_weights_that_are_no_numbers_are_shown_on_every_page(story: Story) -> None:
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
        story.window.grab()
    story.page("field")
    inspector.field_page.views.buttons["effective"].click()
    story.until(lambda: story.state.probe.effective)
    assert story.arrived().unit_gradient is not None
    story.window.grab()
    broken = {"fc2": (3,), "flatten": (0,), "pool1": (4, 3, 3), "relu1": (4, 3, 3)}
    for layer, index in (broken | {"input": (0, 9, 9)}).items():
        story.choose(layer, *index)
        for page in PAGES:
            story.page(page)
            story.arrived()
            assert (inspector.value.text() == "NaN") == (layer != "input")
            if page == "value" and layer != "input":
                assert inspector.value_page.sum.line("result") == "= NaN"
            story.window.grab()
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
    story.desk.network_intents.edit_layer(replace(network["conv1"], out_channels=20, kernel=(7, 7)), "smaller maps")
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
    story.window.grab()
    story.keys("Ctrl+Z")
    story.settled()
    assert story.state.network == network
    story.window.grab()
