"""Acts upon the window: mouse, keys, pages, the history, files."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QToolButton, QWidget

from convviz.ui.actions import ACTIONS
from convviz.ui.train.pages import PAGES

from .acts import act
from .hand import LEFT, PLAIN, RIGHT, Hand

SIZES = ((1280, 800), (1080, 660), (1600, 1000))
LEAVES = ("quit", "full_screen")  # actions that would end all of this, or hide it


# --- the window ---------------------------------------------------------------------------------------------------


@act(2)
def choose_a_workspace(hand: Hand) -> str:
    name = hand.one(("network", "lab", "train", "train", "train", "train"))
    hand.desk.workspaces.choose(name)
    return name


@act(3)
def choose_a_page(hand: Hand) -> str:
    page = hand.one(list(PAGES))
    hand.desk.workspaces.choose("train")
    hand.desk.actions_by_name[f"train_page_{page}"].trigger()
    return page


@act(3)
def press_a_key(hand: Hand) -> str:
    shortcuts = [key for spec in ACTIONS if spec.name not in LEAVES for key in (*spec.shortcuts, *spec.at_home)]
    key = hand.one([*shortcuts, "Esc", "Tab", "Enter", "Left", "Right", "Up", "Down", "Home", "End", "Delete"])
    QTest.keySequence(QApplication.focusWidget() or hand.window, QKeySequence(key))
    return key


@act(2)
def click_a_button(hand: Hand) -> str:
    buttons = hand.visible(QAbstractButton)
    button = hand.one(buttons)
    name = f"{button.objectName()} {button.text()}"
    menu = button.menu() if isinstance(button, QToolButton) else None
    if menu is not None:
        hand.one([each for each in menu.actions() if each.isEnabled() and not each.isSeparator()]).trigger()
    else:
        QTest.mouseClick(hand.window.windowHandle(), LEFT, PLAIN, hand.place(button))
    return name


@act()
def choose_in_a_box(hand: Hand) -> str:
    boxes = [box for box in hand.visible(QComboBox) if box.count()]
    if not boxes:
        return "none in sight"
    box = hand.one(boxes)
    at = hand.dice.randrange(box.count())
    chosen = f"{box.objectName()} {box.itemText(at)}"
    box.setCurrentIndex(at)
    box.activated.emit(at)
    box.textActivated.emit(box.itemText(at))
    return chosen


def somewhere(hand: Hand) -> QWidget:
    """A widget of the workspace, page and columns alike."""
    inside: QWidget = hand.desk.workspaces.currentWidget() or hand.desk
    found: QWidget = hand.one(hand.visible(QWidget, inside) or [hand.desk])
    return found


@act(2)
def move_the_mouse(hand: Hand) -> str:
    widget = somewhere(hand)
    name = widget.objectName()  # it may be gone when the mouse has moved
    for at in hand.walk(hand.place(widget), hand.dice.randint(2, 20)):
        hand.point(at)
        hand.live(0.005)
    return name


@act(2)
def drag_over_something(hand: Hand) -> str:
    widget = somewhere(hand)
    at, name = hand.place(widget), f"{type(widget).__name__} {widget.objectName()}"
    hand.drag(at, hand.walk(at, hand.dice.randint(0, 15)), LEFT if hand.chance(0.9) else RIGHT)
    return name


@act()
def turn_the_wheel(hand: Hand) -> str:
    widget = somewhere(hand)
    at, name = hand.place(widget), f"{type(widget).__name__} {widget.objectName()}"
    for _ in range(hand.dice.randint(1, 6)):
        with hand.watch.turn("the wheel turned"):
            QTest.wheelEvent(hand.window.windowHandle(), at, QPoint(0, hand.one((-120, 120))))
    return name


@act()
def resize_the_window(hand: Hand) -> str:
    size = hand.one(SIZES)
    hand.window.resize(*size)
    return "×".join(map(str, size))


# --- the history --------------------------------------------------------------------------------------------------


@act()
def undo_and_redo_many(hand: Hand) -> None:
    for _ in range(hand.dice.randint(1, 15)):
        with hand.watch.turn("undo or redo, one of many"):
            (hand.desk.history.undo if hand.chance(0.6) else hand.desk.history.redo)()


@act()
def jump_in_the_history(hand: Hand) -> str:
    stack = hand.desk.history.stack
    at = max(stack.index() + hand.dice.randint(-20, 20), 0)
    hand.desk.history.finish()  # a click would have ended a drag
    stack.setIndex(at)
    return str(at)


@act(2)
def undo_and_redo(hand: Hand) -> None:
    hand.watch.undo_and_redo()


# --- files --------------------------------------------------------------------------------------------------------


@act()
def save_as(hand: Hand) -> None:
    hand.desk.actions_by_name["save_as"].trigger()


@act()
def open_a_file(hand: Hand) -> str:
    there = list(hand.folder.glob("*.convviz"))
    if not there:
        return "none"
    path = hand.one(there)
    hand.desk.open(path)
    return path.name
