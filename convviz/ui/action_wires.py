"""Connects the actions of menus, buttons and keys with the parts of the desk that do them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMessageBox

from .. import __version__
from .actions import ACTIONS
from .look import theme
from .per_map import PerMap
from .shortcuts import ShortcutsDialog

if TYPE_CHECKING:
    from .desk import Desk

PEN_STEP = 2.0


class ActionWires:
    """Every action but those about the network, which :class:`.editing_wires.EditingWires` connects."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._actions = desk.actions_by_name
        self._connect_clicks()
        self._connect_switches()
        self._connect_undo()
        self._connect_themes()
        desk.workspaces.shown.connect(self._enable)
        self._enable(desk.workspaces.name)

    def _connect_clicks(self) -> None:
        desk = self._desk
        pen = desk.workspace.input.pen
        for name, slot in (
            ("open", lambda: desk.intake.choose(desk)),
            ("save", desk.files.save),
            ("save_as", desk.files.save_as),
            ("import_weights", desk.files.choose_weights),
            ("export_weights", desk.files.export_weights),
            ("code", desk.code.open),
            ("copy_code", lambda: desk.code.copy()),
            ("copy_layer_code", desk.code.copy_layer),
            ("quit", lambda: desk.window().close()),
            ("undo", desk.history.undo),
            ("redo", desk.history.redo),
            ("paste", desk.intake.paste),
            ("sample", desk.intents.draw_sample),
            ("clear", desk.intents.clear),
            ("thinner", lambda: pen.setValue(round(pen.value() - PEN_STEP))),
            ("thicker", lambda: pen.setValue(round(pen.value() + PEN_STEP))),
            ("next_layer", lambda: desk.workspace.layers.select_layer(1)),
            ("previous_layer", lambda: desk.workspace.layers.select_layer(-1)),
            ("workspace_network", lambda: desk.workspaces.choose("network")),
            ("workspace_lab", lambda: desk.workspaces.choose("lab")),
            ("workspace_train", lambda: desk.workspaces.choose("train")),
            ("shortcuts", lambda: ShortcutsDialog(self._actions, desk).open()),
            ("about", self._about),
        ):
            self._actions[name].triggered.connect(slot)
        for name in ("clear", "sample"):  # what comes next is drawn
            self._actions[name].triggered.connect(lambda: self._actions["eraser"].setChecked(False))
        desk.wires.connect_actions(self._actions)

    def _enable(self, workspace: str) -> None:
        """What means something only in another workspace cannot be chosen; TrainWires decides about its menu."""
        for spec in ACTIONS:
            if spec.only_in and spec.menu != "Train":
                self._actions[spec.name].setEnabled(spec.only_in == workspace)
            if spec.at_home:
                self._actions[spec.name].setShortcuts(spec.keys(workspace))

    def _connect_switches(self) -> None:
        desk = self._desk
        self._actions["eraser"].toggled.connect(desk.workspace.input.set_erasing)
        PerMap(desk)
        self._actions["fields"].toggled.connect(lambda on: setattr(desk.settings, "fields", on))
        self._actions["history"].toggled.connect(desk.edits.set_shown)
        desk.edits.left.connect(lambda: self._actions["history"].setChecked(False))
        self._actions["full_screen"].toggled.connect(
            lambda on: desk.window().showFullScreen() if on else desk.window().showNormal()
        )

    def _connect_undo(self) -> None:
        stack = self._desk.history.stack
        for name, can, said in (
            ("undo", stack.canUndoChanged, stack.undoTextChanged),
            ("redo", stack.canRedoChanged, stack.redoTextChanged),
        ):
            action = self._actions[name]
            action.setEnabled(False)
            can.connect(action.setEnabled)
            said.connect(lambda text, a=action, n=name: a.setText(f"&{n.capitalize()} {text}".rstrip()))

    def _connect_themes(self) -> None:
        group = QActionGroup(self._desk)
        for name in ("system", "dark", "light"):
            action = group.addAction(self._actions[f"theme_{name}"])
            action.setChecked(self._desk.settings.theme == name)
            action.triggered.connect(lambda _on, n=name: self._choose_theme(n))

    def _choose_theme(self, name: str) -> None:
        self._desk.settings.theme = name
        theme.apply_chosen(name)

    def _about(self) -> None:
        text = f"convviz {__version__}\n\nSee convolutional networks work, live, on what you draw."
        QMessageBox.about(self._desk, "About convviz", text)
