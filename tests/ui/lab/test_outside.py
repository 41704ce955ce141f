"""What is opened, dropped or pasted while the Lab is in front is its input; elsewhere all is as it was."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from convviz.session.reader import PhotoCancelled, PhotoProgress
from convviz.spec.lab.source import FromDrawing, FromPhoto, Grid
from convviz.spec.network import Conv2d
from convviz.ui.lab.photo.view import PhotoView

Story = Any  # the window of conftest.py


@pytest.fixture
def in_lab(story: Story) -> Story:
    story.keys("Ctrl+2")
    return story


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "field.png"
    pixels = np.random.default_rng(0).integers(0, 256, (300, 400, 3), np.uint8)
    Image.fromarray(pixels).save(path)
    return path


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "tone.wav"
    samples = (np.sin(np.arange(800) / 5) * 20000).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(samples.tobytes())
    return path


def source(story: Story) -> Any:
    return story.state.lab.source


def test_a_picture_is_a_photo_at_its_full_size(in_lab: Story, picture: Path) -> None:
    drawing = in_lab.state.drawing
    in_lab.desk.open(picture)
    in_lab.until(lambda: isinstance(source(in_lab), FromPhoto))
    assert in_lab.state.lab.shape == (1, 300, 400)
    assert isinstance(in_lab.desk.lab.workspace.page, PhotoView)
    assert in_lab.state.drawing is drawing
    assert in_lab.texts == ["Lab: photo field.png"]
    in_lab.keys("Ctrl+Z")
    assert isinstance(source(in_lab), FromDrawing)


def test_a_photo_comes_back_from_the_recent_ones(in_lab: Story, picture: Path) -> None:
    in_lab.desk.open(picture)
    in_lab.until(lambda: isinstance(source(in_lab), FromPhoto))
    in_lab.desk.history.undo()
    assert isinstance(source(in_lab), Grid | FromDrawing)
    actions = in_lab.desk.lab.workspace.source.photo.recent.menu().actions()
    assert [action.text() for action in actions] == ["field.png"]
    actions[0].trigger()
    in_lab.until(lambda: isinstance(source(in_lab), FromPhoto))


def test_in_the_network_it_is_ink_as_before(story: Story, picture: Path) -> None:
    drawing = story.state.drawing
    story.desk.open(picture)
    story.until(lambda: story.state.drawing is not drawing)
    assert isinstance(source(story), FromDrawing)


def test_colours_are_filtered_by_themselves(in_lab: Story, picture: Path) -> None:
    in_lab.desk.open(picture)
    in_lab.until(lambda: isinstance(source(in_lab), FromPhoto))
    in_lab.desk.lab.intents.choose_source(FromPhoto(source(in_lab).photo, "rgb"), "rgb")
    layer = in_lab.state.lab.layer
    assert isinstance(layer, Conv2d)
    assert (layer.out_channels, layer.groups) == (3, 3)


def test_dropped_and_pasted(in_lab: Story, picture: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(picture))])
    in_lab.desk.intake.take(data, "what was dropped")
    in_lab.until(lambda: isinstance(source(in_lab), FromPhoto))
    image = QImage(50, 40, QImage.Format.Format_RGB32)
    image.fill(0)
    pasted = QMimeData()
    pasted.setImageData(image)
    in_lab.desk.intake.take(pasted, "the clipboard")
    in_lab.until(lambda: in_lab.state.lab.shape == (1, 40, 50))


def test_a_sound_is_a_signal_wherever_it_is_opened(story: Story, sound: Path) -> None:
    story.desk.open(sound)
    story.until(lambda: isinstance(source(story), Grid))
    assert story.state.lab.shape == (1, 1, 800)
    assert story.state.lab.dims == 1
    assert story.desk.workspaces.name == "lab"
    assert np.abs(source(story).values).max() == pytest.approx(20000 / 32768, abs=0.01)


@pytest.mark.parametrize("name", ["tone.wav", "field.png"])
def test_a_damaged_file_is_refused_and_all_stays(in_lab: Story, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"not at all")
    before = in_lab.state.lab
    in_lab.desk.open(path)
    in_lab.until(in_lab.desk.banner.isVisible)
    assert in_lab.state.lab is before


def test_the_input_card_asks_for_a_file(in_lab: Story, sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(sound), ""))
    in_lab.desk.lab.workspace.source.file_wanted.emit("sound")
    in_lab.until(lambda: isinstance(source(in_lab), Grid))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    before = in_lab.state
    in_lab.desk.lab.workspace.source.file_wanted.emit("photo")
    assert in_lab.state is before


def test_progress_with_a_way_to_cancel(in_lab: Story) -> None:
    banner, outbox = in_lab.desk.banner, in_lab.desk.engine.outbox
    outbox.put(PhotoProgress("huge.jpg", 0.25))
    in_lab.until(lambda: "25" in banner.text.text())
    outbox.put(PhotoProgress("huge.jpg", 0.5))
    in_lab.until(lambda: "50" in banner.text.text())
    outbox.put(PhotoCancelled("huge.jpg"))
    in_lab.until(lambda: not banner.isVisible())
    assert in_lab.desk.status.pointed.text() == "huge.jpg was not opened"
