"""All pixels of a photo, by the real engine a turn at a time, and files of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convviz.session.engine import Engine
from convviz.session.experiment import Experiment, State
from convviz.session.outbox import Failure
from convviz.session.writer import Writer
from convviz.spec.lab.lab import Lab, drawn_lab
from convviz.spec.lab.palette import signed_indices
from convviz.spec.lab.trial import perform
from convviz.spec.network import Conv2d, MaxPool2d
from convviz.ui.bridge import Bridge
from convviz.ui.lab.photo import whole
from convviz.ui.lab.photo.view import PhotoView
from convviz.ui.lab.photo.wires import PhotoWires
from convviz.ui.look import theme

LEFT = Qt.MouseButton.LeftButton


class Table(QWidget):
    """The view, an engine without a thread, and nothing else of a window."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self.experiment, self.engine = Experiment(state), Engine()
        self.bridge, self.writer = Bridge(self.engine.outbox, self), Writer(self.engine.outbox)
        self.view = PhotoView()
        QVBoxLayout(self).addWidget(self.view)
        self.wires = PhotoWires(self.experiment, self.engine, self.bridge, self.writer, self.view, self)
        self.failures: list[Failure] = []
        self.said: list[str] = []
        self.bridge.failed.connect(self.failures.append)
        self.wires.told.connect(self.said.append)
        self.wires.refused.connect(self.said.append)
        self.view.show_lab(state.lab)
        self.experiment.changed.connect(lambda _, new: self.view.show_lab(new.lab))

    def turn(self, most: int = 1000) -> None:
        """Lets the engine work."""
        for _ in range(most):
            if not self.engine.step():
                break
        QApplication.processEvents()


@pytest.fixture
def table(make_state: Callable[..., State], show: Callable[..., Any], photo_lab) -> Iterator[Table]:
    made: Table = show(Table(make_state(lab=photo_lab(size=(900, 1100)))), 720, 560)
    yield made
    made.writer.stop()
    made.bridge.close()
    made.engine.stop()


def change(table: Table, **values: Any) -> Lab:
    table.experiment.change(lab=replace(table.experiment.state.lab, **values))
    return table.experiment.state.lab


def test_all_pixels(table: Table, qtbot: QtBot) -> None:
    qtbot.mouseClick(table.view.footer.compute, LEFT)
    table.turn(1)
    assert table.view.footer.running
    table.turn()
    assert table.view.full is not None
    assert np.allclose(table.view.full.values, perform(table.experiment.state.lab).output, atol=1e-5)
    assert not table.view.footer.running
    assert table.said[-1].startswith("all 986,004 values computed")
    qtbot.waitUntil(lambda: table.view.footer.facts.text().startswith("all pixels: −"))
    assert not table.failures


def test_it_is_cancelled_and_begins_again(table: Table, qtbot: QtBot) -> None:
    for _ in range(2):
        qtbot.mouseClick(table.view.footer.compute, LEFT)
        table.turn(1)
        qtbot.mouseClick(table.view.footer.compute, LEFT)
        assert not table.wires.running
        table.turn()
        assert table.view.full is None
    qtbot.mouseClick(table.view.footer.compute, LEFT)
    table.turn()
    assert table.view.full is not None


def test_another_lab_cancels_it(table: Table) -> None:
    table.wires.compute()
    table.turn(1)
    change(table, preset="renamed")
    assert table.wires.running, "it computes the same"
    change(table, flipped=True)
    assert not table.wires.running
    table.turn()
    assert table.view.full is None
    assert not table.view.footer.running


def test_a_failure_ends_it(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    from convviz.core import filtering
    from convviz.spec.errors import InputError

    def broken(_lab: Lab) -> Iterator[object]:
        yield from ()
        raise InputError("there is no room for it; choose a smaller photo")

    monkeypatch.setattr(filtering, "strips", broken)
    table.wires.compute()
    table.turn()
    assert [failure.text for failure in table.failures] == ["there is no room for it; choose a smaller photo"]
    assert not table.wires.running
    assert not table.view.footer.running


def test_what_there_is_not_is_refused(table: Table) -> None:
    table.wires.save()
    assert table.said == ["compute every pixel first, then save them"]
    table.experiment.change(lab=drawn_lab())
    table.wires.compute()
    assert "no photo" in table.said[-1]


@pytest.mark.parametrize(
    ("typed", "kind", "name"),
    [("a.npy", "", "a.npy"), ("a", "NumPy array, exact values (*.npy)", "a.npy"), ("b", "", "b.png")],
)
def test_a_result_is_saved(
    table: Table, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, kind: str, name: str
) -> None:
    pytest.importorskip("convviz.spec.lab.result_file")
    table.wires.compute()
    table.turn()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / typed), kind))
    qtbot.mouseClick(table.view.footer.save, LEFT)
    qtbot.waitUntil(lambda: table.said[-1].startswith(f"saved {name}"))
    assert (tmp_path / name).exists()
    if name.endswith("npy"):
        assert table.view.full is not None
        assert np.array_equal(np.load(tmp_path / name), table.view.full.values)


def test_an_ending_that_is_not_written_is_refused(
    table: Table, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.wires.compute()
    table.turn()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "x.bmp"), ""))
    qtbot.mouseClick(table.view.footer.save, LEFT)
    assert table.said[-1] == "x.bmp ends in '.bmp'; give a name that ends in .png, .tif or .npy"
    assert not list(tmp_path.iterdir())


def test_nothing_is_saved_when_the_question_is_cancelled(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    table.experiment.change(lab=replace(table.experiment.state.lab, layer=MaxPool2d("pool", (2, 2))))
    table.wires.compute()
    table.turn()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    before = list(table.said)
    table.wires.save()
    assert table.said == before


@pytest.mark.parametrize("look", [theme.DARK, theme.LIGHT], ids=lambda look: look.name)
@pytest.mark.parametrize("tone", ["signed", "offset", "clip"])
def test_the_file_shows_what_the_screen_shows(
    table: Table, qtbot: QtBot, qapp: QApplication, tmp_path: Path, tone: str, look: theme.Theme
) -> None:
    theme.apply(qapp, look)
    view, canvas = table.view, table.view.canvas
    qtbot.mouseClick(view.tones.buttons[tone], LEFT)
    canvas.zoom_to(1.0)
    table.wires.compute()
    table.turn()
    QApplication.processEvents()
    table.wires.save_as(tmp_path / "it.png")
    qtbot.waitUntil(lambda: table.said[-1].startswith("saved it.png"))
    screen, ratio = view.grab().toImage(), canvas.devicePixelRatioF()
    with Image.open(tmp_path / "it.png") as image:
        saved = np.asarray(image.convert("RGB"))
    for y in range(200, 700, 23):
        for x in range(300, 800, 31):
            at = view.mapFromGlobal(canvas.mapToGlobal(canvas.point_of(1, (y, x)).toPoint()))
            if canvas.pane(1).contains(canvas.point_of(1, (y, x)) * ratio):
                shown = screen.pixelColor(at * ratio)
                assert [shown.red(), shown.green(), shown.blue()] == pytest.approx(saved[y, x].tolist(), abs=1), (y, x)
    if tone == "signed":
        assert f"{canvas.range.high:.4g} is orange" in table.said[-1]


def test_a_png_holds_the_channel_on_screen(table: Table, qtbot: QtBot, tmp_path: Path, photo_lab: Any) -> None:
    table.experiment.change(lab=photo_lab(Conv2d("conv", 5, (3, 3)), size=(300, 400)))
    table.wires.compute()
    table.turn()
    table.view.set_channel(2)
    table.wires.save_as(tmp_path / "it.png")
    qtbot.waitUntil(lambda: table.said[-1].startswith("saved it.png: channel 2 of 5, signed colours"))
    assert table.view.full is not None
    with Image.open(tmp_path / "it.png") as image:
        found = np.asarray(image)
    assert np.array_equal(found, signed_indices(table.view.full.values[2], table.view.canvas.range.high))


def test_of_many_large_channels_the_one_on_screen_is_computed(
    table: Table, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, photo_lab: Any
) -> None:
    monkeypatch.setattr(whole, "TOGETHER", 500_000)
    lab = photo_lab(Conv2d("conv", 5, (3, 3)), size=(300, 400))
    table.experiment.change(lab=lab)
    table.view.set_channel(2)
    table.wires.compute()
    table.turn()
    assert table.view.full is not None
    assert table.view.full.outputs == (2,)
    assert np.allclose(table.view.full.values[0], perform(lab).output[2], atol=1e-5)
    assert "of channel 2: all channels would not fit into memory" in table.said[-1]
    table.wires.save_as(tmp_path / "it.npy")
    qtbot.waitUntil(lambda: table.said[-1].startswith("saved it.npy: channel 2 of 5, the values as they are"))
    assert np.load(tmp_path / "it.npy").shape == (1, 298, 398)
    table.view.set_channel(3)
    assert table.view.full is None
    assert not table.view.footer.save.isEnabled()
