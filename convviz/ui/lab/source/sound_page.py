"""A sound of a WAV file."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ....spec.lab.source import Grid
from ...layer.note import Note
from ...look.text_line import TextLine
from ...look.theme import CAPTION_PX, VALUE_PX
from .page import SourcePage, button

HINT = "A WAV file becomes a signal in −1…1, with a channel for each ear."


class SoundPage(SourcePage):
    """Asks for a file, and says what was read from it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("sound_page", parent)
        self._source: Grid | None = None
        self.open = button("open_sound", "Open WAV…", "A sound of a file, as a signal")
        self.name = TextLine("sound_name", VALUE_PX)
        self.duration = TextLine("sound_duration", CAPTION_PX, dim=True)
        self.count = TextLine("sound_count", CAPTION_PX, dim=True)
        note = Note("sound_note", 3)
        note.show_text(HINT)
        for widget in (self.open, self.name, self.duration, self.count):
            self.column.addWidget(widget)
        self.column.addWidget(note)
        self.column.addStretch(1)
        self.open.clicked.connect(lambda: self.file_wanted.emit("sound"))

    @property
    def source(self) -> Grid | None:
        """The last one that was shown."""
        return self._source

    def show_source(self, source: Grid) -> None:
        """``source`` is one that :func:`convviz.spec.lab.sounds.load` named."""
        self._source = source
        name, _, duration = source.name.rpartition(", ")
        channels, _, samples = source.values.shape
        self.name.setText(name)
        self.duration.setText(duration)
        self.count.setText(
            f"{samples:,} sample{'' if samples == 1 else 's'}, {channels} channel{'' if channels == 1 else 's'}"
        )
