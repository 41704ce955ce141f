"""What the Lab's menu writes: all of it, or nothing and a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QPushButton

from convviz.spec.lab.palette import signed_indices
from convviz.spec.lab.source import FromPhoto
from convviz.spec.photo import Photo
from convviz.ui.lab.scene import Pointer

Story = Any  # the window of conftest.py


@pytest.fixture
def in_lab(story: Story) -> Story:
    story.keys("Ctrl+2")
    story.desk.lab.intents.choose_preset("signal")
    return story


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Where to save when the window asks, and the kind that is chosen in the dialog."""

    def answer(path: Path | str, kind: str = "") -> None:
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), kind))

    return answer


def test_a_figure_of_what_is_on_screen(in_lab: Story, place: Any, tmp_path: Path) -> None:
    place(tmp_path / "signal", "SVG drawing (*.svg)")
    in_lab.keys("Ctrl+G")
    assert "17" in (tmp_path / "signal.svg").read_text()
    place(tmp_path / "signal.png")
    in_lab.keys("Ctrl+G")
    with Image.open(tmp_path / "signal.png") as picture:
        assert picture.size[0] > 1000
    assert in_lab.desk.status.pointed.text() == "saved signal.png"


def test_a_wrong_ending_and_no_place_are_refused(in_lab: Story, place: Any, tmp_path: Path) -> None:
    for path in (tmp_path / "signal.jpg", tmp_path / "no such folder" / "signal.png"):
        place(path)
        in_lab.keys("Ctrl+G")
        assert in_lab.desk.banner.isVisible()
        in_lab.desk.banner.hide()
        assert not path.exists()
    place("")
    in_lab.keys("Ctrl+G")
    assert not in_lab.desk.banner.isVisible()


def test_an_animation_with_its_progress(in_lab: Story, place: Any, tmp_path: Path) -> None:
    path = tmp_path / "signal.gif"
    place(path)
    in_lab.keys("Ctrl+Shift+G")
    assert in_lab.part(QPushButton, "banner_cancel").isVisible()
    in_lab.until(path.exists)
    with Image.open(path) as picture:
        assert getattr(picture, "n_frames", 1) == 3
    in_lab.until(lambda: not in_lab.desk.banner.isVisible())


def test_a_cancelled_animation_leaves_nothing(in_lab: Story, place: Any, tmp_path: Path) -> None:
    in_lab.desk.lab.intents.choose_preset("dilation")
    place(tmp_path / "dilation.gif")
    in_lab.keys("Ctrl+Shift+G")
    in_lab.until(lambda: "of 264" in in_lab.desk.banner.text.text())
    in_lab.click(QPushButton, "banner_cancel")
    in_lab.qtbot.wait(50)
    assert list(tmp_path.glob("*.gif*")) == []
    place(tmp_path / "again.gif")
    in_lab.desk.lab.intents.choose_preset("signal")
    in_lab.keys("Ctrl+Shift+G")
    in_lab.until((tmp_path / "again.gif").exists)


def test_nothing_takes_the_button_of_an_animation_away(in_lab: Story, place: Any, tmp_path: Path) -> None:
    desk = in_lab.desk
    desk.lab.intents.choose_preset("dilation")
    place(tmp_path / "first.gif")
    in_lab.keys("Ctrl+Shift+G")
    place(tmp_path / "second.gif")
    in_lab.keys("Ctrl+Shift+G")
    assert desk.banner.text.text().startswith(
        "first.gif is still being made; wait for it, or cancel it\nMaking first.gif"
    )
    in_lab.until(lambda: "of 264" in desk.banner.text.text())
    in_lab.click(QPushButton, "banner_cancel")
    assert desk.status.pointed.text() == "first.gif was not made"
    in_lab.qtbot.wait(50)
    assert list(tmp_path.glob("*.gif*")) == []


def test_a_program_on_the_clipboard(in_lab: Story) -> None:
    in_lab.keys("Ctrl+Shift+P")
    code = QGuiApplication.clipboard().text()
    assert "conv1d" in code
    import torch

    names: dict[str, Any] = {}
    exec(code, names)
    assert torch.equal(names["y"].ravel(), torch.tensor([7.0, 12.0, 17.0]))


def test_the_numbers_themselves(in_lab: Story, place: Any, tmp_path: Path) -> None:
    place(tmp_path / "result.npy")
    in_lab.keys("Ctrl+Shift+E")
    assert np.load(tmp_path / "result.npy").ravel().tolist() == [7, 12, 17]


def test_a_photo_is_not_drawn_cell_by_cell(in_lab: Story, place: Any, tmp_path: Path) -> None:
    photo = FromPhoto(Photo(np.zeros((600, 900, 3), np.uint8), "large.jpg"))
    in_lab.desk.lab.intents.choose_source(photo, "photo")
    place(tmp_path / "large.png")
    for keys in ("Ctrl+Shift+G", "Ctrl+Shift+E"):
        in_lab.desk.banner.hide()
        in_lab.keys(keys)
        assert in_lab.desk.banner.isVisible(), keys
    assert list(tmp_path.glob("*.*")) == []


def test_a_picture_of_the_numbers_has_the_colours_on_screen(in_lab: Story, place: Any, tmp_path: Path) -> None:
    in_lab.desk.lab.intents.choose_preset("five-filters")
    in_lab.desk.lab.workspace.set_channel(3)
    place(tmp_path / "result.png")
    in_lab.keys("Ctrl+Shift+E")
    output = in_lab.desk.lab.workspace.trial.output
    assert "channel 3 of 5, signed colours" in in_lab.desk.status.pointed.text()
    with Image.open(tmp_path / "result.png") as picture:
        assert np.array_equal(np.asarray(picture), signed_indices(output[3], float(np.abs(output).max())))


def test_a_figure_shows_what_is_pointed_at(in_lab: Story, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = in_lab.desk.lab.workspace.page

    def ask(*_: Any) -> tuple[str, str]:
        page.view.pointed.emit(None)  # the mouse has left for the dialog
        return str(tmp_path / "signal.svg"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    page.view.pointed.emit(Pointer("output", (0, 0, 0)))
    in_lab.keys("Ctrl+G")
    figure = (tmp_path / "signal.svg").read_text()
    in_lab.keys("Ctrl+G")
    assert (tmp_path / "signal.svg").read_text() != figure, "nothing is pointed at any more"


@pytest.mark.parametrize(
    ("name", "words"),
    [("equivariance", "shift to the right"), ("pooling", "max pooling"), ("sharing", "Patch matrix")],
)
def test_a_figure_of_another_page(in_lab: Story, place: Any, tmp_path: Path, name: str, words: str) -> None:
    in_lab.desk.lab.intents.choose_preset("five-filters")
    workspace = in_lab.desk.lab.workspace
    workspace.choose_page(name)
    place(tmp_path / "page.svg")
    in_lab.keys("Ctrl+G")
    assert words in (tmp_path / "page.svg").read_text()
    place(tmp_path / "page.png")
    in_lab.keys("Ctrl+G")
    with Image.open(tmp_path / "page.png") as picture:
        assert picture.size[0] > 2 * workspace.page.width()


def test_a_figure_of_a_photo_and_its_result(in_lab: Story, place: Any, tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (900, 1200, 3), dtype=np.uint8)
    in_lab.desk.lab.intents.choose_source(FromPhoto(Photo(pixels, "it.jpg")), "photo")
    place(tmp_path / "both", "PNG picture (*.png)")
    canvas = in_lab.desk.lab.workspace.page.canvas
    canvas.zoom_to(1.0)
    in_lab.keys("Ctrl+G")
    screen = canvas.grab().toImage()
    with Image.open(tmp_path / "both.png") as picture:
        saved = picture.convert("RGB")
    assert saved.size[0] == 2 * (canvas.width() + 28)
    for x in range(5, canvas.width(), 9):
        shown = screen.pixelColor(x, canvas.height() // 2)
        y = 2 * (canvas.height() // 2 + 14 + 30)  # the view may begin at half a pixel
        found = [saved.getpixel((2 * (x + 14) + 1, y + n)) for n in (-1, 0, 1)]
        assert (shown.red(), shown.green(), shown.blue()) in found
