"""Connects the Lab with the window: what its widgets say, the actions of its menu."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from ...session.experiment import State
from ...spec.lab.lab import Lab, drawn_lab
from ...spec.lab.presets import PRESETS
from ...spec.lab.source import FromDrawing
from ...spec.weight_edit import same
from .exports import Exports
from .intents import LabIntents
from .outside import Outside

if TYPE_CHECKING:
    from ..desk import Desk
    from .photo.view import PhotoView
    from .workspace import LabWorkspace

FIRST = "five-filters"  # the example that a Lab nobody has touched begins with
IDLE_MS = 400  # after the Lab was shown
ON_PAPER = ("sample", "eraser", "clear", "thinner", "thicker")  # actions that need the drawing to be seen


class LabWires(QObject):
    """The workspace is made when it is first shown; until then, and while another is in front, it follows nothing."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._shown: State | None = None
        self.workspace: LabWorkspace | None = None
        self.intents = LabIntents(desk.experiment, desk.history, self)
        self.outside = Outside(desk, self.intents)
        self.exports = Exports(desk)
        self.intents.refused.connect(desk.banner.say)
        self.exports.refused.connect(self.intents.refuse)
        desk.workspaces.shown.connect(self._workspace_shown)
        desk.header.presets.aboutToShow.connect(self._fill_presets)
        self._connect_actions()

    def made(self) -> LabWorkspace:
        """The workspace itself."""
        from .workspace import LabWorkspace

        if self.workspace is None:
            self.workspace = LabWorkspace(self._desk.actions_by_name)
            self._connect_source(self.workspace)
            self._connect_operation(self.workspace)
            self.exports.workspace = self.workspace
            self.workspace.page_made.connect(self._page_made)
            self.workspace.refused.connect(self.intents.refuse)
            self.workspace.pointed_at.connect(self._desk.status.point_at)
            self.workspace.middle.preset_chosen.connect(self.intents.choose_preset)
            self.workspace.middle.put_back_wanted.connect(self.intents.put_back)
        return self.workspace

    def prepare_photo(self) -> None:
        """Makes the page of a photo that is about to be read: at its arrival the window does not stand still."""
        if self.workspace is not None:
            self.workspace.middle.page("photo")

    def show_state(self, _old: State | None, new: State) -> None:
        """What is in front follows; what is not catches up when it comes there."""
        if self._desk.workspaces.name == "lab" and self.workspace is not None:
            old, self._shown = self._shown, new
            self.workspace.show_state(old, new)
            if old is None or old.lab.source is not new.lab.source:
                self._enable_drawing()

    def _workspace_shown(self, name: str) -> None:
        self.outside.set_in_front(name == "lab")
        state = self._desk.experiment.state
        if name == "lab" and not state.drawing and untouched(state.lab):
            self._desk.experiment.change(lab=PRESETS[FIRST].make())  # an empty pad shows nothing of what it is for
        self.show_state(None, self._desk.experiment.state)
        self._enable_drawing()
        if name == "lab":
            QTimer.singleShot(IDLE_MS, self, _import_photo)

    def _enable_drawing(self) -> None:
        drawn = isinstance(self._desk.experiment.state.lab.source, FromDrawing)
        for name in ON_PAPER:
            self._desk.actions_by_name[name].setEnabled(self._desk.workspaces.name != "lab" or drawn)

    # --- what the widgets say ---------------------------------------------------------------------------------

    def _connect_source(self, workspace: LabWorkspace) -> None:
        source, desk, intents = workspace.source, self._desk, self.intents
        source.source_chosen.connect(intents.choose_source)
        source.source_previewed.connect(intents.preview_source)
        source.edit_finished.connect(lambda: intents.finish())
        source.drawing_changed.connect(desk.intents.draw)
        source.stroke_finished.connect(desk.intents.finish_stroke)
        source.file_wanted.connect(self.outside.choose)
        source.paste_wanted.connect(desk.intake.paste)
        source.photo.recent_wanted.connect(desk.open)
        source.photo.set_recent(desk.settings.recent)
        desk.files.recent_changed.connect(lambda: source.photo.set_recent(desk.settings.recent))
        source.refused.connect(intents.refuse)
        pad, network_pad = source.pad, desk.workspace.input.pad
        pad.erasing, pad.pen_width = network_pad.erasing, network_pad.pen_width
        desk.actions_by_name["eraser"].toggled.connect(lambda on: setattr(pad, "erasing", on))
        desk.workspace.input.pen_width_changed.connect(lambda width: setattr(pad, "pen_width", width))
        for dragged in (source.source_previewed, source.drawing_changed):
            dragged.connect(self._can_undo)

    def _connect_operation(self, workspace: LabWorkspace) -> None:
        operation, side, intents = workspace.operation, workspace.side, self.intents
        operation.layer_edited.connect(intents.edit_layer)
        operation.edit_finished.connect(lambda: intents.finish())
        operation.kind_chosen.connect(intents.choose_kind)
        operation.refused.connect(intents.refuse)
        side.kernel_edited.connect(lambda values: intents.edit_kernel(workspace.channel, values))
        side.bias_edited.connect(lambda value: intents.edit_bias(workspace.channel, value))
        side.edit_finished.connect(intents.finish)
        side.reset_wanted.connect(lambda: intents.reset_kernel(workspace.channel))
        side.sense_chosen.connect(intents.set_flipped)
        side.refused.connect(intents.refuse)
        for dragged in (operation.layer_edited, side.kernel_edited, side.bias_edited):
            dragged.connect(self._can_undo)

    def _page_made(self, name: str, page: Any) -> None:
        if name == "photo":
            self._connect_photo(page)
        elif name == "equivariance":
            page.pose_previewed.connect(self.intents.move)
            page.pose_previewed.connect(self._can_undo)
            page.pose_finished.connect(self.intents.finish)

    def _connect_photo(self, view: PhotoView) -> None:
        from .photo.wires import PhotoWires

        desk = self._desk
        wires = PhotoWires(desk.experiment, desk.engine, desk.bridge, desk.writer, view, self)
        wires.refused.connect(self.intents.refuse)
        wires.told.connect(desk.status.tell)
        self.exports.photo = wires

    def _can_undo(self, *_what: object) -> None:
        """A drag can be undone midway."""
        self._desk.actions_by_name["undo"].setEnabled(True)

    # --- the menu ---------------------------------------------------------------------------------------------

    def _connect_actions(self) -> None:
        actions = self._desk.actions_by_name
        for name, step in (("next_channel", 1), ("previous_channel", -1)):
            actions[name].triggered.connect(lambda _on, s=step: self._step_channel(s))
        for name, act in (
            ("play", lambda transport: transport.toggle()),
            ("step_forward", lambda transport: transport.step(1)),
            ("step_back", lambda transport: transport.step(-1)),
        ):
            actions[name].triggered.connect(lambda _on, a=act: self._with_transport(a))

    def _step_channel(self, step: int) -> None:
        if self.workspace is not None:
            self.workspace.set_channel(self.workspace.channel + step)

    def _with_transport(self, act: Any) -> None:
        """The movement belongs to the page of the operation, which comes to the front for it."""
        workspace = self.workspace
        if workspace is None:
            return
        workspace.choose_page("operation")
        if hasattr(workspace.page, "transport"):
            act(workspace.page.transport)
        else:
            self.intents.refuse("a photo is filtered at once; choose a smaller input to see the window move")

    def _fill_presets(self) -> None:
        from ...spec.lab.presets import PRESETS

        menu = self._desk.header.presets
        if menu.isEmpty():
            for name, preset in PRESETS.items():
                action = menu.addAction(preset.title.replace("&", "&&"))
                action.setToolTip(preset.about)
                action.triggered.connect(lambda _on, n=name: self.intents.choose_preset(n))


def untouched(lab: Lab) -> bool:
    """Whether it is as a new experiment has it."""
    new = drawn_lab()
    return (
        isinstance(lab.source, FromDrawing)
        and not lab.preset
        and (lab.layer, lab.flipped, lab.pose) == (new.layer, new.flipped, new.pose)
        and same(lab.weights, new.weights)
    )


def _import_photo() -> None:
    """What the first photo needs is read while nobody waits for it."""
    from .photo import view, wires  # noqa: F401
