"""Connects the workspace Train with the window: its trainer, what its widgets say, the actions of its menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject

from ...session.experiment import Focus, State, shape_of
from ...session.outbox import Frame
from ...session.training.trainer import What
from ...spec.training.sample import Sample
from ..input.unprepared import standing
from ..throttle import Throttle
from .controls.words import brief
from .folders import Folders
from .intents import TrainIntents
from .menu import TrainMenu
from .opening import draw_first, import_when_idle
from .page import Page
from .refreshing import Refreshing
from .refusals import Refusals

if TYPE_CHECKING:
    from ...spec.training.export import Kind
    from ...spec.training.run import Run
    from ..desk import Desk
    from .workspace import TrainWorkspace

STATUS_MS = 500


class TrainWires(QObject):
    """The workspace is made when it is first shown; until then, and while another is in front, it follows nothing."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk, self._trainer = desk, desk.trainer
        self._shown: State | None = None
        self._late: Frame | None = None  # the newest that was not shown
        self._status_told = ""
        self.workspace: TrainWorkspace | None = None
        self._going: tuple[str, bool] = ("", False)  # the run that was last heard of, and whether it was going
        self.intents = TrainIntents(desk.experiment, desk.history, self)
        self._folders = Folders(desk, self.intents)
        self.intents.refused.connect(desk.banner.say)
        self.intents.told.connect(desk.status.tell)
        desk.history.stack.indexChanged.connect(self._name_drawing)
        desk.ready.connect(lambda: import_when_idle(self))
        self._refreshing = Refreshing(self._tell_cards, self._tell_page, self)
        self._status = Throttle(self._show_status, STATUS_MS, self)
        self._trainer.changed.connect(self._heard)
        self._trainer.told.connect(desk.status.tell)
        desk.bridge.progressed.connect(self._trainer.arrived)
        desk.bridge.frame_arrived.connect(self._trainer.seen)
        desk.files.replaced.connect(self._leave_experiment)
        desk.status.training_wanted.connect(lambda: desk.workspaces.choose("train"))
        desk.workspaces.shown.connect(self._workspace_shown)
        self._menu = TrainMenu(desk, self)
        self._refusals = Refusals(desk, self)

    @property
    def in_front(self) -> bool:
        return self._desk.workspaces.name == "train" and self.workspace is not None

    @property
    def going(self) -> bool:
        """Whether a run was loading or running when the trainer was last heard of."""
        return self._going[1]

    def made(self) -> TrainWorkspace:
        """The workspace itself."""
        from .workspace import TrainWorkspace

        if self.workspace is None:
            self.workspace = TrainWorkspace(self._desk.actions_by_name, self._trainer)
            self._connect_digit(self.workspace)
            self._connect_cards(self.workspace)
            self.workspace.page_made.connect(self._connect_page)
            self.workspace.page_shown.connect(lambda _: self._want())
            self._name_drawing()
        return self.workspace

    # --- what is shown ----------------------------------------------------------------------------------------

    def show_state(self, new: State) -> None:
        """What is in front follows; what is not catches up when it comes there."""
        if self.in_front and self.workspace is not None:
            old, self._shown = self._shown, new
            self.workspace.show_state(old, new)

    def show_frame(self, frame: Frame) -> None:
        self._late = frame
        if self.in_front and self.workspace is not None:
            self.workspace.show_frame(frame)

    def _workspace_shown(self, name: str) -> None:
        self._menu.enable()
        if name == "train" and self._shown is None and (said := draw_first(self._desk.experiment)):
            self._desk.status.tell(said)
        state, late = self._desk.experiment.state, self._late
        if name == "train" and self.workspace is not None:
            self._shown = None
            self.show_state(state)
            self._refreshing.forget()
            from .workspace import EVERYTHING

            self.workspace.refresh(EVERYTHING)
            if late is not None and late.state.network is state.network:
                self.workspace.show_frame(late)
        if self.workspace is not None:
            self._want()

    def _want(self) -> None:
        """What costs time is computed only while somebody looks."""
        front = self.in_front and self.workspace is not None and self.workspace.pages
        self._trainer.want(self.workspace.page.wants if front and self.workspace is not None else frozenset())

    def _name_drawing(self) -> None:
        """A test image on the pad says what it is, and whether it was edited since."""
        name = self.intents.explain_sample()
        name = f"{name}, {standing(self._desk.experiment.state)}" if name else ""
        self._desk.workspace.input.show_name(name)
        if self.workspace is not None:
            self.workspace.digit.input.show_name(name)

    def _heard(self, what: frozenset[What]) -> None:
        run = self._trainer.run
        going = (run.name, True) if run is not None and run.status in ("loading", "running") else ("", False)
        if going != self._going:
            self._going = going
            if going[1]:  # what was said about the last one is past
                self._desk.status.settle()
        if not self.in_front:
            self._status.request()
        else:  # the status line changes with the cards: they say the same
            status, self._status_told = self._status_told, self._trainer.status
            waits = status != self._status_told or ("gradients" in what and not going[1])  # who pauses, or goes back
            self._refreshing.add(what, at_once=waits)

    def _leave_experiment(self) -> None:
        for page in self.workspace.pages.values() if self.workspace is not None else ():
            page.leave_experiment()
        self._name_drawing()

    def _tell_cards(self, news: frozenset[What]) -> None:
        if self.in_front and self.workspace is not None and news:
            self._menu.enable()
            self.workspace.refresh_cards(news)
        self._show_status()

    def _tell_page(self, news: frozenset[What]) -> None:
        if self.in_front and self.workspace is not None and news:
            self.workspace.refresh_page(news)

    def _show_status(self) -> None:
        self._desk.status.show_training(brief(self._trainer))

    # --- what the widgets say ---------------------------------------------------------------------------------

    def _connect_digit(self, workspace: TrainWorkspace) -> None:
        desk, panel, keep = self._desk, workspace.digit.input, workspace.digit.keep
        panel.pad.drawing_changed.connect(desk.intents.draw)
        panel.pad.drawing_changed.connect(desk.can_undo)
        panel.pad.stroke_finished.connect(desk.intents.finish_stroke)
        panel.pad.stroke_finished.connect(lambda _: workspace.setFocus())
        panel.strip.preparation_edited.connect(desk.intents.edit_preparation)
        panel.share_pen(desk.workspace.input, desk.actions_by_name["eraser"])
        panel.bars.class_chosen.connect(self._open_class)
        keep.kept.connect(self.intents.keep)
        keep.last_removed.connect(self.intents.remove_last)
        keep.cleared.connect(self.intents.clear_kept)

    def _connect_cards(self, workspace: TrainWorkspace) -> None:
        run, data, settings, intents = workspace.run, workspace.data, workspace.settings, self.intents
        run.begin_chosen.connect(intents.choose_begin)
        run.cancel_wanted.connect(self._trainer.stop)
        data.source_chosen.connect(intents.choose_source)
        data.source_previewed.connect(intents.preview_source)
        data.folder_wanted.connect(self._folders.ask)
        settings.setting_chosen.connect(intents.choose_setting)
        settings.reset_wanted.connect(intents.reset_settings)
        settings.layer_toggled.connect(intents.toggle_layer)
        for previewed in (run.target_previewed, settings.setting_previewed):
            previewed.connect(intents.preview_setting)
            previewed.connect(self._desk.can_undo)
        for card in (run, data, settings):
            card.edit_finished.connect(intents.finish)
            card.refused.connect(intents.refused)

    def _connect_page(self, page: Page) -> None:
        desk = self._desk
        for name, slot in (
            ("pointed_at", desk.status.point_at),
            ("refused", desk.banner.say),
            ("told", desk.status.tell),
            ("sample_opened", self.open_sample),
            ("channel_opened", self.open_channel),
            ("export_wanted", self._export),
        ):
            signal = getattr(page, name, None)
            if signal is not None:
                signal.connect(slot)

    def _export(self, kind: Kind, runs: tuple[Run, ...]) -> None:
        desk = self._desk
        path = desk.files.ask_where("Export runs", desk.files.folder / f"runs.{kind}", f"{kind.upper()} (*.{kind})")
        if path is not None:
            desk.writer.export_runs(path, kind, runs, desk.experiment.state)

    def open_sample(self, sample: Sample) -> None:
        """Its image is the drawing, and the Network workspace comes to the front."""
        self._desk.workspaces.choose("network")
        self.intents.open_sample(sample)

    def open_channel(self, channel: tuple[str, int]) -> None:
        """Selects the middle of a map in the Network workspace."""
        layer, number = channel
        shape = shape_of(self._desk.experiment.state.network, layer)
        if shape is not None:
            self._desk.intents.select(Focus(layer, (number, *(side // 2 for side in shape[1:]))))
            self._desk.workspaces.choose("network")

    def _open_class(self, output: int) -> None:
        layers = self._desk.experiment.state.network.layers
        if layers:
            self.open_channel((layers[-1].id, output))

    def take(self, data: QMimeData) -> bool:
        """A folder that was dropped on the workspace is what is learnt from."""
        return self.in_front and self._folders.take(data)
