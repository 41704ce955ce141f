"""What lies beside an autosave comes and goes with it, and what cannot be kept is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PySide6.QtCore import QObject

from convviz.paths import recovery_folder
from convviz.session import editing
from convviz.session.experiment import Experiment, State
from convviz.session.outbox import Outbox
from convviz.session.reader import ExperimentRead, read
from convviz.session.writer import Writer
from convviz.spec.training.checkpoint import Checkpoint
from convviz.spec.training.run import Run, Runs
from convviz.ui.autosave import Autosave
from convviz.ui.recovery import Recovery
from convviz.ui.undo import History


class Window:
    """What an autosave needs of one."""

    def __init__(self, state: State) -> None:
        self.parent = QObject()
        self.experiment, self.writer = Experiment(state), Writer(Outbox())
        self.history = History(self.experiment, self.parent)
        self.autosave = Autosave(self.experiment, self.history, self.writer, self.parent)
        self.refused: list[str] = []
        self.autosave.refused.connect(self.refused.append)

    @property
    def beside(self) -> Path:
        file = self.autosave.recovery.file
        return file.with_name(f"{file.name}.moments")

    def train(self, steps: int) -> None:
        """A run with so many moments is in the list."""
        state = self.experiment.state
        settings, weights = state.plan.settings, state.weights
        points = tuple(Checkpoint(n, 0, n, 80, weights, weights, {}, b"", b"", settings) for n in range(steps))
        run = Run(1, state.network, settings, state.plan.source, "running", checkpoints=points)
        self.experiment.change(runs=Runs((run,), 1))
        self.history.stack.resetClean()

    def edit(self, bias: float) -> None:
        """A kernel is edited."""
        self.history.do_state("bias", editing.with_bias_of(self.experiment.state, "conv1", 0, bias))

    def write(self) -> None:
        self.autosave.write(None)
        self.idle()

    def idle(self) -> None:
        """All that was asked of the writer is done."""
        assert self.writer.submit(lambda: None).result()


@pytest.fixture
def make_window(qapp: Any, make_state: Callable[..., State]) -> Iterator[Callable[[], Window]]:
    made: list[Window] = []

    def make() -> Window:
        made.append(Window(make_state()))
        return made[-1]

    yield make
    for window in made:
        window.autosave.end(None, keep=False)


@pytest.fixture
def window(make_window: Callable[[], Window]) -> Window:
    return make_window()


def steps_in(file: Path) -> list[int]:
    found = read(file)
    assert isinstance(found, ExperimentRead)
    assert found.note == ""
    return [checkpoint.step for checkpoint in found.state.runs.runs[0].checkpoints]


def test_the_past_of_a_training_is_kept(window: Window) -> None:
    window.train(4)
    window.write()
    assert steps_in(window.autosave.recovery.file) == [0, 1, 2, 3]
    window.autosave.end(None, keep=False)
    assert list(recovery_folder().iterdir()) == []


def test_while_a_training_goes_on_a_save_leaves_its_moments(window: Window) -> None:
    window.train(4)
    window.write()
    files = {path.name: path.stat().st_mtime_ns for path in window.beside.iterdir()}
    window.autosave.saved(window.experiment.state)
    window.idle()
    assert not window.autosave.recovery.file.exists()
    window.train(5)
    window.write()
    after = {path.name: path.stat().st_mtime_ns for path in window.beside.iterdir()}
    assert files.items() <= after.items(), "they are not written again"
    window.autosave.saved(window.experiment.state)
    window.history.stack.setClean()
    window.autosave.settled()
    window.idle()
    assert not window.beside.exists()


def test_when_there_is_nothing_unsaved_any_more_moments_go(window: Window) -> None:
    window.train(4)
    window.write()
    assert window.beside.exists()
    window.history.replace(replace(window.experiment.state, runs=Runs()))
    window.write()
    assert list(recovery_folder().glob("*.convviz*")) == [Path(f"{window.autosave.recovery.file}.lock")]


def test_two_windows_leave_each_other_alone(make_window: Callable[[], Window]) -> None:
    first, second = make_window(), make_window()
    for window, steps in ((first, 4), (second, 6)):
        window.train(steps)
        window.write()
    first.autosave.offer(lambda *_: None)
    second.train(3)
    second.write()
    first.idle()
    assert steps_in(first.autosave.recovery.file) == [0, 1, 2, 3]
    assert steps_in(second.autosave.recovery.file) == [0, 1, 2]
    first.autosave.end(None, keep=False)
    assert steps_in(second.autosave.recovery.file) == [0, 1, 2]


def test_discarded_and_restored_work_takes_its_moments_along(make_window: Callable[[], Window]) -> None:
    crashed = make_window()
    crashed.train(4)
    crashed.autosave.end(None, keep=True)
    file = crashed.autosave.recovery.file
    assert crashed.beside.exists()
    second = make_window()
    second.train(2)
    second.write()
    second.autosave.offer(lambda *_: None)
    found = read(file)
    assert isinstance(found, ExperimentRead)
    second.history.replace(found.state, dirty=True)
    assert second.autosave.restored(file) is None
    second.idle()
    assert not second.beside.exists(), "those of the experiment that was here before are needless"
    second.experiment.commit(editing.with_bias_of(second.experiment.state, "conv1", 0, 1.0))
    second.write()
    assert steps_in(second.autosave.recovery.file) == steps_in(file) == [0, 1, 2, 3]
    second.autosave.saved(second.experiment.state)
    second.idle()
    assert not crashed.beside.exists()
    second.autosave.end(None, keep=False)
    third = make_window()
    third.train(4)
    third.autosave.end(None, keep=True)
    answers: dict[str, Callable[[], object]] = {}
    fourth = make_window()
    fourth.autosave.offer(lambda _sentence, found: answers.update(found))
    answers["Discard"]()
    fourth.idle()
    assert not third.beside.exists()
    assert Recovery().orphans() == []


def bias_in(file: Path) -> float:
    found = read(file)
    assert isinstance(found, ExperimentRead)
    return float(found.state.weights["conv1.bias"][0])


def test_an_autosave_that_still_waits_does_not_outlive_what_was_restored(make_window: Callable[[], Window]) -> None:
    crashed, second = make_window(), make_window()
    crashed.edit(9.0)
    crashed.autosave.end(None, keep=True)
    file = crashed.autosave.recovery.file
    second.autosave.offer(lambda *_: None)
    found = read(file)
    assert isinstance(found, ExperimentRead)
    go_on = Event()
    second.writer.submit(lambda: go_on.wait(30))
    second.edit(1.0)
    second.autosave.write(None)
    second.history.replace(found.state, dirty=True)
    second.autosave.restored(file)
    go_on.set()
    second.autosave.end(None, keep=True)
    (left,) = Recovery().orphans()
    assert bias_in(left) == 9.0


def test_where_an_autosave_cannot_be_removed_what_was_restored_stays(
    make_window: Callable[[], Window], monkeypatch: pytest.MonkeyPatch
) -> None:
    crashed, second = make_window(), make_window()
    crashed.edit(9.0)
    crashed.autosave.end(None, keep=True)
    file = crashed.autosave.recovery.file
    second.autosave.offer(lambda *_: None)
    found = read(file)
    assert isinstance(found, ExperimentRead)
    second.edit(1.0)
    second.write()
    with monkeypatch.context() as locked:
        locked.setattr(second.autosave.recovery, "drop", lambda: None)  # another program reads it
        second.history.replace(found.state, dirty=True)
        second.autosave.restored(file)
        second.autosave.end(None, keep=True)
    assert 9.0 in [bias_in(left) for left in Recovery().orphans()]


def test_an_autosave_that_still_waits_does_not_outlive_another_file(window: Window) -> None:
    before = window.experiment.state
    go_on = Event()
    window.writer.submit(lambda: go_on.wait(30))
    window.edit(1.0)
    window.autosave.write(None)
    window.history.replace(before)
    window.autosave.saved(window.experiment.state)
    go_on.set()
    window.idle()
    assert not window.autosave.recovery.file.exists()


def test_what_was_done_since_a_save_is_written_again(window: Window) -> None:
    window.edit(1.0)
    state = window.experiment.state
    window.edit(2.0)
    window.write()
    window.autosave.saved(state)  # it took long
    window.idle()
    assert window.autosave.due.isActive()
    window.write()
    assert bias_in(window.autosave.recovery.file) == 2.0


def test_closing_without_keeping_does_not_wait_for_an_autosave(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Path] = []
    monkeypatch.setattr("convviz.spec.project.moments.write_atomically", lambda path, _data: written.append(path))
    window.writer.submit(lambda: window.writer._needless.wait(30))  # the writer is busy until the window closes
    window.train(4)
    window.autosave.write(None)
    window.autosave.end(None, keep=False)
    assert written == []
    assert list(recovery_folder().iterdir()) == []


def test_where_nothing_can_be_kept_it_is_said_once(window: Window) -> None:
    folder = recovery_folder()
    folder.parent.mkdir(parents=True)
    folder.write_text("in the way")
    for steps in (1, 2, 3):
        window.train(steps)
        window.write()
    (sentence,) = window.refused
    assert sentence == f"nothing can be kept for a crash in {folder}; save your work yourself"
    folder.unlink()
    window.train(4)
    window.write()
    assert steps_in(window.autosave.recovery.file) == [0, 1, 2, 3]
