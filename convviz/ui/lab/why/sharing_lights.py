"""What lights up together: each view of a convolution, seen from entries of the big matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ....spec.arithmetic.taps import Places
from ....spec.lab.lab import Lab
from ....spec.lab.links import taps_of
from ....spec.lab.sharing import MOST_ENTRIES, Sharing, cut_off, entry_count, sharing
from ....spec.network import ConvTranspose2d
from ...look.numbers import exact, typeset
from ..scene import Pointer
from .cells import Mask

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Lights:
    """Some entries of the big matrix, among them those that are meant, and a sentence about them."""

    entries: Mask
    meant: Mask | None = None
    pointer: Pointer | None = None
    sentence: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Finds the lights of a Lab whose operation is a convolution."""

    lab: Lab
    sharing: Sharing

    @classmethod
    def of(cls, lab: Lab) -> Links | None:
        """None where there are no kernels, or too many products."""
        if not lab.has_kernels or entry_count(lab.row) > MOST_ENTRIES:
            return None
        return cls(lab, sharing(lab.row))

    # --- from what is pointed at ------------------------------------------------------------------------------

    def of_pointer(self, pointer: Pointer) -> Lights | None:
        """The lights of a cell of the input, a kernel as it is shown, or the output; None for one that is not there."""
        shapes = {"kernel": self.sharing.kernel_shape, "output": self.sharing.row.output_shape}
        shape = shapes.get(pointer.part)
        if shape is not None and not all(0 <= n < size for n, size in zip(pointer.index, shape, strict=True)):
            return None
        match pointer.part:
            case "kernel":
                return self.of_weight(self._turned(pointer.index))
            case "output":
                return self.of_output(pointer.index)
        return self.of_input(pointer.index)

    def of_weight(self, index: Shape) -> Lights:
        """All places of one weight, as it is multiplied."""
        entries = self.sharing.with_weight(index)
        pointer = Pointer("kernel", self._turned(index))
        value = float(self.lab.multiplied["conv.weight"][index])
        text = f"{self._named(pointer.index)} = {exact(value)} {self._used(int(entries.sum()))}"
        return Lights(entries, None, pointer, typeset(text))

    def _named(self, index: Shape) -> str:
        """A weight as it is shown."""
        d, c, i, j = index
        depth, seen = self.sharing.kernel_shape[:2]
        of = [f"kernel {d}"] if depth > 1 else []
        of += [f"channel {c}"] if seen > 1 else []
        place = f"column {j}" if self.lab.dims == 1 else f"row {i}, column {j}"
        return f"Weight ({place})" + (f" of {', '.join(of)}" if of else "")

    def _used(self, entries: int) -> str:
        used, missing = cut_off(self.sharing.row, entries)
        stands = f"it stands in the matrix {_often(entries)}."
        if isinstance(self.lab.layer, ConvTranspose2d):
            cut = f", {missing:,} of the products cut off at the rim" if missing else ""
            return f"is multiplied with {_counted(used, 'value')} of the input{cut}: {stands}"
        cut = f", {missing:,} of them in the padding" if missing else ""
        return f"is used at {_counted(used, 'position')}{cut}: {stands}"

    def of_output(self, index: Shape) -> Lights:
        """An output (d, y, x): its row of the big matrix."""
        entries = self.sharing.with_output(index)
        size = self.sharing.matrix_shape[1]
        text = f"One output is one row: {_counted(int(entries.sum()), 'weight')} in {size:,} places, all others are 0."
        return Lights(entries, None, Pointer("output", index), text)

    def of_input(self, index: Shape) -> Lights:
        """An input (c, y, x): its column of the big matrix."""
        entries = self.sharing.with_input(index)
        text = f"One input is one column: it is multiplied {_often(int(entries.sum()))}."
        return Lights(entries, None, Pointer("input", index), text)

    def nearest(self, row: int, column: int, reach: int) -> tuple[int, int]:
        """The weight of the big matrix that is nearest to a place and no more than ``reach`` away, or the place."""
        away = np.maximum(np.abs(self.sharing.outputs - row), np.abs(self.sharing.inputs - column))
        found = int(away.argmin()) if away.size else 0
        if not away.size or away[found] > reach:
            return row, column
        return int(self.sharing.outputs[found]), int(self.sharing.inputs[found])

    def of_place(self, row: int, column: int) -> Lights:
        """A place of the big matrix, which may be one without a weight."""
        one = (self.sharing.outputs == row) & (self.sharing.inputs == column)
        if not one.any():
            index = tuple(int(n) for n in np.unravel_index(row, self.sharing.row.output_shape))
            lights = self.of_output(index)
            return Lights(lights.entries, None, lights.pointer, "0: this output does not see that input.")
        one &= np.arange(len(one)) == one.argmax()  # wrapped padding can put several weights there
        weight = np.unravel_index(int(self.sharing.weights[one.argmax()]), self.sharing.kernel_shape)
        found = self.of_weight(tuple(int(n) for n in weight))
        return Lights(found.entries, one, found.pointer, found.sentence)

    def of_patch(self, tap: int, position: int) -> Lights:
        """A place of the patch matrix: what one tap reads at one position."""
        entries = (self.sharing.patch_rows == tap) & (self.sharing.patch_columns == position)
        channel, i, j = np.unravel_index(tap, (self.sharing.row.input_shape[0], *self.sharing.kernel_shape[2:]))
        y, x = np.unravel_index(position, self.sharing.row.output_shape[1:])
        found = taps_of(self.sharing.row, int(y), int(x))
        row, column = found.rows[int(i)], found.columns[int(j)]
        if row is None or column is None:
            return Lights(entries, None, None, "Under this tap lies no input here.")
        text = "A column is a patch: what the window reads at one position."
        if not entries.any():
            text = "This tap lies in the padding."
        return Lights(entries, entries, Pointer("input", (int(channel), row, column)), text)

    def of_factor(self, channel: int, tap: int) -> Lights | None:
        """A place of the kernel matrix (D, C·h·w); None where a group does not read."""
        depth, seen, *window = self.sharing.kernel_shape
        c, i, j = (int(n) for n in np.unravel_index(tap, (self.sharing.row.input_shape[0], *window)))
        first = channel // (depth * seen // self.sharing.row.input_shape[0]) * seen
        return self.of_weight((channel, c - first, i, j)) if 0 <= c - first < seen else None

    # --- to what is shown -------------------------------------------------------------------------------------

    def inputs(self, entries: Mask) -> Mask:
        """(C, H, W)"""
        return _marked(self.sharing.row.input_shape, self.sharing.inputs[entries])

    def outputs(self, entries: Mask) -> Mask:
        """(D, H′, W′)"""
        return _marked(self.sharing.row.output_shape, self.sharing.outputs[entries])

    def kernels(self, entries: Mask) -> Mask:
        """(D · C / groups, h, w), as they are shown."""
        shape = self.sharing.kernel_shape
        found = _marked(shape, self.sharing.weights[entries]).reshape(-1, *shape[2:])
        return found[:, ::-1, ::-1] if self.lab.flipped else found

    def patches(self, entries: Mask, shape: tuple[int, int]) -> Mask:
        """(1, C·h·w, H′·W′)"""
        found = np.zeros((1, *shape), np.bool_)
        found[0, self.sharing.patch_rows[entries], self.sharing.patch_columns[entries]] = True
        return found

    def factors(self, entries: Mask, taps: int) -> Mask:
        """(1, D, C·h·w)"""
        depth = self.sharing.kernel_shape[0]
        found = np.zeros((1, depth, taps), np.bool_)
        channels = self.sharing.outputs[entries] // (self.sharing.matrix_shape[0] // depth)
        found[0, channels, self.sharing.patch_rows[entries]] = True
        return found

    def matrix(self, entries: Mask) -> Mask:
        """(1, D·H′·W′, C·H·W)"""
        found = np.zeros((1, *self.sharing.matrix_shape), np.bool_)
        found[0, self.sharing.outputs[entries], self.sharing.inputs[entries]] = True
        return found

    def _turned(self, index: Shape) -> Shape:
        """Between a kernel as it is shown and as it is multiplied."""
        if not self.lab.flipped:
            return index
        high, wide = self.sharing.kernel_shape[2:]
        return index[0], index[1], high - 1 - index[2], wide - 1 - index[3]


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _often(count: int) -> str:
    return "once" if count == 1 else _counted(count, "time")


def _marked(shape: Shape, places: Places) -> Mask:
    found = np.zeros(int(np.prod(shape)), np.bool_)
    found[places] = True
    return found.reshape(shape)
