"""The workspaces of the window, one of which is in front, and the bar that chooses it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QSizePolicy, QStackedWidget, QWidget

from ..session.edits import Edit
from ..session.training.entry import TrainingEdit
from .look.one_of import OneOf

TITLES = {"network": "Network", "lab": "Lab", "train": "Train"}
TIPS = {
    "network": "A whole network on what you draw (Ctrl+1)",
    "lab": "One operation by hand, on any input (Ctrl+2)",
    "train": "A network learns while you watch and change it (Ctrl+3)",
}
SHARED = {"drawing"}  # what an edit of it touched is on screen in all
SEEN = {"train": {"preparation", "weights", "origin", "kept", "channels"}}  # there too
HOMES = {"lab": "lab", "plan": "train"}  # of fields that are seen in one workspace only; the others in the Network


class WorkspaceBar(OneOf):
    """The titles of the workspaces; ``chosen`` says which one was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("workspace_bar")
        for name, title in TITLES.items():
            button = self._add(name, title, 0)
            button.setObjectName(f"workspace_{name}_tab")
            button.setAccessibleName(f"Workspace {title}")
            button.setToolTip(TIPS[name])
            button.setProperty("role", "workspace")
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)


class Workspaces(QStackedWidget):
    """``make`` gives a workspace by name; each is made when it is shown for the first time."""

    shown = Signal(str)

    def __init__(self, make: dict[str, Callable[[], QWidget]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("workspaces")
        self._make = make
        self._made: dict[str, QWidget] = {}
        self._focused: dict[str, QWidget] = {}  # who had the keyboard when it was left
        self._name = ""

    @property
    def name(self) -> str:
        """The one in front."""
        return self._name

    def choose(self, name: str) -> None:
        """Brings a workspace to the front; an unknown name the first."""
        name = name if name in self._make else next(iter(self._make))
        if name == self._name:
            return
        focused = QApplication.focusWidget()
        if focused is not None and self._name and self._made[self._name].isAncestorOf(focused):
            self._focused[self._name] = focused
        if name not in self._made:
            self._made[name] = self._make[name]()
            self.addWidget(self._made[name])
        self._name = name
        self.setCurrentWidget(self._made[name])
        self.shown.emit(name)
        self._take_focus()

    def follow(self, edit: Edit | TrainingEdit) -> None:
        """Brings to the front what an edit changed, where that cannot be seen elsewhere."""
        if isinstance(edit, TrainingEdit):
            self.choose("train" if self._name == "lab" else self._name)
            return
        seen = SHARED | SEEN.get(self._name, set())
        if self._name == "train" and "origin" in edit.touched:  # another network to train, whose name is in the header
            seen = seen | {"network"}
        homes = {HOMES.get(name, "network") for name in edit.touched - seen}
        if homes and self._name not in homes:
            self.choose(next((name for name in ("train", "network") if name in homes), "lab"))

    def _take_focus(self) -> None:
        """The keyboard goes where it was when this workspace was left; else into the workspace."""
        before = self._focused.pop(self._name, None)
        if before is not None and self._made[self._name].isAncestorOf(before):
            before.setFocus()
        elif len(self._made) > 1:
            self._made[self._name].setFocus()
