"""The switch "Per map": it means the workspace in front, and each remembers its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from .desk import Desk


class PerMap(QObject):
    """Whether each map has a colour range of its own: all maps of the Network, the output's in the Lab."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._action = desk.actions_by_name["per_map"]
        self._action.toggled.connect(self._toggled)
        self._follows_pages = False
        desk.workspaces.shown.connect(self._shown)

    def _toggled(self, per_map: bool) -> None:
        desk = self._desk
        if desk.workspaces.name != "lab":
            desk.settings.per_map = per_map
            desk.workspace.set_per_map(per_map)
            return
        desk.settings.lab_per_map = per_map
        if desk.lab.workspace is not None:
            self._tell("operation", desk.lab.workspace.middle.made("operation"))

    def _shown(self, name: str) -> None:
        settings, lab = self._desk.settings, self._desk.lab.workspace
        self._action.setChecked(settings.lab_per_map if name == "lab" else settings.per_map)
        if name == "lab" and lab is not None:
            if not self._follows_pages:
                self._follows_pages = True
                lab.page_made.connect(self._tell)
            self._tell("operation", lab.middle.made("operation"))

    def _tell(self, name: str, page: Any) -> None:
        """A page of the Lab that was made, or that is there already."""
        if name == "operation" and page is not None:
            page.set_per_map(self._desk.settings.lab_per_map)
