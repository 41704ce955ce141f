"""Experiments and weights written to files, on a thread of their own, in the order they were asked for."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..spec.channels import effective
from ..spec.state import State
from .file_thread import FileThread
from .outbox import Outbox

if TYPE_CHECKING:
    from ..spec.training.export import Kind
    from ..spec.training.run import Run


@dataclass(frozen=True, slots=True, eq=False)
class Saved:
    """``state`` is in ``path`` now."""

    path: Path
    state: State


class Writer(FileThread):
    """Saved or Failure follows everything but an autosave, which is silent when it goes well."""

    def __init__(self, outbox: Outbox) -> None:
        super().__init__(outbox, "writer", "save")

    def save(self, path: Path, state: State) -> Future[bool]:
        """Writes the whole experiment."""

        def job() -> Saved:
            from ..spec.project import save

            save(path, state)
            return Saved(path, state)

        return self.submit(job)

    def autosave(self, path: Path, state: State) -> Future[bool]:
        """Writes the experiment where only a crash will look for it, quickly: without the past of a training."""

        def job() -> None:
            from ..spec.project import save

            path.parent.mkdir(parents=True, exist_ok=True)
            save(path, state, moments=False)

        return self.submit(job)

    def export_weights(self, path: Path, state: State) -> Future[bool]:
        """Writes the weights that compute what is on screen, with the network's description."""

        def job() -> Saved:
            from ..spec.weights import save

            save(path, state.network, effective(state.network, state.weights, state.channels))
            return Saved(path, state)

        return self.submit(job)

    def export_runs(self, path: Path, kind: Kind, runs: tuple[Run, ...], state: State) -> Future[bool]:
        """Writes curves and settings of trainings."""

        def job() -> Saved:
            from ..spec.training.export import write

            write(path, kind, runs)
            return Saved(path, state)

        return self.submit(job)
