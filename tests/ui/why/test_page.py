"""The Why page: which class, which pixels, and what is late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from convviz.session.editing import with_inserted
from convviz.session.experiment import Focus, State
from convviz.session.outbox import Frame, Gradients
from convviz.spec.cam import grad_cam
from convviz.spec.network import Flatten, Linear, NetworkSpec
from convviz.spec.probe import Probe
from convviz.spec.weights import initial
from convviz.ui.why.page import WhyPage, saliency

LEFT = Qt.MouseButton.LeftButton
Frames = Callable[..., Frame]


@pytest.fixture
def page(show: Callable[..., Any]) -> WhyPage:
    return show(WhyPage(), 256, 600)  # type: ignore[no-any-return]


@pytest.fixture
def state(make_state: Callable[..., State]) -> State:
    return make_state()


def heard(signal: Any) -> list[Any]:
    found: list[Any] = []
    signal.connect(found.append)
    return found


def shown(page: WhyPage, state: State, frame: Frame) -> Frame:
    page.show_state(state)
    page.show_frame(frame)
    return frame


# --- the class -----------------------------------------------------------------------------------------------


def test_the_class_is_the_one_that_the_network_answers(page: WhyPage, state: State, make_gradients: Frames) -> None:
    frame = shown(page, state, make_gradients(state))
    best = int(frame.scores.argmax())
    assert page.classes.currentText() == f"predicted ({best})"
    assert page.classes.count() == 11
    assert page.score.text().startswith(f"score {frame.scores[best]:.2f}".replace("-", "−"))


def test_a_class_is_chosen_with_the_keyboard(page: WhyPage, state: State, make_gradients: Frames, qtbot: QtBot) -> None:
    shown(page, state, make_gradients(state))
    chosen = heard(page.target_chosen)
    page.classes.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Home):
        qtbot.keyClick(page.classes, key)
    assert chosen == [0, 1, None]


def test_a_chosen_class_waits_for_its_gradients(page: WhyPage, state: State, make_gradients: Frames) -> None:
    frame = shown(page, state, make_gradients(state))
    other = (int(frame.scores.argmax()) + 1) % 10
    asked = replace(state, probe=Probe(target=other))
    page.show_state(asked)
    assert page.classes.currentIndex() == other + 1
    assert page.score.text().startswith(f"score {frame.scores[other]:.2f}".replace("-", "−"))
    assert page.saliency.picture.dimmed
    assert page.cam.picture.dimmed
    page.show_frame(make_gradients(asked))
    assert not page.saliency.picture.dimmed
    assert not page.cam.picture.dimmed


# --- gradients -----------------------------------------------------------------------------------------------


def test_saliency_is_the_gradient_of_the_pixels(
    page: WhyPage, state: State, make_gradients: Frames, qtbot: QtBot
) -> None:
    frame = shown(page, state, make_gradients(state))
    assert frame.gradients is not None
    values = frame.gradients.maps["input"]
    assert np.array_equal(heat(page.saliency), np.abs(values[0]))
    qtbot.mouseClick(page.signed, LEFT, pos=QPoint(8, page.signed.height() // 2))
    assert np.array_equal(heat(page.saliency), values[0])


def test_saliency_takes_the_strongest_channel_and_signed_their_sum() -> None:
    values = np.array([[[1.0]], [[-3.0]]], np.float32)
    gradients = Gradients(0, {"input": values}, {})
    assert saliency(gradients, signed=False).tolist() == [[3.0]]
    assert saliency(gradients, signed=True).tolist() == [[-2.0]]


def test_grad_cam_is_of_the_last_convolution_or_the_one_chosen(
    page: WhyPage, state: State, make_gradients: Frames, qtbot: QtBot
) -> None:
    frame = shown(page, state, make_gradients(state))
    assert page.layer.currentText() == "conv2"
    assert np.allclose(heat(page.cam), expected(frame, "conv2"))
    page.layer.setFocus()
    qtbot.keyClick(page.layer, Qt.Key.Key_Up)
    assert np.allclose(heat(page.cam), expected(frame, "conv1"))


def test_the_chosen_convolution_stays_when_another_is_inserted(
    page: WhyPage, state: State, make_gradients: Frames, qtbot: QtBot
) -> None:
    shown(page, state, make_gradients(state))
    page.layer.setFocus()
    qtbot.keyClick(page.layer, Qt.Key.Key_Up)
    page.show_state(with_inserted(state, 0, "Conv2d"))
    assert page.layer.count() == 3
    assert page.layer.currentText() == "conv1"


def test_before_there_are_gradients_the_input_is_there(page: WhyPage, state: State, make_frame: Frames) -> None:
    frame = shown(page, state, make_frame(state))
    for section in (page.saliency, page.cam):
        assert section.picture.picture is frame.maps["input"]
        assert (section.picture.dimmed, section.picture.note) == (True, "computing…")


def test_gradients_of_a_network_that_was_edited_since_are_dimmed(
    page: WhyPage, state: State, make_gradients: Frames
) -> None:
    shown(page, state, make_gradients(state))
    page.show_state(with_inserted(state, 1, "ReLU"))
    assert page.saliency.picture.dimmed
    assert page.score.text() == "…"


def test_gradients_that_are_not_numbers_say_so(page: WhyPage, state: State, make_gradients: Frames) -> None:
    frame = make_gradients(state)
    assert frame.gradients is not None
    frame.gradients.maps["input"][0, 3, 3] = np.nan
    frame.gradients.maps["conv2"][:] = np.nan
    shown(page, state, frame)
    assert page.saliency.reading.text() == "not a number in places"
    assert page.grab().width() > 0


def test_a_gradient_of_zero_says_so(page: WhyPage, state: State, make_gradients: Frames) -> None:
    frame = make_gradients(state)
    assert frame.gradients is not None
    for values in frame.gradients.maps.values():
        values[:] = 0
    shown(page, state, frame)
    assert page.saliency.reading.text() == "no pixel moves it"
    assert page.cam.reading.text() == "no map speaks for it"


def test_a_network_without_convolution_says_so(page: WhyPage, state: State, make_gradients: Frames) -> None:
    network = NetworkSpec("flat", (1, 28, 28), (Flatten("flatten"), Linear("fc1", 10)))
    flat = replace(state, network=network, weights=initial(network), focus=Focus("fc1", (0,)))
    shown(page, flat, make_gradients(flat))
    assert page.cam.picture.note == "no convolution"
    assert not page.saliency.picture.dimmed


# --- the mouse -----------------------------------------------------------------------------------------------


def test_a_click_in_any_picture_selects_that_pixel(
    page: WhyPage, state: State, make_gradients: Frames, qtbot: QtBot
) -> None:
    shown(page, state, make_gradients(state))
    selected = heard(page.unit_selected)
    for section in (page.saliency, page.cam, page.occlusion.section):
        qtbot.mouseClick(section.picture, LEFT, pos=section.picture.center_of((4, 9)).toPoint())
    assert selected == [Focus("input", (0, 4, 9))] * 3


def test_the_pixel_under_the_mouse_is_read(page: WhyPage, state: State, make_gradients: Frames, qtbot: QtBot) -> None:
    shown(page, state, make_gradients(state))
    qtbot.mouseMove(page.saliency.picture, page.saliency.picture.center_of((4, 9)).toPoint())
    assert page.saliency.reading.text().startswith("row 4, col 9: ")


def test_gradients_in_all_maps_are_asked_for(page: WhyPage, qtbot: QtBot) -> None:
    wanted = heard(page.cards_wanted)
    qtbot.mouseClick(page.cards, LEFT)
    qtbot.mouseClick(page.cards, LEFT)
    assert wanted == [True, False]


def heat(section: Any) -> Any:
    assert section.picture.heat is not None
    return section.picture.heat


def expected(frame: Frame, layer: str) -> Any:
    assert frame.gradients is not None
    return grad_cam(frame.maps[layer], frame.gradients.maps[layer], (28, 28))
