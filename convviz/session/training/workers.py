"""The processes of a training beside the window: torchrun, and what it starts. They always end, and it is always told.

Each worker reads its standard input, a pipe that this process holds, and ends when it is closed: on every system, and
also when the window crashes or is killed. One that hangs is killed, by the number with which it has introduced itself.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from subprocess import PIPE, Popen, TimeoutExpired
from threading import Thread
from time import monotonic, time
from typing import IO, Any

PATIENCE_S = 5.0  # between asking them to end and killing them
_NO_CONSOLE = 0x08000000  # subprocess.CREATE_NO_WINDOW, which only Windows has
_PREFIX = "convviz."
_STALE_S = 7 * 24 * 3600.0  # folders that are older belong to nobody


class Workers:
    """A launcher and its workers.

    Raises:
        OSError: the launcher cannot be started.
    """

    def __init__(self, command: list[str], environment: Mapping[str, str], folder: Path) -> None:
        hidden: dict[str, Any] = {"creationflags": _NO_CONSOLE} if sys.platform == "win32" else {}
        self._pids: set[int] = set()
        self._launcher = Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # Ctrl-C in the terminal is for the window, which ends its child itself
            **hidden,
        )

    @property
    def pid(self) -> int:
        """Of the launcher."""
        return self._launcher.pid

    def listen(self, printed: Callable[[str], object], complained: Callable[[str], object]) -> int:
        """Reads what they print, on two threads, until all have ended; the launcher's exit code.

        Without a launcher the workers end too: by themselves, or after a while by force.
        """
        launcher = self._launcher
        streams = ((launcher.stdout, printed), (launcher.stderr, complained))
        readers = [
            Thread(target=self._read, args=each, name="convviz-child-lines", daemon=True)
            for each in streams
            if each[0] is not None
        ]
        for reader in readers:
            reader.start()
        code = launcher.wait()
        self._close_input()
        if not _joined(readers):
            self._kill()
            _joined(readers)
        if not any(reader.is_alive() for reader in readers):
            for stream, _ in streams:
                if stream is not None:
                    stream.close()
        return code

    def end(self) -> None:
        """Closes the pipe that all of them read, asks the launcher to end, then kills it."""
        self._close_input()
        self._launcher.terminate()
        try:
            self._launcher.wait(PATIENCE_S)
        except TimeoutExpired:
            self._launcher.kill()
            self._launcher.wait()

    def _read(self, stream: IO[str], heard: Callable[[str], object]) -> None:
        with suppress(ValueError):  # closed meanwhile
            for line in stream:
                pid = introduced(line)
                if pid:
                    self._pids.add(pid)
                else:
                    heard(line)

    def _close_input(self) -> None:
        if self._launcher.stdin is not None:
            with suppress(OSError):
                self._launcher.stdin.close()

    def _kill(self) -> None:
        """Those that hold on to their pipes: their numbers cannot be others' yet."""
        for pid in self._pids:
            with suppress(OSError):
                os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))


def _joined(threads: list[Thread]) -> bool:
    """Whether all of them have ended in time."""
    until = monotonic() + PATIENCE_S
    for thread in threads:
        thread.join(max(until - monotonic(), 0))
    return not any(thread.is_alive() for thread in threads)


def introduced(line: str) -> int:
    """The number of a process that says so in its first line, 0 of any other line.

    >>> introduced('{"event": "process", "pid": 4711}'), introduced('{"event": "step", "step": 10}'), introduced("7")
    (4711, 0, 0)
    """
    if '"process"' not in line:
        return 0
    try:
        values = json.loads(line)
        return int(values["pid"]) if values["event"] == "process" else 0
    except (ValueError, KeyError, TypeError):
        return 0


# --- their folder -------------------------------------------------------------------------------------------------


def folder() -> tempfile.TemporaryDirectory[str]:
    """One of their own, which carries the number of this process; those of windows that were killed go.

    Raises:
        OSError: there is no room.
    """
    sweep(Path(tempfile.gettempdir()))
    return tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}.", ignore_cleanup_errors=True)


def sweep(place: Path) -> None:
    """Removes folders whose process is gone; one that cannot be asked about is left alone."""
    with suppress(OSError):
        for found in tuple(place.glob(f"{_PREFIX}*.*")):
            number = found.name.split(".")[1]
            with suppress(OSError, OverflowError):  # gone by now, or no number of a process
                if number.isdecimal() and found.is_dir() and _is_left(int(number), found):
                    rmtree(found, ignore_errors=True)


def _is_left(pid: int, found: Path) -> bool:
    """Whether a folder is nobody's. Where processes cannot be asked without harm, its age decides."""
    if time() - found.stat().st_mtime > _STALE_S:
        return True
    if sys.platform == "win32" or pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
