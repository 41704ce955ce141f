"""What is watched: faults, what must always be so, and how long the window did not answer."""

from __future__ import annotations

import logging
import traceback
import warnings
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from os import sysconf
from pathlib import Path
from time import perf_counter, thread_time

import numpy as np

from convviz.session.edits import UNDOABLE
from convviz.session.outbox import Failure
from convviz.session.writer import Saved
from convviz.spec.project import load
from convviz.spec.weights import shapes
from convviz.ui.desk import Desk

from .same import different, different_in_file

LONG_S = 0.1  # what a person feels
BEFORE = 12  # acts that are told of a problem
OF_PLATFORM = "This plugin does not support"  # what "offscreen" says of sizes


@dataclass
class Problem:
    """Something that must not be; ``acts`` led to the first of its kind."""

    text: str
    acts: list[str]
    count: int = 0


@dataclass
class Turn:
    """An act, or one turn of the event loop, in which the window did not answer."""

    cpu_s: float  # of the window's own thread: what other processes do does not count
    wall_s: float
    what: str


@dataclass
class Watch:
    """Collects what goes wrong from anywhere, and what takes long."""

    desk: Desk
    acts: deque[str] = field(default_factory=lambda: deque(maxlen=BEFORE))
    problems: dict[str, Problem] = field(default_factory=dict)
    long: list[Turn] = field(default_factory=list)
    said: Counter[str] = field(default_factory=Counter)
    saved: int = 0
    _inside: tuple[float, float] = (0.0, 0.0)  # wall and processor time of the turns within the present one
    _runs: frozenset[int] = frozenset()
    _files: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "reads what was saved"))
    _read: list[Future[None]] = field(default_factory=list)

    def note(self, kind: str, text: str) -> None:
        """Safe on any thread."""
        last = text.strip().splitlines()[-1][:200] if text.strip() else ""
        self.problems.setdefault(f"{kind}: {last}", Problem(f"{text}\n{self._there}", list(self.acts))).count += 1

    @property
    def _there(self) -> str:
        """What may explain it."""
        trainer, drive, stack = self.desk.trainer, self.desk.trainer._drive, self.desk.history.stack
        job = ("closing" if drive.closing else "waits" if drive.paused else "goes on") if drive.active else "none"
        run = trainer.run.name if trainer.run is not None else "no run"
        entries = [stack.text(at) for at in range(max(stack.index() - 3, 0), min(stack.index() + 3, stack.count()))]
        return (
            f"{run}, {trainer.status}, job {job}, began {drive.began}, cursor {trainer.cursor}, "
            f"departed {trainer.departed}; entries around {stack.index()}: {entries}"
        )

    def listen(self) -> None:
        """To the log, to which uncaught errors, Python's warnings and Qt's messages go, and to what is said."""
        logging.getLogger().addHandler(_Records(self))
        logging.captureWarnings(True)
        warnings.simplefilter("default")
        desk = self.desk
        desk.bridge.failed.connect(self._failed)
        desk.bridge.saved.connect(self._saved)
        desk.files.replaced.connect(self._forget_runs)
        desk.trainer.refused.connect(lambda text: self._say("refused", text))
        desk.trainer.told.connect(lambda text: self._say("told", text))
        for part in (desk.intents, desk.network_intents, desk.intake, desk.files, desk.train.intents):
            part.refused.connect(lambda text: self._say("refused", text))

    @contextmanager
    def turn(self, what: str) -> Iterator[None]:
        """Measures what happens inside, but for the turns in it, which are measured one by one."""
        before, self._inside = self._inside, (0.0, 0.0)
        wall, cpu = perf_counter(), thread_time()
        yield
        wall, cpu = perf_counter() - wall, thread_time() - cpu
        inside_wall, inside_cpu = self._inside
        if cpu - inside_cpu > LONG_S:
            acts = " | ".join(list(self.acts)[-3:])
            self.long.append(Turn(cpu - inside_cpu, wall - inside_wall, f"{what}, after {acts}"))
        self._inside = before[0] + wall, before[1] + cpu

    def _say(self, how: str, text: str) -> None:
        self.said[f"{how}: {text}"] += 1

    def _failed(self, failure: Failure) -> None:
        if failure.details:  # else it is a mistake of the hand
            self.note("failure", f"{failure.text}\n{failure.details}")
        self._say("failed", failure.text)

    # --- what must always be so -------------------------------------------------------------------------------

    def check(self) -> None:
        """Looks at what there is now."""
        trainer, drive, state = self.desk.trainer, self.desk.trainer._drive, self.desk.experiment.state
        for network, weights in ((state.network, state.weights), (state.origin.network, state.origin.weights)):
            if {name: array.shape for name, array in weights.items()} != shapes(network):
                self.note("state", f"the weights are not those of {network.name}")
        steps = trainer.curves.column("step")
        if not (np.diff(steps) > 0).all():
            self.note("curves", "their steps do not rise")
        if drive.closing:
            return  # it is about to change
        if not drive.active and trainer.status in ("running", "loading"):
            self.note("status", f"it is {trainer.status}, but there is no job")
        if drive.active and drive.paused is not (trainer.status == "paused"):
            self.note("status", f"it is {trainer.status}, but the job {'waits' if drive.paused else 'goes on'}")
        runs = frozenset(run.number for run in state.runs.runs)
        if self._runs - runs:
            self.note("runs", f"{len(self._runs - runs)} of them are lost")
        self._runs = runs

    def _forget_runs(self) -> None:
        self._runs = frozenset()

    def forget_run(self, number: int) -> None:
        """It is deleted on purpose."""
        self._runs -= {number}

    def undo_and_redo(self) -> None:
        """Both together change nothing, while nothing moves by itself; a past moment gives way to the newest one."""
        history, experiment, trainer = self.desk.history, self.desk.experiment, self.desk.trainer
        history.finish()
        moves = trainer.status in ("loading", "running") or trainer._drive.closing
        if not history.stack.canUndo() or moves:
            return
        before, text, names = experiment.state, history.stack.undoText(), UNDOABLE
        newest = trainer._newest(trainer._record) if trainer._record is not None else None
        if trainer.cursor is not None and newest is not None:
            before = replace(before, weights=newest)
            names = tuple(name for name in UNDOABLE if name != "origin")  # of the newest moment it is made anew
        history.undo()
        history.redo()
        trainer.lead_back()
        for name in names:
            where = different(getattr(before, name), getattr(experiment.state, name), name)
            if where:
                self.note("undone and redone", f"{text!r} gives another {where}")

    # --- files ------------------------------------------------------------------------------------------------

    def _saved(self, saved: Saved) -> None:
        if saved.path.suffix == ".convviz":
            self.saved += 1
            self._read.append(self._files.submit(self._read_back, saved))

    def _read_back(self, saved: Saved) -> None:
        try:
            where = different_in_file(saved.state, load(saved.path))
        except FileNotFoundError:
            return
        except Exception:
            self.note("file", traceback.format_exc())
            return
        if where:
            self.note("file", f"it has another {where}")

    def close(self) -> None:
        """Waits for what is still being read."""
        self._files.shutdown(wait=True)


class _Records(logging.Handler):
    def __init__(self, watch: Watch) -> None:
        super().__init__(logging.WARNING)
        self._watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if text.startswith(OF_PLATFORM):
            return
        if record.exc_info and record.exc_info[0] is not None:
            text += "\n" + "".join(traceback.format_exception(*record.exc_info))
        self._watch.note(f"{record.levelname} of {record.name}", text)


def memory_mb() -> float:
    """Of this process, now; 0.0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * sysconf("SC_PAGE_SIZE") / 2**20
