"""The name of a file that is saved: its ending says what kind it is."""

from __future__ import annotations

import re
from pathlib import Path

_ENDING = re.compile(r"\.(?=[0-9]*[A-Za-z])[A-Za-z0-9]{1,4}")  # ".bmp" is one; in "kernel 1.5" there is none


def saved_as(typed: Path, kind: str, kinds: dict[str, str]) -> Path:
    """As typed; with the ending of the ``kind`` that was chosen, the first where none was, where there is no ending.

    An ending that is not among the ``kinds`` (texts by ending) stays, so that who writes the file can refuse it.

    >>> kinds = {".png": "PNG picture (*.png)", ".npy": "NumPy array (*.npy)"}
    >>> [saved_as(Path(name), kinds[".npy"], kinds).name for name in ("a", "a.png", "a.bmp", "kernel 1.5")]
    ['a.npy', 'a.png', 'a.bmp', 'kernel 1.5.npy']
    """
    if typed.suffix.lower() in kinds or _ENDING.fullmatch(typed.suffix):
        return typed
    ending = next((ending for ending, text in kinds.items() if text == kind), next(iter(kinds)))
    return typed.with_name(typed.name + ending)
