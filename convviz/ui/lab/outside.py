"""What comes to the Lab from outside: photos and sounds, with the progress of long ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from ...session.reader import PhotoCancelled, PhotoProgress, PhotoRead, SoundRead
from ...spec.lab.source import FromPhoto
from .intents import LabIntents

if TYPE_CHECKING:
    from ..desk import Desk

KINDS = {
    "photo": ("Open a photo", "Photos (*.png *.jpg *.jpeg *.webp *.gif *.bmp *.tif *.tiff);;All files (*)"),
    "sound": ("Open a sound", "Sounds (*.wav);;All files (*)"),
}


class Outside(QObject):
    """Asks for files, and makes what was read the Lab's input."""

    def __init__(self, desk: Desk, intents: LabIntents) -> None:
        super().__init__(desk)
        self._desk, self._intents = desk, intents
        desk.bridge.read.connect(self._arrived)
        desk.intake.photo_coming.connect(lambda: desk.lab.prepare_photo())
        desk.bridge.failed.connect(lambda _: self._over())

    def set_in_front(self, in_front: bool) -> None:
        """Pictures that are opened while the Lab is in front are its photos, at their full size."""
        self._desk.intake.photos_wanted = in_front

    def choose(self, kind: str) -> None:
        """Asks for a "photo" or a "sound"."""
        title, names = KINDS[kind]
        name, _ = QFileDialog.getOpenFileName(self._desk, title, "", names)
        if name:
            self._desk.intake.open(Path(name))

    def _arrived(self, message: object) -> None:
        match message:
            case PhotoRead(photo=photo, path=path):
                self._over()
                if path is not None:
                    self._desk.files.remember(path)
                before = self._desk.experiment.state.lab.source
                channel = before.channel if isinstance(before, FromPhoto) else "grey"
                self._intents.choose_source(FromPhoto(photo, channel), f"photo {photo.name}".strip())
            case SoundRead(grid=grid, path=path):
                self._desk.files.remember(path)
                self._intents.choose_source(grid, f"sound {grid.name}")
            case PhotoCancelled(name=name):
                self._over()
                self._desk.status.tell(f"{name} was not opened")
            case PhotoProgress(name=name, share=share):
                self._tell(name, share)

    def _tell(self, name: str, share: float) -> None:
        self._desk.banner.show_work("photo", f"Opening {name} … {share:.0%}", self._desk.reader.cancel_photo)

    def _over(self) -> None:
        self._desk.banner.end_work("photo")
