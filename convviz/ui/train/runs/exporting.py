"""Asks where runs are to be exported, and has them written."""

from __future__ import annotations

from ....session.experiment import Experiment
from ....session.writer import Saved, Writer
from ....spec.training.export import Kind, write
from ....spec.training.run import Run
from ...files import Files

KINDS: dict[Kind, str] = {"csv": "Tables (*.csv)", "json": "JSON (*.json)"}


def export(files: Files, writer: Writer, experiment: Experiment, kind: Kind, runs: tuple[Run, ...]) -> None:
    """Writes the runs on the file thread, after whatever it has to do before."""
    name = f"run-{runs[0].number}" if len(runs) == 1 else "runs"
    path = files.ask_where(f"Export as {kind.upper()}", files.folder / f"{name}.{kind}", KINDS[kind])
    if path is None:
        return
    state = experiment.state

    def job() -> Saved:
        write(path, kind, runs)
        return Saved(path, state)

    writer.submit(job)
