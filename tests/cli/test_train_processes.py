"""``torchrun … -m convviz train``: two processes on the CPU learn what one does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convviz.spec.network import BatchNorm2d, Conv2d, Dropout, Flatten, Linear, MaxPool2d, NetworkSpec, ReLU
from convviz.spec.weights import initial, load, save

ROOT = Path(__file__).resolve().parents[2]
TRAIN = ["-m", "convviz", "train", "--network", "start.safetensors", "--data", "strokes:110", "--epochs", "2"]
OPTIONS = ["--batch", "15", "--json", "--every", "1", "--dropout", "0.2", "--rate", "0.005"]
LAYERS = (
    Conv2d("conv1", 4, (5, 5), bias=False),  # before a batch norm its gradient would be nothing but rounding
    BatchNorm2d("norm1"),
    ReLU("relu1"),
    MaxPool2d("pool1", (3, 3)),
    Flatten("flatten"),
    Dropout("drop1", 0.3),
    Linear("fc1", 10),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights to begin with, of a network in which everything random and everything joint occurs."""
    made = tmp_path_factory.mktemp("processes")
    spec = NetworkSpec("small", (1, 28, 28), LAYERS)
    save(made / "start.safetensors", spec, initial(spec))
    return made


def _python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=240, check=False
    )


def _in_two(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return _python(folder, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", *arguments)


def _lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [line for line in lines if line["event"] != "loading"]  # how many there are is a matter of time


def test_two_processes_have_the_losses_of_one(folder: Path) -> None:
    one = _lines(_python(folder, *TRAIN, *OPTIONS, "--out", "one.safetensors"))
    two = _lines(_in_two(folder, *TRAIN, *OPTIONS, "--out", "two.safetensors"))
    assert [line["event"] for line in two] == [line["event"] for line in one]
    assert len(one) == 2 * 8 + 2 + 1
    for ours, theirs in zip(two, one, strict=True):
        assert ours.get("loss", 0) == pytest.approx(theirs.get("loss", 0), abs=2e-5)
        assert ours.get("batch_accuracy") == theirs.get("batch_accuracy")
        assert ours.get("accuracy") == theirs.get("accuracy")
    (_, a), (_, b) = (load(folder / f"{name}.safetensors") for name in ("one", "two"))
    assert all(np.allclose(a[name], b[name], atol=1e-4) for name in a)


def test_two_processes_go_on_from_the_checkpoint_of_one(folder: Path) -> None:
    first = ["--epochs", "1", "--checkpoint", "half.safetensors", "--schedule", "constant"]
    _lines(_python(folder, *TRAIN, *OPTIONS, *first))
    whole = _lines(_python(folder, *TRAIN, *OPTIONS, "--schedule", "constant"))
    resume = ["-m", "convviz", "train", "--resume", "half.safetensors", "--epochs", "2", "--json", "--every", "1"]
    rest = _lines(_in_two(folder, *resume))
    losses = [line["loss"] for line in whole if line["event"] == "step"][8:]
    assert [line["loss"] for line in rest if line["event"] == "step"] == pytest.approx(losses, abs=2e-5)


def test_a_mistake_is_said_once(folder: Path) -> None:
    done = _in_two(folder, *TRAIN, "--data", "nowhere")
    ours = [line for line in done.stderr.splitlines() if line.startswith("convviz: ")]
    assert len(ours) == 1
    assert "nowhere" in ours[0]
    assert done.returncode != 0
    assert done.stdout == ""


def test_a_training_that_diverges_says_so_once(folder: Path) -> None:
    wild = ["--rate", "1e9", "--optimizer", "sgd", "--schedule", "constant", "--epochs", "20"]
    done = _in_two(folder, *TRAIN, *wild, "--out", "wild.safetensors")
    ours = [line for line in done.stderr.splitlines() if line.startswith("convviz: error: ")]
    assert len(ours) == 1
    assert "lower the learning rate" in ours[0]
    assert not (folder / "wild.safetensors").exists()


def test_more_processes_than_gpus_are_refused(folder: Path) -> None:
    import torch

    if torch.cuda.device_count() >= 2:
        pytest.skip("this machine has two GPUs")
    done = _in_two(folder, *TRAIN, "--device", "cuda")
    assert "too few for 2 processes" in done.stderr
    ours = [line for line in done.stderr.splitlines() if line.startswith("convviz: error: ")]
    assert len(ours) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_process_that_is_killed_ends_the_others_with_a_line(folder: Path) -> None:
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        [*command, *TRAIN, *OPTIONS, "--epochs", "100000", "--out", "killed.safetensors"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert any('"epoch"' in line for line in process.stdout)  # it learns
        os.kill(_second_of(process.pid), signal.SIGKILL)
        _, err = process.communicate(timeout=120)
    assert process.returncode != 0
    ours = [line for line in err.splitlines() if line.startswith("convviz: ")]
    assert len(ours) == 1
    assert "has lost the others" in ours[0] or "stopped" in ours[0]
    assert not (folder / "killed.safetensors").exists()


def _second_of(launcher: int) -> int:
    """The process of rank 1 that torchrun has started."""
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            mine = path.with_name("stat").read_text().rsplit(")", 1)[1].split()[1] == str(launcher)
            if mine and b"\0RANK=1\0" in b"\0" + path.read_bytes():
                return int(path.parent.name)
        except OSError:  # it has just ended, or is somebody else's
            continue
    raise AssertionError("there is no second process")
