"""The window and its desk, without torch: every control has a name, keys work, damaged settings do no harm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QMessageBox,
    QSlider,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from convviz.session.engine import Engine
from convviz.session.experiment import Focus, State
from convviz.session.outbox import Failure, Frame, Ready
from convviz.session.reader import ExperimentRead, read
from convviz.spec.presets import NETWORKS
from convviz.ui.actions import ACTIONS
from convviz.ui.desk import Desk
from convviz.ui.input.pad import DrawingPad
from convviz.ui.look import theme
from convviz.ui.main_window import MainWindow
from convviz.ui.network.layer_card import LayerCard
from convviz.ui.network.mosaic import Mosaic
from convviz.ui.recovery import Recovery
from convviz.ui.settings import Settings
from convviz.ui.workspaces import TITLES

INTERACTIVE = (QAbstractButton, QSlider, QComboBox, QTableView, DrawingPad, Mosaic, LayerCard)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(qtbot: QtBot, make_state: Callable[..., State]) -> Iterator[MainWindow]:
    """A furnished window whose engine is not started: a test answers in its place."""
    window = MainWindow(Settings())
    window.furnish(make_state(), Engine())
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def desk(window: MainWindow) -> Desk:
    assert window.desk is not None
    return window.desk


def answer(desk: Desk, qtbot: QtBot, make_frame: Callable[..., Frame]) -> Frame:
    frame = make_frame(desk.experiment.state)
    desk.engine.outbox.put_frame(frame)
    qtbot.waitUntil(lambda: desk.workspace.layers.cards["conv1"].mosaic.values is frame.maps["conv1"])
    return frame


# --- names and keys -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NETWORKS)
def test_everything_that_can_be_used_has_a_name(
    window: MainWindow, desk: Desk, networks: dict[str, tuple[Any, Any]], name: str
) -> None:
    desk.experiment.change(network=networks[name][0], weights=networks[name][1])
    desk.banner.say("so that its button is there too")
    found = [w for kind in INTERACTIVE for w in window.findChildren(kind) if w.isVisible()]
    assert len(found) > 30
    nameless = [w for w in found if not w.objectName() or not w.accessibleName()]
    assert nameless == [w for w in nameless if w.objectName().startswith("qt_")], nameless
    names = [w.objectName() for w in found if not w.objectName().startswith("qt_")]
    assert len(names) == len(set(names)), "names are not unique"


def test_everything_with_a_key_is_in_a_menu(desk: Desk) -> None:
    listed = {a for menu in desk.header.menus.actions() for a in menu.menu().actions()}  # type: ignore[union-attr]
    listed |= {a for action in listed if action.menu() is not None for a in action.menu().actions()}  # type: ignore[union-attr]
    for action in desk.actions_by_name.values():
        if action.shortcuts():
            assert action in listed, action.text()


def test_every_key_triggers_its_action(window: MainWindow, desk: Desk, qtbot: QtBot) -> None:
    heard: list[str] = []
    for spec in ACTIONS:
        action = desk.actions_by_name[spec.name]
        action.triggered.disconnect()
        action.triggered.connect(lambda _=False, name=spec.name: heard.append(name))
    for workspace in TITLES:
        for spec in ACTIONS:
            desk.actions_by_name[spec.name].setEnabled(spec.only_in in ("", workspace))
            desk.actions_by_name[spec.name].setShortcuts(spec.keys(workspace))
        for spec in ACTIONS:
            there = spec.only_in in ("", workspace) and spec.name != "full_screen"  # toggled, it changes the window
            for keys in spec.keys(workspace) if there else ():
                heard.clear()
                qtbot.keySequence(window, keys)
                assert heard == [spec.name], keys.toString()


def test_tab_reaches_every_control(window: MainWindow, desk: Desk, qtbot: QtBot) -> None:
    wanted = {card.objectName() for card in desk.workspace.layers.cards.values()}
    wanted |= {"pen_width", "network_box", "device_box", "step_crop", "step_smooth"}
    seen = set()
    for _ in range(80):
        widget = QApplication.focusWidget()
        seen.add(widget.objectName() if widget is not None else "")
        qtbot.keyClick(widget or window, Qt.Key.Key_Tab)
    assert wanted <= seen, wanted - seen


def test_arrows_walk_the_selected_unit(window: MainWindow, desk: Desk, qtbot: QtBot) -> None:
    qtbot.keySequence(window, QKeySequence("Ctrl+Right"))
    focus = desk.experiment.state.focus
    assert focus is not None
    assert focus.layer == "pool1"
    card = QApplication.focusWidget()
    assert card is desk.workspace.layers.cards["pool1"]
    qtbot.keyClick(card, Qt.Key.Key_Down)
    assert desk.experiment.state.focus == Focus("pool1", (focus.index[0], focus.index[1] + 1, focus.index[2]))


# --- size ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NETWORKS)
def test_neither_network_scrolls_at_1280_by_800(
    window: MainWindow, desk: Desk, qtbot: QtBot, networks: dict[str, tuple[Any, Any]], name: str
) -> None:
    window.resize(1280, 800)
    desk.experiment.change(network=networks[name][0], weights=networks[name][1])
    qtbot.wait(20)
    view = desk.workspace.layers
    assert window.size().toTuple() == (1280, 800)
    assert not view.horizontalScrollBar().isVisible()
    assert not view.verticalScrollBar().isVisible()
    assert not desk.workspace.table.verticalScrollBar().isVisible()
    for card in view.cards.values():
        corner = card.mapTo(view.viewport(), QPoint(card.width() - 1, card.height() - 1))
        assert view.viewport().rect().contains(corner), card.objectName()


def test_nothing_overlaps_in_the_smallest_window(window: MainWindow, desk: Desk, qtbot: QtBot) -> None:
    window.resize(window.minimumSize())
    qtbot.wait(20)
    parts: list[QWidget] = [
        desk.header,
        desk.workspace.input,
        desk.workspace.layers,
        desk.workspace.inspector,
        desk.status,
    ]
    areas = [part.rect().translated(part.mapTo(window, QPoint(0, 0))) for part in parts]
    for i, area in enumerate(areas):
        assert window.rect().contains(area), parts[i].objectName()
        assert not any(area.intersects(other) for other in areas[:i])


# --- what arrives and what is asked --------------------------------------------------------------------------------


def test_a_frame_reaches_every_view(desk: Desk, qtbot: QtBot, make_frame: Callable[..., Frame]) -> None:
    frame = answer(desk, qtbot, make_frame)
    assert desk.workspace.input.bars.best == int(frame.probabilities.argmax())
    assert desk.workspace.inspector.value.text() != "…"


def test_a_frame_of_a_network_that_is_gone_is_not_shown(
    desk: Desk, qtbot: QtBot, make_state: Callable[..., State], make_frame: Callable[..., Frame]
) -> None:
    frame = answer(desk, qtbot, make_frame)
    desk.engine.outbox.put_frame(make_frame(make_state("lenet5")))
    desk.engine.outbox.put(Failure("seen"))
    qtbot.waitUntil(lambda: desk.banner.text.text() == "Seen")
    assert desk.workspace.layers.cards["conv1"].mosaic.values is frame.maps["conv1"]


def test_devices_are_listed_once_they_are_known(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.ready):
        desk.engine.outbox.put(Ready((("cpu", "CPU"), ("cuda:0", "RTX"))))
    assert desk.header.device.count() == 2
    desk.experiment.change(device="cuda:0")
    assert desk.header.device.currentData() == "cuda:0"


def test_a_refused_switch_leaves_the_box_on_what_is_shown(
    desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("convviz.session.shipped.weights_file", lambda name: tmp_path / f"{name}.safetensors")
    box = desk.header.network
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert desk.experiment.state.network.name == "lecture"
    assert desk.banner.isVisible()
    assert box.currentText() == "lecture"


def test_undo_says_what_it_undoes(window: MainWindow, desk: Desk, qtbot: QtBot) -> None:
    undo, redo = desk.actions_by_name["undo"], desk.actions_by_name["redo"]
    assert not undo.isEnabled()
    qtbot.keySequence(window, QKeySequence("Delete"))
    assert undo.isEnabled()
    assert "clear" in undo.text()
    assert desk.status.edits.text() == "1 edit"
    qtbot.keySequence(window, QKeySequence("Ctrl+Z"))
    assert desk.experiment.state.drawing
    assert not undo.isEnabled()
    assert "clear" in redo.text()
    assert desk.status.edits.text() == ""


def test_pen_keys(window: MainWindow, desk: Desk, qtbot: QtBot) -> None:
    before = desk.workspace.input.pad.pen_width
    qtbot.keySequence(window, QKeySequence("]"))
    assert desk.workspace.input.pad.pen_width > before
    for _ in range(60):
        qtbot.keySequence(window, QKeySequence("["))
    assert desk.workspace.input.pad.pen_width == desk.workspace.input.pen.minimum()
    qtbot.keySequence(window, QKeySequence("E"))
    assert desk.workspace.input.pad.erasing


# --- drag and drop --------------------------------------------------------------------------------------------------


def drop(desk: Desk, data: QMimeData) -> bool:
    """Drags ``data`` over the desk; if that is accepted, drops it. Whether it was."""
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(300, 300), copy, data, LEFT, none)
    enter.ignore()
    QApplication.sendEvent(desk, enter)
    if enter.isAccepted():
        QApplication.sendEvent(desk, QDropEvent(QPointF(300, 300), copy, data, LEFT, none))
    return enter.isAccepted()


def test_a_dropped_picture_is_on_the_pad_and_can_be_undone(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    before = desk.experiment.state.drawing
    Image.fromarray(np.eye(30, dtype=np.uint8) * 255).save(tmp_path / "one.png")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "one.png"))])
    assert drop(desk, data)
    qtbot.waitUntil(lambda: desk.experiment.state.drawing.base is not None)
    assert desk.workspace.input.pad.drawing is desk.experiment.state.drawing
    desk.history.undo()
    assert desk.experiment.state.drawing is before


@pytest.mark.parametrize("content", [b"", b"text", None])
def test_a_dropped_file_that_is_bad_leaves_everything(
    desk: Desk, qtbot: QtBot, tmp_path: Path, content: bytes | None
) -> None:
    before = desk.experiment.state
    if content is not None:
        (tmp_path / "bad.png").write_bytes(content)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "bad.png"))])
    assert drop(desk, data)
    qtbot.waitUntil(desk.banner.isVisible)
    assert "bad.png" in desk.banner.text.text()
    assert desk.experiment.state is before


def test_what_is_no_picture_cannot_be_dropped(desk: Desk) -> None:
    data = QMimeData()
    data.setText("hello")
    assert not drop(desk, data)
    far = QMimeData()
    far.setUrls([QUrl("https://example.org/x.png")])
    assert drop(desk, far)
    assert "this computer" in desk.banner.text.text()


# --- look and memory ------------------------------------------------------------------------------------------------


def test_themes_change_everything_at_once(window: MainWindow, desk: Desk, qapp: QApplication) -> None:
    for name, look in (("light", theme.LIGHT), ("dark", theme.DARK)):
        desk.actions_by_name[f"theme_{name}"].trigger()
        assert Settings().theme == name or desk.settings.theme == name
        shot = window.grab().toImage()
        view = desk.workspace.input
        at = view.mapTo(window, QPoint(view.width() // 2, 4))
        assert shot.pixelColor(at).name() == look.card
        assert shot.pixelColor(4, 300).name() == look.window
        assert theme.theme_of(desk.workspace.layers.cards["fc2"].mosaic) is look


def test_layout_pen_and_range_come_back(qtbot: QtBot, make_state: Callable[..., State]) -> None:
    def opened() -> MainWindow:
        window = MainWindow(Settings())
        window.furnish(make_state(), Engine())
        with qtbot.waitExposed(window):
            window.show()
        return window

    first = opened()
    assert first.desk is not None
    first.resize(first.minimumWidth(), 700)  # Qt restores nothing wider than the screen, and this one's is small
    first.desk.workspace.input.pen.setValue(33)
    first.desk.actions_by_name["per_map"].trigger()
    first.desk.actions_by_name["fields"].trigger()
    first.desk.actions_by_name["theme_light"].trigger()
    first.close()
    second = opened()
    assert second.desk is not None
    assert second.size().toTuple() == (second.minimumWidth(), 700)
    assert second.desk.workspace.input.pad.pen_width == 33
    assert second.desk.actions_by_name["per_map"].isChecked()
    assert not second.desk.actions_by_name["fields"].isChecked()
    assert second.desk.actions_by_name["theme_light"].isChecked()
    assert theme.theme_of(second) is theme.LIGHT
    assert not second.desk.history.stack.count()
    second.close()
    for window in (first, second):
        window.deleteLater()


@pytest.mark.parametrize("layout", [b"", b"garbage", bytes(range(256))])
def test_a_damaged_layout_gives_the_default(qtbot: QtBot, make_state: Callable[..., State], layout: bytes) -> None:
    settings = Settings()
    settings.set_layout("window", QByteArray(layout))
    settings.set_layout("workspace", QByteArray(layout))
    settings.save()
    window = MainWindow(Settings())
    window.furnish(make_state(), Engine())
    with qtbot.waitExposed(window):
        window.show()
    room = window.screen().availableGeometry()
    least = window.minimumSize()
    wide, high = min(1280, room.width()), min(800, room.height() - 40)  # a title bar must fit too
    assert window.size().toTuple() == (max(wide, least.width()), max(high, least.height()))
    assert all(size > 0 for size in window.desk.workspace.sizes())  # type: ignore[union-attr]
    window.close()
    window.deleteLater()


def test_settings_that_cannot_be_saved_do_not_keep_the_window_open(
    qtbot: QtBot, make_state: Callable[..., State]
) -> None:
    file = Settings().file
    file.parent.parent.mkdir(parents=True, exist_ok=True)
    file.parent.write_text("in the way")
    window = MainWindow(Settings())
    window.furnish(make_state(), Engine())
    with qtbot.waitExposed(window):
        window.show()
    assert window.close()
    assert not window.isVisible()
    window.deleteLater()


def test_outlines_stand_where_the_panels_will_be(qtbot: QtBot, make_state: Callable[..., State]) -> None:
    window = MainWindow(Settings())
    heard: list[int] = []
    window.painted.connect(lambda: heard.append(1))
    with qtbot.waitExposed(window):
        window.show()
    qtbot.waitUntil(lambda: heard == [1])
    early = window.grab().toImage()
    desk = window.furnish(make_state(), Engine())
    qtbot.wait(20)
    late = window.grab().toImage()
    for panel in (desk.workspace.input, desk.workspace.inspector):
        corner = panel.mapTo(window, QPoint(0, panel.height() // 2))
        assert early.pixelColor(corner + QPoint(6, 0)) == late.pixelColor(corner + QPoint(6, 0))
        assert early.pixelColor(corner - QPoint(6, 0)) == late.pixelColor(corner - QPoint(6, 0))
    window.repaint()
    qtbot.wait(5)
    assert heard == [1], "only once"
    window.close()
    window.deleteLater()


def test_dialogs_open_and_close(window: MainWindow, desk: Desk, qtbot: QtBot) -> None:
    qtbot.keySequence(window, QKeySequence("F1"))
    dialog = window.findChild(QDialog, "shortcuts_dialog")
    assert isinstance(dialog, QDialog)
    assert dialog.isVisible()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChild(QDialog, "shortcuts_dialog") is None)


def test_about_names_the_version(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from convviz import __version__

    said: list[str] = []
    monkeypatch.setattr(QMessageBox, "about", lambda _parent, _title, text: said.append(text))
    desk.actions_by_name["about"].trigger()
    assert __version__ in said[0]


def test_closing_before_it_is_furnished(qtbot: QtBot) -> None:
    window = MainWindow(Settings())
    with qtbot.waitExposed(window):
        window.show()
    assert window.close()
    window.shut_down()
    window.deleteLater()


# --- unsaved work ---------------------------------------------------------------------------------------------------


def edit(desk: Desk) -> None:
    desk.network_intents.edit_bias("conv1", 3, 2.0)
    desk.network_intents.finish()


def test_the_title_and_the_bottom_line_say_what_is_saved(
    window: MainWindow, desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine.convviz"), ""))
    assert not window.isWindowModified()
    edit(desk)
    assert window.isWindowModified()
    assert desk.status.file.text() == "not saved"
    qtbot.keySequence(window, QKeySequence("Ctrl+S"))
    qtbot.waitUntil(lambda: desk.status.file.text() == "mine.convviz · saved")
    assert window.windowTitle().startswith("mine.convviz")
    assert not window.isWindowModified()
    assert [action.text() for action in desk.header.recent.actions()] == ["mine.convviz"]
    qtbot.keySequence(window, QKeySequence("Ctrl+Z"))
    assert window.isWindowModified()


@pytest.mark.parametrize("button", [QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Discard])
def test_closing_asks_once_and_obeys(
    window: MainWindow, desk: Desk, monkeypatch: pytest.MonkeyPatch, button: QMessageBox.StandardButton
) -> None:
    boxes: list[QMessageBox] = []

    def ask(box: QMessageBox) -> QMessageBox.StandardButton:
        boxes.append(box)
        assert box.standardButton(box.defaultButton()) == QMessageBox.StandardButton.Save
        assert box.parent() is desk
        return button

    monkeypatch.setattr(QMessageBox, "exec", ask)
    assert desk.files.may_leave(), "nothing is edited"
    edit(desk)
    closed = button == QMessageBox.StandardButton.Discard
    desk.actions_by_name["quit"].trigger()
    assert window.isVisible() is not closed
    assert len(boxes) == 1
    if not closed:
        edit(desk)  # the window goes on as before
        assert desk.experiment.state.weights["conv1.bias"][3] == 2.0
        monkeypatch.setattr(QMessageBox, "exec", lambda _: QMessageBox.StandardButton.Discard)


def test_closed_unasked_the_work_is_offered_next_time(
    window: MainWindow, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QMessageBox, "exec", lambda _: pytest.fail("Ctrl-C in a terminal waits for no answer"))
    edit(desk)
    window.close_unasked()
    assert not window.isVisible()
    window.shut_down()
    recovery = Recovery()
    (path,) = recovery.orphans()
    found = read(path)
    assert isinstance(found, ExperimentRead)
    assert found.state.weights["conv1.bias"][3] == 2.0
    recovery.forget(path)


def test_the_history_is_shown_by_its_key(window: MainWindow, desk: Desk, qtbot: QtBot) -> None:
    edit(desk)
    qtbot.keySequence(window, QKeySequence("Ctrl+H"))
    assert desk.edits.isVisible()
    assert desk.edits.list.model().rowCount() == 2
    desk.edits.list.setCurrentIndex(desk.edits.list.model().index(0, 0))
    assert desk.experiment.state.weights["conv1.bias"][3] == desk.experiment.state.origin.weights["conv1.bias"][3]
    qtbot.keySequence(window, QKeySequence("Ctrl+H"))
    assert not desk.edits.isVisible()


@pytest.mark.parametrize("name", ["gone.convviz", "cut.convviz"])
def test_an_experiment_that_cannot_be_opened_leaves_everything(
    desk: Desk, qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    before = desk.experiment.state
    if name.startswith("cut"):
        (tmp_path / name).write_bytes(b"PK\x03\x04 and no more")
    edit(desk)
    edited = desk.experiment.state
    desk.open(tmp_path / name)
    qtbot.waitUntil(desk.banner.isVisible)
    assert name in desk.banner.text.text()
    assert desk.experiment.state is edited
    assert desk.files.path is None
    desk.history.undo()
    assert np.array_equal(desk.experiment.state.weights["conv1.bias"], before.weights["conv1.bias"])
