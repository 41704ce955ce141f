"""A training in several processes as a run: what its lines and its files become."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from convviz.session.training.child_run import ChildRun
from convviz.spec import weights as files
from convviz.spec.presets import lenet5
from convviz.spec.training import TrainingSettings, checkpoint_file
from convviz.spec.training.checkpoint import Checkpoint
from convviz.spec.training.processes import ChildSaid, ChildStepped
from convviz.spec.training.source import DataSource
from convviz.spec.weights import initial

STEP = {"event": "step", "step": 10, "steps": 40, "epoch": 1, "loss": 0.5, "images_per_s": 9.0, "batch_accuracy": 0.25}
EPOCH = STEP | {"event": "epoch", "step": 20, "accuracy": {"x": 0.75}, "train_loss": 1.5, "train_accuracy": 0.5}
EPOCH |= {"test_loss": None}


@pytest.fixture
def run() -> ChildRun:
    made = ChildRun(lenet5(), TrainingSettings(epochs=2), DataSource("strokes", count=60), 2, "cpu")
    assert isinstance(made.heard(json.dumps(STEP)), ChildStepped)
    assert isinstance(made.heard(json.dumps(EPOCH)), ChildStepped)
    return made


def test_what_is_printed_becomes_curves(run: ChildRun) -> None:
    curves = run.run("running").curves
    assert curves.steps[0, :4].tolist() == [10, 0.5, 0.5, 0.25]
    assert np.isnan(curves.steps[0, 4])
    assert curves.epochs[0, [0, 1, 2, 3, 5]].tolist() == [20, 1, 1.5, 0.5, 0.75]
    assert np.isnan(curves.epochs[0, 4])


def test_every_step_is_kept_and_few_are_told() -> None:
    now = [0.0]
    run = ChildRun(lenet5(), TrainingSettings(epochs=2), DataSource(), 2, "cpu", clock=lambda: now[0])
    told = []
    for step in range(1, 41):
        now[0] += 1 / 16
        found = run.heard(json.dumps(STEP | {"step": step}))
        told += [step] if isinstance(found, ChildStepped) else []
    assert told == [1, 5, 9, 13, 17, 21, 25, 29, 33, 37, 40]
    assert run.run("running").curves.steps[:, 0].tolist() == list(range(1, 41))


def test_loading_is_said(run: ChildRun) -> None:
    line = json.dumps({"event": "loading", "what": "MNIST", "done": 1, "total": 4})
    assert run.heard(line) == ChildSaid("loading MNIST: 25 %")


def test_a_cancelled_one_keeps_its_last_checkpoint(run: ChildRun, tmp_path: Path) -> None:
    weights, settings = initial(lenet5()), TrainingSettings(epochs=2)
    point = Checkpoint(20, 1, 0, 60, weights, weights, {}, b"1", b"2", settings)
    kept = tmp_path / "kept"
    checkpoint_file.save(kept, lenet5(), point, ("strokes:60",))
    ended = run.ended(-15, True, "", tmp_path / "out", kept)
    assert ended.text == "cancelled; what it learnt up to step 20 is kept"
    assert ended.run is not None
    assert (ended.run.status, ended.run.checkpoints[0].step, ended.weights) == ("stopped", 20, None)


@pytest.mark.parametrize("broken", [b"", b"nonsense"])
def test_files_that_cannot_be_read_cost_only_themselves(run: ChildRun, tmp_path: Path, broken: bytes) -> None:
    for name in ("kept", "out"):
        (tmp_path / name).write_bytes(broken)
    ended = run.ended(0, False, "", tmp_path / "out", tmp_path / "kept")
    assert ended.text.startswith("it left no weights: ")
    assert ended.run is not None
    assert (ended.run.status, ended.run.checkpoints) == ("failed", ())


def test_one_that_ends_well_is_done(run: ChildRun, tmp_path: Path) -> None:
    files.save(tmp_path / "out", lenet5(), initial(lenet5()))
    ended = run.ended(0, False, "", tmp_path / "out", tmp_path / "kept")
    assert ended.text == "done"
    assert ended.run is not None
    assert (ended.run.status, ended.run.note) == ("done", "trained in 2 processes")


def test_one_that_measured_nothing_is_no_run(tmp_path: Path) -> None:
    run = ChildRun(lenet5(), TrainingSettings(), DataSource(), 2, "cpu")
    ended = run.ended(2, False, "no such data", tmp_path / "out", tmp_path / "kept")
    assert (ended.text, ended.run) == ("no such data", None)


def test_one_that_diverges_says_so(run: ChildRun, tmp_path: Path) -> None:
    why = "the loss is no number any more"
    assert run.heard(json.dumps({"event": "diverged", "why": why})) is None
    ended = run.ended(2, False, why, tmp_path / "out", tmp_path / "kept")
    assert ended.run is not None
    assert (ended.run.status, ended.run.note) == ("diverged", f"trained in 2 processes; {why}")


def test_a_sentence_alone_makes_none_diverge(run: ChildRun, tmp_path: Path) -> None:
    ended = run.ended(2, False, "no room; lower the learning rate", tmp_path / "out", tmp_path / "kept")
    assert ended.run is not None
    assert ended.run.status == "failed"
