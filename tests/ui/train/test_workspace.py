"""The workspace shows what the trainer says on the page in front, and makes pages when they are first wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convviz.session.experiment import State
from convviz.session.outbox import Frame
from convviz.session.training.trainer import What
from convviz.spec.training.plan import Plan
from convviz.spec.training.settings import TrainingSettings
from convviz.ui.layer.note import LINE_PX, lines_of
from convviz.ui.look import theme
from convviz.ui.train.page import Page
from convviz.ui.train.pages import PAGES, PageSpec
from convviz.ui.train.workspace import EVERYTHING, TrainWorkspace

LEFT = Qt.MouseButton.LeftButton
Trainer = Any  # the one that trains nothing
REFUSED = (
    "MNIST could not be downloaded (there is no network connection); check the connection, give a folder that holds "
    "it, or choose Digits of convviz, which are there already"
)


class Listening(Page):
    """Notes what it is told."""

    wants: ClassVar[frozenset[What]] = frozenset({"layers"})

    def __init__(self, trainer: Trainer) -> None:
        super().__init__(trainer)
        self.heard: list[tuple[str, Any]] = []

    def refresh(self, what: frozenset[What]) -> None:
        self.heard.append(("news", what))

    def show_state(self, old: State | None, new: State) -> None:
        self.heard.append(("state", (old, new)))

    def show_frame(self, frame: Frame) -> None:
        self.heard.append(("frame", frame))


@pytest.fixture(autouse=True)
def _pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PageSpec, "make", lambda _spec, trainer: Listening(trainer))


@pytest.fixture
def workspace(show: Callable[..., Any], tools: dict[str, QAction], trainer: Trainer) -> TrainWorkspace:
    return show(TrainWorkspace(tools, trainer), 1256, 708)  # type: ignore[no-any-return]


def heard(workspace: TrainWorkspace) -> list[tuple[str, Any]]:
    page = workspace.page
    assert isinstance(page, Listening)
    return page.heard


def test_pages_are_made_when_they_are_shown_and_told_what_they_missed(
    workspace: TrainWorkspace, make_state: Callable[..., State], make_frame: Callable[..., Frame], qtbot: QtBot
) -> None:
    made: list[Page] = []
    workspace.page_made.connect(made.append)
    state = make_state()
    frame = make_frame(state)
    workspace.show_state(None, state)
    workspace.show_frame(frame)
    assert list(workspace.pages) == ["curves"]
    qtbot.mouseClick(workspace.tabs.buttons["layers"], LEFT)
    assert list(workspace.pages) == ["curves", "layers"]
    assert heard(workspace) == [("state", (None, state)), ("news", EVERYTHING), ("frame", frame)]
    workspace.refresh(frozenset({"curves"}))
    assert heard(workspace)[-1] == ("news", frozenset({"curves"}))
    assert len(workspace.pages["curves"].heard) == 3, "who is not in front is not told"  # type: ignore[attr-defined]
    assert made == list(workspace.pages.values())


def test_all_parts_follow_the_state(workspace: TrainWorkspace, make_state: Callable[..., State]) -> None:
    old = make_state()
    workspace.show_state(None, old)
    new = replace(old, plan=Plan(TrainingSettings(rate=0.5), begin="screen"))
    workspace.show_state(old, new)
    assert workspace.settings.numbers["rate"].boxes[0].value == 500_000_000
    assert workspace.run.begin.current == "screen"
    assert heard(workspace)[-1] == ("state", (old, new))


@pytest.mark.parametrize("look", [theme.DARK, theme.LIGHT])
def test_nothing_is_cut_off_at_the_usual_size(
    workspace: TrainWorkspace, make_state: Callable[..., State], qapp: Any, look: theme.Theme
) -> None:
    theme.apply(qapp, look)
    workspace.show_state(None, make_state())
    workspace.refresh(EVERYTHING)
    assert workspace.minimumSizeHint().height() <= 708
    assert workspace.right.verticalScrollBar().maximum() == 0
    assert workspace.right.horizontalScrollBar().maximum() == 0
    assert workspace.left.verticalScrollBar().maximum() == 0
    for part in (workspace.digit, workspace.run, workspace.data, workspace.settings, workspace.past):
        corner = part.mapTo(workspace, QPoint(part.width() - 1, part.height() - 1))
        assert workspace.rect().contains(corner), part.objectName()
        assert part.height() >= part.minimumSizeHint().height(), part.objectName()


@pytest.mark.parametrize("size", [(1256, 708), (1056, 568)])
def test_the_digit_its_bars_and_the_keys_are_in_view_without_scrolling(
    workspace: TrainWorkspace, make_state: Callable[..., State], size: tuple[int, int], qtbot: QtBot
) -> None:
    workspace.resize(*size)
    workspace.show_state(None, make_state())
    qtbot.waitUntil(lambda: workspace.digit.input.bars.height() >= 160)  # layouts follow one another
    assert workspace.left.verticalScrollBar().maximum() == 0
    for part in (workspace.digit.input.pad, workspace.digit.input.bars, workspace.digit.keep.keys[9]):
        corner = part.mapTo(workspace, QPoint(part.width() - 1, part.height() - 1))
        assert workspace.rect().contains(corner), part.objectName()
    assert workspace.digit.input.pad.height() >= 130


@pytest.mark.parametrize("network", ["lecture", "lenet5"])
def test_the_controls_are_in_view_in_the_smallest_window_too(
    workspace: TrainWorkspace, make_state: Callable[..., State], network: str, qtbot: QtBot
) -> None:
    workspace.show_state(None, make_state(network))
    workspace.refresh(EVERYTHING)
    assert not workspace.controls.packed
    for _ in range(2):
        workspace.resize(1056, 568)
        qtbot.waitUntil(lambda: workspace.right.verticalScrollBar().maximum() == 0)
        assert workspace.controls.packed
        for part in (workspace.run.start, workspace.data.kind, *workspace.settings.freeze.chips.values()):
            corner = part.mapTo(workspace, QPoint(part.width() - 1, part.height() - 1))
            assert workspace.rect().contains(corner), part.objectName()
        for chip in workspace.settings.freeze.chips.values():
            assert chip.width() >= chip.fontMetrics().horizontalAdvance(chip.text()) + 8, "its name is cut"
        assert "10 classes" in workspace.data.counts.toolTip()
        workspace.resize(1256, 708)
        qtbot.waitUntil(lambda: not workspace.controls.packed)
        qtbot.waitUntil(lambda: workspace.controls.minimumSizeHint().height() > 640)
        assert workspace.right.verticalScrollBar().maximum() == 0
        assert workspace.data.classes.isVisible()


def test_a_longer_note_packs_them_only_where_they_need_it(
    workspace: TrainWorkspace, trainer: Trainer, make_state: Callable[..., State], qtbot: QtBot
) -> None:
    workspace.show_state(None, make_state(network=trainer.run.network))
    note = "training diverged at step 12,345: the loss is no longer a number; undo the last edit, or lower the rate "
    for times, packed in ((1, False), (4, True), (1, False)):
        trainer.run = replace(trainer.run, status="diverged", note=note * times)
        workspace.refresh(frozenset({"status"}))
        qtbot.waitUntil(lambda p=packed: workspace.controls.packed == p)  # type: ignore[misc]


@pytest.mark.parametrize("size", [(1256, 667), (1056, 568)])
def test_a_somewhat_longer_note_moves_nothing(
    workspace: TrainWorkspace, trainer: Trainer, make_state: Callable[..., State], size: tuple[int, int], qtbot: QtBot
) -> None:
    trainer.run = replace(trainer.run, status="done")
    workspace.resize(*size)
    workspace.show_state(None, make_state())
    workspace.refresh(EVERYTHING)
    qtbot.waitUntil(lambda: workspace.controls.packed)
    qtbot.wait(250)  # a note grows after a moment
    places = [part.y() for part in (workspace.data, workspace.settings)]
    workspace.run.show_refusal(REFUSED)
    workspace.refresh(frozenset({"status"}))
    qtbot.wait(250)
    note = workspace.run.details
    lines = lines_of(note.text(), theme.font(theme.CAPTION_PX), note.width(), 99)
    assert len(lines) >= 5
    assert note.height() >= len(lines) * LINE_PX, "all of it is there"
    assert [part.y() for part in (workspace.data, workspace.settings)] == places
    assert workspace.right.verticalScrollBar().maximum() == 0


def test_space_is_for_the_training_unless_something_is_to_be_pressed(
    workspace: TrainWorkspace, tools: dict[str, QAction], make_state: Callable[..., State], qtbot: QtBot
) -> None:
    said: list[int] = []
    tools["train"].triggered.connect(lambda: said.append(1))
    workspace.addAction(tools["train"])
    tools["train"].setShortcuts(["Ctrl+T", "Space"])  # type: ignore[list-item]
    workspace.show_state(None, make_state())
    workspace.activateWindow()
    qtbot.waitUntil(workspace.isActiveWindow)
    workspace.setFocus()
    qtbot.keyClick(workspace, Qt.Key.Key_Space)
    assert said == [1]
    workspace.run.start.setFocus()
    qtbot.keyClick(workspace.run.start, Qt.Key.Key_Space)
    assert said == [1, 1], "the button itself, once"
    workspace.digit.keep.keys[3].setFocus()
    qtbot.keyClick(workspace.digit.keep.keys[3], Qt.Key.Key_Space)
    assert said == [1, 1]


def test_every_control_has_a_name(workspace: TrainWorkspace, make_state: Callable[..., State]) -> None:
    workspace.show_state(None, make_state())
    for side in (workspace.right, workspace.digit, workspace.tabs):
        for part in side.findChildren(QWidget):
            if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isVisible():
                assert part.objectName(), part
                assert part.accessibleName(), part.objectName()
    assert len(workspace.tabs.buttons) == len(PAGES)
