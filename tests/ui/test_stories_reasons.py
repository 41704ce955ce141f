"""Whole-window stories about reasons, with the real engine: gradients, fields in effect, why a class."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton

from convviz.core import attribution
from convviz.core.network import build
from convviz.session.experiment import Focus, State
from convviz.session.outbox import Frame
from convviz.spec.cam import grad_cam
from convviz.spec.channels import effective
from convviz.spec.effective import effective_size
from convviz.spec.probe import Patch
from convviz.ui.look.numbers import brief, exact
from convviz.ui.why.occlusion import change_of

PRESS, MOVE, RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease
Story = Any  # the window of conftest.py


def network_of(state: State) -> Any:
    return build(state.network, effective(state.network, state.weights, state.channels))


def backwards(frame: Frame, layer: str, index: tuple[int, ...], *, of: str = "input") -> Any:
    """∂unit/∂input, or ∂unit/∂weight of an array of that name, by autograd and nothing else."""
    network = network_of(frame.state)
    x = picture = torch.from_numpy(frame.maps["input"].copy())[None].requires_grad_()
    for name, module in network.named_children():
        x = module(x)
        if name == layer:
            break
    wrt = picture if of == "input" else dict(network.named_parameters())[of]
    (gradient,) = torch.autograd.grad(x[(0, *index)], wrt)
    return gradient[0].numpy() if of == "input" else gradient.numpy()


def choose_class(story: Story, name: str, target: int) -> None:
    """Chooses a class in a combo box, with the keys."""
    box = story.part(QComboBox, name)
    box.setFocus()
    keys = Qt.Key.Key_Down if box.currentIndex() < target + 1 else Qt.Key.Key_Up
    while box.currentIndex() != target + 1:
        story.qtbot.keyClick(box, keys)
    assert box.currentText() == str(target)


def untouched(story: Story, start: State) -> None:
    """Whatever was asked, nothing was edited."""
    assert story.texts == []
    assert not story.window.isWindowModified()
    assert not story.desk.files.unsaved
    assert story.state.drawing is start.drawing
    assert story.state.weights is start.weights


# --- gradients --------------------------------------------------------------------------------------------------------


def test_the_gradient_of_a_kernel_cell_is_the_sum_over_its_positions(story: Story) -> None:
    frame, start = story.settled(), story.state
    assert frame.gradients is None
    story.choose("conv2", 5, 1, 2)
    story.keys("Alt+2")
    story.until(lambda: story.state.probe.gradients)
    frame = story.settled()
    assert frame.gradients.target == int(frame.scores.argmax())
    for target in (7, 2):
        choose_class(story, "gradient_class", target)
        assert story.state.probe.target == target
        frame = story.settled()
        assert frame.gradients.target == target
    page = story.desk.workspace.inspector.gradient_page
    story.desk.workspace.inspector.kernel.choose_slice(0)
    page.kernel.strip.step(3)
    expected = backwards(frame, "fc2", (2,), of="conv2.weight")
    for row, column in ((0, 0), (3, 2), (4, 4)):
        story.press(page.kernel.grid, page.kernel.grid.cell_center((row, column)))
        found, value = page.kernel.sum.explanation, float(expected[5, 3, row, column])
        size = max(float(np.abs(found.products).sum()), 1e-12)
        assert (found.layer, found.index) == ("conv2.weight", (5, 3, row, column))
        assert abs(found.total - value) <= 1e-5 * size
        assert abs(found.shown - value) <= 1e-5 * size
        assert found.values.size == 16, "each position of the map"
        assert page.kernel.lines[1].text() == f"row {row}, column {column}"
        shown = page.kernel.lines[2].text().replace("−", "-")
        assert float(shown) == pytest.approx(value, rel=1e-3, abs=1e-5 * size)
    unit = page.sum.explanation
    assert page.about.text() == "∂ conv2[5] row 1, column 2"
    assert unit.shown == frame.gradients.maps["conv2"][5, 1, 2]
    assert abs(unit.difference) <= 1e-5 * max(float(np.abs(unit.products).sum()), 1e-6)
    story.choose("conv1", 4, 12, 12)
    frame = story.arrived()
    expected = backwards(frame, "fc2", (2,), of="conv1.weight")
    assert page.kernel.title.text() == "∂ score / ∂ kernel of conv1[4]"
    np.testing.assert_allclose(page.kernel.grid.values, expected[4, 0], rtol=1e-3, atol=1e-5 * np.abs(expected).max())
    found = page.kernel.sum.explanation
    assert (found.layer, found.index) == ("conv1.weight", (4, 0, 4, 4)), "the cell that was clicked stays"
    assert found.total == pytest.approx(float(expected[4, 0, 4, 4]), rel=1e-3, abs=1e-5)
    untouched(story, start)


def test_all_maps_show_gradients_and_go_back(story: Story) -> None:
    frame, start, cards = story.settled(), story.state, story.desk.workspace.layers.cards
    story.choose("conv2", 5, 1, 2)
    story.keys("G")
    assert story.state.probe.gradients
    frame = story.arrived()
    for layer, card in cards.items():
        assert np.array_equal(card.mosaic.values, frame.gradients.maps[layer]), layer
    pixels = backwards(frame, "fc2", (frame.gradients.target,))
    np.testing.assert_allclose(cards["input"].mosaic.values, pixels, rtol=1e-4, atol=1e-6)
    story.point("pool1", 5, 1, 2)
    value = exact(float(frame.gradients.maps["pool1"][5, 1, 2]))
    told = f"∂ score of {frame.gradients.target} / ∂ pool1[5] row 1, column 2 = {value}"
    assert story.desk.status.pointed.text().startswith(told)
    inspector = story.desk.workspace.inspector
    assert inspector.value.text() == exact(float(frame.maps["conv2"][5, 1, 2])), "the value stays the value"
    story.keys("G")
    frame = story.settled()
    assert story.desk.status.pointed.text().startswith(
        f"pool1[5] row 1, column 2 = {exact(float(frame.maps['pool1'][5, 1, 2]))}"
    )
    assert not story.state.probe.gradients
    assert frame.gradients is None
    untouched(story, start)


def test_gradients_cost_nothing_once_nobody_looks(story: Story) -> None:
    story.settled()
    story.choose("conv2", 5, 1, 2)
    steps = [("Alt+2", True), ("G", True), ("Alt+5", True), ("G", False), ("G", True), ("Alt+4", True), ("G", True)]
    for keys, wanted in (*steps, ("Alt+3", False)):
        story.keys(keys)
        story.until(lambda wanted=wanted: story.state.probe.gradients == wanted)
        frame = story.arrived()
        assert (frame.gradients is not None) == wanted, keys
    story.settled()


# --- the field in effect ----------------------------------------------------------------------------------------------


def test_the_effective_field_follows_the_selection(story: Story) -> None:
    story.settled()
    start, page = story.state, story.desk.workspace.inspector.field_page
    story.choose("conv2", 5, 1, 1)
    story.keys("Alt+3")
    assert not story.state.probe.effective
    story.press(page.views.buttons["effective"], page.views.buttons["effective"].rect().center())
    walk = (Qt.Key.Key_Right, (5, 1, 2)), (Qt.Key.Key_Down, (5, 2, 2)), (Qt.Key.Key_PageDown, (6, 2, 2))
    for key, unit in ((None, (5, 1, 1)), *walk):
        if key is not None:
            story.qtbot.keyClick(QApplication.focusWidget(), key)
        assert story.state.focus == Focus("conv2", unit)
        frame = story.arrived()
        assert frame.unit_gradient.unit == Focus("conv2", unit)
        expected = np.abs(backwards(frame, "conv2", unit)).sum(axis=0)
        np.testing.assert_allclose(page.picture.heat, expected, rtol=1e-4, atol=1e-7)
        assert not page.picture.dimmed
        assert page.title.text() == f"conv2[{unit[0]}] row {unit[1]}, column {unit[2]}"
        assert page.result.text() == f"effective {brief(effective_size(expected))} of 19 pixels"
    story.press(page.samples.buttons["average"], page.samples.buttons["average"].rect().center())
    assert not story.state.probe.effective, "frames need not hold it"
    story.until(lambda: "Averaged over 64 digits." in page.note.text())
    assert not page.picture.dimmed
    assert page.picture.heat.shape == (28, 28)
    outside = page.picture.heat.copy()
    outside[6:25, 6:25] = 0
    assert not outside.any(), "nothing beside the field that the layers allow"
    assert page.picture.heat[6:25, 6:25].all()
    assert story.arrived().unit_gradient is None
    story.keys("Alt+1")
    untouched(story, start)


# --- why this class ---------------------------------------------------------------------------------------------------


def why(story: Story) -> Any:
    story.choose("fc2", 3)
    story.keys("Alt+4")
    story.until(lambda: story.state.probe.gradients)
    return story.desk.workspace.inspector.why_page


def test_reasons_are_those_of_the_chosen_class(story: Story) -> None:
    story.settled()
    start, page = story.state, why(story)
    for target in (4, 8):
        choose_class(story, "why_class", target)
        frame = story.settled()
        network, picture = network_of(story.state), frame.maps["input"]
        expected = np.abs(backwards(frame, "fc2", (target,))).max(axis=0)
        np.testing.assert_allclose(page.saliency.picture.heat, expected, rtol=1e-4, atol=1e-7)
        small = attribution.grad_cam(network, picture, "conv2", target)
        heat = grad_cam(frame.maps["conv2"], frame.gradients.maps["conv2"], (28, 28))
        np.testing.assert_allclose(page.cam.picture.heat, heat)
        assert page.cam.picture.heat.max() <= small.max() * (1 + 1e-4)
        assert page.score.text().startswith(f"score {frame.scores[target]:.2f}".replace("-", "−"))
    untouched(story, start)


def test_a_sweep_ends_is_cancelled_and_run_again(story: Story) -> None:
    frame = story.settled()
    start, page = story.state, why(story)
    occlusion, target = page.occlusion, int(frame.scores.argmax())
    button, news = story.part(QPushButton, "occlusion_sweep"), []
    story.desk.bridge.progressed.connect(news.append)
    occlusion.side.set_value(4)
    occlusion.stride.set_value(1)
    for ends in (False, True):
        story.press(button, button.rect().center())
        assert button.text() == "Cancel"
        if not ends:
            story.until(lambda: occlusion.progress.share)
            story.press(button, button.rect().center())
            assert button.text() == "Sweep"
            assert occlusion.progress.share < 1
            story.until(lambda: news[-1].done)
            assert news[-1].cancelled, "it is not computed behind one's back"
            continue
        story.until(lambda: button.text() == "Sweep")
    assert occlusion.progress.share is None
    expected = attribution.occlusion(network_of(story.state), frame.maps["input"], target, (4, 4), (1, 1), 0.5)
    np.testing.assert_allclose(occlusion.section.picture.heat, expected, rtol=1e-3, atol=1e-5)
    assert not occlusion.section.picture.dimmed
    untouched(story, start)
    story.keys("R")
    story.settled()
    assert occlusion.section.picture.dimmed, "another drawing"


def test_a_patch_is_laid_by_hand(story: Story) -> None:
    bare = story.settled()
    start, page = story.state, why(story)
    bare = story.settled()
    picture, target = page.occlusion.section.picture, int(bare.scores.argmax())
    at = picture.center_of((14, 12)).toPoint()
    story.reach(picture, at)
    story.mouse(picture, PRESS, at)
    for pixel in ((14, 13), (10, 14), (20, 16)):
        story.mouse(picture, MOVE, picture.center_of(pixel).toPoint())
        assert story.state.probe.patch == Patch(pixel[0] - 2, pixel[1] - 2, 5, 5)
        frame = story.settled()
        assert np.array_equal(frame.maps["input"], story.state.probe.patch.over(bare.maps["input"]))
        assert not np.array_equal(frame.scores, bare.scores)
        assert np.array_equal(story.desk.workspace.input.bars._scores, frame.scores)
        score = f"{frame.scores[target]:.2f}".replace("-", "−")
        change = change_of(float(bare.scores[target]) - float(frame.scores[target]))
        assert page.occlusion.by_hand.text() == f"{target} with the patch: {score}, {change}"
        assert story.desk.workspace.input.pad.drawing is start.drawing
    story.mouse(picture, RELEASE, picture.center_of(pixel).toPoint())
    assert story.state.probe.patch is None
    assert np.array_equal(story.settled().scores, bare.scores)
    assert "with the patch" not in page.occlusion.by_hand.text()
    untouched(story, start)
    story.mouse(picture, PRESS, at)
    story.mouse(picture, MOVE, at + QPoint(0, 20))
    assert story.state.probe.patch is not None
    story.keys("Alt+1")
    assert story.state.probe.patch is None, "it does not stay behind a page that is gone"
    story.settled()
    untouched(story, start)
