"""Signals: made by name, a row of the drawing or of another picture, or drawn with the mouse."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ....spec.errors import InputError
from ....spec.lab.edits import shape_of
from ....spec.lab.signals import DRAWN, LONGEST, SIGNALS, row_of, row_of_picture, signal, stretched, wrong_length
from ....spec.lab.source import Floats, FromPhoto, Grid
from ....spec.limits import Range
from ...layer.note import Note
from ...layer.size_field import SizeField
from ...look.choice import Choice
from .kinds import FROM_DRAWING, FROM_PICTURE, ROW, signal_kind
from .page import SourcePage
from .signal_strip import SignalStrip

LENGTH = 64  # samples at first
HINT = "Draw in the strip with the mouse, or with the arrow keys."


class SignalPage(SourcePage):
    """Gives Grids (C, 1, W).

    ``drawing`` is asked for what a network receives of the drawing, (1, H, W), and ``picture`` for the input with
    rows that was shown last.
    """

    def __init__(
        self,
        drawing: Callable[[], Floats],
        picture: Callable[[], Grid | FromPhoto],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("signal_page", parent)
        self._drawing, self._picture = drawing, picture
        self._source = signal("sine", LENGTH)
        self._mine: Grid | None = None  # the last one that was previewed
        self._base: Floats = self._source.values  # at the beginning of a drag of the length
        self.kind = Choice()
        self.length = SizeField("signal_length", "samples", pair=False)
        self.row = SizeField("signal_row", "row", pair=False)
        self.strip = SignalStrip()
        self.note = Note("signal_note", 2)
        self._build()
        self._connect()
        self.show_source(self._source)

    def _build(self) -> None:
        self.kind.setObjectName("signal_kind")
        self.kind.setAccessibleName("Kind of signal")
        self.kind.addItems([*SIGNALS, FROM_DRAWING, FROM_PICTURE])
        self.kind.setPlaceholderText("drawn")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.length, 1)
        row.addWidget(self.row, 1)
        self.column.addWidget(self.kind)
        self.column.addLayout(row)
        self.column.addWidget(self.strip, 1)
        self.column.addWidget(self.note)

    def _connect(self) -> None:
        self.kind.activated.connect(lambda _: self._kind_chosen(self.kind.currentText()))
        self.strip.drawn.connect(self._drawn)
        self.strip.finished.connect(self._finished)
        self.length.value_edited.connect(self._length_edited)
        self.row.value_edited.connect(self._row_edited)
        for field, allowed in ((self.length, self._lengths), (self.row, self._rows)):
            field.edit_finished.connect(self._finished)
            field.boxes[0].quiet = True
            field.refused.connect(self.refused)
            field.range_wanted.connect(lambda *_, f=field, a=allowed: f.set_range(a()))

    @property
    def source(self) -> Grid:
        """The last one that was shown."""
        return self._source

    def show_source(self, source: Grid) -> None:
        """Shows a signal; a drag that did not lead to it is given up."""
        if source is not self._mine:
            self._base = source.values
        self._source = source
        from_row = source.name.startswith(ROW)
        self.kind.setCurrentIndex(self.kind.findText(signal_kind(source.name)))
        self.length.set_value(source.values.shape[2])
        if from_row:
            self.row.set_value(_row_in(source.name))
        self.note.show_text(f"{source.name[0].upper()}{source.name[1:]}. {HINT}" if from_row else HINT)
        self.row.setVisible(from_row)
        self.length.setVisible(not from_row)
        self.strip.set_values(source.values, going_on=source is self._mine)

    # --- what the user does -----------------------------------------------------------------------------------

    def _kind_chosen(self, kind: str) -> None:
        try:
            if kind in (FROM_DRAWING, FROM_PICTURE):
                made = self._row(kind, self._height(kind) // 2)
            else:
                made = signal(kind, self._source.values.shape[2])
        except InputError as error:
            self.refused.emit(str(error))
        else:
            self.given.emit(made, _text(made))
        self.kind.setCurrentIndex(self.kind.findText(signal_kind(self._source.name)))  # what it is now, whoever decided

    def _row(self, kind: str, y: int) -> Grid:
        return row_of(self._drawing(), y) if kind == FROM_DRAWING else row_of_picture(self._picture(), y)

    def _height(self, kind: str) -> int:
        """Rows of the drawing, or of the picture."""
        if kind == FROM_DRAWING:
            return int(self._drawing().shape[1])
        return shape_of(self._picture())[1]

    def _row_edited(self, y: int) -> None:
        try:
            self._preview(self._row(signal_kind(self._source.name), y))
        except InputError as error:  # another picture is there since
            self.refused.emit(str(error))

    def _length_edited(self, length: int) -> None:
        name = self._source.name
        self._preview(signal(name, length) if name in SIGNALS else Grid(stretched(self._base, length), name))

    def _drawn(self, values: Floats) -> None:
        self._preview(Grid(values, DRAWN))

    def _preview(self, made: Grid) -> None:
        self._mine = made
        self.previewed.emit(made, _text(made))

    def _finished(self) -> None:
        self._base, self._mine = self._source.values, None
        self.finished.emit()

    def _lengths(self) -> Range:
        return Range(1, LONGEST, wrong_length)

    def _rows(self) -> Range:
        kind = signal_kind(self._source.name)
        what, last = kind.removeprefix("row of "), self._height(kind) - 1
        rule = f"{what} has the rows 0 to {last:,}; there is no row "
        return Range(0, last, lambda y: "" if 0 <= y <= last else f"{rule}{y:,}")


def _row_in(name: str) -> int:
    """Its number in "row 3 of the drawing"; 0 in a name that somebody else made."""
    number = name.removeprefix(ROW).split(" ")[0]
    return int(number) if number.isdecimal() and len(number) < 6 else 0


def _text(made: Grid) -> str:
    count = made.values.shape[2]
    if made.name.startswith(ROW):
        return made.name
    return f"{made.name}, {count:,} sample{'' if count == 1 else 's'}"
