"""A training in several processes, started from the window: ``torchrun … -m convviz train`` as a child of it."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Lock, Thread

from ...spec import weights as files
from ...spec.channels import Channel
from ...spec.errors import InputError
from ...spec.network import NetworkSpec
from ...spec.training import TrainingSettings
from ...spec.training.freezing import frozen_text
from ...spec.training.processes import ChildEnded, ChildSaid, options
from ...spec.training.source import DataSource
from ...spec.weights import Weights
from . import workers
from .child_end import OURS, why
from .child_run import ChildRun
from .workers import Workers

_IMPORTED_FROM = Path(__file__).resolve().parents[3]  # a checkout need not be installed
_LINES_KEPT = 50
_BEGIN, _OUT, _KEPT = "begin.safetensors", "out.safetensors", "kept.safetensors"


class ChildTraining:
    """At most one training in processes of its own; ``put`` hears of it, on another thread.

    It is told :class:`ChildSaid`, :class:`ChildStepped` and at last, always, :class:`ChildEnded`.
    """

    def __init__(self, put: Callable[[object], object]) -> None:
        self._put = put
        self._lock = Lock()
        self._workers: Workers | None = None
        self._follower: Thread | None = None
        self._cancelled = False

    @property
    def running(self) -> bool:
        return self._follower is not None and self._follower.is_alive()

    def start(
        self,
        network: NetworkSpec,
        weights: Weights,
        settings: TrainingSettings,
        source: DataSource,
        processes: int = 2,
        device: str = "cpu",
        frozen: frozenset[Channel] = frozenset(),
    ) -> None:
        """Begins with these weights, and returns at once; what it needs is written and started on another thread.

        Raises:
            InputError: one is running, or the data is only known here.
        """
        if self.running:
            raise InputError("a training in several processes is running; cancel it first")
        arguments = (*data_arguments(source), "--device", device, *options(settings), *freezing(frozen, network))
        self._cancelled = False
        args = (arguments, network, weights, ChildRun(network, settings, source, processes, device, frozen))
        self._follower = Thread(target=self._follow, args=args, name="convviz-child", daemon=True)
        self._follower.start()

    def cancel(self) -> None:
        """Asks the processes to end, and kills them when they do not; returns at once."""
        with self._lock:
            process, already = self._workers, self._cancelled
            self._cancelled = True
        if process is not None and not already:
            Thread(target=process.end, name="convviz-child-end", daemon=True).start()

    def close(self, timeout_s: float = 4 * workers.PATIENCE_S) -> bool:
        """Cancels, and waits; True once everything is gone."""
        self.cancel()
        if self._follower is not None:
            self._follower.join(timeout_s)
        return not self.running

    # --- on threads of its own --------------------------------------------------------------------------------

    def _follow(self, arguments: tuple[str, ...], network: NetworkSpec, weights: Weights, run: ChildRun) -> None:
        """Starts the child, reads until its end, and says how it ended."""
        try:
            with workers.folder() as name:
                folder = Path(name)
                files.save(folder / _BEGIN, network, weights)
                ended = self._listened(self._begun(arguments, folder, run.processes), folder, run)
        except InputError as error:
            ended = ChildEnded(str(error))
        except OSError as error:
            ended = ChildEnded(f"cannot write a temporary file ({error.strerror}); make room for it")
        except Exception as error:  # whatever it was, somebody waits to hear that it has ended
            ended = ChildEnded(f"the processes could not be followed ({error})")
        with self._lock:
            self._workers = None
        self._put(ended)

    def _begun(self, arguments: tuple[str, ...], folder: Path, processes: int) -> Workers | None:
        """None where it was cancelled before it began."""
        arguments += ("--network", str(folder / _BEGIN), "--out", str(folder / _OUT))
        arguments += ("--checkpoint", str(folder / _KEPT))
        with self._lock:
            if self._cancelled:
                return None
            self._workers = _started(arguments, processes, folder)
        self._put(ChildSaid(f"starting {processes} processes"))
        return self._workers

    def _listened(self, process: Workers | None, folder: Path, run: ChildRun) -> ChildEnded:
        said: deque[str] = deque(maxlen=_LINES_KEPT)

        def printed(line: str) -> None:
            message = run.heard(line)
            if message is not None:
                self._put(message)

        def complained(line: str) -> None:
            if line.strip():
                said.append(line.strip())
            if line.startswith(OURS):
                self._put(ChildSaid(line.strip().removeprefix(OURS)))

        code = 0
        if process is not None:
            try:
                code = process.listen(printed, complained)
            except Exception:
                process.end()
                raise
        text = why(tuple(said), code, run.processes)
        return run.ended(code, self._cancelled, text, folder / _OUT, folder / _KEPT)


def _started(arguments: tuple[str, ...], processes: int, folder: Path) -> Workers:
    """
    Raises:
        InputError: Python cannot be started.
    """
    threads = max(1, ((os.cpu_count() or 2) - 1) // processes)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    command += ["-m", "convviz", "train", *arguments, "--json", "--every", "1", "--until-eof"]
    command += ["--threads", str(threads)]
    here = os.pathsep.join(filter(None, (str(_IMPORTED_FROM), os.environ.get("PYTHONPATH", ""))))
    more = {"PYTHONPATH": here, "OMP_NUM_THREADS": str(threads), "PYTHONUNBUFFERED": "1"}
    try:
        return Workers(command, {**os.environ, **more}, folder)
    except OSError as error:
        raise InputError(f"Python could not be started: {error.strerror}") from None


def data_arguments(source: DataSource) -> tuple[str, ...]:
    """``--data …`` for a source.

    Raises:
        InputError: drawings that were kept are known to the window only.
    """
    if source.kind == "handwriting":
        raise InputError("other processes do not have your own handwriting; choose other data for this")
    folder = None if source.folder is None else source.folder.absolute()  # the child works in another folder
    return ("--data", replace(source, folder=folder).text)


def freezing(frozen: frozenset[Channel], network: NetworkSpec) -> tuple[str, ...]:
    """``--freeze …``, or nothing where every kernel learns."""
    text = frozen_text(frozen, network)
    return ("--freeze", text) if text else ()
