"""Folders to learn from: asked for, or dropped on the workspace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtWidgets import QFileDialog

from ...spec.errors import InputError
from ...spec.training.source import DataSource
from .data.words import title
from .intents import TrainIntents

if TYPE_CHECKING:
    from ..desk import Desk


class Folders(QObject):
    """Leads from a folder to an edit of the plan."""

    def __init__(self, desk: Desk, intents: TrainIntents) -> None:
        super().__init__(desk)
        self._desk, self._intents = desk, intents

    def ask(self, kind: str) -> None:
        """For the folder of one's own pictures, or for that of a data set which is there already."""
        text = "A folder with a sub-folder for each class" if kind == "pictures" else "The folder that holds the data"
        name = QFileDialog.getExistingDirectory(self._desk, text, str(self._desk.files.folder))
        if not name:
            return
        if kind == "pictures":
            self._intents.choose_folder(Path(name))
            return
        try:
            source = DataSource(kind, Path(name))  # type: ignore[arg-type]
        except InputError as error:
            self._intents.refused.emit(str(error))
        else:
            self._intents.choose_source(source, f"{title(source)} in {Path(name).name}")

    def take(self, data: QMimeData) -> bool:
        """What was dropped, if it is a folder."""
        folders = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if not folders or not folders[0].is_dir():
            return False
        self._intents.choose_folder(folders[0])
        return True
