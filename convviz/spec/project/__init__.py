"""Experiments as files: ``.convviz`` is a zip of ``experiment.json``, ``arrays.safetensors`` and the Lab's ``photo``.

Everything of a State comes back, bit for bit, and what was one array stays one array: an unedited network is stored
once, and adapting weights goes on where it stopped. Nothing in a file is ever executed. For photos see :mod:`.lab`.
"""

from __future__ import annotations

from pathlib import Path

from ..errors import InputError
from ..state import State
from ..weights import write_atomically
from .archive import SUFFIX, Members, pack, unpack
from .arrays import arrays_from, bytes_of
from .errors import damaged
from .lab import note_on
from .moments import MomentsBeside
from .restore import state_from
from .runs import NONE_BESIDE, Beside
from .schema import migrated, parsed, text_of
from .table import table_of

__all__ = ["SUFFIX", "load", "load_with_note", "save", "to_bytes"]


def save(path: Path, state: State, *, moments: bool = True, beside: Beside = NONE_BESIDE) -> None:
    """Writes the experiment; all of the file or nothing. Without ``moments`` of a training only the last one.

    Moments that lie ``beside`` it, in files of their own, are named in it: see :mod:`.moments`.

    Raises:
        InputError: the file cannot be written, or the experiment is too large for one.
    """
    write_atomically(path, to_bytes(state, moments=moments, beside=beside))


def to_bytes(state: State, *, moments: bool = True, beside: Beside = NONE_BESIDE) -> bytes:
    """The bytes of the file; the same State gives the same bytes.

    >>> from convviz.spec.preparation import Preparation
    >>> from convviz.spec.presets import lecture
    >>> from convviz.spec.strokes import Drawing
    >>> from convviz.spec.weights import initial
    >>> state = State(lecture(), initial(lecture()), Drawing(), Preparation())
    >>> data = to_bytes(state)
    >>> data == to_bytes(state), len(data) - 4 * 105_506 < 10_000
    (True, True)
    """
    table, arrays, photo = table_of(state, moments, beside)
    return pack(Members(text_of(table), bytes_of(arrays), photo))


def load(path: Path, *, lab: bool = True) -> State:
    """Reads an experiment; without ``lab`` nothing of its Lab, whose photo takes long to decode.

    What is only a matter of view and does not fit (a selected unit or a mark on a channel that is not there) is left
    out; everything else that does not fit is refused.

    Raises:
        InputError: not readable, not an experiment, damaged, or written by a newer convviz.
    """
    return load_with_note(path, lab=lab)[0]


def load_with_note(path: Path, *, lab: bool = True) -> tuple[State, str]:
    """As :func:`load`, and what the user should know about it: that something could not be kept or read; or "".

    Moments that it names are read from the files beside it.
    """
    members = unpack(path, photo=lab)
    try:
        table = migrated(parsed(members.text))
        if not lab:
            table.pop("lab", None)
        notes: list[str] = []
        state = state_from(table, arrays_from(members.arrays), members.photo, notes, MomentsBeside(path).read)
        return state, "; ".join(note for note in (note_on(table), *notes) if note)
    except RecursionError:
        raise InputError(f"{path.name}: {damaged('it is nested too deeply')}") from None
    except InputError as error:  # what it quotes from the file may be endless
        reason = str(error)
        raise InputError(f"{path.name}: {reason if len(reason) <= 300 else reason[:300] + '…'}") from None
