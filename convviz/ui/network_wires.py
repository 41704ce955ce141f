"""Connects the Network workspace with the window; while another one is in front it follows nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from ..session.experiment import State
from ..session.outbox import Frame

if TYPE_CHECKING:
    from .desk import Desk


class NetworkWires(QObject):
    """What is in front follows every State and Frame; what is not catches up when it comes there."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._shown: State | None = None
        self._late: Frame | None = None  # the newest that was not shown
        self._connect()
        desk.workspaces.shown.connect(self._workspace_shown)

    def _connect(self) -> None:
        desk, workspace = self._desk, self._desk.workspace
        pad, strip = workspace.input.pad, workspace.input.strip
        pad.drawing_changed.connect(desk.intents.draw)
        pad.drawing_changed.connect(desk.can_undo)  # also a stroke under way
        pages = workspace.inspector
        for edited in (pages.kernel.kernel_edited, pages.kernel.bias_edited, pages.layer.layer_edited):
            edited.connect(desk.can_undo)  # a drag can be undone midway
        pad.stroke_finished.connect(desk.intents.finish_stroke)
        pad.stroke_finished.connect(lambda _: self.take_focus())
        strip.preparation_edited.connect(desk.intents.edit_preparation)
        workspace.unit_selected.connect(desk.intents.select)
        workspace.unit_selected.connect(lambda _: self.take_focus())
        workspace.pointed_at.connect(desk.status.point_at)
        workspace.input.pen_width_changed.connect(lambda width: setattr(desk.settings, "pen_width", width))

    def restore(self) -> None:
        """As the window was left last time."""
        settings, workspace = self._desk.settings, self._desk.workspace
        split = settings.layout("workspace")
        if split is not None:
            workspace.restoreState(split)
        if settings.pen_width is not None:
            workspace.input.set_pen_width(settings.pen_width)
        workspace.input.colour_icons()

    def show_state(self, new: State) -> None:
        if self._desk.workspaces.name == "network":
            old, self._shown = self._shown, new
            self._desk.workspace.show_state(old, new)

    def show_frame(self, frame: Frame) -> None:
        if self._desk.workspaces.name == "network":
            self._late = None
            self._desk.workspace.show_frame(frame)
        else:
            self._late = frame

    def _workspace_shown(self, name: str) -> None:
        if name != "network":
            return
        state, late = self._desk.experiment.state, self._late
        self.show_state(state)
        if late is not None and late.state.network is state.network:  # else another is on its way
            self.show_frame(late)

    def take_focus(self) -> None:
        """Gives the keyboard to the selected layer, so that the arrow keys walk from the start."""
        if self._desk.workspaces.name != "network":
            return
        focus = self._desk.experiment.state.focus
        cards = self._desk.workspace.layers.cards
        card = cards.get(focus.layer if focus is not None else "input", cards["input"])
        card.setFocus(Qt.FocusReason.OtherFocusReason)
