"""An explanation on screen: its parts, its cells, and where each leads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from convviz.session.experiment import State
from convviz.session.outbox import Frame
from convviz.spec.arithmetic import Explanation, explain, explain_gradient
from convviz.spec.geometry import describe
from convviz.spec.network import AvgPool2d, Conv2d, Flatten, Linear, MaxPool2d, NetworkSpec
from convviz.spec.probe import Probe
from convviz.spec.weights import initial
from convviz.ui.explain import table_paint, words
from convviz.ui.explain.sum_layout import AT_FIRST
from convviz.ui.explain.sum_paint import WIDEST
from convviz.ui.explain.sum_view import SumView
from convviz.ui.look import theme

LEFT = Qt.MouseButton.LeftButton
WHEEL = (Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)
Pixel = Callable[[QWidget, QPoint], QColor]


@pytest.fixture
def frame(make_state: Callable[..., State], frame_of: Callable[[State], Frame]) -> Frame:
    return frame_of(make_state())


class Shown:
    """A view, and what it said."""

    def __init__(self, view: SumView, qtbot: QtBot) -> None:
        self.view, self.qtbot = view, qtbot
        self.chosen: list[tuple[str, Any]] = []
        self.hovered: list[tuple[str, Any]] = []
        view.source_chosen.connect(lambda layer, index: self.chosen.append((layer, index)))
        view.source_hovered.connect(lambda layer, index: self.hovered.append((layer, index)))

    def show(self, frame: Frame, layer: str, *index: int) -> Explanation:
        found = explain(frame.state.network, frame.weights, frame.maps, layer, index)
        self.view.show_explanation(found)
        return found

    def click(self, part: int | None = None, cell: tuple[int, int] | None = None, line: str = "") -> None:
        self.qtbot.mouseClick(self.view, LEFT, pos=self.at(part, cell, line))

    def at(self, part: int | None = None, cell: tuple[int, int] | None = None, line: str = "") -> QPoint:
        if line:
            return self.view.line_center(line).toPoint()
        if cell is not None:
            return self.view.cell_center(cell).toPoint()
        assert part is not None
        return self.view.part_center(part).toPoint()

    def key(self, *keys: Qt.Key) -> None:
        for key in keys:
            self.qtbot.keyClick(self.view, key)


@pytest.fixture
def shown(show: Callable[..., Any], qtbot: QtBot) -> Shown:
    return Shown(show(SumView(), 246, 300), qtbot)


def test_the_strongest_parts_come_first_and_the_rest_is_summed_up(shown: Shown, frame: Frame) -> None:
    found = shown.show(frame, "conv2", 21, 1, 2)
    strength = np.abs(found.products.sum(axis=(1, 2)))
    assert shown.view.parts == np.argsort(-strength, kind="stable")[:AT_FIRST].tolist()
    hidden = [part for part in range(32) if part not in shown.view.parts]
    count, text = shown.view.line("more").rsplit("   ", 1)
    assert count == f"+ {len(hidden)} more"
    assert float(text.replace("−", "-")) == pytest.approx(found.subtotals[hidden].sum(), rel=1e-3)
    assert float(shown.view.line("result")[2:].replace("−", "-")) == pytest.approx(found.total, rel=1e-4)
    assert shown.view.line("torch").startswith("torch ")
    assert shown.view.line_center("torch").y() < shown.view.part_center(shown.view.parts[0]).y(), "always in sight"
    shown.click(line="more")
    assert len(shown.view.parts) == 32
    assert shown.view.height() > 32 * 20
    shown.click(line="more")
    assert len(shown.view.parts) == AT_FIRST


@pytest.mark.parametrize("layer", ["conv1", "pool1", "relu1", "conv2", "pool2", "relu2", "flatten", "fc1", "fc2"])
def test_every_cell_leads_to_the_unit_that_holds_its_number(shown: Shown, frame: Frame, layer: str) -> None:
    row = next(row for row in describe(frame.state.network) if row.layer.id == layer)
    rng = np.random.default_rng(1)
    found = shown.show(frame, layer, *(int(rng.integers(n)) for n in row.output_shape))
    part = shown.view.parts[0]
    cells = found.values.shape[1:]
    cell = tuple(int(rng.integers(n)) for n in cells)
    if cells == (1, 1):
        shown.click(part)
    else:
        if shown.view.opened is None:
            shown.click(part)
        assert shown.view.opened == part
        shown.click(cell=cell)  # type: ignore[arg-type]
    ((source, index),) = shown.chosen
    assert float(frame.maps[source][index]) == found.values[(part, *cell)]


def test_a_second_click_closes(shown: Shown, frame: Frame) -> None:
    shown.show(frame, "conv2", 21, 1, 2)
    closed = shown.view.height()
    part = shown.view.parts[3]
    shown.click(part)
    assert shown.view.opened == part
    assert shown.view.height() > closed
    shown.click(part)
    assert shown.view.opened is None
    assert shown.view.height() == closed
    assert shown.chosen == []


def test_the_mouse_points_at_where_a_term_lies(shown: Shown, frame: Frame) -> None:
    shown.show(frame, "conv2", 21, 1, 2)
    part = shown.view.parts[2]
    shown.qtbot.mouseMove(shown.view, shown.at(part))
    assert shown.hovered[-1] == ("", None), "25 cells, none of which is meant"
    shown.click(part)
    shown.qtbot.mouseMove(shown.view, shown.at(cell=(4, 0)))
    assert shown.hovered[-1] == ("relu1", (part, 5, 2))
    middle, none = QPointF(shown.at(cell=(4, 0))), QPoint()
    wheel = QWheelEvent(middle, middle, none, QPoint(0, -120), *WHEEL)
    QApplication.sendEvent(shown.view, wheel)
    assert not wheel.isAccepted(), "the page scrolls"
    assert shown.hovered[-1] == ("", None), "it moves away from under the mouse"
    shown.qtbot.mouseMove(shown.view, shown.at(cell=(4, 1)))
    shown.qtbot.mouseMove(shown.view, QPoint(2, 2))
    assert shown.hovered[-1] == ("", None)


def test_keys_walk_open_and_follow(shown: Shown, frame: Frame) -> None:
    shown.show(frame, "conv2", 21, 1, 2)
    first, second = shown.view.parts[:2]
    reached: list[object] = []
    shown.view.reached.connect(reached.append)
    shown.view.setFocus()
    shown.key(Qt.Key.Key_Down)
    assert f"relu1[{first}]" in shown.view.accessibleDescription()
    shown.key(Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert shown.view.opened == second
    shown.key(*[Qt.Key.Key_Right] * 7)
    assert "row 2, column 3" in shown.view.accessibleDescription()
    shown.key(Qt.Key.Key_Return)
    assert shown.chosen == [("relu1", (second, 2, 3))]
    assert len(reached) == 11
    shown.key(Qt.Key.Key_Escape, Qt.Key.Key_Return)
    assert shown.view.opened is None
    shown.key(*[Qt.Key.Key_Down] * 20, Qt.Key.Key_Return)
    assert len(shown.view.parts) == 32, "below the last part is the line that shows all"


def test_keys_walk_the_cells_of_a_pool(shown: Shown, frame: Frame) -> None:
    found = shown.show(frame, "pool1", 4, 3, 4)
    assert found.chosen is not None
    shown.view.setFocus()
    shown.key(Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert shown.chosen == [("conv1", (4, 9 + found.chosen[0], 12 + found.chosen[1]))]
    shown.key(*[Qt.Key.Key_Up] * 3, *[Qt.Key.Key_Left] * 3, Qt.Key.Key_Return)
    assert shown.chosen[-1] == ("conv1", (4, 9, 12))
    assert "the largest is conv1[4]" in shown.view.line("note")


def test_a_new_frame_keeps_what_is_open_and_the_height(
    shown: Shown, frame: Frame, make_state: Callable[..., State], frame_of: Callable[[State], Frame]
) -> None:
    shown.show(frame, "conv2", 21, 1, 2)
    part = shown.view.parts[-1]
    shown.click(part)
    height = shown.view.height()
    weights = initial(frame.state.network, seed=5)
    other = frame_of(make_state(weights=weights))
    found = shown.show(other, "conv2", 21, 1, 2)
    assert shown.view.explanation is found
    assert shown.view.opened == part
    assert part in shown.view.parts
    assert shown.view.height() == height
    shown.show(other, "conv2", 22, 1, 2)
    assert shown.view.opened is None, "another unit"


@pytest.mark.parametrize("value", [-0.00059891, -0.0027809, -1.2345e-7, 1.2345e6, -9999.4, -1e-300, np.nan, -np.inf])
def test_no_number_is_cut(shown: Shown, value: float) -> None:
    """The column of numbers and the room beside it stay as they are where the number is the only thing that differs."""
    values = np.array([value, 0.0]).reshape(2, 1, 1)
    names = {"source": "x", "channels": (0, 1), "rows": (0,), "columns": (0,), "labels": ("a", "b")}
    found = Explanation("fc", (0,), "sum", "Σ", 0.0, 0.0, values=values, **names)
    metrics = QFontMetrics(theme.font(theme.CAPTION_PX))
    room = metrics.horizontalAdvance(WIDEST) + 2
    text = words.within(value, room, metrics.horizontalAdvance)
    assert metrics.horizontalAdvance(text) <= room
    if np.isfinite(value):
        assert float(text.replace("−", "-")) == pytest.approx(value, rel=0.06)
    shown.view.show_explanation(found)
    shown.view.grab()


def test_the_only_unit_is_named_by_row_and_column(shown: Shown, frame: Frame) -> None:
    for layer, place, named in (
        ("relu1", (24, 3, 4), "pool1[24] row 3, column 4"),
        ("flatten", (70,), "relu2[17] row 1, column 0"),
        ("relu3", (7,), "fc1[7]"),
    ):
        assert words.part_name(shown.show(frame, layer, *place), 0) == named
    network = NetworkSpec("", (3, 5, 5), (Conv2d("conv1", 2, (1, 1)),))
    maps = {"input": np.ones((3, 5, 5), np.float32), "conv1": np.zeros((2, 5, 5), np.float32)}
    shown.view.show_explanation(explain(network, initial(network), maps, "conv1", (0, 2, 3)))
    assert shown.view.line("where") == "each at row 2, column 3"


def test_what_the_factors_of_a_gradient_are_is_said(shown: Shown, frame_of: Any, make_state: Any) -> None:
    frame = frame_of(make_state(probe=Probe(gradients=True)))
    assert frame.gradients is not None
    back = frame.gradients.maps
    found = explain_gradient(frame.state.network, frame.weights, frame.maps, back, "relu1", (4, 4, 4))
    shown.view.show_explanation(found)
    assert shown.view.line("factors") == "gradients of conv2 × weights"
    captions = [caption for caption, _ in table_paint.grids(found, 0)]
    assert captions == ["gradients of conv2", "× weights", "= products"]
    assert shown.show(frame, "conv2", 0, 0, 0).names == ("values", "weights")
    assert shown.view.line("factors") == ""


def test_bars_say_the_sign(shown: Shown, pixel: Pixel) -> None:
    values = np.array([3.0, -3.0]).reshape(2, 1, 1)
    found = Explanation(
        "fc",
        (0,),
        "sum",
        "Σ",
        0.0,
        0.0,
        source="x",
        values=values,
        weights=np.ones((2, 1, 1)),
        channels=(0, 1),
        rows=(0,),
        columns=(0,),
        labels=("a", "b"),
    )
    shown.view.show_explanation(found)
    for part, colour in ((0, theme.DARK.positive), (1, theme.DARK.negative)):
        middle = shown.at(part)
        row = [pixel(shown.view, QPoint(x, middle.y())).name() for x in range(60, 200, 4)]
        assert colour in row


def test_padding_leads_nowhere(shown: Shown) -> None:
    network = NetworkSpec("", (1, 4, 4), (Conv2d("conv1", 1, (3, 3), padding=(1, 1)),))
    maps = {"input": np.ones((1, 4, 4), np.float32), "conv1": np.ones((1, 4, 4), np.float32)}
    shown.view.show_explanation(explain(network, initial(network), maps, "conv1", (0, 0, 0)))
    assert shown.view.opened == 0, "the only part is open"
    shown.click(cell=(0, 1))
    assert shown.chosen == []
    shown.click(cell=(1, 1))
    assert shown.chosen == [("input", (0, 0, 0))]


@pytest.mark.parametrize("wanted", [theme.DARK, theme.LIGHT])
def test_padding_of_a_maximum_has_no_colour(shown: Shown, pixel: Pixel, wanted: theme.Theme) -> None:
    """It counts as −∞, which would be the strongest of all."""
    theme.apply(QApplication.instance(), wanted)  # type: ignore[arg-type]
    network = NetworkSpec("", (1, 4, 4), (MaxPool2d("pool", (3, 3), (1, 1), (1, 1)),))
    maps = {"input": np.ones((1, 4, 4), np.float32), "pool": np.ones((1, 4, 4), np.float32)}
    shown.view.show_explanation(explain(network, {}, maps, "pool", (0, 0, 0)))
    near = shown.at(cell=(0, 0)) - QPoint(14, 0)
    seen = {pixel(shown.view, near + QPoint(dx, dy)).name() for dx in range(5) for dy in range(-5, 6)}
    assert wanted.card in seen
    assert wanted.negative not in seen


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e38])
def test_numbers_that_are_none(shown: Shown, value: float) -> None:
    layers = (
        Conv2d("conv1", 9, (3, 3), padding=(1, 1)),
        MaxPool2d("pool1", (2, 2)),
        AvgPool2d("mean", (2, 2)),
        Flatten("flatten"),
        Linear("fc", 3),
    )
    network = NetworkSpec("", (1, 8, 8), layers)
    shapes = {"input": (1, 8, 8)} | {row.layer.id: row.output_shape for row in describe(network)}
    maps = {name: np.full(shape, value, np.float32) for name, shape in shapes.items()}
    for name, shape in shapes.items():
        shown.view.show_explanation(explain(network, initial(network), maps, name, (0,) * len(shape)))
        shown.view.grab()
        shown.view.setFocus()
        shown.key(Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Right)
        shown.view.grab()
        if np.isnan(value):
            assert "NaN" in shown.view.line("result")


def test_thousands_of_terms_are_painted_where_they_are_seen(shown: Shown) -> None:
    network = NetworkSpec("", (1, 96, 96), (Flatten("flatten"), Linear("fc", 2)))
    rng = np.random.default_rng(0)
    picture = rng.normal(size=(1, 96, 96)).astype(np.float32)
    maps = {"input": picture, "flatten": picture.ravel(), "fc": np.zeros(2, np.float32)}
    shown.view.show_explanation(explain(network, initial(network), maps, "fc", (0,)))
    assert shown.view.opened == 0
    shown.click(cell=(95, 95))
    assert shown.chosen == [("flatten", (9215,))]
    network = NetworkSpec("", (9216, 1, 1), (Flatten("flatten"), Linear("fc", 2)))
    maps = {"input": picture.reshape(9216, 1, 1), "flatten": picture.ravel(), "fc": np.zeros(2, np.float32)}
    shown.view.show_explanation(explain(network, initial(network), maps, "fc", (0,)))
    shown.click(line="more")
    assert len(shown.view.parts) == 9216
    last = shown.view.parts[-1]
    shown.click(last)
    assert shown.chosen[-1] == ("flatten", (last,))


def test_what_is_late_is_faded_and_not_followed(shown: Shown, frame: Frame) -> None:
    shown.show(frame, "fc2", 3)
    before = shown.view.grab().toImage()
    shown.view.set_fresh(False)
    assert shown.view.grab().toImage() != before
    shown.click(shown.view.parts[0])
    assert shown.chosen == []
    shown.show(frame, "fc2", 3)
    assert shown.view.fresh
    shown.click(shown.view.parts[0])
    assert len(shown.chosen) == 1


def test_a_sentence_instead_of_a_number(shown: Shown, frame: Frame) -> None:
    shown.view.show_message("computing…")
    assert shown.view.accessibleDescription() == "computing…"
    shown.key(Qt.Key.Key_Down, Qt.Key.Key_Return)
    shown.show(frame, "input", 0, 3, 3)
    assert "the trace ends" in shown.view.line("note")
    assert shown.view.line("torch") == ""


def test_a_unit_that_no_window_reads_is_painted(shown: Shown) -> None:
    """A stride larger than the kernel leaves lines out; the sum of nothing is 0, and no key or click finds a term."""
    layers = (MaxPool2d("pool1", (2, 2), stride=(3, 3)), Conv2d("conv1", 2, (1, 1)), Flatten("flatten"))
    network = NetworkSpec("gaps", (1, 6, 6), layers)
    maps = {"input": np.ones((1, 6, 6), np.float32)}
    gradients = {"input": np.zeros((1, 6, 6), np.float32), "pool1": np.ones((1, 2, 2), np.float32)}
    found = explain_gradient(network, initial(network), maps, gradients, "input", (0, 2, 0))
    shown.view.show_explanation(found)
    shown.view.grab()
    assert shown.view.parts == []
    assert shown.view.line("result") == "= 0"
    shown.key(Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Return)
    shown.click(line="result")
    assert shown.chosen == []


def bias_lines(view: SumView) -> tuple[str, bool]:
    """What ends the formula's line, and whether the bias has a line of its own."""
    composed = view._composed
    assert composed is not None
    return composed.beside, "bias" in composed.layout.tail


@pytest.mark.parametrize("width", [120, 242, 400])
def test_the_bias_of_an_only_part_stands_beside_the_formula_where_there_is_room(
    width: int, show: Callable[..., Any], frame: Frame
) -> None:
    view = show(SumView(), width, 400)
    found = explain(frame.state.network, frame.weights, frame.maps, "conv1", (0, 5, 5))
    view.show_explanation(found)
    beside, below = bias_lines(view)
    assert below is not bool(beside), "once"
    text = beside or words.bias(found)
    assert text == words.bias(found)
    room = QFontMetrics(theme.font(theme.CAPTION_PX)).horizontalAdvance(f"{found.formula}   {text}")
    assert bool(beside) is (room <= view.width() - 6)
    view.show_explanation(explain(frame.state.network, frame.weights, frame.maps, "conv2", (0, 1, 1)))
    assert bias_lines(view)[0] == ""


@pytest.mark.parametrize(("by", "words_in"), [("torch", "single precision"), ("in float32", "The Lab's output")])
def test_the_comparison_is_explained(
    by: str, words_in: str, show: Callable[..., Any], frame: Frame, qtbot: QtBot
) -> None:
    view = show(SumView(by=by), 242, 400)
    view.show_explanation(explain(frame.state.network, frame.weights, frame.maps, "conv1", (0, 5, 5)))
    at = view.line_center("torch").toPoint()
    QApplication.sendEvent(view, QHelpEvent(QEvent.Type.ToolTip, at, view.mapToGlobal(at)))
    assert words_in in QToolTip.text()
    QToolTip.hideText()
