"""The workspace shows a State's Lab and follows mouse and keys; it changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from convviz.session.experiment import State
from convviz.spec.lab.edits import with_kind, with_source
from convviz.spec.lab.lab import Lab
from convviz.spec.lab.presets import PRESETS
from convviz.spec.lab.source import FromPhoto, Grid
from convviz.spec.photo import Photo
from convviz.ui.lab.pages import SPECS
from convviz.ui.lab.scene import Pointer
from convviz.ui.lab.workspace import LabWorkspace

LEFT = Qt.MouseButton.LeftButton


class Shown:
    """A workspace and the State it shows."""

    def __init__(self, workspace: LabWorkspace, state: State) -> None:
        self.workspace, self.state = workspace, state
        workspace.show_state(None, state)

    def change(self, **values: Any) -> None:
        old, self.state = self.state, replace(self.state, **values)
        self.workspace.show_state(old, self.state)

    def lab(self, lab: Lab) -> None:
        self.change(lab=lab)

    @property
    def total(self) -> float:
        """Of the sum on the right."""
        found = self.workspace.side.sum.explanation
        assert found is not None
        return found.total


@pytest.fixture
def shown(show: Callable[..., Any], tools: dict[str, QAction], make_state: Callable[..., State]) -> Shown:
    workspace = show(LabWorkspace(tools), 1256, 708)
    return Shown(workspace, make_state())


def test_a_preset_with_everything_about_it(shown: Shown) -> None:
    shown.lab(PRESETS["signal"].make())
    workspace = shown.workspace
    assert workspace.trial is not None
    assert workspace.trial.output.ravel().tolist() == [7, 12, 17]
    assert workspace.middle.presets.currentData() == "signal"
    assert workspace.operation.kind.box.currentData() == "Conv2d"
    assert shown.total == 17, "the largest is selected"
    assert workspace.side.heading.text() == "Kernel"
    assert not workspace.side.before.isVisible()


def test_only_what_differs_is_done_anew(shown: Shown) -> None:
    trial = shown.workspace.trial
    shown.change(device="cuda")
    assert shown.workspace.trial is trial
    shown.change(drawing=replace(shown.state.drawing))
    assert shown.workspace.trial is not trial, "the drawing is the input"
    shown.lab(PRESETS["signal"].make())
    trial = shown.workspace.trial
    shown.change(drawing=replace(shown.state.drawing))
    assert shown.workspace.trial is trial, "it is not any more"


def test_hover_wins_over_the_selected_output(shown: Shown) -> None:
    shown.lab(PRESETS["signal"].make())
    workspace, told = shown.workspace, []
    workspace.pointed_at.connect(told.append)
    workspace.page.pointed.emit(Pointer("output", (0, 0, 1)))
    assert shown.total == 12
    workspace.page.pointed.emit(None)
    assert shown.total == 17
    workspace.page.chosen.emit(Pointer("output", (0, 0, 0)))
    assert shown.total == 7
    workspace.page.pointed.emit(Pointer("input", (0, 0, 3)))
    assert shown.total == 7
    assert told == ["output[0] position 1 = 12", "", "input[0] position 3 = 4"]


def test_channels(shown: Shown, qtbot: QtBot) -> None:
    shown.lab(PRESETS["five-filters"].make())
    workspace = shown.workspace
    side = workspace.side
    assert side.heading.text() == "Kernel 0 of 5"
    assert not side.before.isEnabled()
    for _ in range(4):
        qtbot.mouseClick(side.after, LEFT)
    assert workspace.channel == 4
    assert not side.after.isEnabled()
    weights = shown.state.lab.weights["conv.weight"]
    assert np.array_equal(side.kernel.grid.values, weights[4, 0])
    workspace.page.channel_chosen.emit(2)
    assert np.array_equal(side.kernel.grid.values, weights[2, 0])
    workspace.page.chosen.emit(Pointer("output", (1, 3, 3)))
    assert workspace.channel == 1
    workspace.set_channel(99)
    assert workspace.channel == 4


def test_operations_without_kernels_say_so(shown: Shown) -> None:
    for kind, words in (("MaxPool2d", "Max pooling"), ("AvgPool2d", "Average pooling"), ("ReLU", "ReLU")):
        shown.lab(with_kind(shown.state.lab, kind))
        side = shown.workspace.side
        assert side.none.text().startswith(words)
        assert not side.kernel.isVisible()
        assert not side.sense.isVisible()
        assert side.sum.explanation is not None
    shown.lab(with_kind(shown.state.lab, "Conv2d"))
    assert shown.workspace.side.kernel.isVisible()


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_on_every_page(shown: Shown, name: str) -> None:
    shown.lab(PRESETS[name].make())
    for spec in SPECS:
        if spec.name != "photo":
            shown.workspace.choose_page(spec.name)
            assert shown.workspace.page.isVisible()
    shown.workspace.choose_page("operation")


def test_a_signal_has_widths_only(shown: Shown) -> None:
    fields = shown.workspace.operation.settings.numbers
    assert len([box for box in fields["kernel"].boxes if box.isVisible()]) == 2
    shown.lab(PRESETS["signal"].make())
    assert [box.isVisible() for box in fields["kernel"].boxes] == [False, True]
    heard: list[tuple[Any, str]] = []
    shown.workspace.operation.layer_edited.connect(lambda layer, text: heard.append((layer, text)))
    fields["stride"].boxes[1]._step(1)
    assert heard[0][0].stride == (1, 2)
    assert heard[0][1] == "stride 2"
    shown.lab(with_source(shown.state.lab, Grid(np.ones((1, 9, 9), np.float32))))
    assert all(box.isVisible() for box in fields["kernel"].boxes)


def test_a_large_photo_is_not_written_out(shown: Shown) -> None:
    photo = Photo(np.zeros((2000, 3000, 3), np.uint8), "large.jpg")
    shown.lab(with_source(shown.state.lab, FromPhoto(photo)))
    assert shown.workspace.trial is None
    shown.workspace.choose_page("operation")


@pytest.mark.parametrize("name", ["signal", "five-filters", "conv-4-5", "transposed", "max-pool-1d"])
def test_nothing_is_cut_off(shown: Shown, name: str) -> None:
    shown.lab(PRESETS[name].make())
    workspace = shown.workspace
    for card in workspace.findChildren(QFrame):
        if card.property("role") == "card" and card.isVisible():
            assert workspace.rect().contains(
                card.geometry().translated(card.parentWidget().mapTo(workspace, card.pos()) - card.pos())
            )
    for widget in workspace.operation.findChildren(QWidget):
        if widget.isVisible():
            assert widget.width() >= widget.minimumSizeHint().width(), widget.objectName()
    assert not workspace.operation.findChild(QScrollArea, "operation_scroll").verticalScrollBar().isVisible()


def test_it_says_which_output_is_explained(shown: Shown) -> None:
    side = shown.workspace.side
    shown.lab(PRESETS["signal"].make())
    assert side.sum_place.text() == "output 0 · position 2"
    shown.lab(PRESETS["five-filters"].make())
    shown.workspace.page.pointed.emit(Pointer("output", (2, 3, 18)))
    assert side.sum_place.text() == "output 2 · row 3, column 18"
    shown.workspace.page.pointed.emit(Pointer("output", (2, 3, 99)))
    assert side.sum.explanation is None
    assert not side.sum_place.isVisible()


def test_pages_with_a_copy_of_a_photo_explain_the_copy(shown: Shown) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (600, 900, 1), np.uint8)
    shown.lab(with_source(shown.state.lab, FromPhoto(Photo(pixels, "x.png"))))
    workspace, side = shown.workspace, shown.workspace.side
    workspace.choose_page("operation")
    workspace.page.chosen.emit(Pointer("output", (0, 300, 890)))
    whole = shown.total
    assert side.sum_place.text().startswith("output 0 · row 300, column 890")
    for name in ("equivariance", "pooling", "sharing"):
        workspace.choose_page(name)
        found = side.sum.explanation
        assert found is not None
        copy = workspace._shown.trial
        assert max(copy.output.shape[1:]) <= 64
        assert found.total == pytest.approx(float(copy.output[found.index]), abs=1e-5)
        assert found.index[1] == pytest.approx(copy.output.shape[1] / 2, abs=1)
        assert found.index[2] >= copy.output.shape[2] - 2
        row, column = found.index[1:]
        assert side.sum_place.text() == f"output 0 · row {row}, column {column}, in the small copy"
    workspace.choose_page("operation")
    assert shown.total == whole, "the same pixel as before"


def test_a_pixel_out_of_view_is_called_so(shown: Shown) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (600, 900, 1), np.uint8)
    shown.lab(with_source(shown.state.lab, FromPhoto(Photo(pixels, "x.png"))))
    canvas, place = shown.workspace.page.canvas, shown.workspace.side.sum_place
    assert place.text() == "output 0 · row 299, column 449"
    canvas.zoom_to(8.0)
    assert place.text() == "output 0 · row 299, column 449"
    canvas.look(canvas.view.moved(8 * 200, 0))
    assert place.text() == "output 0 · row 299, column 449 (not in view)"
    canvas.fit()
    assert place.text() == "output 0 · row 299, column 449"


def test_the_sum_of_one_channel_fits_below_the_kernel(shown: Shown) -> None:
    shown.workspace.resize(1256, 708)  # of a window of 1280 × 800
    shown.lab(PRESETS["five-filters"].make())
    scroll = shown.workspace.side.findChild(QScrollArea, "kernel_side_scroll")
    assert scroll is not None
    assert scroll.verticalScrollBar().maximum() == 0


@pytest.mark.parametrize("name", ["template-1d", "template-2d", "five-filters"])
def test_an_example_is_explained_where_its_output_is_strongest(shown: Shown, name: str) -> None:
    shown.lab(PRESETS[name].make())
    trial = shown.workspace.trial
    assert trial is not None
    assert shown.total == pytest.approx(float(trial.output[0].flat[np.abs(trial.output[0]).argmax()]), rel=1e-5)


def test_later_edits_keep_the_selected_output(shown: Shown) -> None:
    lab = PRESETS["template-1d"].make()
    shown.lab(lab)
    side = shown.workspace.side
    assert side.sum_place.text() == "output 0 · position 21"
    values = np.zeros_like(lab.source.values)  # type: ignore[union-attr]
    values[0, 0, 3] = 9
    shown.lab(replace(lab, source=Grid(values)))
    assert side.sum_place.text() == "output 0 · position 21"
    shown.lab(with_source(shown.state.lab, Grid(values, "spike")))
    trial = shown.workspace.trial
    assert trial is not None
    assert side.sum_place.text() == f"output 0 · position {np.abs(trial.output).argmax()}"


def test_of_several_channels_the_strongest_is_opened_and_stays(shown: Shown, qtbot: QtBot) -> None:
    shown.lab(PRESETS["stride-padding"].make())
    view, trial = shown.workspace.side.sum, shown.workspace.trial
    assert trial is not None
    assert view.explanation is not None
    first = int(np.abs(view.explanation.subtotals).argmax())
    assert view.opened == first
    for index in np.ndindex(trial.output.shape):
        shown.workspace.page.pointed.emit(Pointer("output", index))
        assert view.opened == first
    other = 1 - first
    qtbot.mouseClick(view, LEFT, pos=view.part_center(other).toPoint())
    shown.workspace.page.pointed.emit(Pointer("output", (0, 0, 0)))
    assert view.opened == other
    assert shown.workspace.side.kernel.chosen_slice == other
    shown.workspace.side.kernel.strip.slice_chosen.emit(first)
    assert view.opened == first, "it is that of the slice"
    qtbot.mouseClick(view, LEFT, pos=view.part_center(first).toPoint())
    shown.workspace.page.pointed.emit(Pointer("output", (0, 1, 1)))
    assert view.opened is None, "what was closed stays closed"


def test_both_parts_of_a_sum_are_in_view(shown: Shown) -> None:
    shown.lab(PRESETS["stride-padding"].make())
    side = shown.workspace.side
    scroll = side.findChild(QScrollArea, "kernel_side_scroll")
    for part in side.sum.parts:
        place = side.sum.mapTo(scroll.viewport(), side.sum.part_center(part).toPoint())
        assert scroll.viewport().rect().adjusted(0, 0, 0, -9).contains(place)


def test_a_signal_has_positions_and_no_rows(shown: Shown) -> None:
    shown.lab(PRESETS["max-pool-1d"].make())
    side = shown.workspace.side
    assert side.sum.line("formula") == "max of 2 values"
    assert side.sum.line("note").startswith("the largest is input[0] position ")
    shown.lab(PRESETS["signal"].make())
    assert side.kernel.cell_line.text().startswith("tap 0: ")
    shown.lab(PRESETS["max-pool-2d"].make())
    assert "row" in side.sum.line("note")
    assert side.sum.line("formula") == "max of 2×2 values"
    shown.lab(PRESETS["five-filters"].make())
    assert side.kernel.cell_line.text().startswith("row 0, column 0: ")
