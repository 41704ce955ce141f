"""Every action of the window: its words, its shortcut, its menu. The list of shortcuts is made from these."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenuBar, QWidget


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """``shortcuts`` as Qt writes them; the first is shown."""

    name: str
    menu: str
    text: str
    shortcuts: tuple[str, ...] = ()
    tip: str = ""
    checkable: bool = False
    separator: bool = False  # before it


ACTIONS = (
    ActionSpec("open", "File", "&Open…", ("Ctrl+O",), "Open a picture, drawings or weights"),
    ActionSpec("quit", "File", "&Quit", ("Ctrl+Q",), separator=True),
    ActionSpec("undo", "Edit", "&Undo", ("Ctrl+Z",)),
    ActionSpec("redo", "Edit", "&Redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    ActionSpec("paste", "Edit", "&Paste picture", ("Ctrl+V",), "Paste a picture of a digit", separator=True),
    ActionSpec("sample", "Edit", "Random &sample digit", ("R",), "Draw a random sample digit", separator=True),
    ActionSpec("eraser", "Edit", "&Eraser", ("E",), "Eraser on or off", checkable=True),
    ActionSpec("clear", "Edit", "&Clear the drawing", ("Ctrl+Backspace", "Delete"), "Clear the drawing"),
    ActionSpec("thinner", "Edit", "Pen &thinner", ("[",)),
    ActionSpec("thicker", "Edit", "Pen thic&ker", ("]",)),
    ActionSpec(
        "per_map",
        "View",
        "&Per map",
        ("M",),
        "Colour range: each map its own colour range, or one for the whole layer",
        checkable=True,
    ),
    ActionSpec("next_layer", "View", "&Next layer", ("Ctrl+Right",), separator=True),
    ActionSpec("previous_layer", "View", "Pre&vious layer", ("Ctrl+Left",)),
    ActionSpec("theme_system", "View", "Theme of the &system", checkable=True, separator=True),
    ActionSpec("theme_dark", "View", "&Dark theme", checkable=True),
    ActionSpec("theme_light", "View", "&Light theme", checkable=True),
    ActionSpec("full_screen", "View", "&Full screen", ("F11",), checkable=True, separator=True),
    ActionSpec("shortcuts", "Help", "&Keyboard shortcuts", ("?", "F1")),
    ActionSpec("about", "Help", "&About convviz"),
)


def make_actions(parent: QWidget) -> dict[str, QAction]:
    """All actions by name, added to ``parent`` so that their shortcuts work everywhere in it."""
    made: dict[str, QAction] = {}
    for spec in ACTIONS:
        action = QAction(spec.text, parent)
        action.setObjectName(f"action_{spec.name}")
        action.setShortcuts([QKeySequence(s) for s in spec.shortcuts])
        key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip((spec.tip or spec.text.replace("&", "")) + (f" ({key})" if key else ""))
        action.setCheckable(spec.checkable)
        parent.addAction(action)
        made[spec.name] = action
    return made


def fill_menus(bar: QMenuBar, actions: dict[str, QAction]) -> None:
    """The menus, in the order of the list above."""
    for title in dict.fromkeys(spec.menu for spec in ACTIONS):
        menu = bar.addMenu(f"&{title}")
        menu.setObjectName(f"menu_{title.lower()}")
        for spec in ACTIONS:
            if spec.menu == title:
                if spec.separator:
                    menu.addSeparator()
                menu.addAction(actions[spec.name])
