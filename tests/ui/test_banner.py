"""One sentence over the work, which goes away by itself or when told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QFrame,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from convviz.spec.presets import lecture
from convviz.spec.training.demands import OutputsError, check_outputs
from convviz.ui.banner import Banner
from convviz.ui.look.text_line import TextLine


@pytest.fixture
def room(show: Callable[..., Any]) -> QWidget:
    return show(QWidget(), 800, 500)  # type: ignore[no-any-return]


def test_it_says_what_it_is_told(room: QWidget) -> None:
    banner = Banner(room)
    assert not banner.isVisible()
    banner.say("there is no picture in the clipboard; copy one first", "details")
    assert banner.isVisible()
    assert banner.text.text() == "There is no picture in the clipboard; copy one first"
    assert banner.text.toolTip() == "details"
    assert "clipboard" in banner.accessibleDescription()
    banner.say("another")
    assert banner.text.text() == "Another"
    assert banner.text.toolTip() == ""


@pytest.mark.parametrize("name", ["digit.png", "conv1.weight", "cuda:0"])
def test_names_are_not_changed(room: QWidget, name: str) -> None:
    banner = Banner(room)
    banner.say(f"{name} is not what it should be")
    assert banner.text.text().startswith(name)


def test_the_name_of_a_folder_is_not_changed(room: QWidget) -> None:
    with pytest.raises(OutputsError) as refused:
        check_outputs(lecture(), "pics", 3)
    banner = Banner(room)
    banner.say(str(refused.value))
    assert banner.text.text().startswith("'pics' has 3 classes")


@pytest.mark.parametrize("length", [1, 30, 300])
@pytest.mark.parametrize("width", [300, 800, 1400])
def test_all_of_it_can_be_read_inside_the_window(room: QWidget, length: int, width: int) -> None:
    banner = Banner(room)
    banner.say("words " * length)
    room.resize(width, 500)
    assert banner.x() >= 0
    assert banner.geometry().right() < room.width()
    assert room.height() - 8 <= banner.geometry().bottom() < room.height(), "at the bottom"
    assert abs(banner.geometry().center().x() - room.rect().center().x()) <= 1
    banner.layout().activate()
    assert banner.text.height() >= banner.text.heightForWidth(banner.text.width()), "the sentence is cut off"


def test_markup_in_a_file_name_is_text(room: QWidget) -> None:
    banner = Banner(room)
    banner.say("<b>x</b>.png is empty")
    assert banner.text.textFormat() == Qt.TextFormat.PlainText


def test_a_click_closes_it(room: QWidget, qtbot: QtBot) -> None:
    banner = Banner(room)
    banner.say("x")
    close = banner.findChild(QToolButton, "banner_close")
    assert isinstance(close, QToolButton)
    qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert not banner.isVisible()
    banner.say("y")
    assert banner.isVisible()


def test_it_goes_away_by_itself(room: QWidget, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convviz.ui.banner.SHOWN_MS", 30)
    banner = Banner(room)
    banner.say("x")
    qtbot.waitUntil(lambda: not banner.isVisible())


def answers(banner: Banner) -> list[QPushButton]:
    return [button for button in banner.findChildren(QPushButton) if button.isVisibleTo(banner)]


def test_an_offer_stays_until_it_is_answered(room: QWidget, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convviz.ui.banner.SHOWN_MS", 20)
    banner = Banner(room)
    heard: list[str] = []
    banner.offer("it can be restored", {word: lambda w=word: heard.append(w) for word in ("Restore", "Discard")})
    qtbot.wait(60)
    assert banner.isVisible()
    assert banner.text.text() == "It can be restored"
    buttons = answers(banner)
    assert [button.text() for button in buttons] == ["Restore", "Discard"], "from left to right"
    assert [button.accessibleName() for button in buttons] == ["Restore", "Discard"]
    assert [button.objectName() for button in buttons] == ["banner_restore", "banner_discard"]
    assert buttons[0].x() < buttons[1].x()
    qtbot.mouseClick(buttons[1], Qt.MouseButton.LeftButton)
    assert heard == ["Discard"]
    assert not banner.isVisible()


def test_an_answer_may_say_something_itself(room: QWidget, qtbot: QtBot) -> None:
    banner = Banner(room)
    banner.offer("shall it", {"Yes": lambda: banner.say("done")})
    (button,) = answers(banner)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert banner.isVisible()
    assert banner.text.text() == "Done"
    assert answers(banner) == []


def test_buttons_belong_to_their_sentence(room: QWidget, qtbot: QtBot) -> None:
    banner = Banner(room)
    for number in range(3):
        banner.offer(f"offer {number}", {"Report": lambda: None})
        assert len(answers(banner)) == 1
    banner.say("something else")
    assert answers(banner) == []
    qtbot.waitUntil(lambda: banner.findChildren(QPushButton) == [])


def test_an_offer_can_be_closed(room: QWidget, qtbot: QtBot) -> None:
    banner = Banner(room)
    banner.offer("shall it", {"Yes": lambda: pytest.fail("nobody said so")})
    close = banner.findChild(QToolButton, "banner_close")
    assert isinstance(close, QToolButton)
    qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert not banner.isVisible()


@pytest.mark.parametrize("width", [400, 500, 800])
def test_an_offers_sentence_can_be_read(room: QWidget, width: int) -> None:
    room.resize(width, 500)
    banner = Banner(room)
    banner.offer("words " * 40, {"Restore": lambda: None, "Discard": lambda: None})
    banner.layout().activate()
    assert banner.text.height() >= banner.text.heightForWidth(banner.text.width()), "the sentence is cut off"
    assert all(banner.rect().contains(button.geometry()) for button in answers(banner))


@pytest.mark.parametrize("workspace", ["network", "lab", "train"])
@pytest.mark.parametrize("size", [(1080, 660), (1280, 800)])
def test_it_lies_over_nothing_that_is_used(story: Any, workspace: str, size: tuple[int, int]) -> None:
    story.window.resize(*size)
    story.desk.workspaces.choose(workspace)
    banner = story.desk.banner
    banner.say("conv2: its kernel 9×9 does not fit into its input 8×8; make the kernel smaller or the padding larger")
    story.desk.status.tell("undone: training, 30 steps")
    QApplication.processEvents()
    place = QRect(banner.mapTo(story.window, QPoint()), banner.size())
    assert story.window.rect().contains(place)
    for kind in (QAbstractButton, QAbstractSlider, QComboBox, TextLine):
        for widget in story.window.findChildren(kind):
            mine = banner.isAncestorOf(widget) or story.desk.status.isAncestorOf(widget)
            if widget.isVisible() and not mine and not widget.visibleRegion().isEmpty():
                seen = widget.visibleRegion().boundingRect().translated(widget.mapTo(story.window, QPoint()))
                assert not place.intersects(seen), widget.objectName()


@pytest.mark.parametrize("size", [(1080, 660), (1280, 800)])
def test_the_edges_of_the_cards_above_an_offer_stay_in_view(story: Any, size: tuple[int, int]) -> None:
    story.window.resize(*size)
    story.desk.workspaces.choose("train")
    banner = story.desk.banner
    banner.offer("convviz ended unexpectedly last time; x.convviz can be restored", {"Restore": int, "Discard": int})
    QApplication.processEvents()
    top = banner.mapTo(story.window, QPoint()).y()
    cards = [f for f in story.window.findChildren(QFrame) if f.property("role") == "card" and f.isVisible()]
    assert max(card.mapTo(story.window, QPoint(0, card.height())).y() for card in cards) < top


@pytest.mark.parametrize("size", [(1080, 660), (1280, 800)])
def test_what_is_told_meanwhile_can_be_read_too(story: Any, size: tuple[int, int]) -> None:
    story.window.resize(*size)
    banner, status = story.desk.banner, story.desk.status
    status.tell("saved x.convviz")
    status.show_training("training: epoch 1 of 5")
    banner.say("“1e999” is no number; type one")
    QApplication.processEvents()
    high = banner.height()

    def place(widget: QWidget) -> QRect:
        return QRect(widget.mapTo(story.window, QPoint()), widget.size())

    assert banner.below.text() == "saved x.convviz"
    assert place(banner).contains(place(banner.below))
    assert not place(banner.text).intersects(place(banner.below))
    assert banner.text.height() >= banner.text.heightForWidth(banner.text.width())
    assert place(banner).left() <= place(status.pointed).left(), "else it would be there twice"
    for beside in (status.training, status.edits, status.latency):
        assert not place(banner).intersects(place(beside)), beside.objectName()
    status.point_at("conv1[3] row 2, column 1 = 0.5")
    assert banner.below.text() == "conv1[3] row 2, column 1 = 0.5"
    status.point_at("")
    QApplication.processEvents()
    assert not banner.below.isVisible()
    assert banner.height() == high, "nothing moves with the mouse"
    banner.say("words " * 60)
    status.tell("saved x.convviz")
    QApplication.processEvents()
    assert banner.text.height() >= banner.text.heightForWidth(banner.text.width())
    assert place(banner).contains(place(banner.below))
    banner.settle()
    assert status.pointed.text() == "saved x.convviz"


def test_it_goes_with_the_next_edit(story: Any) -> None:
    story.desk.workspaces.choose("lab")
    intents, banner = story.desk.lab.intents, story.desk.banner
    intents.edit_layer(replace(story.state.lab.layer, kernel=(90, 3)), "kernel 90")
    assert banner.isVisible()
    assert banner.text.text().startswith("convolution: its kernel 90×3 does not fit")
    story.desk.status.tell("saved x.png")
    intents.edit_layer(replace(story.state.lab.layer, kernel=(5, 3)), "kernel 5")
    intents.finish()
    assert not banner.isVisible()
    assert story.desk.status.pointed.text() == ""


# --- work that takes longer -------------------------------------------------------------------------------------


def test_work_stays_below_what_is_said_and_can_be_cancelled(
    room: QWidget, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("convviz.ui.banner.SHOWN_MS", 40)
    banner = Banner(room)
    cancelled: list[str] = []
    banner.show_work("animation", "Making x.gif …", lambda: cancelled.append("animation"))
    close = banner.findChild(QToolButton, "banner_close")
    assert isinstance(close, QToolButton)
    assert not close.isVisible(), "it goes on, so its button stays"
    (button,) = answers(banner)
    banner.say("that cannot be")
    assert banner.text.text() == "That cannot be\nMaking x.gif …"
    banner.layout().activate()
    assert banner.text.height() >= banner.text.heightForWidth(banner.text.width()), "both can be read"
    banner.show_work("animation", "Making x.gif … 3 of 9", lambda: cancelled.append("animation"))
    assert answers(banner) == [button], "the same button, which may have the mouse over it"
    banner.settle()
    assert banner.text.text() == "Making x.gif … 3 of 9"
    banner.say("again")
    qtbot.waitUntil(lambda: banner.text.text() == "Making x.gif … 3 of 9")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert cancelled == ["animation"]
    assert not banner.isVisible()
    banner.show_work("animation", "Making x.gif … 4 of 9", lambda: None)
    assert not banner.isVisible(), "it has not heard of it yet"
    banner.end_work("animation")
    banner.show_work("animation", "Making y.gif …", lambda: None)
    assert banner.isVisible()


def test_the_work_that_began_last_is_in_front(room: QWidget, qtbot: QtBot) -> None:
    banner = Banner(room)
    cancelled: list[str] = []
    for name in ("photo", "animation"):
        banner.show_work(name, name, lambda n=name: cancelled.append(n))
    banner.show_work("photo", "photo 50 %", lambda: cancelled.append("photo"))
    assert banner.text.text() == "animation"
    qtbot.mouseClick(answers(banner)[0], Qt.MouseButton.LeftButton)
    assert (banner.text.text(), cancelled) == ("photo 50 %", ["animation"])
    banner.offer("shall it", {"Yes": lambda: None})
    assert [button.text() for button in answers(banner)] == ["Yes", "Cancel"]
    qtbot.mouseClick(answers(banner)[0], Qt.MouseButton.LeftButton)
    assert [button.text() for button in answers(banner)] == ["Cancel"]
    banner.end_work("photo")
    assert not banner.isVisible()


@pytest.mark.parametrize("by_mouse", [True, False])
def test_the_keyboard_is_where_it_was(room: QWidget, qtbot: QtBot, by_mouse: bool) -> None:
    first, mine = QPushButton("first", room), QPushButton("mine", room)
    for button in (first, mine):
        button.show()
    mine.setFocus()
    banner = Banner(room)
    for _ in range(2):
        banner.show_work("x", "working", lambda: banner.end_work("x"))
        (cancel,) = answers(banner)
        if by_mouse:
            qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
        else:
            cancel.setFocus(Qt.FocusReason.TabFocusReason)
            assert cancel.hasFocus()
            qtbot.keyClick(cancel, Qt.Key.Key_Space)
        assert not banner.isVisible()
        assert mine.hasFocus()


def test_the_keyboard_goes_nowhere_where_nobody_had_it(room: QWidget, qtbot: QtBot) -> None:
    first, mine = QPushButton("first", room), QPushButton("mine", room)
    for button in (first, mine):
        button.show()
    banner = Banner(room)
    mine.setFocus()
    banner.offer("shall it", {"Yes": lambda: None})
    (yes,) = answers(banner)
    yes.setFocus()
    mine.hide()
    qtbot.keyClick(yes, Qt.Key.Key_Space)
    assert not first.hasFocus()
