"""The page Errors: it follows the epochs, keeps the chosen cell, opens images."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from convviz.session.training.trainer import What
from convviz.spec.training.news import Judged, Samples
from convviz.spec.training.sample import Sample
from convviz.ui.look import theme
from convviz.ui.look.numbers import accuracy_text
from convviz.ui.train.errors.page import ErrorsPage
from convviz.ui.train.errors.samples import GAP_PX

from ..conftest import made_judged

LEFT = Qt.MouseButton.LeftButton
EPOCH: frozenset[What] = frozenset({"epoch"})


@pytest.fixture
def page(show_page: Callable[..., Any], trainer: Any) -> ErrorsPage:
    shown: ErrorsPage = show_page(ErrorsPage, trainer)
    return shown


def test_at_first_it_shows_all_errors(page: ErrorsPage, trainer: Any) -> None:
    labels, judged = trainer.data.test.labels, trainer.judged
    wrong = labels != judged.predicted
    assert page.title.text().startswith(f"{wrong.sum()} of {len(labels)} test images are read wrongly")
    assert page.chosen.text() == f"All {wrong.sum()} errors, the most confident first"
    assert set(page.samples.indices) == set(np.flatnonzero(wrong))
    assert (np.diff(judged.confidence[page.samples.indices]) <= 0).all()
    assert page.everything.isChecked()
    assert page.when.text() == "After epoch 4 (step 200)"


def test_images_that_were_learnt_from_are_not_called_test_images(page: ErrorsPage, trainer: Any) -> None:
    trainer.data = replace(trainer.data, train=trainer.data.test)
    page.refresh(EPOCH)
    assert "images it has learnt from are read wrongly" in page.title.text()


def test_a_cell_shows_its_images(page: ErrorsPage, trainer: Any, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.matrix, LEFT, pos=page.matrix.cell_center((3, 3)))
    assert page.cell == (3, 3)
    judged, labels = trainer.judged, trainer.data.test.labels
    assert set(page.samples.indices) == set(np.flatnonzero((labels == 3) & (judged.predicted == 3)))
    assert page.chosen.text().startswith("3 read rightly: ")
    assert page.matrix.selected == (3, 3)
    assert not page.everything.isChecked()
    qtbot.mouseClick(page.everything, LEFT)
    assert page.cell is None
    assert page.everything.isChecked()
    qtbot.mouseClick(page.everything, LEFT)
    assert page.everything.isChecked(), "it is no switch that can be put off"


def test_the_worst_pairs_are_buttons(page: ErrorsPage, qtbot: QtBot) -> None:
    pair = page.worst.pairs[0]
    button = page.worst.findChild(QPushButton, "worst_0")
    assert button is not None
    assert button.text() == f"{pair.truth} → {pair.predicted}: {pair.images} times"
    qtbot.mouseClick(button, LEFT)
    assert page.cell == (pair.truth, pair.predicted)
    assert len(page.samples.indices) == pair.images


def test_the_chosen_cell_stays_from_epoch_to_epoch(page: ErrorsPage, trainer: Any) -> None:
    page.choose((0, 1))
    labels = trainer.data.test.labels
    trainer.judged = Judged(250, labels.copy(), np.ones(40, np.float32), np.ones(40, np.float32))
    page.refresh(EPOCH)
    assert page.cell == page.matrix.selected == (0, 1)
    assert page.chosen.text() == "0 read as 1: 0 of 4 (0.0 %)"
    assert len(page.samples.indices) == 0
    assert page.when.text() == "At step 250"
    page.choose(None)
    assert page.chosen.text() == "No errors"


def test_a_moment_of_the_past_is_named(page: ErrorsPage, trainer: Any) -> None:
    trainer.cursor = 50
    page.refresh(frozenset({"cursor"}))
    assert page.when.text() == "After epoch 4 (step 200), not step 50 that the time machine shows"


def test_an_image_is_opened_with_its_class(page: ErrorsPage, trainer: Any, qtbot: QtBot) -> None:
    opened: list[Sample] = []
    page.sample_opened.connect(opened.append)
    said: list[str] = []
    page.pointed_at.connect(said.append)
    qtbot.mouseMove(page.samples, page.samples.tile(1).center())
    qtbot.mouseClick(page.samples, LEFT, pos=page.samples.tile(1).center())
    index = int(page.samples.indices[1])
    assert opened[0].index == index
    assert opened[0].label == trainer.data.test.labels[index]
    assert np.array_equal(opened[0].image, trainer.data.test.images[index])
    assert said[-1].endswith("A click opens it in the Network workspace")
    assert page.scrolled.tip.isVisible()


def test_a_judgement_of_other_data_is_not_mixed_up(page: ErrorsPage, trainer: Any) -> None:
    few = Samples(trainer.data.test.images[:10], trainer.data.test.labels[:10])
    trainer.data = replace(trainer.data, test=few)
    page.refresh(frozenset({"data"}))
    assert page.empty.isVisible()
    trainer.judged = Judged(9, few.labels, np.ones(10, np.float32), np.ones(10, np.float32))
    page.refresh(EPOCH)
    assert not page.empty.isVisible()
    assert page.title.text().startswith("0 of 10 ")


def test_nothing_is_computed_again_for_the_same_epoch(page: ErrorsPage) -> None:
    confusion = page.matrix.confusion
    page.refresh(frozenset({"curves", "epoch"}))
    assert page.matrix.confusion is confusion


def test_the_smallest_window_has_all_numbers(page: ErrorsPage, qtbot: QtBot) -> None:
    page.resize(478, 445)
    qtbot.waitUntil(lambda: page.matrix.width() > 400)
    layout = page.matrix.placement
    metrics = QFontMetrics(theme.font(theme.CAPTION_PX))
    assert layout.written
    assert layout.cell[0] > metrics.horizontalAdvance("1,135")
    row = [button for button in page.worst.buttons if button.isVisible()]
    assert row
    assert all(button.geometry().right() <= page.worst.width() for button in row)
    qtbot.waitUntil(lambda: page.worst.geometry().bottom() < page.matrix.geometry().top())
    page.resize(690, 560)
    qtbot.waitUntil(lambda: page.worst.geometry().left() > page.matrix.geometry().right())


def test_the_accuracy_is_rounded_as_everywhere(page: ErrorsPage, trainer: Any) -> None:
    count = 2000
    labels = np.arange(count) % 10
    predicted = np.where(np.arange(count) < 19, (labels + 1) % 10, labels)
    test = Samples(np.zeros((count, 1, 8, 8), np.uint8), labels)
    trainer.data = replace(trainer.data, test=test)
    shares = np.ones(count, np.float32)
    trainer.judged = Judged(9, predicted, shares, shares)
    page.refresh(frozenset({"epoch"}))
    assert page.title.text() == "19 of 2,000 test images are read wrongly, 99.1 % rightly"
    assert accuracy_text(float(np.float32(1981 / 2000))) == "99.1 %"


def test_only_whole_rows_of_images_are_in_sight(page: ErrorsPage) -> None:
    for high in (560, 600, 640, 655, 700, 820):
        page.resize(700, high)
        QApplication.processEvents()
        seen, pitch = page.scrolled.viewport().height(), page.samples.pitch_px
        rows = (seen + GAP_PX) // pitch
        assert rows >= 1
        assert rows * pitch - GAP_PX == seen
        assert page.scrolled.height() - seen < pitch


def test_of_other_weights_than_the_runs_it_says_so(page: ErrorsPage, trainer: Any) -> None:
    trainer.departed, trainer.measuring, trainer.judged = True, True, None
    page.refresh(EPOCH)
    assert page.empty.isVisible()
    assert page.empty.text() == "The test images are being read by the network on screen."
    trainer.measuring, trainer.judged = False, made_judged(0)
    page.refresh(EPOCH)
    assert page.when.text() == "The network on screen, not Run 1"


def test_no_room_is_left_below_the_images(page: ErrorsPage, qtbot: QtBot) -> None:
    for wide, high, rows in ((678, 545, 2), (478, 445, 1), (900, 900, 3)):
        page.setMinimumSize(1, 1)
        page.resize(wide, high)
        QApplication.processEvents()
        assert page.scrolled.height() == rows * page.samples.pitch_px - GAP_PX
    handle = page.splitter.handle(1)
    qtbot.mousePress(handle, LEFT, pos=handle.rect().center())
    qtbot.mouseMove(handle, handle.rect().center() + QPoint(0, 150))
    qtbot.mouseRelease(handle, LEFT, pos=handle.rect().center())
    assert page.scrolled.height() == page.samples.pitch_px - GAP_PX, "one is nearer than two"
