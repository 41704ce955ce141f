"""What the writer makes: files that read back the same, in order, and sentences where it cannot."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest

from convviz.session import editing
from convviz.session.experiment import State
from convviz.session.outbox import Failure, Outbox
from convviz.session.reader import ExperimentRead, read
from convviz.session.writer import Saved, Writer
from convviz.spec.channels import effective
from convviz.spec.errors import InputError
from convviz.spec.training.checkpoint import Checkpoint
from convviz.spec.training.run import Run, Runs
from convviz.spec.weight_edit import same
from convviz.spec.weights import load

MakeState = Callable[..., State]


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def writer(outbox: Outbox) -> Iterator[Writer]:
    made = Writer(outbox)
    yield made
    made.stop()


def test_an_edited_experiment_comes_back_and_goes_on(tmp_path: Path, writer: Writer, make_state: MakeState) -> None:
    state = make_state()
    conv2 = state.network["conv2"]
    wide = editing.with_layer(state, replace(conv2, padding=(2, 2)))  # type: ignore[call-arg]
    edited = editing.with_mark(editing.with_bias_of(wide, "conv1", 3, 2.5), "muted", "conv1", 7)
    assert writer.save(tmp_path / "a.convviz", edited).result()
    found = read(tmp_path / "a.convviz")
    assert isinstance(found, ExperimentRead)
    assert found.state.network == edited.network
    assert same(found.state.weights, edited.weights)
    assert found.state.channels == edited.channels
    assert same(found.state.origin.weights, state.weights)
    back = editing.with_layer(found.state, conv2)  # what was cut away is in the file, too
    assert same(back.weights, editing.with_bias_of(state, "conv1", 3, 2.5).weights)


def test_a_template_stays_untrained(tmp_path: Path, writer: Writer, make_state: MakeState) -> None:
    from convviz.spec.adapt import untrained

    state = editing.started(make_state(), "small")
    assert writer.save(tmp_path / "a.convviz", state).result()
    found = read(tmp_path / "a.convviz")
    assert isinstance(found, ExperimentRead)
    reset = editing.network_reset(found.state)
    assert untrained(reset.network, reset.kept) == ("conv1", "fc1")


def test_saved_says_what_and_an_autosave_is_silent(
    tmp_path: Path, writer: Writer, outbox: Outbox, make_state: MakeState
) -> None:
    state = make_state()
    assert writer.autosave(tmp_path / "new" / "auto.convviz", state).result()
    assert writer.save(tmp_path / "a.convviz", state).result()
    (message,) = outbox.take()[1]
    assert isinstance(message, Saved)
    assert message.path == tmp_path / "a.convviz"
    assert message.state is state


def test_exported_weights_compute_what_is_on_screen(tmp_path: Path, writer: Writer, make_state: MakeState) -> None:
    state = editing.with_mark(make_state(), "muted", "conv1", 7)
    assert writer.export_weights(tmp_path / "a.safetensors", state).result()
    network, weights = load(tmp_path / "a.safetensors")
    assert network == state.network
    assert same(weights, effective(state.network, state.weights, state.channels))


def test_where_it_cannot_write_it_says_so_and_goes_on(
    tmp_path: Path, writer: Writer, outbox: Outbox, make_state: MakeState
) -> None:
    state = make_state()
    assert not writer.save(tmp_path / "nowhere" / "a.convviz", state).result()
    assert writer.save(tmp_path / "a.convviz", state).result()
    failure, saved = outbox.take()[1]
    assert isinstance(failure, Failure)
    assert "choose another place" in failure.text
    assert isinstance(saved, Saved)


def test_stopping_finishes_what_was_asked(tmp_path: Path, outbox: Outbox, make_state: MakeState) -> None:
    writer = Writer(outbox)
    for number in range(5):
        writer.save(tmp_path / f"{number}.convviz", make_state())
    writer.stop(finish=True)
    assert len(list(tmp_path.glob("*.convviz"))) == 5


# --- moments of trainings -----------------------------------------------------------------------------------------


def trained(state: State, steps: int) -> State:
    """With a run of so many moments."""
    settings, weights = state.plan.settings, state.weights
    points = tuple(Checkpoint(n, 0, n, 80, weights, weights, {}, b"", b"", settings) for n in range(steps))
    run = Run(1, state.network, settings, state.plan.source, "paused", checkpoints=points)
    return replace(state, runs=Runs((run,), 1))


def moments_in(path: Path) -> list[int]:
    found = read(path)
    assert isinstance(found, ExperimentRead)
    return [checkpoint.step for checkpoint in found.state.runs.runs[0].checkpoints]


def test_an_autosave_keeps_the_past_beside_it(tmp_path: Path, writer: Writer, make_state: MakeState) -> None:
    path = tmp_path / "auto.convviz"
    assert writer.autosave(path, trained(make_state(), 4)).result()
    assert writer.autosave(path, trained(make_state(), 5)).result()
    assert moments_in(path) == [0, 1, 2, 3, 4]
    beside = tmp_path / "auto.convviz.moments"
    assert len(list(beside.iterdir())) == 4
    assert writer.tidy(path).result()
    assert beside.exists(), "they are needed"
    path.unlink()
    assert writer.tidy(path).result()
    assert not beside.exists()
    assert writer.autosave(path, trained(make_state(), 5)).result()
    assert moments_in(path) == [0, 1, 2, 3, 4], "and can come again"


def test_that_moments_cannot_be_kept_is_said_once(
    tmp_path: Path, writer: Writer, outbox: Outbox, make_state: MakeState
) -> None:
    path, beside = tmp_path / "auto.convviz", tmp_path / "auto.convviz.moments"
    for round in (1, 2):
        beside.write_text("in the way")
        for steps in (3, 4, 5):
            assert writer.autosave(path, trained(make_state(), steps)).result()
        (failure,) = outbox.take()[1]
        assert isinstance(failure, Failure)
        assert "not back in time, as its moments cannot be kept (File exists); make room" in failure.text
        assert moments_in(path) == [4]
        beside.unlink()
        assert writer.autosave(path, trained(make_state(), 5)).result()
        assert moments_in(path) == [0, 1, 2, 3, 4], round
        shutil.rmtree(beside)
    assert outbox.take()[1] == []


def test_on_a_full_disk_moments_make_room_for_the_autosave(
    tmp_path: Path, writer: Writer, outbox: Outbox, make_state: MakeState, monkeypatch: pytest.MonkeyPatch
) -> None:
    from convviz.spec import project

    path, beside = tmp_path / "auto.convviz", tmp_path / "auto.convviz.moments"
    assert writer.autosave(path, trained(make_state(), 5)).result()
    save, least = project.save, 0

    def full(*args: Any, **named: Any) -> None:
        if len(list(beside.glob("*"))) > least:
            raise InputError("cannot write it: No space left on device; choose another place")
        save(*args, **named)

    monkeypatch.setattr(project, "save", full)
    assert writer.autosave(path, trained(make_state(), 6)).result()
    assert moments_in(path) == [5]
    assert not list(beside.glob("*"))
    (failure,) = outbox.take()[1]
    assert isinstance(failure, Failure)
    assert "cannot be kept (the disk is full)" in failure.text
    least = -1  # not even the autosave has room
    for steps in (7, 8, 9):
        assert not writer.autosave(path, trained(make_state(), steps)).result()
    (failure,) = outbox.take()[1]
    assert isinstance(failure, Failure)
    assert "nothing can be kept for a crash now" in failure.text
    assert moments_in(path) == [5], "what was there stays"
    least = 99
    assert writer.autosave(path, trained(make_state(), 10)).result()
    assert moments_in(path)[-1] == 9


def test_a_save_says_how_many_moments_it_holds(
    tmp_path: Path, writer: Writer, outbox: Outbox, make_state: MakeState, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = trained(make_state(), 5)
    assert writer.save(tmp_path / "a.convviz", state).result()
    monkeypatch.setattr("convviz.spec.project.runs.MOST_BYTES_OF_CURRENT", 3 * 4 * 105_506)
    assert writer.save(tmp_path / "b.convviz", state).result()
    first, second = outbox.take()[1]
    assert isinstance(first, Saved)
    assert isinstance(second, Saved)
    assert (first.moments, second.moments) == ("", "3 of 5 moments of Run 1")
    assert len(moments_in(tmp_path / "b.convviz")) == 3


def test_a_moment_is_looked_at_once_however_often_it_is_saved(
    tmp_path: Path, writer: Writer, make_state: MakeState, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = trained(make_state(), 3)
    looked: list[object] = []
    look = np.isfinite
    monkeypatch.setattr(
        "convviz.spec.project.checkpoints.np.isfinite", lambda array: (looked.append(array), look(array))[1]
    )
    assert writer.save(tmp_path / "a.convviz", state).result()
    assert len(looked) == 3 * 2 * len(state.weights)
    assert writer.save(tmp_path / "a.convviz", state).result()
    assert writer.autosave(tmp_path / "auto.convviz", state).result()
    assert len(looked) == 3 * 2 * len(state.weights)


def test_moments_that_an_autosave_needs_no_more_go(tmp_path: Path, writer: Writer, make_state: MakeState) -> None:
    path, state = tmp_path / "auto.convviz", trained(make_state(), 6)
    (run,) = state.runs.runs
    for steps in (slice(0, 4), slice(2, 6)):
        kept = replace(state, runs=Runs((replace(run, checkpoints=run.checkpoints[steps]),), 1))
        assert writer.autosave(path, kept).result()
        assert len(list((tmp_path / "auto.convviz.moments").iterdir())) == 3
    assert moments_in(path) == [2, 3, 4, 5]


def test_stopping_without_autosaves_finishes_all_else(
    tmp_path: Path, writer: Writer, make_state: MakeState, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []
    midst, go_on = Event(), Event()

    def write(path: Path, data: bytes) -> None:
        written.append(path)
        midst.set()
        assert go_on.wait(30)
        path.write_bytes(data)

    monkeypatch.setattr("convviz.spec.project.moments.write_atomically", write)
    beside = tmp_path / "auto.convviz.moments"
    writer.autosave(tmp_path / "auto.convviz", trained(make_state(), 5))
    writer.autosave(tmp_path / "other.convviz", trained(make_state(), 5))
    writer.save(tmp_path / "mine.convviz", make_state())
    assert midst.wait(30)
    stopping = Thread(target=lambda: writer.stop(finish=True, autosaves=False))
    stopping.start()
    assert writer._needless.wait(30)
    go_on.set()
    stopping.join()
    assert [path.parent for path in written] == [beside], "no second moment"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["auto.convviz.moments", "mine.convviz"]
