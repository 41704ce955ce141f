"""Moments beside an autosave: written once, dropped with the ring, and none lost but the one that is damaged."""

from __future__ import annotations

import errno
import os
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convviz.spec.network import Conv2d, Flatten, Linear, NetworkSpec
from convviz.spec.preparation import Preparation
from convviz.spec.project import load, load_with_note, save
from convviz.spec.project import moments as moment_files
from convviz.spec.project import runs as run_files
from convviz.spec.project.moments import MomentFolder, folder_beside, moment_bytes
from convviz.spec.state import State
from convviz.spec.strokes import Drawing
from convviz.spec.training.checkpoint import Checkpoint
from convviz.spec.training.run import Run, Runs
from convviz.spec.training.settings import TrainingSettings
from convviz.spec.training.source import DataSource
from convviz.spec.weight_edit import same
from convviz.spec.weights import Weights, initial

NETWORK = NetworkSpec("small", (1, 6, 6), (Conv2d("conv1", 2, (3, 3)), Flatten("flatten"), Linear("fc1", 3)))
OTHER = NetworkSpec("other", (1, 6, 6), (Conv2d("conv1", 5, (3, 3)), Flatten("flatten"), Linear("fc1", 3)))


def checkpoint(step: int, network: NetworkSpec = NETWORK) -> Checkpoint:
    weights, mean = initial(network, step), initial(network, step + 100)
    moments = {f"{name}/exp_avg": array * 2 for name, array in weights.items()}
    order = random.Random(step).randbytes(500)
    return Checkpoint(
        step, 1, 16, 80, weights, mean, moments, order, order[::-1], TrainingSettings(), tally=(step + 0.5, 1.0)
    )


def run(number: int, checkpoints: tuple[Checkpoint, ...], network: NetworkSpec = NETWORK) -> Run:
    return Run(number, network, TrainingSettings(), DataSource(), "paused", checkpoints=checkpoints)


def state_of(*runs: Run) -> State:
    return State(NETWORK, initial(NETWORK, 1), Drawing(), Preparation(), runs=Runs(runs, runs[-1].number))


class Kept:
    """An autosave that is written again and again."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "1-2.convviz"
        self.moments = MomentFolder(self.file)

    def write(self, *runs: Run) -> str:
        state = state_of(*runs)
        beside, trouble = self.moments.take(state.runs)
        save(self.file, state, moments=False, beside=beside)
        self.moments.drop_others()
        return trouble

    @property
    def files(self) -> dict[str, int]:
        """When each moment was written, by the name of its file."""
        folder = folder_beside(self.file)
        return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} if folder.exists() else {}

    @property
    def steps(self) -> list[list[int]]:
        return [[c.step for c in one.checkpoints] for one in load(self.file).runs.runs]


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Each file of a moment that was written, if only to be removed again."""
    found: list[Path] = []
    write = moment_files.write_atomically
    monkeypatch.setattr(moment_files, "write_atomically", lambda path, data: (write(path, data), found.append(path))[0])
    return found


POINTS = tuple(checkpoint(step) for step in (0, 2, 5, 7, 12))


def test_the_past_comes_back_to_the_last_bit(kept: Kept) -> None:
    without_mean = replace(checkpoint(3), mean=(w := initial(NETWORK, 9)), weights=w)
    points = (POINTS[0], POINTS[1], without_mean, *POINTS[2:])
    assert kept.write(run(1, points)) == ""
    state, note = load_with_note(kept.file)
    assert note == ""
    again = state.runs.runs[0].checkpoints
    for one, other in zip(points, again, strict=True):
        assert moment_bytes(one, NETWORK) == moment_bytes(other, NETWORK)
        assert same(one.weights, other.weights)
    assert again[2].mean is again[2].weights
    assert len(kept.files) == 5, "the last is in the autosave itself"
    assert kept.file.stat().st_size < 3 * len(moment_bytes(POINTS[0], NETWORK)), "and no other"


def test_each_is_written_once_and_goes_when_the_ring_drops_it(kept: Kept) -> None:
    kept.write(run(1, POINTS[:4]))
    first = kept.files
    assert len(first) == 3
    kept.write(run(1, POINTS))
    second = kept.files
    assert len(second) == 4
    assert first.items() <= second.items(), "nothing was written again"
    kept.write(run(1, (POINTS[0], *POINTS[3:])))
    assert len(kept.files) == 2
    assert kept.files.items() <= second.items()
    assert kept.steps == [[0, 7, 12]]


def test_a_moment_that_was_read_again_is_not_written_again(kept: Kept) -> None:
    """After a restoration there are equal moments, which are other objects."""
    kept.write(run(1, POINTS))
    before = kept.files
    kept.write(*load(kept.file).runs.runs)
    assert kept.files == before


def test_a_file_that_went_is_written_again(kept: Kept) -> None:
    kept.write(run(1, POINTS))
    names = set(kept.files)
    for path in folder_beside(kept.file).iterdir():
        path.unlink()
    kept.write(run(1, POINTS))
    assert set(kept.files) == names
    assert kept.steps == [[0, 2, 5, 7, 12]]


def test_between_two_autosaves_the_older_one_has_all_that_it_names(kept: Kept) -> None:
    """Killed after the moments were written, before the autosave was: or after it, before others were removed."""
    kept.write(run(1, POINTS[:4]))
    newer = state_of(run(1, (*POINTS[3:], checkpoint(20))))
    beside, _ = kept.moments.take(newer.runs)
    assert kept.steps == [[0, 2, 5, 7]]
    save(kept.file, newer, moments=False, beside=beside)
    assert kept.steps == [[7, 12, 20]]
    assert len(kept.files) == 5


def test_what_branched_off_shares_its_past(kept: Kept) -> None:
    branch = replace(run(2, (*POINTS[:3], checkpoint(6))), parent=(1, 5))
    kept.write(run(1, POINTS), branch)
    assert len(kept.files) == 5, "of the first run all: it is not on screen"
    first, second = load(kept.file).runs.runs
    assert [c.step for c in first.checkpoints] == [0, 2, 5, 7, 12]
    assert [c.step for c in second.checkpoints] == [0, 2, 5, 6]
    assert all(one is other for one, other in zip(first.checkpoints[:3], second.checkpoints[:3], strict=True))


def test_runs_of_several_networks(kept: Kept) -> None:
    kept.write(run(1, (checkpoint(1, OTHER), checkpoint(2, OTHER)), OTHER), run(2, POINTS))
    assert load_with_note(kept.file)[1] == ""
    assert kept.steps == [[1, 2], [0, 2, 5, 7, 12]]


def test_a_moment_that_no_training_could_go_on_from_is_left_out(kept: Kept) -> None:
    infinite = Weights({name: array * np.inf for name, array in POINTS[1].weights.items()})
    points = (POINTS[0], replace(POINTS[1], weights=infinite), POINTS[2], replace(POINTS[3], weights=infinite))
    assert kept.write(run(1, points)) == ""
    assert load_with_note(kept.file)[1] == ""
    assert kept.steps == [[0, 5]]


# --- room ---------------------------------------------------------------------------------------------------------


def test_beyond_its_bound_the_run_on_screen_and_the_newest_keep_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moment_files, "MOST_BYTES_BESIDE", 4 * POINTS[0].nbytes)
    monkeypatch.setattr(run_files, "MOST_LAST_OF_OTHERS", 0)
    kept = Kept(tmp_path)
    runs = [run(number, tuple(checkpoint(100 * number + step) for step in range(3))) for number in range(1, 7)]
    kept.write(*runs)
    assert len(kept.files) == 4
    assert [len(steps) for steps in kept.steps] == [0, 0, 1, 1, 1, 2]
    size = sum(path.stat().st_size for path in folder_beside(kept.file).iterdir())
    assert size <= 4 * len(moment_bytes(POINTS[0], NETWORK)) + 100


def test_what_is_larger_than_all_of_it_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moment_files, "MOST_BYTES_BESIDE", POINTS[0].nbytes - 1)
    kept = Kept(tmp_path)
    assert kept.write(run(1, POINTS)) == ""
    assert kept.files == {}
    assert kept.steps == [[12]]


def test_a_disk_that_is_nearly_full_is_left_alone(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.write(run(1, POINTS[:3]))
    usage = type(moment_files.shutil.disk_usage("/"))
    free = moment_files.SPARE_BYTES
    with monkeypatch.context() as full:
        full.setattr(moment_files.shutil, "disk_usage", lambda _path: usage(10**12, 10**12 - free, free))
        assert kept.write(run(1, POINTS)) == "the disk has hardly more than 512 MB left"
    assert kept.steps == [[0, 2, 12]], "what was there stays, and the last moment is in the autosave"
    assert kept.write(run(1, POINTS)) == ""
    assert kept.steps == [[0, 2, 5, 7, 12]]


def test_on_a_disk_with_room_for_some_the_newest_are_kept_and_stay(
    kept: Kept, written: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type(moment_files.shutil.disk_usage("/"))
    size = len(moment_bytes(POINTS[0], NETWORK)) + 200

    def nearly_full(_path: Path) -> Any:
        free = moment_files.SPARE_BYTES + (3 - len(kept.files)) * size
        return usage(10**12, 10**12 - free, free)

    monkeypatch.setattr(moment_files.shutil, "disk_usage", nearly_full)
    points = tuple(checkpoint(step) for step in range(9))
    for _round in range(4):
        assert kept.write(run(1, points)) == "the disk has hardly more than 512 MB left"
        assert kept.steps == [[5, 6, 7, 8]]
    assert len(written) == 3, "none twice"


def test_where_a_quota_ends_half_of_what_fitted_is_kept_evenly(
    kept: Kept, written: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = os.fsync

    def fsync(descriptor: int) -> None:
        if len(kept.files) > 6:  # one is being written, and is among them
            raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))
        synced(descriptor)

    monkeypatch.setattr("convviz.spec.weights.os.fsync", fsync)
    points = tuple(checkpoint(step) for step in range(0, 90, 10))
    assert kept.write(run(1, points)) == os.strerror(errno.EDQUOT)
    assert kept.steps == [[80]], "what was written gives its room back to the autosave"
    for _round in range(4):
        assert kept.write(run(1, points)) == ""
        (steps,) = kept.steps
        assert (len(steps), steps[0], steps[-1]) == (4, 0, 80)
    assert len(written) == 6 + 3, "none twice, once it is known how many fit"


def test_no_more_is_written_once_it_has_ended(kept: Kept, written: list[Path]) -> None:
    kept.moments.take(state_of(run(1, POINTS)).runs, lambda: len(written) == 2)
    assert len(written) == 2


def test_a_disk_that_fills_up_meanwhile(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.write(run(1, POINTS[:2]))
    before = kept.files
    synced = os.fsync
    room = [1]

    def fsync(descriptor: int) -> None:
        if not room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        room.pop()
        synced(descriptor)

    state = state_of(run(1, POINTS))
    with monkeypatch.context() as full:
        full.setattr("convviz.spec.weights.os.fsync", fsync)
        beside, trouble = kept.moments.take(state.runs)
    assert (trouble, room) == ("No space left on device", [])
    assert kept.files == before, "what was written gives its room back to the autosave"
    save(kept.file, state, moments=False, beside=beside)
    assert kept.steps == [[0, 12]]


def test_where_no_folder_can_be_made_the_last_moment_is_kept(kept: Kept) -> None:
    folder_beside(kept.file).write_text("in the way")
    assert kept.write(run(1, POINTS), run(2, POINTS)) == "File exists"
    assert kept.steps == [[12], [12]]


# --- damage -------------------------------------------------------------------------------------------------------


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _elsewhere(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.parent / "nowhere")


DAMAGES: list[Callable[[Path], object]] = [
    lambda path: path.unlink(),
    lambda path: path.write_bytes(b""),
    lambda path: path.write_bytes(path.read_bytes()[:-100]),
    _flip,
    lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(1000)),
    lambda path: path.write_bytes(moment_bytes(checkpoint(2, OTHER), OTHER)),
    lambda path: path.write_bytes(moment_bytes(checkpoint(3), NETWORK)),
    lambda path: save(path, state_of(run(1, POINTS))),
    _folder,
    _elsewhere,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=range(len(DAMAGES)))
def test_a_damaged_file_costs_its_moment_alone(kept: Kept, damage: Callable[[Path], object]) -> None:
    kept.write(run(1, POINTS[:2]))
    (of_step_0,) = folder_beside(kept.file).iterdir()
    kept.write(run(1, POINTS))
    assert len(kept.files) == 4
    damage(of_step_0)
    state, note = load_with_note(kept.file)
    assert [c.step for c in state.runs.runs[0].checkpoints] == [2, 5, 7, 12]
    assert note == "a moment of Run 1 could not be read"


def test_without_the_folder_it_goes_on_from_its_last_moment(kept: Kept) -> None:
    kept.write(run(1, POINTS))
    moment_files.remove_beside(kept.file)
    state, note = load_with_note(kept.file)
    assert [c.step for c in state.runs.runs[0].checkpoints] == [12]
    assert state.runs.runs[0].status == "paused"
    assert note == "4 moments of Run 1 could not be read"


@pytest.mark.parametrize("name", ["../secret", "a" * 63, "A" * 64, "/" + "a" * 63, 5, None, ["a" * 64], "ａ" * 64])
def test_a_name_that_is_none_is_not_followed(kept: Kept, name: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []
    read = moment_files.moment_in
    monkeypatch.setattr(moment_files, "moment_in", lambda path, network: (opened.append(path), read(path, network))[1])
    save(kept.file, state_of(run(1, POINTS)), moments=False, beside={POINTS[2]: name})
    assert load_with_note(kept.file)[1] == "a moment of Run 1 could not be read"
    assert opened == []
