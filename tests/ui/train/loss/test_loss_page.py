"""The loss page: the lecture's numbers, my digit, a test image."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from convviz.session.experiment import State
from convviz.session.outbox import Frame
from convviz.spec.arithmetic import cross_entropy, mean_square
from convviz.spec.network import Conv2d, NetworkSpec
from convviz.spec.opened_image import OpenedImage
from convviz.spec.preparation import Preparation
from convviz.spec.strokes import Drawing, Stroke
from convviz.spec.training.plan import Plan
from convviz.spec.training.source import Labelled
from convviz.spec.weights import initial
from convviz.ui.look import theme
from convviz.ui.train.loss.class_table import BARS, ClassTable
from convviz.ui.train.loss.loss_plot import LossPlot, entropy_curve, square_curve
from convviz.ui.train.loss.page import LossPage

LEFT = Qt.MouseButton.LeftButton
SCORES = np.array([1.5, -3, 4.2, 7.1, 0.2, -1.3, 2.5, -4, 1.1, 0.9], np.float32)


@pytest.fixture
def page(trainer: Any, show: Callable[..., Any]) -> LossPage:
    shown: LossPage = show(LossPage(trainer), 690, 560)
    return shown


@pytest.fixture
def drawn(make_state: Callable[..., State], make_frame: Callable[..., Frame]) -> Callable[..., tuple[State, Frame]]:
    """A State and a frame whose last layer puts out these scores."""

    def make(scores: Any = SCORES, **values: Any) -> tuple[State, Frame]:
        state = make_state(**values)
        frame = make_frame(state)
        frame.maps["fc2"] = np.asarray(scores, np.float32)
        return state, frame

    return make


def given(page: LossPage, drawn: tuple[State, Frame]) -> None:
    page.show_state(None, drawn[0])
    page.show_frame(drawn[1])


def torch_losses(scores: Any, target: int) -> tuple[float, float, list[float], list[float]]:
    import torch
    from torch.nn import functional

    found: list[Any] = []
    for loss in ("cross", "mse"):
        inputs = torch.tensor(np.asarray(scores, np.float64), requires_grad=True)
        wanted = torch.tensor(target)
        value = (
            functional.cross_entropy(inputs, wanted)
            if loss == "cross"
            else functional.mse_loss(inputs, functional.one_hot(wanted, len(scores)).double())
        )
        value.backward()
        assert inputs.grad is not None
        found.append((value.item(), inputs.grad.tolist()))
    return found[0][0], found[1][0], found[0][1], found[1][1]


def test_it_waits_for_a_digit(page: LossPage) -> None:
    assert "Draw a digit" in page.box.note.text()
    assert not page.table.isVisibleTo(page)


def test_my_digit_against_the_class_that_is_answered(page: LossPage, drawn: Callable[..., Any]) -> None:
    given(page, drawn())
    assert page.case is not None
    assert page.case.target == 3
    assert page.box.chooser.currentText() == "predicted (3)"
    entropy, square, by_entropy, by_square = torch_losses(SCORES, 3)
    assert page.table.entropy is not None
    assert page.table.square is not None
    assert page.table.entropy.loss == pytest.approx(entropy, rel=1e-5)
    assert page.table.square.loss == pytest.approx(square, rel=1e-5)
    assert [term.gradient for term in page.table.entropy.terms] == pytest.approx(by_entropy, abs=1e-6)
    assert [term.gradient for term in page.table.square.terms] == pytest.approx(by_square, abs=1e-6)


def test_another_label_is_chosen(page: LossPage, drawn: Callable[..., Any], qtbot: QtBot) -> None:
    given(page, drawn())
    for _ in range(3):
        qtbot.keyClick(page.box.chooser, Qt.Key.Key_Down)
    assert page.case is not None
    assert page.case.target == 2
    assert "cross-entropy = −log(0.0512) = 2.972" in page.formulas.text()
    assert "exp(4.2) / (exp(1.5)" in page.formulas.text()


def test_a_kept_label_is_taken_until_another_is_chosen(
    page: LossPage, drawn: Callable[..., Any], qtbot: QtBot, make_state: Callable[..., State]
) -> None:
    drawing = make_state().drawing
    given(page, drawn(drawing=drawing, plan=Plan(kept=(Labelled(drawing, 7), Labelled(Drawing(), 1)))))
    assert page.case is not None
    assert page.case.target == 7
    assert page.box.chooser.currentText() == "7"
    page.box.chooser.setCurrentIndex(1)
    qtbot.keyClick(page.box.chooser, Qt.Key.Key_Up)  # "predicted"
    assert page.case.target == 3


def test_the_class_of_a_test_image_is_right_also_where_another_is_answered(
    page: LossPage, drawn: Callable[..., Any], qtbot: QtBot
) -> None:
    first = Drawing(base=np.ones((28, 28), np.float32), image=OpenedImage("test image 5", 9, Preparation()))
    given(page, drawn(drawing=first))
    assert page.case is not None
    assert (page.case.target, page.case.predicted) == (9, 3)
    assert page.box.label.text() == "class 9"
    assert page.box.chooser.currentText() == "9"
    stroke = Stroke(np.array([[20.0, 20.0], [60.0, 20.0]]), 20.0)
    given(page, drawn(drawing=first.with_stroke(stroke)))
    page._show()
    assert page.case.target == 9, "edited until another class is answered it is one of that class still"
    page.box.chooser.setCurrentIndex(1)
    qtbot.keyClick(page.box.chooser, Qt.Key.Key_Up)  # "predicted"
    assert page.case.target == 3
    second = replace(first, image=OpenedImage("test image 6", 4, Preparation()))
    given(page, drawn(drawing=second))
    qtbot.waitUntil(lambda: page.case is not None and page.case.target == 4)


def test_frames_are_followed(page: LossPage, drawn: Callable[..., Any], qtbot: QtBot) -> None:
    state, frame = drawn()
    given(page, (state, frame))
    page.show_frame(replace(frame, maps=frame.maps | {"fc2": np.roll(SCORES, 1)}))
    qtbot.waitUntil(lambda: page.case is not None and page.case.target == 4)


def test_an_empty_pad_says_so(page: LossPage, drawn: Callable[..., Any]) -> None:
    given(page, drawn(drawing=Drawing()))
    assert "Nothing is drawn" in page.box.note.text()


def test_scores_that_are_no_numbers(page: LossPage, drawn: Callable[..., Any]) -> None:
    given(page, drawn([np.nan, np.inf, 1, 2, 3, 4, 5, 6, 7, 8]))
    page.grab()
    assert page.plot.marked is None


def test_the_lectures_example(page: LossPage, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.source.buttons["lecture"], LEFT)
    assert "= 2.5141" in page.formulas.text()
    assert page.table.entropy is not None
    assert page.table.entropy.loss == pytest.approx(torch_losses([-1, -3, 4], 0)[0])
    qtbot.mouseClick(page.box.next, LEFT)
    assert page.table.entropy.target == 1
    assert page.table.entropy.loss == pytest.approx(torch_losses([-3, 3, -1], 1)[0])
    assert "= 2.5141" in page.formulas.text()
    qtbot.mouseClick(page.box.next, LEFT)
    assert page.table.entropy.target == 0


def test_a_test_image_has_the_probability_that_was_judged(page: LossPage, trainer: Any, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.source.buttons["data"], LEFT)
    assert page.box.position.text() == "1 of 40"
    qtbot.mouseClick(page.box.previous, LEFT)
    assert page.box.position.text() == "40 of 40"
    assert page.case is not None
    truth = float(trainer.judged.truth[39])
    assert page.case.probability == pytest.approx(truth)
    assert page.case.loss_of_probability in page.formulas.text()
    assert f"{-np.log(truth):.3g}" in page.case.loss_of_probability
    assert not page.table.isVisibleTo(page)
    opened: list[Any] = []
    page.sample_opened.connect(opened.append)
    qtbot.mouseClick(page.box.open, LEFT)
    assert (opened[0].index, opened[0].label) == (39, 9)
    assert np.array_equal(opened[0].image, trainer.data.test.images[39])


def test_what_was_not_judged_or_loaded_says_so(page: LossPage, trainer: Any, qtbot: QtBot) -> None:
    trainer.judged = None
    qtbot.mouseClick(page.source.buttons["data"], LEFT)
    assert "Not judged yet" in page.formulas.text()
    trainer.data = None
    page.refresh(frozenset({"data"}))
    assert "press Start" in page.box.note.text()
    assert not page.box.next.isVisibleTo(page)


def turn_to(page: LossPage, index: int, qtbot: QtBot) -> None:
    """Test image number ``index``, by hand."""
    qtbot.mouseClick(page.source.buttons["data"], LEFT)
    for _ in range(index):
        qtbot.mouseClick(page.box.next, LEFT)


def test_colours_are_shown(page: LossPage, trainer: Any, qtbot: QtBot) -> None:
    images = np.zeros((2, 3, 32, 32), np.uint8)
    images[:, 0] = 255
    samples = replace(trainer.data.test, images=images, labels=np.array([0, 1]))
    trainer.data, trainer.judged = replace(trainer.data, test=samples), None
    turn_to(page, 1, qtbot)
    centre = page.box.picture.rect().center()
    shown = page.box.picture.grab().toImage().pixelColor(centre * page.devicePixelRatio())
    assert shown.getRgb()[:3] == (255, 0, 0)


def test_another_network_forgets_the_label(
    page: LossPage, drawn: Callable[..., Any], make_state: Callable[..., State]
) -> None:
    state, frame = drawn()
    given(page, (state, frame))
    page._choose_label(9)
    other = NetworkSpec("maps", (1, 28, 28), (Conv2d("conv1", 2, (28, 28)),))
    page.show_state(state, make_state(network=other, weights=initial(other), focus=None))
    assert page._label is None
    assert page._frame is None


def test_curves_are_torchs() -> None:
    at = np.linspace(-9, 9, 7)
    scores = SCORES.astype(np.float64)
    entropies, squares = [], []
    for score in at:
        moved = scores.copy()
        moved[2] = score
        entropy, square, _, _ = torch_losses(moved, 2)
        entropies.append(entropy)
        squares.append(square)
    assert entropy_curve(scores, 2, at) == pytest.approx(entropies)
    assert square_curve(scores, 2, at) == pytest.approx(squares)


def test_the_present_score_is_marked_and_the_mouse_reads_the_curves(show: Callable[..., Any], qtbot: QtBot) -> None:
    plot = show(LossPlot(), 400, 160)
    plot.show_scores(SCORES, 2)
    entropy, square, _, _ = torch_losses(SCORES, 2)
    assert plot.marked == pytest.approx((4.2, entropy, square), rel=1e-5)
    points = plot.mark_points()
    assert points is not None
    assert plot._chart.contains(points[0])
    said: list[str] = []
    plot.pointed_at.connect(said.append)
    qtbot.mouseMove(plot, QPoint(200, 60))
    qtbot.waitUntil(lambda: bool(said))
    assert said[-1].startswith("with x[2] = ")
    plot.show_scores(np.array([3.0], np.float32), 0)  # one class alone
    plot.grab()


@pytest.mark.parametrize("width", [424, 628])
def test_columns_of_the_table_have_room_for_heads_and_numbers(show: Callable[..., Any], width: int) -> None:
    table = show(ClassTable(), width, 300)
    scores = np.array([0.6716, -7.645, -12.271, -1e-5, -1.178, 2.869, -4.563, 1234567.0, 2.032, 14.853])
    for values in (scores, scores / 1e5, -scores / 3):
        table.show_losses(cross_entropy(values, 9), mean_square(values, 9), tuple("0123456789"))
        heads, columns = table.columns()
        metrics = QFontMetrics(theme.font(theme.CAPTION_PX))
        for place, column in enumerate(columns):
            assert metrics.horizontalAdvance(heads[place]) <= column.width
            assert all(metrics.horizontalAdvance(row[place]) <= column.number for row in table._cells)
            assert place not in BARS or column.bar_at(1).width() >= 16
        assert all(one.left + one.width < two.left for one, two in pairwise(columns))
        assert columns[-1].left + columns[-1].width <= width + 1


@pytest.mark.parametrize("width", [230, 280, 400])
def test_the_axis_of_the_plot_says_as_much_as_fits(show: Callable[..., Any], width: int) -> None:
    plot = show(LossPlot(), width, 120)
    for scale in (1.0, 1e4):
        plot.show_scores(np.array([2.3, -1.6, -5.0], np.float32) * np.float32(scale), 0)
        metrics = QFontMetrics(theme.font(theme.CAPTION_PX))
        texts = (*plot._ends, plot.axis_text)
        assert sum(map(metrics.horizontalAdvance, texts)) <= plot._chart.width()
        assert plot._chart.right() <= width - plot._side
    assert "score" in plot.axis_text or width < 400


def test_a_test_image_says_when_it_was_judged(page: LossPage, qtbot: QtBot) -> None:
    turn_to(page, 3, qtbot)
    assert page.formulas.text().startswith("At step 200 the network answered ")
