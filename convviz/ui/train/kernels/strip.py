"""The kernels of one layer, and the maps of the user's digit behind it, in a strip below the curves."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from ....session.experiment import State
from ....session.outbox import Frame
from ....session.training.trainer import Trainer, What
from ....spec.state import differs
from ...look.choice import Choice
from ...look.numbers import exact, typeset, unit_name
from ...look.theme import CAPTION_PX, GAP, MARGIN, UNIT
from ...network.colour_bar import ColourBar
from ...network.mosaic import Mosaic
from ...network.mosaic_layout import Index, as_maps
from ..fitting_line import FittingLine
from .kernel_layout import Place, grid, sized
from .layer_chips import LayerChips
from .picture import KernelPicture
from .sheet import FOOT_PX
from .words import KernelNames, values_said, with_kernels

HIGH_PX, LEAST_PX, HEAD_PX, BAR_PX = 152, 110, 26, 120
KERNELS_SHARE = 0.46  # of the width; the maps have the rest
MOST_NAMED = 2048


class LiveStrip(QFrame):
    """Follows the State's weights and the Frame's maps. A convolution of several channels shows one slice of each."""

    pointed_at = Signal(str)
    channel_opened = Signal(object)  # (layer id, channel)

    def __init__(self, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("live_strip")
        self.setAccessibleName("Kernels of a layer, and the maps of your digit")
        self.setProperty("role", "card")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumHeight(LEAST_PX)
        self.trainer = trainer
        self.layer = ""
        self._state: State | None = None
        self._frame: Frame | None = None
        self._names: KernelNames | None = None
        self._pointed: Place | Index | None = None
        self._head = QWidget(self)
        self.chips, self.inputs, self.summary = (
            LayerChips(),
            Choice(),
            FittingLine("strip_summary", CAPTION_PX, dim=True),
        )
        self.kernels = KernelPicture("strip_kernels", "Kernels of the chosen layer", self)
        self._field = QWidget(self)  # clips maps that do not fit
        self.maps, self.bar = Mosaic(self._field), ColourBar(self)
        self.waiting = QLabel("Draw a digit: what the layer makes of it is shown here.", self)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.maps.setObjectName("strip_maps")
        self.maps.setAccessibleName("Maps of your digit behind the chosen layer")
        self.inputs.setObjectName("strip_inputs")
        self.inputs.setAccessibleName("Input channel whose slices are shown")
        self.inputs.setToolTip("Which input channel's slice of every kernel is shown; up and down go on")
        self.inputs.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.inputs.setMinimumContentsLength(8)
        self.waiting.setProperty("role", "dim")
        self.waiting.setWordWrap(True)
        self.waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = QHBoxLayout(self._head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        for part in (self.chips, self.inputs):
            row.addWidget(part)
        row.addWidget(self.summary, 1)

    def _connect(self) -> None:
        self.chips.chosen.connect(self.choose_layer)
        self.inputs.activated.connect(lambda _at: self._lay_out())
        self.kernels.place_hovered.connect(self._point)
        self.kernels.place_clicked.connect(lambda place: self.channel_opened.emit((self.layer, place.channel)))
        self.maps.unit_hovered.connect(self._point)
        self.maps.unit_clicked.connect(lambda index: self.channel_opened.emit((self.layer, index[0])))

    def sizeHint(self) -> QSize:
        return QSize(690, HIGH_PX)

    # --- what to show -----------------------------------------------------------------------------------------

    def show_state(self, old: State | None, new: State) -> None:
        """Other weights, perhaps of another network."""
        before, self._state = self._state, new
        if before is None or before.network is not new.network:
            layers = with_kernels(new.network)
            self.chips.set_layers(layers)
            self._frame = None
            self.choose_layer(self.layer if self.layer in layers else next(iter(layers), ""))
        elif differs(before, new, "weights", "channels"):
            self._show_kernels()

    def show_frame(self, frame: Frame) -> None:
        """Maps of another drawing, or of other weights."""
        self._frame = frame
        self._show_maps()

    def refresh(self, what: frozenset[What]) -> None:
        """All that it shows comes with the State and its Frame."""

    def choose_layer(self, layer: str) -> None:
        """Shows the kernels of a layer; "" where the network has none."""
        self.layer, self._names = layer, None
        self._point(None)
        self.inputs.clear()
        for part in (self._head, self.kernels):
            part.setVisible(bool(layer))
        if layer and self._state is not None:
            self.chips.choose(layer)
            self._names = names = KernelNames.of(self._state, layer)
            size = sized(self._state.weights[f"{layer}.weight"].shape)
            if not names.flat and 1 < size[1] <= MOST_NAMED:
                self.inputs.addItems([f"on {names.input_name(0, n, size[1])}" for n in range(size[1])])
            self.inputs.setVisible(self.inputs.count() > 0)
            kernels, maps = names.summary(size), "units" if names.flat else "maps"
            self.summary.show_texts(
                f"{kernels}, and the {maps} of your digit", f"{kernels}; your digit's {maps}", kernels
            )
        self._show_kernels()
        self._lay_out()
        self._show_maps()

    def _show_kernels(self) -> None:
        if self._state is None or not self.layer:
            return
        frozen = self._state.channels.frozen
        self.kernels.set_frozen(frozenset(channel for layer, channel in frozen if layer == self.layer))
        self.kernels.show_array(self._state.weights[f"{self.layer}.weight"])
        self._say()

    def _show_maps(self) -> None:
        values = None if self._frame is None else self._frame.maps.get(self.layer)
        ready = values is not None and self._state is not None
        self.waiting.setVisible(not ready)
        for part in (self._field, self.bar):
            part.setVisible(ready)
        if values is not None and ready:
            other = values.shape != self.maps.values.shape
            self.maps.set_values(values)
            self.bar.show_range(self.maps.range)
            odd = self.maps.not_finite
            self.bar.show_note(f"{odd:,} NaN or ∞" if odd else "", alarming=True)
            if other:
                self._lay_out()
            self._say()

    # --- layout -----------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        ratio, top = self.devicePixelRatioF(), UNIT + HEAD_PX + UNIT
        wide, high = self.width() - 2 * MARGIN, max(self.height() - top - UNIT, 1)
        left = round(wide * KERNELS_SHARE)
        self._head.setGeometry(MARGIN, UNIT, wide, HEAD_PX)
        slice_ = self.inputs.currentIndex() if self.inputs.count() else None
        self.kernels.set_room(left, high, slice_, ratio)
        self.kernels.move(MARGIN, top)
        x, room = MARGIN + left + MARGIN, wide - left - MARGIN
        self._field.setGeometry(x, top, room, high - FOOT_PX)
        self.waiting.setGeometry(x, top, room, high)
        self.bar.setGeometry(x, top + high - FOOT_PX + UNIT, min(BAR_PX, room), FOOT_PX - UNIT)
        if self.maps.values.size:
            shape = as_maps(self.maps.values.shape)
            layout = grid(shape, int(room * ratio), int((high - FOOT_PX) * ratio), ratio)
            self.maps.set_layout(layout, ratio)
            bottom = min(self.maps.height(), high - FOOT_PX)
            self.bar.move(x, top + bottom + UNIT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            QTimer.singleShot(0, self, self._lay_out)
        return super().event(event)

    # --- the value under the mouse ----------------------------------------------------------------------------

    def _point(self, at: Place | Index | None) -> None:
        self._pointed = at
        if at is None:
            self.pointed_at.emit("")
        else:
            self._say()

    def _say(self) -> None:
        """The value under the mouse, again with every new picture."""
        at = self._pointed
        if at is None or self._names is None:
            return
        if isinstance(at, Place):
            value = self.kernels.value_at(at)
            name = self._names.place_name(at, self.kernels.size_of_array)
            self.pointed_at.emit(f"{name}: {values_said({'weight': value})}")
        elif len(at) == self.maps.values.ndim and all(i < n for i, n in zip(at, self.maps.values.shape, strict=True)):
            self.pointed_at.emit(typeset(f"{unit_name(self.layer, at)}: {exact(float(self.maps.values[at]))}"))
