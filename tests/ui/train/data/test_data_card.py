"""Where the images come from is chosen in people's words; a strip shows ten of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convviz.session.experiment import State
from convviz.spec.strokes import Drawing
from convviz.spec.training.news import Loaded, Samples
from convviz.spec.training.plan import Plan
from convviz.spec.training.source import DataSource, Labelled
from convviz.ui.look.theme import CAPTION_PX, font
from convviz.ui.train.data.card import DataCard
from convviz.ui.train.data.mosaic import SampleStrip, first_of_each

LEFT = Qt.MouseButton.LeftButton
Trainer = Any  # the one that trains nothing


@pytest.fixture
def state(make_state: Callable[..., State]) -> State:
    return make_state()


@pytest.fixture
def card(show: Callable[..., Any], state: State) -> DataCard:
    made = DataCard()
    made.show_state(None, state)
    return show(made, 288, 160)  # type: ignore[no-any-return]


def choose(card: DataCard, kind: str, qtbot: QtBot) -> None:
    box = card.kind
    box.setFocus()
    box.showPopup()
    view = box.view()
    view.setCurrentIndex(box.model().index(box.findData(kind), 0))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    box.hidePopup()


def with_source(state: State, source: DataSource) -> State:
    return replace(state, plan=Plan(source=source))


def test_a_source_is_chosen(card: DataCard, state: State, qtbot: QtBot) -> None:
    said: list[tuple[DataSource, str]] = []
    card.source_chosen.connect(lambda *what: said.append(what))
    choose(card, "fashion-mnist", qtbot)
    assert said == [(DataSource("fashion-mnist"), "Fashion-MNIST")]
    choose(card, "strokes", qtbot)
    assert said[1] == (DataSource("strokes"), "60,000 new digits")


def test_a_folder_is_asked_for_and_nothing_changes_until_there_is_one(card: DataCard, qtbot: QtBot) -> None:
    asked: list[str] = []
    card.folder_wanted.connect(asked.append)
    choose(card, "pictures", qtbot)
    assert asked == ["pictures"]
    assert card.kind.currentData() == "digits"


def test_sets_that_are_downloaded_can_be_there_already(card: DataCard, state: State, qtbot: QtBot) -> None:
    asked: list[str] = []
    card.folder_wanted.connect(asked.append)
    assert not card.folder.isVisible()
    card.show_state(state, with_source(state, DataSource("cifar10")))
    qtbot.mouseClick(card.folder, LEFT)
    assert asked == ["cifar10"]
    card.show_state(state, with_source(state, DataSource("pictures", Path("some/where"))))
    assert card.folder.isVisible()
    assert card.kind.currentData() == "pictures"


def test_the_number_of_new_digits_is_dragged(card: DataCard, state: State, qtbot: QtBot) -> None:
    said: list[tuple[DataSource, str]] = []
    card.source_previewed.connect(lambda *what: said.append(what))
    card.show_state(state, with_source(state, DataSource("strokes", count=1000)))
    assert card.count.isVisible()
    assert card.count.value == 1000
    card.count.setFocus()
    qtbot.keyClick(card.count, Qt.Key.Key_Up)
    assert said == [(DataSource("strokes", count=1001), "1,001 new digits")]


def test_what_was_read(card: DataCard, state: State, trainer: Trainer, idle: Trainer) -> None:
    card.show_data(idle)
    assert card.counts.text() == "read when the training starts"
    trainer.data = replace(trainer.data, notes=("two files were skipped: a.txt, b.png",))
    card.show_data(trainer)
    assert card.counts.text() == "80 to learn from · 40 to test"
    assert card.classes.text().startswith("10 classes: 0, 1")
    assert card.samples.names == [str(n) for n in range(10)]
    assert card.notes.text() == "two files were skipped: a.txt, b.png."
    trainer.run = replace(trainer.run, status="done")
    card.show_state(state, with_source(state, DataSource("mnist")))
    card.show_data(trainer)
    assert "downloaded" in card.counts.text()
    assert card.samples.names == []


def test_other_data_is_chosen_while_a_run_goes_on(card: DataCard, state: State, trainer: Trainer) -> None:
    """It learns from what it began with, and the card says so."""
    card.show_state(state, with_source(state, DataSource("mnist")))
    card.show_data(trainer)
    told = "Run 1 still learns from Digits of convviz"
    assert card.counts.text() == told
    assert QFontMetrics(font(CAPTION_PX)).horizontalAdvance(told) <= card.counts.width()
    assert card.classes.text() == "downloaded when the training starts"
    assert card.counts.toolTip() == f"{told}.\nThis is for the next run: downloaded when the training starts"
    trainer.run = replace(trainer.run, status="paused")
    card.show_data(trainer)
    assert card.counts.text() == "downloaded when the training starts"
    assert card.classes.text() == card.classes.toolTip() == ""


def test_numbers_are_those_of_the_source_that_is_chosen(card: DataCard, state: State, trainer: Trainer) -> None:
    """Also where the run on screen learnt from it, but what was read last belongs to another."""
    trainer.data = replace(trainer.data, source=DataSource("handwriting"))
    trainer.run = replace(trainer.run, status="done")
    card.show_data(trainer)
    assert card.counts.text() == "read when the training starts"
    assert card.samples.names == []
    card.show_state(state, with_source(state, DataSource("handwriting")))
    card.show_data(trainer)
    assert card.counts.text() == "keep some drawings first, on the left", "those that were read are kept no more"


def test_drawings_too_few_to_hold_any_back_are_shown_too(card: DataCard, state: State, trainer: Trainer) -> None:
    """All that is learnt from is measured on, and the card says so."""
    drawings = Samples(trainer.data.train.images[:2], trainer.data.train.labels[:2])
    kept = tuple(Labelled(Drawing(()), int(label)) for label in drawings.labels)
    card.show_state(state, replace(state, plan=Plan(source=DataSource("handwriting"), kept=kept)))
    note = "Too few to hold any back: measured on the same images that are learnt from."
    trainer.data = Loaded("handwriting", drawings, drawings, ("0", "1"), (note,), source=DataSource("handwriting"))
    card.show_data(trainer)
    assert card.counts.text() == "2 to learn from, the same to test"
    assert len(card.samples.names) == 2
    assert card.notes.text() == note


@pytest.mark.parametrize("channels", [1, 3])
def test_samples_have_their_colours(show: Callable[..., Any], channels: int, pixel: Callable[..., QColor]) -> None:
    images = np.zeros((20, channels, 8, 8), np.uint8)
    images[:, 0] = 200
    samples = Samples(images, np.arange(20, dtype=np.int64) % 3)
    strip = show(SampleStrip(), 264, 26)
    strip.show_data(Loaded("x", samples, samples, ("a", "b", "c")))
    assert strip.names[:3] == ["a", "b", "c"]
    colour = pixel(strip, QPoint(12, 13))
    assert colour.getRgb()[:3] == ((200, 200, 200) if channels == 1 else (200, 0, 0))


def test_few_samples_leave_places_empty(show: Callable[..., Any]) -> None:
    one = Samples(np.zeros((1, 1, 4, 4), np.uint8), np.zeros(1, np.int64))
    data = Loaded("x", one, one, ())
    strip: QWidget = show(SampleStrip(), 264, 26)
    assert isinstance(strip, SampleStrip)
    strip.show_data(data)
    assert first_of_each(data) == [0]
    assert strip.names == ["0"]
    strip.grab()
