"""Where the rows of a signal lie: its channels, under each its part of the kernel, and the output's channels."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF

from ....spec.lab.links import channels_seen
from ...look.theme import CAPTION_PX
from ..scene import Part, Pointer, Scene
from ..stage.lit import valid
from ..text_size import caption_px
from .placement import Placement, placement, users

LABEL_PX, RIGHT_PX = 44, 14  # beside the rows
TICKS_PX = 16  # of the indices above and below
SUM_PX = 22  # of the sum that is written out
STRIP_PX, THIN_PX = 42, 12  # of a kernel's row: with its numbers, and as mere marks
GAP_PX, LINKS_PX = 6, 8  # between rows, and more where lines lead from the kernel to the output
MAGNIFIED_PX, LEAST_TAP_PX = 32.0, 24.0  # a tap's room where taps stood closer than the latter
LEAST_PX, MOST_PX = 26, 420  # of a row of samples
NARROWEST_PX = 2.0  # from one sample to the next; closer ones are drawn as an envelope


@dataclass(frozen=True, slots=True)
class Row:
    """``channel`` counts the input's or the output's channels; of a kernel, its slices."""

    part: Part
    channel: int
    top: float
    height: float

    @property
    def bottom(self) -> float:
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class SignalLayout:
    """``span`` is the part of the common scale that fills the width from ``left`` on."""

    rect: QRectF
    place: Placement
    span: tuple[float, float]
    rows: tuple[Row, ...]
    numbers: bool  # whether kernels have room for their numbers
    channel: int  # the output channel whose kernel is shown
    window: int  # the output where the kernel stands

    @property
    def left(self) -> float:
        return self.rect.left() + LABEL_PX

    @property
    def right(self) -> float:
        return self.rect.right() - RIGHT_PX

    @property
    def scale(self) -> float:
        """Pixels from one place of the scale to the next."""
        return (self.right - self.left) / (self.span[1] - self.span[0])

    @property
    def caption_px(self) -> int:
        """The size of small text: a little larger in a large picture."""
        return caption_px(self.rect.width(), self.rect.height())

    def number_px(self, pitch: float) -> int:
        """The size of numbers that stand so far apart."""
        return self.caption_px if pitch >= 30 else min(self.caption_px - 1, 11) if pitch >= 22 else CAPTION_PX - 2

    def x(self, place: float) -> float:
        """Where a place of the scale is."""
        return self.left + (place - self.span[0]) * self.scale

    def place_at(self, x: float) -> float:
        """The place of the scale at a pixel."""
        return self.span[0] + (x - self.left) / self.scale

    def of(self, part: Part) -> list[Row]:
        return [row for row in self.rows if row.part == part]

    def pitch(self, part: Part) -> float:
        """Pixels from a sample to the next, or from a tap to the next."""
        match part:
            case "input":
                return self.place.input_pitch * self.scale
            case "output":
                return self.place.output_pitch * self.scale
        return self.tap_px if self.magnified else self.place.dilation * self.scale

    def sample_x(self, part: Part, index: int) -> float:
        """The middle of a sample; of a kernel, of a tap where the window stands."""
        match part:
            case "input":
                return self.x(self.place.input_at(index))
            case "output":
                return self.x(self.place.output_at(index))
        if not self.magnified:
            return self.x(self.place.tap_at(self.window, index))
        order = self.place.kernel - 1 - index if self.place.transposed else index
        return self.kernel_left + (order + 0.5) * self.tap_px

    @property
    def magnified(self) -> bool:
        """Whether taps would stand too close to be seen, so that the kernel is drawn larger than the scale."""
        return self.scale < LEAST_TAP_PX

    @property
    def tap_px(self) -> float:
        """The room of a tap."""
        if not self.magnified:
            return self.scale
        return min(MAGNIFIED_PX, (self.right - self.left) / self.place.kernel)

    @property
    def window_x(self) -> float:
        """The middle of the window."""
        return self.x(self.place.tap_at(self.window, 0) + self.place.reach * (-1 if self.place.transposed else 1))

    @property
    def kernel_left(self) -> float:
        """Where a magnified kernel begins: around its window, as far as there is room."""
        wide = self.tap_px * self.place.kernel
        return min(max(self.window_x - wide / 2, self.left), self.right - wide)

    def centre(self, pointer: Pointer, scene: Scene) -> QPointF | None:
        """The middle of a cell; None where its row is not shown."""
        channel = pointer.index[1] if pointer.part == "kernel" else pointer.index[0]
        index = pointer.index[-1]
        if pointer.part == "kernel":
            index = multiplied_tap(scene, index)
        found = [row for row in self.of(pointer.part) if row.channel == channel]
        if not found:
            return None
        return QPointF(self.sample_x(pointer.part, index), found[0].top + found[0].height / 2)

    def pointer_at(self, point: QPointF, scene: Scene) -> Pointer | None:
        """The cell there; a column of a row belongs to its sample from top to bottom."""
        if not self.left - 1 <= point.x() <= self.right + 1:
            return None
        row = next((row for row in self.rows if row.top <= point.y() < row.bottom), None)
        if row is None:
            return None
        place = self.place_at(point.x())
        match row.part:
            case "input":
                i, more = self.place.nearest_input(place), 0 if self.place.transposed else self.place.padding
                return Pointer("input", (row.channel, 0, i)) if -more <= i < self.place.inputs + more else None
            case "output":
                o = self.place.nearest_output(place)
                return Pointer("output", (row.channel, 0, o)) if 0 <= o < self.place.outputs else None
        return self._tap_at(row, point.x(), scene)

    def between(self, point: QPointF) -> bool:
        """Whether a point lies among the rows, if in none of them, or beside the kernel in its row."""
        inside = self.left - 1 <= point.x() <= self.right + 1
        return inside and bool(self.rows) and self.rows[0].top <= point.y() < self.rows[-1].bottom

    def _tap_at(self, row: Row, x: float, scene: Scene) -> Pointer | None:
        if not scene.trial.lab.has_kernels:
            return None
        first, step = self.sample_x("kernel", 0), self.pitch("kernel")
        tap = round((x - first) / (-step if self.place.transposed else step))
        if not 0 <= tap < self.place.kernel or abs(x - self.sample_x("kernel", tap)) > self.tap_px / 2:
            return None
        return Pointer("kernel", (self.channel, row.channel, 0, multiplied_tap(scene, tap)))


def multiplied_tap(scene: Scene, tap: int) -> int:
    """The tap that a cell of the shown kernel becomes, and the other way round: a true convolution turns it."""
    lab = scene.trial.lab
    turned = lab.flipped and lab.has_kernels
    return int(lab.weights[f"{lab.layer.id}.weight"].shape[3]) - 1 - tap if turned else tap


def checked(scene: Scene) -> Scene:
    """The scene, without a pointer to what is no longer there since the sizes changed."""
    gone = scene.pointer is not None and not valid(scene.trial, scene.pointer)
    return replace(scene, pointer=None) if gone else scene


def standing(scene: Scene) -> int | None:
    """The output that is being looked at: pointed at, or computed last; None where there is none."""
    if scene.pointer is not None:
        return scene.pointer.index[2] if scene.pointer.part == "output" else None
    return scene.filled - 1 if 0 < scene.filled < scene.trial.positions else None


def signal_layout(rect: QRectF, scene: Scene, span: tuple[float, float] | None = None) -> SignalLayout:
    """The rows of a scene in a rectangle; ``span`` is what is seen of the common scale, else all of it."""
    geometry = scene.trial.row
    place = placement(geometry)
    shown = scene.pointer.index[0] if scene.pointer is not None and scene.pointer.part == "output" else scene.channel
    channel = min(shown, geometry.output_shape[0] - 1)
    room = rect.height() - 2 * TICKS_PX - SUM_PX - LINKS_PX
    seen = channels_seen(geometry, channel)
    inputs, outputs = range(geometry.input_shape[0]), range(geometry.output_shape[0])
    numbers = _row_px(room, inputs, outputs, len(seen) * (STRIP_PX + GAP_PX)) >= LEAST_PX * 1.5
    strip = STRIP_PX if numbers else THIN_PX
    if _row_px(room, inputs, outputs, len(seen) * (strip + GAP_PX)) < LEAST_PX:
        most = max(int((room - GAP_PX) / (2 * (LEAST_PX + GAP_PX) + strip + GAP_PX)), 1)
        inputs, outputs = _around(inputs, seen[0], most), _around(outputs, channel, most)
    count = sum(c in seen for c in inputs)
    high = min(max(_row_px(room, inputs, outputs, count * (strip + GAP_PX)), 8.0), MOST_PX)
    used = (
        (len(inputs) + len(outputs)) * high
        + count * strip
        + GAP_PX * (len(inputs) + len(outputs) + count - 1)
        + LINKS_PX
    )
    y = rect.top() + TICKS_PX + max((room + LINKS_PX - used) / 2, 0.0)
    rows = _stacked(inputs, outputs, seen, y, high, strip)
    return SignalLayout(rect, place, span or place.whole, rows, numbers, channel, _window(scene))


def _window(scene: Scene) -> int:
    """The output where the kernel stands: also over a sample that is pointed at, else where it stood last."""
    at = standing(scene)
    if at is not None:
        return at
    rest = scene.rest.index[2] if scene.rest is not None and valid(scene.trial, scene.rest) else None
    if scene.pointer is not None and scene.pointer.part == "input":
        using = users(scene.trial.row, scene.pointer.index[2])
        if using:
            return rest if rest in using else using[0]
    if rest is not None:
        return rest
    return 0 if scene.filled == scene.trial.positions else max(scene.filled - 1, 0)


def _row_px(room: float, inputs: range, outputs: range, strips: float) -> float:
    """The height of a row of samples."""
    count = len(inputs) + len(outputs)
    return (room - strips - GAP_PX * (count + 1)) / count


def _around(channels: range, middle: int, most: int) -> range:
    """At most so many channels, with the middle one among them."""
    first = min(max(middle - most // 2, 0), max(len(channels) - most, 0))
    return range(first, min(first + most, len(channels)))


def _stacked(inputs: range, outputs: range, seen: range, y: float, high: float, strip: float) -> tuple[Row, ...]:
    rows = []
    for c in inputs:
        rows.append(Row("input", c, y, high))
        y += high + GAP_PX
        if c in seen:
            rows.append(Row("kernel", c - seen[0], y, strip))
            y += strip + GAP_PX
    y += LINKS_PX
    for d in outputs:
        rows.append(Row("output", d, y, high))
        y += high + GAP_PX
    return tuple(rows)
