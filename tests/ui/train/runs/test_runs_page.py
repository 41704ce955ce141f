"""The list of runs: what it says, and what it asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, QPoint, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication, QFileDialog, QToolButton
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from convviz.session.experiment import State
from convviz.spec.training.curves import Curves
from convviz.spec.training.export import to_csv
from convviz.spec.training.run import Change, Run, Runs
from convviz.spec.training.settings import TrainingSettings
from convviz.spec.training.source import DataSource
from convviz.ui.look import theme
from convviz.ui.look.numbers import accuracy_text, typeset
from convviz.ui.train.runs import words
from convviz.ui.train.runs.changes import change_texts
from convviz.ui.train.runs.page import RunsPage
from convviz.ui.train.runs.row_paint import SIDE_PX
from convviz.ui.train.runs.table import HEADERS, SECOND, RunsTable

LEFT = Qt.MouseButton.LeftButton
EVERYTHING: Any = frozenset({"curves", "epoch", "runs", "status", "data"})


@pytest.fixture
def runs(make_run: Callable[..., Run]) -> Runs:
    """Done, diverged, branched off and put aside, and one that is running."""
    bad = np.array([[1, 0.1, 2.3, 0.1, 9], [120, 0.2, np.nan, np.nan, 9]], np.float32)
    sgd = TrainingSettings(rate=9.0, batch=128, optimizer="sgd")
    return Runs(
        (
            make_run(1, status="done"),
            make_run(2, status="diverged", settings=sgd, note="the loss is NaN", curves=Curves(bad)),
            make_run(3, status="stopped", parent=(1, 1240), shown=False),
            make_run(4),
        ),
        4,
    )


@pytest.fixture
def open_page(show: Callable[..., Any], make_state: Callable[..., State]) -> Callable[..., RunsPage]:
    def make(trainer: Any, runs: Runs) -> RunsPage:
        page = RunsPage(trainer)
        page.show_state(None, make_state(runs=runs))
        page.refresh(EVERYTHING)
        shown: RunsPage = show(page, 680, 560)
        return shown

    return make


@pytest.fixture
def page(open_page: Callable[..., RunsPage], make_trainer: Any, runs: Runs) -> RunsPage:
    return open_page(make_trainer(runs.runs[-1]), runs)


def cell(table: RunsTable, row: int, column: str, role: Any = Qt.ItemDataRole.DisplayRole) -> Any:
    return table.table.data(table.table.index(row, HEADERS.index(column)), role)


def select(page: RunsPage, *rows: int) -> None:
    chosen, flag = page.table.selectionModel(), QItemSelectionModel.SelectionFlag
    chosen.clearSelection()
    for row in rows:
        chosen.select(page.table.table.index(row, 0), flag.Select | flag.Rows)


def place(page: RunsPage, row: int, column: str) -> QPoint:
    index = page.table.table.index(row, HEADERS.index(column))
    return page.table.visualRect(index).center()


def asked(page: RunsPage) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = page.trainer.asked  # type: ignore[attr-defined]
    return found


def test_the_newest_is_on_top_with_its_figures(page: RunsPage, runs: Runs) -> None:
    table = page.table
    assert [cell(table, row, "run") for row in range(4)] == ["Run 4", "Run 3", "Run 2", "Run 1"]
    assert [cell(table, row, "run", SECOND) for row in range(4)] == ["on screen", "off Run 1", "", ""]
    assert [cell(table, row, "status") for row in range(4)] == ["running", "stopped", "diverged", "done"]
    assert [cell(table, row, "steps") for row in range(4)] == ["200", "200", "120", "200"]
    assert cell(table, 2, "train loss") == "NaN"
    assert cell(table, 2, "test") == "–"
    assert float(cell(table, 3, "train loss")) == pytest.approx(
        runs.runs[0].curves.column("loss")[-50:].mean(), rel=5e-3
    )
    assert cell(table, 2, "settings, note", SECOND) == "the loss is NaN"
    assert cell(table, 2, "settings, note").startswith("rate 9, SGD, batch 128")
    ModelTester(table.table)  # type: ignore[call-arg]
    page.grab()


def test_only_what_differs_is_bold(runs: Runs) -> None:
    first, second = runs.runs[:2]
    different = words.differing((first, second))
    assert different == {"rate", "optimizer", "batch", "epochs"}
    parts = words.parts(replace(first, settings=replace(first.settings, seed=7)), different)
    assert [part.text for part in parts if part.bold] == ["rate 0.002", "AdamW", "batch 64", "4 epochs"]
    assert [part.text for part in parts if not part.bold] == ["seed 7"]
    assert not any(part.bold for part in words.parts(first, words.differing((first, first))))


def test_nothing_yet_says_what_will_be_here(open_page: Callable[..., RunsPage], idle: Any, trainer: Any) -> None:
    page = open_page(idle, Runs())
    assert page.empty.isVisible()
    assert "Every run is kept here" in page.empty.text()
    idle.run = trainer.run
    page.refresh(EVERYTHING)
    assert not page.empty.isVisible()
    assert len(page.table.table.runs) == 1


def test_the_present_run_is_as_new_as_the_trainer_knows_it(page: RunsPage, qtbot: QtBot, make_curves: Any) -> None:
    select(page, 0)
    page.trainer.run = replace(page.trainer.run, curves=make_curves(900, 5))  # type: ignore[misc, type-var]
    page.refresh(frozenset({"curves"}))
    qtbot.waitUntil(lambda: cell(page.table, 0, "steps") == "900")
    assert [run.number for run in page.table.selected] == [4], "it stays selected"
    assert ("steps", ("900",), False) in page.compare.table.rows


def test_a_run_that_comes_leaves_the_selection(
    page: RunsPage, runs: Runs, make_state: Callable[..., State], make_run: Callable[..., Run]
) -> None:
    select(page, 2, 3)
    page.show_state(None, make_state(runs=runs.having(make_run(5, status="done"))))
    assert [run.number for run in page.table.selected] == [1, 2]
    assert len(page.table.table.runs) == 5


def test_two_are_side_by_side_with_what_differs(page: RunsPage) -> None:
    assert page.hint.isVisible()
    select(page, 2, 3)
    assert page.compare.isVisible()
    assert page.compare.table.names == ("Run 1", "Run 2")
    rows = {name: (values, different) for name, values, different in page.compare.table.rows}
    assert rows["rate"] == (("0.002", "9"), True)
    assert rows["momentum"] == (("0.9", "0.9"), False)
    assert rows["test accuracy"][0][1] == "–"
    ModelTester(page.compare.table)  # type: ignore[call-arg]
    page.grab()
    select(page, 0, 1, 2)
    assert page.hint.isVisible()
    assert page.hint.text().startswith("3 runs")
    select(page, 1)
    assert page.compare.table.names == ("Run 3",)


def test_a_box_draws_its_curves_or_not(page: RunsPage, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.table.viewport(), LEFT, pos=place(page, 1, "curves"))
    assert asked(page)[-1] == ("show_run", 3, True)
    assert page.table.selected == (), "that is not a selection"
    page.table.setFocus()
    page.table.setCurrentIndex(page.table.table.index(3, 0))
    qtbot.keyClick(page.table, Qt.Key.Key_Space)
    assert asked(page)[-1] == ("show_run", 1, False)


def test_choosing_one(page: RunsPage, qtbot: QtBot) -> None:
    select(page, 3)
    qtbot.mouseClick(page.buttons["choose"], LEFT)
    assert asked(page)[-1] == ("choose_run", 1)
    page.table.setFocus()
    page.table.setCurrentIndex(page.table.table.index(2, 0))
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert asked(page)[-1] == ("choose_run", 2)
    qtbot.mouseClick(page.table.viewport(), LEFT, pos=place(page, 1, "status"))
    qtbot.mouseDClick(page.table.viewport(), LEFT, pos=place(page, 1, "status"))
    assert asked(page)[-1] == ("choose_run", 3)
    select(page, 0)
    assert not page.buttons["choose"].isEnabled(), "it is on screen"
    select(page, 1, 2)
    assert not page.buttons["choose"].isEnabled()


def test_a_run_whose_weights_are_not_on_screen_can_be_shown_again(page: RunsPage, qtbot: QtBot) -> None:
    table: Any = page.table.table
    select(page, 0)
    assert table.data(table.index(0, 1), SECOND) == "on screen"
    page.trainer.departed = True  # type: ignore[misc]
    page.refresh(EVERYTHING)
    assert table.data(table.index(0, 1), SECOND) == ""
    qtbot.mouseClick(page.buttons["choose"], LEFT)
    assert asked(page)[-1] == ("choose_run", 4)
    page.trainer.departed = False  # type: ignore[misc]
    page.refresh(EVERYTHING)
    assert not page.buttons["choose"].isEnabled()


def test_deleting_is_asked_for_twice(page: RunsPage, qtbot: QtBot) -> None:
    assert not page.buttons["delete"].isEnabled()
    select(page, 2, 3)
    qtbot.mouseClick(page.buttons["delete"], LEFT)
    assert page.buttons["delete"].text() == "Delete these 2 runs for good?"
    assert asked(page) == []
    select(page, 3)
    assert page.buttons["delete"].text() == "Delete", "another selection is another question"
    page.table.setFocus()
    for _ in range(2):
        qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    assert asked(page) == [("delete_run", 1)]


def test_a_key_that_is_held_is_pressed_once(page: RunsPage) -> None:
    select(page, 3)
    page.table.setFocus()
    for key, text in ((Qt.Key.Key_Delete, ""), (Qt.Key.Key_Backspace, "\b")):
        page._sure.stop()
        for held in (False, True, True):
            event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text, held)
            QApplication.sendEvent(page.table, event)
        assert asked(page) == []
    for held in (False, True, True):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ", held)
        QApplication.sendEvent(page.table, event)
    assert [name for name, *_ in asked(page)] == ["show_run"]


def test_what_is_selected_is_exported_or_all(page: RunsPage, qtbot: QtBot, runs: Runs) -> None:
    wanted: list[tuple[str, list[int]]] = []
    page.export_wanted.connect(lambda kind, found: wanted.append((kind, [run.number for run in found])))
    qtbot.mouseClick(page.buttons["json"], LEFT)
    select(page, 1, 3)
    qtbot.mouseClick(page.buttons["csv"], LEFT)
    assert wanted == [("json", [1, 2, 3, 4]), ("csv", [1, 3])]


def test_it_says_what_an_export_holds(page: RunsPage, qtbot: QtBot) -> None:
    assert page.which.text() == "Export all 4 runs:"
    select(page, 1)
    assert page.which.text() == "Export Run 3:"
    assert page.buttons["csv"].accessibleName() == "Export Run 3 as CSV…"
    select(page, 1, 3)
    assert page.which.text() == "Export 2 runs:"
    qtbot.mouseClick(page.buttons["all"], LEFT)
    assert page.which.text() == "Export all 4 runs:"
    assert not page.buttons["all"].isEnabled()
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Escape)
    assert page.table.selected == ()


def test_all_values_that_a_setting_had(page: RunsPage, runs: Runs, make_state: Callable[..., State]) -> None:
    run = runs.runs[0]
    changes = Change(20, replace(run.settings, rate=5.0)), Change(40, replace(run.settings, rate=0.001, target=0.95))
    changed = runs.having(replace(run, changes=changes))
    page.show_state(None, make_state(runs=changed))
    assert cell(page.table, 3, "settings, note").startswith("rate 0.002 → … → 0.001, ")
    select(page, 2, 3)
    rows = {name: values for name, values, _ in page.compare.table.rows}
    assert rows["rate"] == ("0.002 → 5 at 20 → 0.001 at 40", "9")
    assert rows["stop at accuracy"] == ("never → 95 % at 40", "never")
    assert "smoothing" in rows
    tip = cell(page.table, 3, "settings, note", Qt.ItemDataRole.ToolTipRole)
    assert "at step 40: rate 5 → 0.001, stop at accuracy never → 95 %" in tip


def test_the_list_is_as_high_as_it_need_be(page: RunsPage) -> None:
    last = page.table.visualRect(page.table.table.index(3, 1)).bottom()
    gap = page.buttons["csv"].mapTo(page, QPoint()).y() - page.table.viewport().mapTo(page, QPoint(0, last)).y()
    assert 0 < gap < 20


def test_a_narrow_list_leaves_room_for_the_settings(page: RunsPage) -> None:
    page.resize(470, 500)
    QApplication.processEvents()
    data, settings = (HEADERS.index(name) for name in ("network, data", "settings, note"))
    assert page.table.isColumnHidden(data)
    assert page.table.columnWidth(settings) > 120
    assert "small" in cell(page.table, 0, "run", Qt.ItemDataRole.ToolTipRole)
    page.grab()
    page.resize(700, 500)
    QApplication.processEvents()
    assert not page.table.isColumnHidden(data)


def test_export_writes_where_it_is_told(
    open_story: Callable[..., Any], runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    story = open_story(runs=runs)
    path, answers = tmp_path / "mine.csv", [str(tmp_path / "mine.csv"), ""]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (answers.pop(0), ""))
    story.desk.workspaces.choose("train")
    story.desk.train.workspace.choose_page("runs")
    story.click(QToolButton, "runs_csv")
    story.until(path.exists)
    assert path.read_text(encoding="utf-8") == to_csv(tuple(runs.runs))
    story.click(QToolButton, "runs_json")
    assert answers == [], "asked once each time"
    assert [each.name for each in tmp_path.glob("mine*")] == ["mine.csv"], "nothing was chosen"


def test_a_note_has_a_line_to_the_end_of_the_row(page: RunsPage) -> None:
    rows = [page.table.rowHeight(row) for row in range(4)]
    assert rows[2] > rows[0] == rows[1] == rows[3]
    rect = page.table.visualRect(page.table.table.index(2, HEADERS.index("settings, note")))
    line = [QPoint(rect.left() + x, rect.bottom() - 9 + y) for x in range(2, 60) for y in range(8)]
    image = page.table.viewport().grab().toImage()
    assert any(QColor(image.pixelColor(at)).name() != theme.DARK.card for at in line)


def test_losses_and_data_are_never_cut(page: RunsPage, runs: Runs, make_state: Callable[..., State]) -> None:
    metrics = QFontMetrics(theme.font(theme.VALUE_PX))
    column = HEADERS.index("train loss")
    for wide in (680, 470):
        page.resize(wide, 560)
        QApplication.processEvents()
        room = page.table.columnWidth(column) - 8
        for value in (4.94e6, 5.3e7, 472_069.0, 1e32, 0.000123456, 5.3e-7, 99_999.0):
            assert metrics.horizontalAdvance(typeset(words.short(value))) <= room, value
    far = replace(runs.runs[0], source=DataSource("mnist", Path("/a/very/long/way/to/data")))
    page.show_state(None, make_state(runs=runs.having(far)))
    assert cell(page.table, 3, "network, data", SECOND) == "MNIST"
    assert "/a/very/long/way/to/data" in cell(page.table, 3, "network, data", Qt.ItemDataRole.ToolTipRole)


def test_the_list_has_all_the_room_where_nothing_is_selected(
    open_page: Callable[..., RunsPage], make_trainer: Any, make_run: Callable[..., Run], qtbot: QtBot
) -> None:
    many = Runs(tuple(make_run(number, status="done") for number in range(1, 15)), 14)
    page = open_page(make_trainer(many.runs[-1]), many)
    high = page.table.height()
    assert high > 0.7 * page.height()
    select(page, 9)
    qtbot.waitUntil(lambda: page.table.height() < 0.6 * page.height())
    page.table.clearSelection()
    qtbot.waitUntil(lambda: page.table.height() == high)


def test_what_is_dragged_is_one_change(runs: Runs) -> None:
    run = runs.runs[0]
    rates = tuple(Change(40 + 30 * i, replace(run.settings, rate=0.01 * (i + 1))) for i in range(5))
    batch = Change(161, replace(rates[-1].settings, batch=32))
    back = Change(190, replace(run.settings, batch=32))
    run = replace(run, changes=(*rates, batch, back), edited=(10, 11, 53, 70, 77, 150))
    assert change_texts(run) == [
        (10, "Run 1, at steps 10 to 77: weights set by hand"),
        (40, "Run 1, at steps 40 to 160: rate 0.002 → 0.05"),
        (150, "Run 1, at step 150: weights set by hand"),
        (161, "Run 1, at step 161: batch 64 → 32"),
        (190, "Run 1, at step 190: rate 0.05 → 0.002"),
    ]


@pytest.mark.parametrize("width", [560, 680])
def test_the_best_accuracy_there_is_has_room(page: RunsPage, width: int) -> None:
    page.resize(width, 560)
    room = page.table.columnWidth(HEADERS.index("test")) - 2 * SIDE_PX
    assert QFontMetrics(theme.font(theme.VALUE_PX)).horizontalAdvance(accuracy_text(1.0)) <= room


def test_the_frame_of_the_current_row_goes_with_it(page: RunsPage, qtbot: QtBot) -> None:
    """No piece of it is left in the row where it was."""
    qtbot.mouseClick(page.table.viewport(), LEFT, pos=place(page, 0, "run"))
    qtbot.waitUntil(page.table.hasFocus)
    QApplication.processEvents()
    painted: list[QRegion] = []

    class Seen(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if isinstance(event, QPaintEvent):
                painted.append(event.region())
            return False

    seen = Seen()
    page.table.viewport().installEventFilter(seen)
    shift = Qt.KeyboardModifier.ShiftModifier  # the row where it was stays selected: for that it is not painted
    qtbot.mouseClick(page.table.viewport(), LEFT, shift, place(page, 1, "run"))
    QApplication.processEvents()
    page.table.viewport().removeEventFilter(seen)
    ends = [page.table.visualRect(page.table.table.index(0, column)) for column in (0, len(HEADERS) - 1)]
    assert all(any(region.contains(end.center()) for region in painted) for end in ends)
