"""Steps that are seen, and switched by a click; showing never asks."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convviz.session.experiment import State
from convviz.session.outbox import Frame
from convviz.spec.preparation import Preparation
from convviz.ui.input.preparation_strip import PreparationStrip
from convviz.ui.look import theme

STEPS = ("crop", "fit", "centre", "smooth")
EVERY = [Preparation(*on) for on in product([True, False], repeat=4)]


@pytest.fixture
def strip(show: Callable[..., Any]) -> PreparationStrip:
    return show(PreparationStrip(), 240, 80)  # type: ignore[no-any-return]


@pytest.mark.parametrize("step", STEPS)
def test_a_click_asks_for_one_step_changed(strip: PreparationStrip, qtbot: QtBot, step: str) -> None:
    heard: list[tuple[Preparation, str]] = []
    strip.preparation_edited.connect(lambda preparation, text: heard.append((preparation, text)))
    for before in EVERY:
        strip.set_preparation(before)
        qtbot.mouseClick(strip.thumbs[step], Qt.MouseButton.LeftButton)
        after, text = heard.pop()
        changed = [name for name in STEPS if getattr(after, name) != getattr(before, name)]
        assert changed == [step]
        assert text.endswith("on" if getattr(after, step) else "off")
    assert heard == []


def test_keys_switch_as_well(strip: PreparationStrip, qtbot: QtBot) -> None:
    heard: list[Preparation] = []
    strip.preparation_edited.connect(lambda preparation, _: heard.append(preparation))
    qtbot.keyClick(strip.thumbs["fit"], Qt.Key.Key_Space)
    assert heard == [Preparation(fit=False)]


def test_showing_does_not_ask(
    strip: PreparationStrip, make_state: Callable[..., State], make_frame: Callable[..., Frame]
) -> None:
    strip.preparation_edited.connect(lambda *args: pytest.fail(f"asked for {args}"))
    for preparation in EVERY:
        strip.set_preparation(preparation)
        assert [strip.thumbs[step].isChecked() for step in STEPS] == [getattr(preparation, step) for step in STEPS]
    strip.show_frame(make_frame(make_state()))


def test_each_step_shows_its_picture(
    strip: PreparationStrip, make_state: Callable[..., State], make_frame: Callable[..., Frame]
) -> None:
    strip.set_preparation(Preparation())
    frame = make_frame(make_state())
    for number, step in enumerate(("crop", "fit", "centre")):
        frame.steps[step][:] = 0.2 + 0.2 * number
    frame.maps["input"][:] = 1.0
    strip.show_frame(frame)
    for number, step in enumerate(STEPS):
        thumb = strip.thumbs[step]
        grey = thumb.grab().toImage().pixelColor(thumb.width() // 2, thumb.width() // 2 - 4)
        assert abs(grey.red() - (0.2 + 0.2 * number if step != "smooth" else 1.0) * 255) <= 2, step


def test_colours_are_seen_and_the_steps_name_the_networks_own_size(
    strip: PreparationStrip, make_state: Callable[..., State], make_frame: Callable[..., Frame]
) -> None:
    heard: list[str] = []
    strip.preparation_edited.connect(lambda _, text: heard.append(text))
    frame = make_frame(make_state())
    frame.maps["input"] = np.zeros((3, 32, 32), np.float32)
    frame.maps["input"][0] = 1.0
    frame.steps["fit"] = np.zeros((3, 64, 64), np.float32)
    frame.steps["fit"][2] = 1.0
    strip.show_frame(frame)
    for step, colour in {"smooth": "#ff0000", "fit": "#0000ff"}.items():
        thumb = strip.thumbs[step]
        assert thumb.grab().toImage().pixelColor(thumb.width() // 2, thumb.width() // 2 - 4).name() == colour
    assert [strip.thumbs[step].text() for step in STEPS] == ["crop", "23 px", "centre", "32×32"]
    assert "23 of 32 pixels" in strip.thumbs["fit"].toolTip()
    strip.thumbs["smooth"].click()
    assert heard == ["32×32 off"]
    strip.show_frame(make_frame(make_state()))
    assert [strip.thumbs[step].text() for step in STEPS] == ["crop", "20 px", "centre", "28×28"]


def test_a_step_that_is_off_looks_off(
    strip: PreparationStrip, make_state: Callable[..., State], make_frame: Callable[..., Frame]
) -> None:
    frame = make_frame(make_state())
    frame.steps["fit"][:] = 1.0
    strip.show_frame(frame)
    seen = []
    for on in (True, False):
        strip.set_preparation(Preparation(fit=on))
        thumb = strip.thumbs["fit"]
        seen.append(thumb.grab().toImage().pixelColor(QPoint(thumb.width() // 2, 20)).lightness())
    assert seen[0] > seen[1] + 60


def test_the_result_keeps_its_pixels_visible(
    strip: PreparationStrip, make_state: Callable[..., State], make_frame: Callable[..., Frame]
) -> None:
    strip.resize(280 * 4, 400)
    frame = make_frame(make_state())
    frame.maps["input"][:] = np.indices((28, 28)).sum(axis=0) % 2  # a chequerboard
    strip.show_frame(frame)
    thumb = strip.thumbs["smooth"]
    shot = thumb.grab().toImage()
    side = min(thumb.width(), thumb.height() - 18)
    left = (thumb.width() - side) // 2
    row = [shot.pixelColor(x, side // 2).red() for x in range(left + 5, left + side - 5)]
    assert set(row) == {0, 255}, "no in-between greys"


@pytest.mark.parametrize("look", [theme.DARK, theme.LIGHT])
def test_what_is_switched_off_can_still_be_read(
    strip: PreparationStrip, qapp: QApplication, pixel: Callable[..., Any], look: theme.Theme
) -> None:
    theme.apply(qapp, look)
    thumb = strip.thumbs["crop"]
    ink = np.zeros((28, 28), np.float32)
    ink[8:20, 8:20] = 1.0
    thumb.set_picture(ink, smooth=False)
    seen = {}
    for on in (True, False):
        thumb.setChecked(on)
        side = thumb.height() - 18
        left = (thumb.width() - side) // 2
        places = (QPoint(left + 3, 3), QPoint(left + side // 2, side // 2))
        paper, black = (pixel(thumb, at).lightness() for at in places)
        seen[on] = black - paper
    assert seen[False] > 100
    assert seen[True] > seen[False] + 50
