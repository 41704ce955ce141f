"""What a crash leaves behind: every window autosaves into a file of its own, and a later one offers it again.

The moments of its trainings lie in a folder beside it: up to 384 MB for each window, and up to 1 GB of those that are
gone.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from time import time, time_ns

from PySide6.QtCore import QLockFile

from ..paths import recovery_folder
from ..spec.errors import InputError
from ..spec.weights import write_atomically

STALE_S = 86_400
MOST_LEFT_BYTES = 2**30  # moments of windows that are gone
ORIGIN = ".origin"  # behind an autosave's name: a file that names the experiment's own


class Recovery:
    """This window's autosave file, locked while it lives, and the files of windows that did not end in order."""

    def __init__(self) -> None:
        self.file = recovery_folder() / f"{os.getpid()}-{time_ns()}.convviz"
        self._lock: QLockFile | None = None
        self._taken: dict[Path, QLockFile] = {}

    def claim(self) -> bool:
        """Makes the folder and locks this window's file; False where nothing can be kept."""
        if self._lock is None:
            try:
                self.file.parent.mkdir(parents=True, exist_ok=True)
            except OSError:
                return False
            self._lock = _lock_of(self.file)
            if not self._lock.tryLock(0):
                self._lock = None
        return self._lock is not None

    def note(self, origin: Path | None) -> None:
        """Writes down which file the experiment in this window's autosave is; None where it is none yet."""
        with suppress(OSError, InputError):  # then only its name is lost
            if origin is None:
                _remove(_origin_of(self.file))
            else:
                write_atomically(_origin_of(self.file), os.fsencode(origin.absolute()))

    def origin(self, orphan: Path) -> Path | None:
        """Which file an orphan's experiment is. None where it was none, is gone, or was saved later than the orphan."""
        with suppress(OSError, ValueError):
            found = Path(os.fsdecode(_origin_of(orphan).read_bytes()))
            if found.is_file() and found.stat().st_mtime_ns <= orphan.stat().st_mtime_ns:
                return found
        return None

    def orphans(self) -> list[Path]:
        """Autosaves whose windows are gone, the newest first; other windows will not offer them meanwhile."""
        _sweep(self.file.parent)
        found = []
        for path in self.file.parent.glob("*.convviz"):
            lock = _lock_of(path)
            if path == self.file or path in self._taken or not lock.tryLock(0):
                continue
            if path.exists():
                self._taken[path] = lock
                found.append(path)
            else:  # its window ended in order at this very moment
                lock.unlock()
        return _newest_first(found)

    def has(self, path: Path) -> bool:
        """Whether ``path`` is an orphan of which this window takes care."""
        return path in self._taken

    def drop(self) -> None:
        """This window's autosave is not needed: a file holds everything."""
        _remove_both(self.file)

    def forget(self, path: Path) -> None:
        """Removes an orphan: it was restored and saved again, or is not wanted."""
        _remove_both(path)
        lock = self._taken.pop(path, None)
        if lock is not None:
            lock.unlock()

    def sweep(self) -> None:
        """Removes moments of autosaves that are gone, and of those left behind the ones for which there is no room.

        The newest keeps its own in any case. Takes its time: not for the window's thread while anybody works in it.
        """
        from ..spec.project.moments import BESIDE, folder_beside, remove_beside

        for folder in self.file.parent.glob(f"*{BESIDE}"):
            autosave = folder.with_suffix("")
            lock = _lock_of(autosave)
            if not autosave.exists() and lock.tryLock(0):  # else its window lives, and is about to write it
                remove_beside(autosave)
                lock.unlock()
        room = MOST_LEFT_BYTES
        for at, orphan in enumerate(_newest_first(list(self._taken))):
            room -= _size_of(folder_beside(orphan))
            if at and room < 0:
                remove_beside(orphan)

    def end(self, *, keep: bool = False) -> None:
        """The window ends in order: its autosave goes, unless it is to be offered next time. Then :meth:`sweep`."""
        for lock in self._taken.values():
            lock.unlock()
        self._taken.clear()
        if not keep:
            _remove_both(self.file)
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None


def _sweep(folder: Path) -> None:
    """Removes what a process killed in the midst of an autosave left, once nobody can still be writing it."""
    alone = (path for path in folder.glob(f"*{ORIGIN}") if not path.with_suffix("").exists())
    for path in (*folder.glob(".convviz.*"), *alone):
        with suppress(OSError):
            if time() - path.stat().st_mtime > STALE_S:
                path.unlink()


def _newest_first(autosaves: list[Path]) -> list[Path]:
    def written(path: Path) -> int:
        with suppress(OSError):
            return path.stat().st_mtime_ns
        return 0  # it was forgotten meanwhile

    return sorted(autosaves, key=written, reverse=True)


def _size_of(folder: Path) -> int:
    with suppress(OSError):
        return sum(path.stat().st_size for path in folder.iterdir())
    return 0


def _origin_of(autosave: Path) -> Path:
    return autosave.with_name(autosave.name + ORIGIN)


def _remove_both(autosave: Path) -> None:
    _remove(autosave)
    _remove(_origin_of(autosave))


def _remove(path: Path) -> None:
    with suppress(OSError):  # it is gone, or was never there
        path.unlink()


def _lock_of(path: Path) -> QLockFile:
    lock = QLockFile(f"{path}.lock")
    lock.setStaleLockTime(0)  # a window may live for weeks; only a dead process frees its lock
    return lock
