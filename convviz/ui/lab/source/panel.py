"""The card on which the input of the Lab is chosen."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ....spec.lab.edits import shape_of
from ....spec.lab.source import Floats, FromDrawing, FromPhoto, Grid, Source
from ....spec.lab.typed import MOST_SHOWN, NAME
from ....spec.network import times
from ....spec.state import State
from ...look.choice import Choice
from ..received import Received
from .chart_page import ChartPage
from .drawing_page import DrawingPage, DrawingTools
from .kinds import KINDS, kind_of
from .numbers_page import NumbersPage, lecture
from .page import SourcePage
from .photo_page import PhotoPage
from .signal_page import SignalPage
from .sound_page import SoundPage

PAGE_PX = 232  # high: the pad is as wide


class SourcePanel(QFrame):
    """Shows a State's Lab input and says what was chosen; applies nothing, and its setters never emit."""

    source_chosen = Signal(object, str)  # Source, text for undo: one finished edit
    source_previewed = Signal(object, str)  # Source, text: while a drag lasts
    edit_finished = Signal()  # the end of the previews
    drawing_changed = Signal(object)  # Drawing, while a stroke is drawn
    stroke_finished = Signal(object)  # Stroke
    file_wanted = Signal(str)  # "photo" or "sound"
    paste_wanted = Signal()
    refused = Signal(str)

    def __init__(self, tools: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        """``tools`` are the window's actions that have a button here."""
        super().__init__(parent)
        self.setObjectName("source_panel")
        self.setProperty("role", "card")
        self._state: State | None = None
        self._rows: Grid | FromPhoto | None = None  # the input that was shown last and is a picture, not drawn
        self._received = Received()
        self.kind = Choice()
        self.drawing = DrawingPage()
        self.tools = DrawingTools(tools)
        self.pad = self.drawing.pad
        self.numbers = NumbersPage()
        self.charts = ChartPage()
        self.signal = SignalPage(self._picture, lambda: self._rows or self.charts.source)
        self.photo = PhotoPage()
        self.sound = SoundPage()
        self.stack = QStackedWidget()
        self._pages: dict[str, QWidget] = {
            "drawing": self.drawing,
            "numbers": self.numbers,
            "signal": self.signal,
            "picture": self.charts,
            "photo": self.photo,
            "sound": self.sound,
        }
        self._build()
        self._connect()

    def _build(self) -> None:
        self.kind.setObjectName("source_kind")
        self.kind.setAccessibleName("Input of the Lab")
        self.kind.setToolTip("Where the input comes from")
        self.kind.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for name, text in KINDS.items():
            self.kind.addItem(text, name)
        for page in self._pages.values():
            self.stack.addWidget(page)
        self.stack.setFixedHeight(PAGE_PX)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 12)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.kind, 1)
        row.addWidget(self.tools)
        column.addLayout(row)
        column.addWidget(self.stack)

    def _connect(self) -> None:
        self.kind.activated.connect(lambda _: self._kind_chosen(self.kind.currentData()))
        self.pad.drawing_changed.connect(self.drawing_changed)
        self.pad.stroke_finished.connect(self.stroke_finished)
        for page in self._pages.values():
            if isinstance(page, SourcePage):
                page.given.connect(self.source_chosen)
                page.previewed.connect(self.source_previewed)
                page.finished.connect(self.edit_finished)
                page.file_wanted.connect(self.file_wanted)
                page.paste_wanted.connect(self.paste_wanted)
                page.refused.connect(self.refused)

    @property
    def shown_kind(self) -> str:
        """Whose page is open, one of ``KINDS``."""
        return str(self.kind.currentData())

    def show_state(self, old: State | None, new: State) -> None:
        """Redraws what differs; the page follows the input."""
        self._state = new
        if old is None or old.drawing is not new.drawing:
            self.pad.set_drawing(new.drawing)
        if old is None or old.preparation is not new.preparation:
            self.drawing.show_preparation(new.preparation)
        if old is None or old.lab.source is not new.lab.source:
            self._show_source(new.lab.source)

    def _show_source(self, source: Source) -> None:
        kind = kind_of(source)
        if not isinstance(source, FromDrawing) and shape_of(source)[1] > 1:
            self._rows = source
        self._open(kind)
        self.charts.show_source(source if kind == "picture" and isinstance(source, Grid) else None)
        match source:
            case FromPhoto():
                self.photo.show_source(source)
            case Grid() if kind == "numbers":
                self.numbers.show_source(source)
            case Grid() if kind == "signal":
                self.signal.show_source(source)
            case Grid() if kind == "sound":
                self.sound.show_source(source)

    def _open(self, kind: str) -> None:
        self.kind.setCurrentIndex(list(KINDS).index(kind))
        self.stack.setCurrentWidget(self._pages[kind])
        self.tools.setVisible(kind == "drawing")

    # --- what the user does -----------------------------------------------------------------------------------

    def _kind_chosen(self, kind: str) -> None:
        """Opens the page; what it showed last is the input again. Without a photo or a sound it waits for a file."""
        before = self._state.lab.source if self._state is not None else None
        if before is not None and kind_of(before) == kind:
            self._open(kind)
            return
        self._open(kind)
        source = self._remembered(kind, before)
        if source is not None:
            self.source_chosen.emit(source, f"input: {_described(source)}")
            if self._state is not None:
                self._open(kind_of(self._state.lab.source))  # what it is now, whoever decided

    def _remembered(self, kind: str, before: Source | None) -> Source | None:
        match kind:
            case "drawing":
                return FromDrawing()
            case "numbers":
                return self._as_numbers(before)
            case "signal":
                return self.signal.source
            case "picture":
                return self.charts.source
            case "photo":
                return self.photo.source
        return self.sound.source

    def _as_numbers(self, before: Source | None) -> Grid:
        """The numbers that are there, to be changed one by one; the lecture's where they are too many."""
        values = before.values if isinstance(before, Grid) else None
        if isinstance(before, FromDrawing):
            values = self._picture()
        if values is None or values.size > MOST_SHOWN:
            values = lecture(1)
        return Grid(values, NAME)

    def _picture(self) -> Floats:
        """What a network receives of the drawing, (1, H, W)."""
        assert self._state is not None
        return self._received.picture(self._state)


def _described(source: Source) -> str:
    match source:
        case FromDrawing():
            return "the drawing"
        case FromPhoto(photo=photo):
            return photo.name or "the photo"
        case Grid(values=values, name=name):
            return f"{name}, {times(values.shape)}"
