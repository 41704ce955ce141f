"""A training in processes of its own as a run: its curves from what it prints, its weights from what it writes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

from ...spec import weights as files
from ...spec.channels import Channel
from ...spec.errors import InputError
from ...spec.network import NetworkSpec
from ...spec.training import TrainingSettings, checkpoint_file
from ...spec.training.processes import ChildEnded, ChildSaid, ChildStepped
from ...spec.training.run import Frozen, Run, Status
from ...spec.training.source import DataSource
from .gathering import SAY_S
from .log import Log


class ChildRun:
    """Grows by the lines of the first process, one a step; what is told of them is fewer.

    >>> from convviz.spec.presets import lecture
    >>> found = ChildRun(lecture(), TrainingSettings(epochs=2), DataSource(), 2, "cpu")
    >>> found.take({"event": "step", "step": 10, "steps": 40, "epoch": 1, "loss": 0.5, "images_per_s": 900})
    ChildStepped(step=10, steps=40, epoch=1, loss=0.5, images_per_s=900.0, accuracy=None)
    >>> found.run("stopped").curves.steps[0, :3].tolist()
    [10.0, 0.5, 0.5]
    """

    def __init__(
        self,
        network: NetworkSpec,
        settings: TrainingSettings,
        source: DataSource,
        processes: int,
        device: str,
        frozen: frozenset[Channel] = frozenset(),
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._clock, self._said = clock, float("-inf")
        left = (Frozen(0, frozen),) if frozen else ()
        self._run = Run(0, network, settings, source, device=device, frozen=left)
        self._log, self.processes = Log(self._run.curves), processes
        self._diverged = False

    def heard(self, line: str) -> object | None:
        """What a line means to a person; None for one that means nothing here."""
        try:
            values = json.loads(line)
            return self.take(values) if isinstance(values, dict) else None
        except (ValueError, KeyError, TypeError, AttributeError):
            return None

    def take(self, values: dict[str, Any]) -> ChildStepped | ChildSaid | None:
        """Writes down a step or an epoch; None where a step was told of a moment ago.

        Raises:
            KeyError, TypeError, ValueError: it is none of the lines that ``convviz train`` prints.
        """
        if values["event"] == "loading":
            return ChildSaid(_loading(str(values["what"]), int(values["done"]), int(values["total"])))
        if values["event"] == "diverged":
            self._diverged = True
        if values["event"] not in ("step", "epoch"):
            return None
        step, steps, loss = int(values["step"]), int(values["steps"]), float(values["loss"])
        shares = tuple(float(share) for share in values.get("accuracy", {}).values())
        accuracy = sum(shares) / len(shares) if shares else None
        number = int(values["epoch"])
        if values["event"] == "step":
            epoch = self._run.settings.epochs * step / max(steps, 1)
            self._log.step(step, epoch, loss, _share(values, "batch_accuracy"), _share(values, "rate"))
            if step < steps and self._clock() - self._said < SAY_S:
                return None
            self._said = self._clock()
        else:
            train = _share(values, "train_loss"), _share(values, "train_accuracy")
            test = _share(values, "test_loss"), float("nan") if accuracy is None else accuracy
            self._log.epoch(step, number, train, test)
        return ChildStepped(step, steps, number, loss, float(values["images_per_s"]), accuracy)

    def ended(self, code: int, cancelled: bool, why: str, out: Path, kept: Path) -> ChildEnded:
        """How it ended, by the launcher's exit code and by the files that were to be written."""
        network, learnt = None, None
        if code == 0 and not cancelled:
            try:
                network, learnt = files.load(out)
            except InputError as error:
                why = f"it left no weights: {error}"
        failed: Status = "diverged" if self._diverged else "failed"
        status: Status = "done" if learnt is not None else "stopped" if cancelled else failed
        run = self.run(status, "" if status == "done" else why, kept) if self._log.curves.last_step else None
        if cancelled:
            moment = run.checkpoints[-1] if run is not None and run.checkpoints else None
            what = "nothing of its weights" if moment is None else f"what it learnt up to step {moment.step:,}"
            why = f"cancelled; {what} is kept"
        return ChildEnded("done" if learnt is not None else why, cancelled, network, learnt, run)

    def run(self, status: Status, note: str = "", kept: Path | None = None) -> Run:
        """All of it as it is now; it has no number yet. ``kept`` is the file with its last checkpoint."""
        run = replace(self._run, status=status, curves=self._log.curves)
        many = f"trained in {self.processes} {'process' if self.processes == 1 else 'processes'}"
        run = replace(run, note=f"{many}; {note}" if note else many)
        if kept is not None and kept.exists():
            try:
                found = checkpoint_file.load(kept)
            except InputError:
                return run
            run = replace(run, network=found.network, checkpoints=(found.checkpoint,))
        return run


def _share(values: dict[str, Any], name: str) -> float:
    """NaN where there was none to print."""
    found = values.get(name)
    return float("nan") if found is None else float(found)


def _loading(what: str, done: int, total: int) -> str:
    """How far the data is.

    >>> _loading("MNIST", 30, 120), _loading("MNIST", 30, 0)
    ('loading MNIST: 25 %', 'loading MNIST …')
    """
    return f"loading {what}: {done / total:.0%}".replace("%", " %") if total > 0 else f"loading {what} …"
