"""An input as a person types or pastes it, and the way back."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from ..cells import LIMIT, MAX_CHARACTERS, value
from ..errors import InputError
from .source import Grid

Floats = NDArray[np.float32]
NAME = "typed numbers"
MOST_SHOWN = 4096  # numbers that :func:`written` makes a text of

_LIST = re.compile(r",(?=\s|$)")  # a comma between numbers, as in "1, 2"
_WORD = re.compile(r"\S+")
_DECIMAL = re.compile(r"([+\-−]?\d*),(\d+)")
_NEXT_CHANNEL = re.compile(r"[\])]\s*[\])]\s*(?:,\s*)?[\[(]\s*[\[(]")  # of lists of lists, as programs print them
_NEXT_ROW = re.compile(r"[\])][ \t]*(?:,[ \t]*)?[\[(]")
_BRACKETS = str.maketrans("", "", "()[]")

_Line = tuple[int, list[str]]  # its number in the text, counted from 1; its cells


def parsed(text: str) -> Grid:
    """The numbers of a text. A line is a row; a blank line stands between channels.

    One row, or one number a line, is a signal. Numbers are separated by spaces, tabs, semicolons or ", ". Lists of
    lists in brackets are rows and channels.

    >>> parsed("1, 2, 3, 4").values.shape, parsed("1\\n2\\n3").values.shape
    ((1, 1, 4), (1, 1, 3))
    >>> parsed("1 2\\n3 4\\n\\n5 6\\n7 8").values.shape
    (2, 2, 2)

    Raises:
        InputError: a cell is no number, or empty; rows or channels differ in size; there are none, or too many.
    """
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"the text is {len(text):,} characters long; take at most {MAX_CHARACTERS:,}, or save it as a WAV file"
        )
    channels = _channels(text)
    if not channels:
        raise InputError("there are no numbers; type some, such as 1, 2, 3, 4")
    height, width = len(channels[0]), len(channels[0][0][1])
    for at, rows in enumerate(channels):
        for line, cells in rows:
            if len(cells) != width:
                raise InputError(f"line {line} has {_count(cells)}, the lines above it {width}; give every row as many")
        if len(rows) != height:
            raise InputError(
                f"the channels differ: channel 0 has {height} × {width} numbers, channel {at} {len(rows)} × {width}; "
                "give all as many, with one blank line between channels"
            )
    values = _values(channels).astype(np.float32).reshape(len(channels), height, width)
    return Grid(values.transpose(0, 2, 1) if width == 1 else values, NAME)


def written(values: Floats) -> str:
    """An input (C, H, W) as :func:`parsed` reads it, exact to the last bit; "" for more than ``MOST_SHOWN`` numbers.

    >>> written(np.array([[[1, -2.5, 3]]], np.float32)), written(np.array([[[1, 20], [0, 3]]], np.float32))
    ('1, -2.5, 3', '1  20\\n0   3')
    """
    if values.size > MOST_SHOWN:
        return ""
    if values.shape[1] == 1:
        return "\n\n".join(", ".join(_text(v) for v in channel[0]) for channel in values)
    return "\n\n".join(_aligned([[_text(v) for v in row] for row in channel]) for channel in values)


def _text(number: np.float32) -> str:
    return str(number).removesuffix(".0")


def _aligned(cells: list[list[str]]) -> str:
    wide = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join("  ".join(cell.rjust(w) for cell, w in zip(row, wide, strict=True)) for row in cells)


def _count(cells: list[str]) -> str:
    return "1 number" if len(cells) == 1 else f"{len(cells)} numbers"


def _channels(text: str) -> list[list[_Line]]:
    """The cells of each channel, still as text."""
    channels: list[list[_Line]] = [[]]
    if "[" in text:
        text = text.replace(",", ", ")  # a program's list: its decimal sign is the point
    lines = _NEXT_ROW.sub("\n", _NEXT_CHANNEL.sub("\n\n", text)).translate(_BRACKETS).splitlines()
    for number, line in enumerate(lines, start=1):
        if not line.strip("\t; \xa0"):  # an empty row of a spreadsheet is copied as nothing but tabs
            channels.append([])
        else:
            channels[-1].append((number, _cells(line)))
    return [rows for rows in channels if rows]


def _cells(line: str) -> list[str]:
    """The cells of a line. Where tabs, semicolons or commas separate them, two in a row have an empty one between."""
    mark = next((mark for mark in ("\t", ";") if mark in line), None)
    if mark is not None:
        return line.split(mark)
    listed = line.strip()
    if ", " not in listed:
        listed = _WORD.sub(lambda found: _spread(found[0]), listed)
    if _LIST.search(listed):
        cells = _LIST.split(listed)
        return cells[:-1] if not cells[-1].strip() else cells  # "1, 2," ends with a comma
    return listed.split()


def _spread(word: str) -> str:
    """ "1,2,3" as a list: with two commas it is no decimal number."""
    return word.replace(",", ", ") if word.count(",") > 1 else word


def _values(channels: list[list[_Line]]) -> NDArray[np.float64]:
    """All numbers in a row: at once where that works, else one by one, which tells the cell that is wrong."""
    cells = [cell for rows in channels for _, row in rows for cell in row]
    if not any("_" in cell for cell in cells):  # Python's idea of a number, not a person's
        try:
            values = np.array([float(cell) for cell in cells])
        except ValueError:
            values = np.array([np.nan])
        if np.isfinite(values).all() and np.abs(values).max() <= LIMIT:
            return values
    return np.array(
        [_number(line, column, cell) for rows in channels for line, row in rows for column, cell in _at(row)]
    )


def _at(row: list[str]) -> enumerate[str]:
    return enumerate(row, start=1)


def _number(line: int, column: int, cell: str) -> float:
    comma = _DECIMAL.fullmatch(cell.strip())
    try:
        if comma:
            whole, rest = comma.groups()
            raise InputError(
                f"'{whole},{rest}' has a comma; write {whole}.{rest} for one number, or {whole}, {rest} for two"
            )
        return value(cell)
    except InputError as error:
        raise InputError(f"line {line}, number {column}: {error}") from None
