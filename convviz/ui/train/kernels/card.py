"""The kernels of one layer as a card: one or two pictures beside each other."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ...arrows import ARROWS
from ...look.choice import Choice
from ...look.colours import Floats
from ...look.text_line import TextLine
from ...look.theme import CAPTION_PX, GAP, MARGIN, RADIUS, TITLE_PX, UNIT, font, theme_of
from ..fitting_line import FittingLine
from .kernel_layout import Place, sized
from .picture import KernelPicture
from .words import KernelNames, frozen_note

Part = tuple[Floats | None, tuple[str, ...], str]  # values, captions, why there are none
MOST_NAMED = 2048  # slices that can be chosen one by one
HOW = (
    "Click a kernel to open it in the Network workspace; arrows walk them, Enter opens.\n"
    "Frozen ones, which training leaves alone, have a frame, or a bar at the end of their row"
)


class KernelColumn(QWidget):
    """A picture with a caption; or, where there is nothing to show, a sentence that says why."""

    def __init__(self, layer: str, which: str) -> None:
        super().__init__()
        self.caption, self.note = FittingLine(f"kernels_{layer}_{which}_caption", CAPTION_PX, dim=True), QLabel()
        self.note.setProperty("role", "dim")
        self.note.setWordWrap(True)
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.picture = KernelPicture(f"kernels_{layer}_{which}", f"{which} of {layer}")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        for part in (self.caption, self.picture, self.note):
            column.addWidget(part)
        column.addStretch(1)

    def show_array(self, array: Floats | None, caption: tuple[str, ...], why_not: str) -> None:
        """The values, or the sentence; of captions, from the longest to the shortest, the first that fits."""
        self.caption.show_texts(*caption)
        self.note.setText(why_not)
        self.note.setVisible(array is None)
        self.picture.setVisible(array is not None)
        if array is not None:
            self.picture.show_array(array)


class KernelCard(QFrame):
    """Takes keyboard focus: arrows walk the kernels, Enter opens the chosen one."""

    place_pointed = Signal(str, object)  # layer id, Place or None
    channel_opened = Signal(object)  # (layer id, channel)

    def __init__(self, names: KernelNames, shape: tuple[int, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names, self.size_of_weights = names, sized(shape)
        self.setObjectName(f"kernel_card_{names.layer}")
        self.setAccessibleName(f"Kernels of {names.layer}, {names.summary(self.size_of_weights)}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.slices = self._made_slices()
        self.columns = (KernelColumn(names.layer, "weights"), KernelColumn(names.layer, "gradients"))
        self.summary = TextLine(f"kernels_{names.layer}_summary", CAPTION_PX, dim=True)
        self.summary.setText(names.summary(self.size_of_weights))
        self._chosen: Place | None = None
        self._room = (0, 1.0)
        self._build()
        for column in self.columns:
            column.picture.place_hovered.connect(self._hovered)
            column.picture.place_clicked.connect(self._clicked)

    def _made_slices(self) -> Choice | None:
        """Which input channel is shown: only a convolution of several has the choice."""
        slices = self.size_of_weights[1]
        if self.names.flat or not 1 < slices <= MOST_NAMED:
            return None
        choice = Choice()
        choice.setObjectName(f"slices_{self.names.layer}")
        choice.setAccessibleName(f"Input channels of {self.names.layer} that are shown")
        choice.setToolTip("All slices of the kernels, a column for each input channel; or one of them, enlarged")
        choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        choice.setMinimumContentsLength(10)
        choice.addItems(["all inputs", *(self.names.input_name(0, n, slices) for n in range(slices))])
        choice.activated.connect(lambda _at: self._fit())
        return choice

    def _build(self) -> None:
        head = QHBoxLayout()
        title = QLabel(self.names.layer)
        title.setFont(font(TITLE_PX, bold=True))
        title.setProperty("role", "title")
        self.summary.setToolTip(HOW)  # not on the pictures, where the value under the mouse is told
        for part in (title, self.summary):
            head.addWidget(part)
        head.setStretch(1, 1)
        if self.slices is not None:
            head.addWidget(self.slices)
        row = QHBoxLayout()
        row.setSpacing(MARGIN)
        for column in self.columns:
            row.addWidget(column, 1, Qt.AlignmentFlag.AlignTop)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        whole.setSpacing(UNIT)
        whole.addLayout(head)
        whole.addLayout(row)

    # --- what to show -----------------------------------------------------------------------------------------

    def set_room(self, width_px: int, ratio: float) -> None:
        """How wide the card is."""
        self._room = width_px, ratio
        self._fit()

    def _fit(self) -> None:
        width_px, ratio = self._room
        inner = width_px - 2 * MARGIN - 2
        both = not any(column.isHidden() for column in self.columns)
        chosen = self.slices.currentIndex() - 1 if self.slices is not None else -1
        for column in self.columns:
            room = (inner - MARGIN) // 2 if both else inner
            column.picture.set_room(room, None, chosen if chosen >= 0 else None, ratio)

    def show_arrays(self, *parts: Part | None) -> None:
        """What stands in both columns: (array, caption, why there is none); None hides a column."""
        before = [column.isHidden() for column in self.columns]
        for column, part in zip(self.columns, parts, strict=True):
            column.setVisible(part is not None)
            if part is not None:
                column.show_array(*part)
        if before != [column.isHidden() for column in self.columns]:
            self._fit()

    def set_frozen(self, frozen: frozenset[int]) -> None:
        """Which kernels training leaves alone."""
        self.summary.setText(self.names.summary(self.size_of_weights) + frozen_note(frozen, self.size_of_weights[0]))
        for column in self.columns:
            column.picture.set_frozen(frozen)

    def show_slice(self, slice_: int | None) -> None:
        """One input channel, or all."""
        if self.slices is not None:
            with QSignalBlocker(self.slices):
                self.slices.setCurrentIndex(0 if slice_ is None else slice_ + 1)
            self._fit()

    # --- hands ------------------------------------------------------------------------------------------------

    def _hovered(self, place: Place | None) -> None:
        for column in self.columns:
            column.picture.set_hovered(place)
        self.place_pointed.emit(self.names.layer, place)

    def _clicked(self, place: Place) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._choose(place)
        self.channel_opened.emit((self.names.layer, place.channel))

    def _choose(self, place: Place | None) -> None:
        self._chosen = place
        for column in self.columns:
            column.picture.set_chosen(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        layout = self.columns[0 if not self.columns[0].isHidden() else 1].picture.layout_
        if key in ARROWS and layout is not None and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            start = self._chosen
            if start is None or (layout.slice is not None and start.slice != layout.slice):
                self._choose(Place(0 if start is None else start.channel, layout.slice or 0, 0, 0))
            else:
                self._choose(layout.moved(start, *ARROWS[key]))
            self.place_pointed.emit(self.names.layer, self._chosen)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._chosen is not None:
            self.channel_opened.emit((self.names.layer, self._chosen.channel))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._choose(None)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme.window))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.accent if self.hasFocus() else theme.line), 1))
            painter.setBrush(QColor(theme.card))
            painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
