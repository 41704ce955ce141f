"""Numbers as a person types or pastes them into the cells of a kernel, and the way back."""

from __future__ import annotations

import re
from math import isinf

import numpy as np
from numpy.typing import NDArray

from .errors import InputError

Floats = NDArray[np.float32]
LIMIT = 1e6  # the largest number a cell takes, either sign
MAX_CHARACTERS = 1_000_000  # pasted at once
LARGEST = (64, 64)  # rows, columns of a block, unless the caller has larger kernels
SHOWN = 20  # characters of a bad text that its refusal repeats

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity|∞)", re.IGNORECASE)
_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+")


def value(text: str) -> float:
    """The number that ``text`` means.

    >>> value(" −.5 "), value("1e-3")
    (-0.5, 0.001)

    Raises:
        InputError: it is not a number, or not one a cell can hold.
    """
    plain = text.strip().replace("−", "-")
    if not plain:
        raise InputError("the cell is empty; type a number such as 0.25")
    if _COMMA.fullmatch(plain):
        raise InputError(f"{_shown(plain)} has a comma; write {_shown(plain.replace(',', '.'))} with a point")
    if _NOT_FINITE.fullmatch(plain):
        raise InputError(f"{_shown(plain)} is not a finite number; type one such as 0.25")
    if len(plain) > 100 or not _NUMBER.fullmatch(plain):
        raise InputError(f"{_shown(plain)} is not a number; type one such as 0.25 or -1e-3")
    number = float(plain)
    if isinf(number) or abs(number) > LIMIT:
        raise InputError(f"{_shown(plain)} is too large; a cell takes numbers from -{LIMIT:,.0f} to {LIMIT:,.0f}")
    return number


def block(text: str, largest: tuple[int, int] = LARGEST) -> Floats:
    """Blocks of numbers (B, rows, columns): a line is a row, blank lines stand between blocks.

    Numbers are separated by tabs, as spreadsheets copy them, by semicolons or by spaces.

    >>> block("1 2\\n3 4\\n\\n5 6\\n7 8\\n").shape
    (2, 2, 2)

    Raises:
        InputError: a cell is not a number, the rows do not have one length, or there is too much of it.
    """
    if len(text) > MAX_CHARACTERS:
        raise InputError(f"the pasted text is {len(text):,} characters long, more than any kernel; copy only its cells")
    blocks = _split(text)
    if not blocks:
        raise InputError("there is nothing to paste; copy cells of a spreadsheet, or another kernel, first")
    size = len(blocks[0]), len(blocks[0][0][1])
    for rows in blocks:
        wide = max(len(cells) for _, cells in rows)
        if len(rows) > largest[0] or wide > largest[1]:
            raise InputError(
                f"the pasted block has {len(rows)} × {wide} cells; a kernel here takes at most "
                f"{largest[0]} × {largest[1]}"
            )
    for rows in blocks:
        _require_even(rows)
        if (len(rows), len(rows[0][1])) != size:
            raise InputError(
                f"the pasted blocks differ: the first has {size[0]} × {size[1]} cells, the one at line {rows[0][0]} "
                f"has {len(rows)} × {len(rows[0][1])}; copy blocks of one size"
            )
    return np.array([[_row(line, cells) for line, cells in rows] for rows in blocks], np.float32)


def text(values: Floats) -> str:
    """(h, w) or (S, h, w) values as a spreadsheet pastes them, exact to the last bit; :func:`block` reads it back.

    >>> text(np.array([[0.1, -1.0], [0.0, 2e-8]], np.float32))
    '0.1\\t-1\\n0\\t2e-08\\n'
    """
    slices = values if values.ndim == 3 else values[None]
    lines = ("".join("\t".join(_written(v) for v in row) + "\n" for row in part) for part in slices)
    return "\n".join(lines)


_Line = tuple[int, list[str]]  # its number in the text, counted from 1; its cells


def _split(text: str) -> list[list[_Line]]:
    """The cells of each block, still as text."""
    separator = next((mark for mark in ("\t", ";") if mark in text), None)
    blocks: list[list[_Line]] = [[]]
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip("\t; \xa0"):  # an empty row of a spreadsheet is copied as nothing but tabs
            blocks.append([])
        else:
            blocks[-1].append((number, line.split(separator)))
    return [rows for rows in blocks if rows]


def _require_even(rows: list[_Line]) -> None:
    wide = len(rows[0][1])
    for line, cells in rows:
        if len(cells) != wide:
            raise InputError(
                f"line {line} of the pasted text has {len(cells)} columns, the lines above it {wide}; "
                "give every row as many"
            )


def _row(line: int, cells: list[str]) -> list[float]:
    numbers = []
    for column, cell in enumerate(cells, start=1):
        try:
            numbers.append(value(cell))
        except InputError as error:
            raise InputError(f"line {line}, column {column} of the pasted text: {error}") from None
    return numbers


def _written(number: np.float32) -> str:
    return str(number).removesuffix(".0")


def _shown(text: str) -> str:
    cut = text if len(text) <= SHOWN else text[:SHOWN] + "…"
    return f"'{cut}'"
