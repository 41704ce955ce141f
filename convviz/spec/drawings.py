"""Drawings in JSON files: strokes in any units, y down, with the digit they are meant to be."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from .errors import InputError
from .strokes import Drawing, placed

MAX_FILE_BYTES = 200 * 2**20


@dataclass(frozen=True, slots=True, eq=False)
class LabelledDrawing:
    """A drawing as the pad would hold it, and its label as the file has it (None without one)."""

    drawing: Drawing
    label: str | None


def load(path: Path) -> tuple[LabelledDrawing, ...]:
    """The drawings of a file: ``[{"strokes": [[[x, y], …], …], "label": 3}, …]``, or a single such object.

    Raises:
        InputError: not readable, not JSON, or not drawings, with the number of the drawing that is wrong.
    """
    try:
        if not path.is_file():
            raise InputError(f"{path} is {'a folder' if path.is_dir() else 'not there'}; give a file of drawings")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InputError(f"{path.name} is larger than {MAX_FILE_BYTES // 2**20} MB; split it into smaller files")
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from None
    return parse(data, path.name)


def parse(data: bytes, name: str) -> tuple[LabelledDrawing, ...]:
    """The drawings in the bytes of a JSON file called ``name``; see :func:`load`.

    >>> found = parse(b'[{"strokes": [[[0, 0], [1, 2]]], "label": 1}]', "one.json")
    >>> found[0].label, len(found[0].drawing.strokes)
    ('1', 1)
    """
    try:
        value = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except InputError as error:
        raise InputError(f"{name}: {error}") from None
    except RecursionError:
        raise InputError(f"{name} is nested too deeply to be drawings") from None
    except UnicodeDecodeError:
        raise InputError(f"{name} is not JSON: it is not UTF-8 text") from None
    except ValueError as error:
        reason = str(error).split(";")[0]
        raise InputError(f"{name} is not valid JSON: {reason}") from None
    items = [value] if isinstance(value, dict) else value
    if not isinstance(items, list):
        raise InputError(f'{name} must hold a list of drawings, [{{"strokes": [[[x, y], …], …]}}, …]')
    if not items:
        raise InputError(f"{name} holds no drawings")
    return tuple(_drawing(item, f"{name}, drawing {index}") for index, item in enumerate(items))


def _no_constant(text: str) -> NoReturn:
    raise InputError(f"{text} is not a number that JSON knows; coordinates must be finite")


def _drawing(item: Any, where: str) -> LabelledDrawing:
    if not isinstance(item, dict) or "strokes" not in item:
        raise InputError(f'{where}: it must be an object with "strokes", a list of lists of [x, y] points')
    strokes, label = item["strokes"], item.get("label")
    if not isinstance(strokes, Sequence) or isinstance(strokes, str):
        raise InputError(f'{where}: its "strokes" must be a list of lists of [x, y] points')
    if label is not None and (isinstance(label, bool) or not isinstance(label, str | int)):
        raise InputError(f'{where}: its label must be the name of a class, as 3 or "3"')
    try:
        text = None if label is None else str(label).encode("utf-8", "replace").decode()  # lone surrogates
        return LabelledDrawing(placed(strokes), text)
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
