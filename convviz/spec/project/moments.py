"""Moments of trainings in files of their own beside an autosave: each is written once, however often that is.

The folder belongs to one autosave, and so to one window. A file is called by what it holds, and is a small ``.convviz``
with one moment in it; the autosave says which it needs. Whatever happens to such a file costs that moment alone.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from ..errors import InputError
from ..network import NetworkSpec
from ..training.checkpoint import Checkpoint
from ..training.run import Runs
from ..training.thinning import within
from ..weights import write_atomically
from .archive import Members, pack, unpack
from .arrays import Collected, arrays_from, bytes_of
from .checkpoints import checkpoint_from, checkpoint_table, sound
from .errors import damaged
from .schema import migrated, parsed, text_of
from .values import Table, get

BESIDE = ".moments"  # behind an autosave's name
MOST_BYTES_BESIDE = 384 * 2**20  # as many as the time machine holds in memory, of the run on screen and of the others
SPARE_BYTES = 512 * 2**20  # of the disk, which no moment takes
_NAME = re.compile(r"[0-9a-f]{64}", re.ASCII)


def folder_beside(autosave: Path) -> Path:
    """Where the moments of an autosave are; the folder need not exist.

    >>> folder_beside(Path("1-2.convviz")).name
    '1-2.convviz.moments'
    """
    return autosave.with_name(autosave.name + BESIDE)


def remove_beside(autosave: Path) -> None:
    """Removes all moments of an autosave, as far as the system lets it."""
    shutil.rmtree(folder_beside(autosave), ignore_errors=True)


class _NearlyFullError(InputError):
    """There is room, but it is left alone."""


class MomentFolder:
    """Keeps in step with an autosave: :meth:`take` before it is written, :meth:`drop_others` after it."""

    def __init__(self, autosave: Path) -> None:
        self.autosave = autosave
        self._folder = folder_beside(autosave)
        self._names: dict[Checkpoint, str] = {}  # known so far; "" of one that no training could go on from
        self._needed: frozenset[str] = frozenset()
        self._most_bytes = MOST_BYTES_BESIDE

    def take(self, runs: Runs, ended: Callable[[], bool] = lambda: False) -> tuple[dict[Checkpoint, str], str]:
        """Writes the moments that are not there yet: not the last of the run on screen, which an autosave holds.

        Returns the name of each that is there now, and why others are not, "" where nothing was in the way. On a nearly
        full disk the newest stay for which there is room. Where even that was not left, nothing new of this round stays
        (the autosave may need the room), and later rounds ask for half of what fitted. ``ended`` is asked before each:
        no more is written once it says so.
        """
        wanted = _wanted(runs, self._most_bytes)
        self._names = {checkpoint: name for checkpoint, name in self._names.items() if checkpoint in wanted}
        there = _files_in(self._folder)
        new: set[str] = set()
        trouble = ""
        for checkpoint, network in wanted.items():
            name = self._names.get(checkpoint)
            if name == "" or name in there:
                continue
            if ended():
                break
            try:
                new |= self._write(checkpoint, network, there)
            except _NearlyFullError as error:
                trouble = str(error)
                break
            except (OSError, InputError) as error:
                trouble = _reason(error)
                if new:  # else there is nothing to give back, and none of it to write again
                    self._most_bytes = self._bytes_of(there) // 2
                    _remove(self._folder, new)
                    there -= new
                break
        names = {checkpoint: name for checkpoint, name in self._names.items() if name in there}
        self._needed = frozenset(names.values())
        return names, trouble

    def drop_others(self) -> None:
        """Removes what the autosave that was just written does not name."""
        _remove(self._folder, _files_in(self._folder) - self._needed)

    def give_up(self) -> None:
        """Removes all of them: the autosave itself needs the room. Later rounds ask for half of what there was."""
        there = _files_in(self._folder)
        self._most_bytes = min(self._most_bytes, self._bytes_of(there) // 2)
        self._needed = frozenset()
        _remove(self._folder, there)

    def _bytes_of(self, there: set[str]) -> int:
        return sum(checkpoint.nbytes for checkpoint, name in self._names.items() if name in there)

    def _write(self, checkpoint: Checkpoint, network: NetworkSpec, there: set[str]) -> set[str]:
        """The name of a file that was written, which is ``there`` now; nothing where it was already."""
        if not sound(checkpoint):
            self._names[checkpoint] = ""
            return set()
        data = moment_bytes(checkpoint, network)
        name = self._names[checkpoint] = sha256(data).hexdigest()
        if name in there:
            return set()
        self._folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self._folder).free < SPARE_BYTES + len(data):
            raise _NearlyFullError(f"the disk has hardly more than {SPARE_BYTES // 2**20:,} MB left")
        write_atomically(self._folder / name, data)
        there.add(name)
        return {name}


class MomentsBeside:
    """Reads the moments that an autosave names, each once."""

    def __init__(self, autosave: Path) -> None:
        self._folder = folder_beside(autosave)
        self._read: dict[tuple[str, NetworkSpec], Checkpoint] = {}

    def read(self, table: Table, network: NetworkSpec) -> Checkpoint:
        """The moment of which ``table`` says the step and the file.

        Raises:
            InputError: it is missing, damaged, or another one.
        """
        name, step = get(table, "file", str), get(table, "step", int)
        if not _NAME.fullmatch(name):
            raise damaged("a moment of a training has no file")
        if (name, network) not in self._read:
            self._read[name, network] = moment_in(self._folder / name, network)
        checkpoint = self._read[name, network]
        if checkpoint.step != step:
            raise damaged(f"the moment of step {step:,} is of step {checkpoint.step:,}")
        return checkpoint


def moment_bytes(checkpoint: Checkpoint, network: NetworkSpec) -> bytes:
    """The file of one moment; the same moment gives the same bytes."""
    arrays = Collected()
    table = {"moment": checkpoint_table(arrays, checkpoint, network, "moment")}
    return pack(Members(text_of(table), bytes_of(arrays.named)))


def moment_in(path: Path, network: NetworkSpec) -> Checkpoint:
    """The moment in a file.

    Raises:
        InputError: it is missing, damaged, of another network, or holds something else.
    """
    members = unpack(path, photo=False)
    table = migrated(parsed(members.text))
    return checkpoint_from(get(table, "moment", dict), arrays_from(members.arrays), network)


def _wanted(runs: Runs, most_bytes: int) -> dict[Checkpoint, NetworkSpec]:
    """Those for which there is room, with what they are moments of: of the run on screen first, then of the newest."""
    rings = {run.number: run.checkpoints[:-1] if run.number == runs.current else run.checkpoints for run in runs.runs}
    rings, room = within(most_bytes, rings), most_bytes
    wanted: dict[Checkpoint, NetworkSpec] = {}
    for run in sorted(runs.runs, key=lambda run: (run.number == runs.current, run.number), reverse=True):
        for checkpoint in reversed(rings[run.number]):
            if checkpoint not in wanted and checkpoint.nbytes <= room:  # runs that branched off share some
                room -= checkpoint.nbytes
                wanted[checkpoint] = run.network
    return wanted


def _reason(error: Exception) -> str:
    """What the system says, without the path: it is a name that nobody has chosen."""
    cause = error.__context__ if isinstance(error, InputError) else error
    return cause.strerror if isinstance(cause, OSError) and cause.strerror else str(error)


def _files_in(folder: Path) -> set[str]:
    with suppress(OSError):
        return set(os.listdir(folder))
    return set()


def _remove(folder: Path, names: set[str]) -> None:
    for name in names:
        with suppress(OSError):
            (folder / name).unlink()
