"""Experiments and weights written to files, on a thread of their own, in the order they were asked for."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from ..spec.channels import effective
from ..spec.errors import InputError
from ..spec.state import State
from .file_thread import FileThread, ToldBeforeError
from .outbox import Failure, Outbox

if TYPE_CHECKING:
    from ..spec.project.moments import MomentFolder
    from ..spec.training.export import Kind
    from ..spec.training.run import Run

_NO_AUTOSAVE = (
    "nothing can be kept for a crash now, perhaps for a full disk; make room on it, or save the experiment elsewhere"
)
_NO_ROOM = (
    "after a crash a training could go on, but not back in time, as its moments cannot be kept ({}); "
    "make room on the disk, or save the experiment"
)


@dataclass(frozen=True, slots=True, eq=False)
class Saved:
    """``state`` is in ``path`` now; ``moments`` as :func:`moments_in`."""

    path: Path
    state: State
    moments: str = ""


class Writer(FileThread):
    """Saved or Failure follows everything but an autosave, which is silent when it goes well."""

    def __init__(self, outbox: Outbox) -> None:
        super().__init__(outbox, "writer", "save")
        self._moments: MomentFolder | None = None  # beside the autosave; on the thread only, like the next
        self._trouble = ""  # why the last autosave could not keep all moments
        self._hindered = False  # whether the last autosave failed, which was told
        self._needless = Event()  # set once no autosave is wanted any more

    def save(self, path: Path, state: State) -> Future[bool]:
        """Writes the whole experiment."""

        def job() -> Saved:
            from ..spec.project import save

            save(path, state)
            return Saved(path, state, moments_in(state))

        return self.submit(job)

    def autosave(self, path: Path, state: State) -> Future[bool]:
        """Writes the experiment where only a crash will look for it, quickly.

        The moments of its trainings lie beside it, each written once. What keeps them from being written is told once.
        """

        def job() -> Failure | None:
            from ..spec.project import save
            from ..spec.project.moments import MomentFolder

            if self._moments is None or self._moments.autosave != path:
                self._moments = MomentFolder(path)
            beside, trouble = self._moments.take(state.runs, self._needless.is_set)
            if self._needless.is_set():
                return None
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                save(path, state, moments=False, beside=beside)
                self._moments.drop_others()
            except (InputError, OSError):  # a full disk: the autosave matters more than the moments beside it
                self._moments.give_up()
                self._save_alone(path, state)
                trouble = trouble or "the disk is full"
            self._hindered = False
            said, self._trouble = bool(self._trouble), trouble
            return Failure(_NO_ROOM.format(trouble)) if trouble and not said else None

        return self.submit(job)

    def _save_alone(self, path: Path, state: State) -> None:
        """An autosave without moments beside it.

        Raises:
            InputError: not even that can be written; said once, until it can be.
        """
        from ..spec.project import save

        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            save(path, state, moments=False, beside={})
        except (InputError, OSError):
            told, self._hindered = self._hindered, True
            raise (ToldBeforeError if told else InputError)(_NO_AUTOSAVE) from None

    def tidy(self, path: Path) -> Future[bool]:
        """Removes what lies beside an autosave that is not there any more."""

        def job() -> None:
            from ..spec.project.moments import remove_beside

            if not path.exists():
                remove_beside(path)
                self._moments = None

        return self.submit(job)

    def stop(self, *, finish: bool = False, autosaves: bool = True) -> None:
        """Without ``autosaves`` those that wait are left out, and one in its midst ends after the moment it writes."""
        if not autosaves:
            self._needless.set()
        super().stop(finish=finish)

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


def moments_in(state: State) -> str:
    """How many moments a file has room for of the trainings of which it has not for all; "" where there is none such.

    Each that was not looked at before is, so this may take some hundred milliseconds once.
    """
    from ..spec.project.checkpoints import sound
    from ..spec.project.runs import kept_moments

    kept = kept_moments(state.runs)
    there = {run.number: sum(map(sound, run.checkpoints)) for run in state.runs.runs}
    fewer = [number for number, count in there.items() if len(kept[number]) < count]
    if not fewer:
        return ""
    which = f"Run {fewer[0]}" if len(fewer) == 1 else f"{len(fewer):,} runs"
    count, total = sum(len(kept[number]) for number in fewer), sum(there[number] for number in fewer)
    return f"{count:,} of {total:,} moments of {which}"
