"""A training in several processes, started from the window: ``torchrun … -m convviz train`` as a child of it.

The child is never left alone: each of its processes reads its standard input, a pipe that this one holds, and ends
when it is closed. That works on every system, and also when the window crashes or is killed.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from subprocess import PIPE, Popen, TimeoutExpired
from threading import Lock, Thread
from typing import IO, Any

from ...spec import weights as files
from ...spec.errors import InputError
from ...spec.network import NetworkSpec
from ...spec.training import TrainingSettings
from ...spec.training.processes import ChildEnded, ChildSaid, ChildStepped, options
from ...spec.training.source import DataSource
from ...spec.weights import Weights

PATIENCE_S = 5.0  # between asking the processes to end and killing them
_OURS = "convviz: "
_IMPORTED_FROM = Path(__file__).resolve().parents[3]  # a checkout need not be installed
_LINES_KEPT = 50
_NO_CONSOLE = 0x08000000  # subprocess.CREATE_NO_WINDOW, which only Windows has


class ChildTraining:
    """At most one training in processes of its own; ``put`` hears of it, on another thread.

    It is told :class:`ChildSaid`, :class:`ChildStepped` and at last, always, :class:`ChildEnded`.
    """

    def __init__(self, put: Callable[[object], object]) -> None:
        self._put = put
        self._lock = Lock()
        self._process: Popen[str] | None = None
        self._reader: Thread | None = None
        self._cancelled = False

    @property
    def running(self) -> bool:
        return self._reader is not None and self._reader.is_alive()

    def start(
        self,
        network: NetworkSpec,
        weights: Weights,
        settings: TrainingSettings,
        source: DataSource,
        processes: int = 2,
        device: str = "cpu",
    ) -> None:
        """Begins with these weights; says so in ``ChildSaid``, and returns at once.

        Raises:
            InputError: one is running, the data is only known here, or there is no room for the files it needs.
        """
        if self.running:
            raise InputError("a training in several processes is running; cancel it first")
        arguments = data_arguments(source)
        try:
            folder = tempfile.TemporaryDirectory(prefix="convviz.", ignore_cleanup_errors=True)
        except OSError as error:
            raise InputError(f"cannot write a temporary file ({error.strerror}); make room for it") from None
        begin, out = Path(folder.name) / "begin.safetensors", Path(folder.name) / "out.safetensors"
        try:
            files.save(begin, network, weights)
            arguments += ("--network", str(begin), "--out", str(out), "--device", device, *options(settings))
            process = self._popen(arguments, processes, Path(folder.name))
        except (InputError, OSError) as error:
            folder.cleanup()
            text = str(error) if isinstance(error, InputError) else f"Python could not be started: {error.strerror}"
            raise InputError(text) from None
        self._process, self._cancelled = process, False
        self._put(ChildSaid(f"starting {processes} processes"))
        self._reader = Thread(target=self._follow, args=(process, folder, out), name="convviz-child", daemon=True)
        self._reader.start()

    def cancel(self) -> None:
        """Asks the processes to end, and kills them when they do not; returns at once."""
        with self._lock:
            process, already = self._process, self._cancelled
            self._cancelled = True
        if process is not None and not already:
            Thread(target=_end, args=(process,), name="convviz-child-end", daemon=True).start()

    def close(self, timeout_s: float = 2 * PATIENCE_S) -> bool:
        """Cancels, and waits; True once everything is gone."""
        self.cancel()
        if self._reader is not None:
            self._reader.join(timeout_s)
        return not self.running

    def _popen(self, arguments: tuple[str, ...], processes: int, folder: Path) -> Popen[str]:
        threads = max(1, ((os.cpu_count() or 2) - 1) // processes)
        command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
        command += ["-m", "convviz", "train", *arguments, "--json", "--every", "10", "--until-eof"]
        command += ["--threads", str(threads)]
        here = os.pathsep.join(filter(None, (str(_IMPORTED_FROM), os.environ.get("PYTHONPATH", ""))))
        environment = {**os.environ, "PYTHONPATH": here, "OMP_NUM_THREADS": str(threads), "PYTHONUNBUFFERED": "1"}
        hidden: dict[str, Any] = {"creationflags": _NO_CONSOLE} if sys.platform == "win32" else {}
        return Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # Ctrl-C in the terminal is for the window, which ends its child itself
            **hidden,
        )

    # --- on threads of its own --------------------------------------------------------------------------------

    def _follow(self, process: Popen[str], folder: tempfile.TemporaryDirectory[str], out: Path) -> None:
        """Reads until the end of the child, and says how it ended."""
        said: deque[str] = deque(maxlen=_LINES_KEPT)
        assert process.stdout is not None
        assert process.stderr is not None
        errors = Thread(target=self._listen, args=(process.stderr, said), name="convviz-child-errors", daemon=True)
        errors.start()
        try:
            for line in process.stdout:
                message = understood(line)
                if message is not None:
                    self._put(message)
            code = process.wait()
            errors.join()
            _close(process)
            ended = self._ended(code, said, out)
        except Exception as error:  # whatever it was, somebody waits to hear that it has ended
            _end(process)
            ended = ChildEnded(f"the processes could not be followed ({error})")
        finally:
            folder.cleanup()
        with self._lock:
            self._process = None
        self._put(ended)

    def _listen(self, stream: IO[str], said: deque[str]) -> None:
        for line in stream:
            if line.strip():
                said.append(line.strip())
            if line.startswith(_OURS):
                self._put(ChildSaid(line.strip().removeprefix(_OURS)))

    def _ended(self, code: int, said: deque[str], out: Path) -> ChildEnded:
        if self._cancelled:
            return ChildEnded("cancelled; nothing of it is kept", cancelled=True)
        if code == 0:
            try:
                network, weights = files.load(out)
                return ChildEnded("done", network=network, weights=weights)
            except InputError as error:
                return ChildEnded(f"it left no weights: {error}")
        return ChildEnded(why(tuple(said)))


def data_arguments(source: DataSource) -> tuple[str, ...]:
    """``--data …`` for a source.

    Raises:
        InputError: drawings that were kept are known to the window only.
    """
    if source.kind == "handwriting":
        raise InputError("other processes do not have your own handwriting; choose other data for this")
    folder = None if source.folder is None else source.folder.absolute()  # the child works in another folder
    return ("--data", replace(source, folder=folder).text)


def understood(line: str) -> object | None:
    """What a line of the child means; None for one that means nothing here.

    >>> understood('{"event": "step", "step": 10, "steps": 50, "epoch": 1, "loss": 0.5, "images_per_s": 900}')
    ChildStepped(step=10, steps=50, epoch=1, loss=0.5, images_per_s=900.0, accuracy=None)
    >>> understood("hello")
    """
    try:
        values = json.loads(line)
        if values["event"] not in ("step", "epoch"):
            return None
        shares = tuple(float(share) for share in values.get("accuracy", {}).values())
        accuracy = sum(shares) / len(shares) if shares else None
        speed, loss = float(values["images_per_s"]), float(values["loss"])
        return ChildStepped(int(values["step"]), int(values["steps"]), int(values["epoch"]), loss, speed, accuracy)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def why(said: tuple[str, ...]) -> str:
    """The sentence in what the processes said on stderr: ours if there is one, else the last line.

    >>> why(("convviz: error: no such data", "Traceback …", "exitcode: 2"))
    'no such data'
    >>> why(())
    'the processes ended without a word; run the command in a terminal to see more'
    """
    ours = [line for line in said if line.startswith(f"{_OURS}error: ")]
    own = [line for line in ours if "has lost the others" not in line] or ours
    if own:
        return own[0].removeprefix(f"{_OURS}error: ")
    if said:
        return f"the processes ended: {said[-1][:200]}"
    return "the processes ended without a word; run the command in a terminal to see more"


def _end(process: Popen[str]) -> None:
    """Closes the pipe that all processes read, asks their launcher to end, then kills it."""
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
    process.terminate()
    try:
        process.wait(PATIENCE_S)
    except TimeoutExpired:
        process.kill()
        process.wait()


def _close(process: Popen[str]) -> None:
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()
