"""A photo in the Lab: before and after, at any zoom, and at full size when asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ....spec.lab.lab import Lab
from ....spec.lab.look import same_result
from ....spec.lab.source import FromPhoto
from ....spec.lab.statistics import Statistics
from ....spec.network import Conv2d, ConvTranspose2d
from ..formula import SizeFormula
from ..scene import Pointer
from .canvas import PhotoCanvas
from .controls import COLOUR, Controls
from .footer import Footer, facts
from .marks import Place
from .spoken import spoken
from .tones import LEGENDS
from .whole import Whole

if TYPE_CHECKING:
    from ....spec.lab.result_file import How


class PhotoView(QWidget):
    """Stands where the operation's stage stands for smaller inputs."""

    pointed = Signal(object)  # Pointer to the result's pixel under the mouse, or None
    pointed_at = Signal(str)  # for the status line; "" when the mouse left
    chosen = Signal(object)  # Pointer
    channel_chosen = Signal(int)
    save_wanted = Signal()
    full_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("photo_view")
        self.canvas = PhotoCanvas()
        self.controls = Controls()
        self.tones, self.channels = self.controls.tones, self.controls.channels
        self.formula, self.footer = SizeFormula(), Footer()
        self._lab: Lab | None = None
        self._whole: Whole | None = None
        self._found: tuple[Statistics, ...] = ()  # of its channels
        self._channel, self._colour = 0, True
        self._by_hand = False  # whether the tone was chosen
        self._under: tuple[Place | None, Place | None] = (None, None)
        self._build()
        self._connect()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.controls)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.formula)
        column.addWidget(self.footer)

    def _connect(self) -> None:
        self.canvas.hovered_at.connect(self._hovered)
        self.canvas.clicked_at.connect(lambda place: self.chosen.emit(Pointer("output", (self._channel, *place))))
        self.canvas.looked.connect(self._looked)
        self.tones.chosen.connect(self._tone_chosen)
        self.channels.activated.connect(self._channel_picked)
        self.footer.fit_wanted.connect(self.canvas.fit)
        self.footer.whole_wanted.connect(lambda: self.canvas.zoom_to(1.0))
        self.footer.full_wanted.connect(self.full_wanted)
        self.footer.cancel_wanted.connect(self.cancel_wanted)
        self.footer.save_wanted.connect(self.save_wanted)

    # --- what to show -----------------------------------------------------------------------------------------

    def show_lab(self, lab: Lab) -> None:
        """What was computed of another Lab at full size is dropped. One whose input is no photo leaves nothing here."""
        before, self._lab = self._lab, lab if isinstance(lab.source, FromPhoto) else None
        if before is None or before.source is not lab.source:
            self._under = None, None
        if self._whole is not None and (before is None or not same_result(before, lab)):
            self._drop()
        if self._lab is None:
            self.canvas.forget()
            return
        if before is None or before.source is not lab.source or before.layer is not lab.layer:
            self.formula.show_row(lab.row)
            self.footer.show_lab(lab)
            self.controls.fill_channels(lab.row.output_shape[0], coloured=coloured(lab))
        if not self._by_hand and (before is None or _begins(before, lab)):
            self.canvas.set_tone(fitting_tone(lab))
        self._show()

    def _drop(self) -> None:
        self._whole, self._found = None, ()
        self.canvas.sampler.set_full(None)
        self.footer.show_facts("")
        self.footer.set_savable(savable=False)

    def set_channel(self, channel: int) -> None:
        """The output channel whose kernel is in hand."""
        if channel != self._channel:
            self._channel = channel
            self._show()

    def select(self, pointer: Pointer | None) -> None:
        """Marks a value of the result."""
        place = pointer.index[-2:] if pointer is not None and pointer.part == "output" else None
        self.canvas.select((place[0], place[1]) if place else None)

    @property
    def channel(self) -> int:
        return self._channel

    @property
    def tone(self) -> How:
        """How values are shown: "signed", "clip" or "offset"."""
        return cast("How", self.tones.current)

    @property
    def extreme(self) -> float | None:
        """± what the tone spans on screen, None where that is not around zero."""
        return {"signed": self.canvas.range.high, "offset": 1.0}.get(self.tone)

    @property
    def spoken_tone(self) -> str:
        """What the colours mean, in words."""
        shown = self.canvas.range
        low = f"−{shown.high:.3g} blue … " if shown.signed else "0 … "
        return LEGENDS.get(self.tone) or f"{low}{shown.high:.3g} orange"

    @property
    def full(self) -> Whole | None:
        """All values, where they were computed."""
        return self._whole

    def show_progress(self, done: int, of: int, text: str = "") -> None:
        """How many rows are computed; of 0 rows: nothing runs."""
        self.footer.show_progress(done / of if of else None, text)

    def show_full(self, whole: Whole | None) -> None:
        """The exact result at full size, which is shown from now on; None, or one of other channels, is none."""
        if whole is not None and not whole.covers(self.outputs):
            whole = None
        self._whole = whole
        self.footer.show_progress(None)
        self.footer.set_savable(savable=whole is not None)
        self._found = ()
        self.footer.show_facts("")
        self._tell_facts()
        self.canvas.set_full(whole)

    def show_statistics(self, found: Sequence[Statistics]) -> None:
        """Of each channel of the exact result; those of the channels on screen are written."""
        self._found = tuple(found)
        self._tell_facts()

    def _tell_facts(self) -> None:
        if self._whole is not None and self._lab is not None:
            depth = self._lab.row.output_shape[0]
            self.footer.show_facts(facts(self._whole, self._found, self.outputs, depth))

    # --- how it is shown --------------------------------------------------------------------------------------

    @property
    def outputs(self) -> tuple[int, ...]:
        """The output channels on screen: one, or three as a colour."""
        return (0, 1, 2) if self._in_colour else (self._channel,)

    @property
    def _in_colour(self) -> bool:
        return self._colour and self._lab is not None and coloured(self._lab)

    def _show(self) -> None:
        if self._lab is None:
            return
        depth = self._lab.row.output_shape[0]
        self._channel = min(self._channel, depth - 1)
        if self._whole is not None and not self._whole.covers(self.outputs):
            self._drop()
        self.controls.show_channel(COLOUR if self._in_colour else self._channel)
        self.tones.buttons["signed"].setEnabled(not self._in_colour)
        if self._in_colour and self.canvas.tone == "signed":
            self.canvas.set_tone("offset")
        self.tones.choose(self.canvas.tone)
        self.canvas.show_lab(self._lab, self.outputs)
        self._tell_facts()
        self._say()

    def _channel_picked(self, at: int) -> None:
        found = self.channels.itemData(at)
        self._colour = found == COLOUR
        if not self._colour:
            self._channel = int(found)
        self._show()
        self.channel_chosen.emit(self._channel)

    def _tone_chosen(self, tone: str) -> None:
        self._by_hand = True
        self.canvas.set_tone(tone)
        self._looked()

    def _looked(self) -> None:
        """The zoom, or the range of what is seen, is another one."""
        self.controls.show_tone(self.canvas.tone, self.canvas.range)
        self.footer.show_zoom(self.canvas.view.scale)

    # --- the mouse --------------------------------------------------------------------------------------------

    def _hovered(self, pixel: Place | None, place: Place | None) -> None:
        self._under = pixel, place
        self._say()
        self.pointed.emit(None if place is None else Pointer("output", (self._channel, *place)))
        if pixel is None and place is None:
            self.pointed_at.emit("")

    def _say(self) -> None:
        """The values under the mouse: again when the kernel changes while it rests."""
        if self._lab is not None and self._under != (None, None):
            self.pointed_at.emit(spoken(self._lab, self.outputs, *self._under, self._whole))


def coloured(lab: Lab) -> bool:
    """Whether the result is a picture in colour: three channels of a photo in red, green and blue."""
    return lab.shape[0] == 3 and lab.row.output_shape[0] == 3


def fitting_tone(lab: Lab) -> str:
    """Brightness for what stays in 0…1, signed colours (or an offset) for what does not."""
    signed = isinstance(lab.layer, Conv2d | ConvTranspose2d) and bool((lab.weights[f"{lab.layer.id}.weight"] < 0).any())
    if not signed:
        return "clip"
    return "offset" if coloured(lab) else "signed"


def _begins(before: Lab, lab: Lab) -> bool:
    """Whether another example, photo or operation came; a kernel that is dragged through 0 changes no colours."""
    return before.source is not lab.source or before.preset != lab.preset or type(before.layer) is not type(lab.layer)
