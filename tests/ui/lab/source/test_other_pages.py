"""Charts, photos and sounds: what is clicked is what is given, and what is shown is what is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QStandardItemModel
from pytestqt.qtbot import QtBot

from convviz.spec.lab.charts import CHARTS, chart
from convviz.spec.lab.source import FromDrawing, FromPhoto, Grid
from convviz.spec.photo import Photo

if TYPE_CHECKING:
    from .conftest import Desk

LEFT = Qt.MouseButton.LeftButton


@pytest.mark.parametrize("name", CHARTS)
def test_a_thumbnail_is_an_input(desk: Desk, qtbot: QtBot, name: str) -> None:
    desk.show(chart("zone plate" if name != "zone plate" else "texture"))
    page = desk.panel.charts
    qtbot.mouseClick(page.thumbs[name], LEFT)
    assert np.array_equal(desk.source.values, chart(name).values)
    assert [text for _, text in desk.chosen] == [f"{name}, 128×128"]
    assert [thumb.present for thumb in page.thumbs.values()] == [n == name for n in CHARTS]
    page.thumbs["letters"].setFocus()
    qtbot.keyClick(page.thumbs["letters"], Qt.Key.Key_Space)
    assert desk.source.name == "letters"
    desk.show(FromDrawing())
    assert not any(thumb.present for thumb in page.thumbs.values())


def test_a_chart_in_another_size(desk: Desk, qtbot: QtBot) -> None:
    desk.show(chart("letters"))
    side = desk.panel.charts.side
    side.setFocus()
    qtbot.keyClick(side, Qt.Key.Key_Down)
    assert desk.source.values.shape == (1, 256, 256)
    assert desk.source.name == "letters"
    desk.show(chart("letters", (20, 30)))
    assert side.currentIndex() == -1
    qtbot.mouseClick(desk.panel.charts.thumbs["texture"], LEFT)
    assert desk.source.values.shape == (1, 20, 30), "as large as it is"


def test_the_channels_of_a_photo(desk: Desk, qtbot: QtBot) -> None:
    pixels = np.zeros((30, 40, 3), np.uint8)
    pixels[..., 0] = 255
    photo = Photo(pixels, "dog.jpg")
    desk.show(FromPhoto(photo))
    page = desk.panel.photo
    assert page.name.text() == "dog.jpg"
    assert page.size_text.text() == "40 × 30 pixels, 0.0 megapixels"
    page.channel.setFocus()
    qtbot.keyClick(page.channel, Qt.Key.Key_Down)
    assert (desk.source.photo, desk.source.channel) == (photo, "rgb")
    qtbot.keyClick(page.channel, Qt.Key.Key_Down)
    assert desk.source.channel == "red"
    assert [text for _, text in desk.chosen] == ["photo, rgb", "photo, red"]
    red = page.thumb.grab().toImage().pixelColor(page.thumb.rect().center())
    assert (red.red(), red.green(), red.blue()) == (255, 0, 0)


def test_a_grey_photo_has_no_colours(desk: Desk) -> None:
    desk.show(FromPhoto(Photo(np.full((3000, 2), 128, np.uint8)[..., None], "")))
    page = desk.panel.photo
    items = page.channel.model()
    assert isinstance(items, QStandardItemModel)
    assert [items.item(i).isEnabled() for i in range(5)] == [True, False, False, False, False]
    assert page.name.text() == "pasted photo"
    page.grab()


def test_without_a_photo_the_page_says_what_to_do(desk: Desk) -> None:
    desk.panel.stack.setCurrentWidget(desk.panel.photo)
    assert not desk.panel.photo.channel.isEnabled()
    desk.panel.grab()


def test_what_a_sound_is(desk: Desk) -> None:
    desk.show(Grid(np.zeros((2, 1, 44100)), "bell, old.wav, 1 s at 44100 Hz"))
    page = desk.panel.sound
    assert [line.text() for line in (page.name, page.duration, page.count)] == [
        "bell, old.wav",
        "1 s at 44100 Hz",
        "44,100 samples, 2 channels",
    ]
    assert desk.state.lab.dims == 1


def test_the_thumbnail_of_a_thumb_is_drawn_where_it_is_clicked(desk: Desk, qtbot: QtBot) -> None:
    desk.show(chart("texture"))
    thumb = desk.panel.charts.thumbs["letters"]
    at = thumb.mapTo(desk.panel, QPoint(thumb.width() // 2, 20))
    assert desk.panel.childAt(at) is thumb
    qtbot.mouseClick(thumb, LEFT, pos=QPoint(thumb.width() // 2, 20))
    assert desk.source.name == "letters"


def test_recent_photos_are_offered(desk: Desk) -> None:
    page = desk.panel.photo
    assert not page.recent.isEnabled()
    page.set_recent([Path("/a/dog.jpg"), Path("/a/mine.convviz"), Path("/b/R & D.PNG")])
    assert page.recent.isEnabled()
    wanted: list[Path] = []
    page.recent_wanted.connect(wanted.append)
    actions = page.recent.menu().actions()
    assert [action.text() for action in actions] == ["dog.jpg", "R && D.PNG"]
    actions[1].trigger()
    assert wanted == [Path("/b/R & D.PNG")]


def test_one_sample_is_one(desk: Desk) -> None:
    desk.show(Grid(np.ones((1, 1, 1), np.float32), "click.wav, 0.0000208 s at 48000 Hz"))
    assert desk.panel.sound.count.text() == "1 sample, 1 channel"
