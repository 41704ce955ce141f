"""Connects the view of a photo with what computes all of its pixels, and with what saves them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from ....session.engine import Engine
from ....session.experiment import Experiment
from ....session.filtering import Filtered, RowsDone, filtered
from ....session.outbox import Progress
from ....session.writer import Writer
from ....spec.errors import InputError
from ....spec.lab.lab import Lab
from ....spec.lab.look import photo_of, same_result
from ....spec.lab.source import FromPhoto
from ....spec.lab.statistics import Statistics, statistics
from ....spec.state import State
from ...bridge import Bridge
from ...look.theme import theme_of
from ..saved_as import saved_as
from .view import PhotoView
from .whole import Whole, computed

KINDS = {
    ".png": "PNG picture, 8 bits (*.png)",
    ".tif": "TIFF picture, exact values (*.tif *.tiff)",
    ".npy": "NumPy array, exact values (*.npy)",
}


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Statistics of each channel of a whole result."""

    whole: Whole
    found: tuple[Statistics, ...]


@dataclass(frozen=True, slots=True)
class ResultSaved:
    """``said`` is what was written, in a sentence."""

    path: Path
    said: str


class PhotoWires(QObject):
    """At most one job at a time, of the Lab as it is; another Lab cancels it."""

    refused = Signal(str)
    told = Signal(str)

    def __init__(
        self,
        experiment: Experiment,
        engine: Engine,
        bridge: Bridge,
        writer: Writer,
        view: PhotoView,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._experiment, self._engine, self._writer, self._view = experiment, engine, writer, view
        self._job: int | None = None
        self._began = 0.0
        view.full_wanted.connect(self.compute)
        view.cancel_wanted.connect(self.cancel)
        view.save_wanted.connect(self.save)
        bridge.progressed.connect(self._progressed)
        bridge.read.connect(self._arrived)
        experiment.changed.connect(self._changed)

    @property
    def running(self) -> bool:
        return self._job is not None

    def compute(self) -> None:
        """Starts the exact result at full size."""
        lab = self._experiment.state.lab
        if not isinstance(lab.source, FromPhoto):
            self.refused.emit("the Lab's input is no photo; open one first")
            return
        self.cancel()
        self._began = perf_counter()
        outputs = computed(lab.row, self._view.outputs)
        self._job = self._engine.run(lambda: filtered(lab, outputs))
        self._view.show_progress(0, 1, "All pixels are computed")

    def cancel(self) -> None:
        """Ends the job, if there is one."""
        if self._job is not None:
            self._engine.cancel(self._job)
            self._ended()

    def save(self) -> None:
        """Asks where the result should be written, and how: the ending says that."""
        if self._view.full is None:
            self.refused.emit("compute every pixel first, then save them")
            return
        lab = self._experiment.state.lab
        name = f"{Path(photo_of(lab).photo.name or 'photo').stem} filtered.png"
        chosen, kind = QFileDialog.getSaveFileName(
            self._view, "Save the result", str(Path.home() / name), ";;".join(KINDS.values())
        )
        if not chosen:
            return
        from ....spec.lab.result_file import check_result_path

        path = saved_as(Path(chosen), kind, KINDS)
        try:
            check_result_path(path)
        except InputError as error:
            self.refused.emit(str(error))
            return
        self.save_as(path)

    def save_as(self, path: Path) -> None:
        """Writes the result, a PNG as it is on screen, on the writer's thread; ResultSaved or Failure follows."""
        view = self._view
        if view.full is None:
            return
        values, said = view.full.values, ""
        depth, shown = self._experiment.state.lab.row.output_shape[0], view.full.outputs
        if path.suffix.lower() == ".png":
            values, shown = view.full.part(view.outputs), view.outputs
        if len(shown) < depth:
            said = f"channel {shown[0]} of {depth}, "
        how, extreme, dark = view.tone, view.extreme, theme_of(view).name == "dark"

        def job() -> ResultSaved:
            from ....spec.lab.result_file import save_result

            return ResultSaved(path, said + save_result(path, values, how, extreme=extreme, dark=dark))

        self._writer.submit(job)
        self.told.emit(f"saving {path.name} …")

    # --- what comes back --------------------------------------------------------------------------------------

    def _progressed(self, progress: Progress) -> None:
        if progress.job != self._job:
            return
        match progress.value:
            case RowsDone(done=done, of=of) if not progress.done:
                self._view.show_progress(done, of, f"{done:,} of {of:,} rows")
            case Filtered(lab=lab, values=values, outputs=outputs):
                self._ended()
                if same_result(lab, self._experiment.state.lab):
                    self._finished(lab, Whole(values, outputs))
        if progress.done and self._job is not None:
            self._ended()

    def _finished(self, lab: Lab, whole: Whole) -> None:
        self._view.show_full(whole)
        values, some = whole.values, ""
        if len(whole.outputs) < lab.row.output_shape[0]:
            some = f" of channel {whole.outputs[0]}: all channels would not fit into memory"
        self.told.emit(f"all {values.size:,} values computed in {duration(perf_counter() - self._began)}{some}")
        self._writer.submit(lambda: Measured(whole, tuple(statistics(part) for part in values)))

    def _arrived(self, message: object) -> None:
        match message:
            case Measured(whole=whole, found=found) if whole is self._view.full:
                self._view.show_statistics(found)
            case ResultSaved(path=path, said=said):
                self.told.emit(f"saved {path.name}: {said}")

    def _ended(self) -> None:
        self._job = None
        self._view.show_progress(0, 0)

    def _changed(self, old: State, new: State) -> None:
        if self._job is not None and _another(old.lab, new.lab):
            self.cancel()


def _another(old: Lab, new: Lab) -> bool:
    return old is not new and not same_result(old, new)


def duration(seconds: float) -> str:
    """As short as it can be read.

    >>> duration(0.0384), duration(2.345), duration(0.00004)
    ('38 ms', '2.3 s', 'less than 1 ms')
    """
    if seconds < 0.001:
        return "less than 1 ms"
    return f"{seconds:.1f} s" if seconds >= 0.9995 else f"{seconds * 1e3:.0f} ms"
