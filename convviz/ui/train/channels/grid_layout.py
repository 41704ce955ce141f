"""Where channels lie: blocks of a name above three rows of three pictures. Pure arithmetic, in logical pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QRect

ACROSS = 3  # pictures side by side in a block
NAME_PX, SIDE_PX, VALUE_PX = 18, 40, 13  # heights: of the name, a picture, the value below it
BESIDE_PX, BELOW_PX = 4, 3  # between pictures
GAP_PX, MOST_GAP_PX = 16, 64  # between blocks


class Spot(NamedTuple):
    """Something in a block: picture ``number``, or the name of the channel, -1."""

    channel: int
    number: int


@dataclass(frozen=True, slots=True)
class GridLayout:
    """``channels`` blocks of ``pictures`` each, in a widget ``width`` wide.

    >>> layout = GridLayout(32, 9, 680)
    >>> layout.columns, layout.height, layout.rect(Spot(1, 4)).y()
    (4, 1600, 74)
    """

    channels: int
    pictures: int
    width: int

    @property
    def block(self) -> tuple[int, int]:
        """(width, height) of a block."""
        lines = -(-self.pictures // ACROSS)
        wide = ACROSS * (SIDE_PX + BESIDE_PX) - BESIDE_PX
        return wide, NAME_PX + lines * (SIDE_PX + VALUE_PX + BELOW_PX)

    @property
    def columns(self) -> int:
        """Blocks side by side."""
        return max((self.width + GAP_PX) // (self.block[0] + GAP_PX), 1)

    @property
    def pitch(self) -> int:
        """From a block to the one beside it: gaps take the room that is left."""
        if self.columns == 1:
            return self.block[0] + GAP_PX
        return min((self.width - self.block[0]) // (self.columns - 1), self.block[0] + MOST_GAP_PX)

    @property
    def height(self) -> int:
        lines = -(-self.channels // self.columns)
        return max(lines * (self.block[1] + GAP_PX) - GAP_PX, 1)

    def rect(self, spot: Spot) -> QRect:
        """A picture, or a name."""
        line, column = divmod(spot.channel, self.columns)
        x, y = column * self.pitch, line * (self.block[1] + GAP_PX)
        if spot.number < 0:
            return QRect(x, y, self.block[0], NAME_PX - 2)
        down, across = divmod(spot.number, ACROSS)
        return QRect(
            x + across * (SIDE_PX + BESIDE_PX), y + NAME_PX + down * (SIDE_PX + VALUE_PX + BELOW_PX), SIDE_PX, SIDE_PX
        )

    def spot_at(self, x: int, y: int) -> Spot | None:
        """What lies at a place."""
        line, column = y // (self.block[1] + GAP_PX), x // self.pitch
        channel = line * self.columns + column
        if not (0 <= column < self.columns and 0 <= channel < self.channels):
            return None
        spots = (Spot(channel, number) for number in range(-1, self.pictures))
        return next((spot for spot in spots if self.rect(spot).contains(x, y)), None)

    def within(self, top: int, bottom: int) -> range:
        """The channels whose blocks reach into these lines of pixels."""
        pitch = self.block[1] + GAP_PX
        return range(max(top // pitch, 0) * self.columns, min((bottom // pitch + 1) * self.columns, self.channels))

    def moved(self, spot: Spot, down: int, right: int) -> Spot:
        """The neighbour of a spot; itself at the edge."""
        (channel, number), lines = spot, -(-self.pictures // ACROSS)
        across = max(number, 0) % ACROSS
        line = number // ACROSS if number >= 0 else -1
        if right and number < 0:
            channel += right
        elif right:
            across += right
            channel += across // ACROSS  # -1, 0 or 1
            across %= ACROSS
        line += down
        if line < -1:
            channel, line = channel - self.columns, lines - 1
        elif line >= lines:
            channel, line = channel + self.columns, -1
        number = -1 if line < 0 else min(line * ACROSS + across, self.pictures - 1)
        return Spot(channel, number) if 0 <= channel < self.channels else spot
