"""Weights from elsewhere: a job that returns the arrays of a file, or one sentence."""

from __future__ import annotations

import pickle
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from convviz.session.engine import Engine
from convviz.session.importing import ArraysRead, importing
from convviz.session.outbox import Failure, Progress

ARRAYS = {"net.conv1.weight": np.arange(18, dtype=np.float32).reshape(2, 1, 3, 3), "net.conv1.bias": np.ones(2, "f4")}


def arrived(path: Path) -> list[object]:
    """What the engine says of a file."""
    engine = Engine()
    engine.run(lambda: importing(path))
    while engine.step():
        pass
    return engine.outbox.take()[1]


def refused(path: Path) -> Failure:
    """The one Failure that a file leads to; the job has ended."""
    ended, failure = arrived(path)
    assert isinstance(ended, Progress)
    assert ended.done
    assert ended.value is None
    assert isinstance(failure, Failure)
    return failure


def written(path: Path) -> Path:
    if path.suffix == ".safetensors":
        save_file(ARRAYS, path)
    else:
        torch.save(OrderedDict((name, torch.from_numpy(array.copy())) for name, array in ARRAYS.items()), path)
    return path


@pytest.mark.parametrize("name", ["a.safetensors", "a.pt", "a.PTH", "a.ckpt"])
def test_the_arrays_of_a_file_by_its_own_names(tmp_path: Path, name: str) -> None:
    (message,) = arrived(written(tmp_path / name))
    assert isinstance(message, Progress)
    assert message.done
    found = message.value
    assert isinstance(found, ArraysRead)
    assert found.path == tmp_path / name
    assert list(found.arrays) == list(ARRAYS) or name.endswith("safetensors")
    for key, array in ARRAYS.items():
        assert np.array_equal(found.arrays[key], array)


class RunsCode:
    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (str(self.trace), "w")


def test_a_file_that_would_run_code_is_refused_and_runs_none(tmp_path: Path) -> None:
    torch.save({"weight": RunsCode(tmp_path / "was_here")}, tmp_path / "bad.pt")
    refused(tmp_path / "bad.pt")
    assert not (tmp_path / "was_here").exists()


@pytest.mark.parametrize("name", ["a.safetensors", "a.pt"])
@pytest.mark.parametrize("damage", ["gone", "empty", "cut", "a pickle", "a folder"])
def test_what_is_damaged_is_one_sentence(tmp_path: Path, name: str, damage: str) -> None:
    path = tmp_path / name
    match damage:
        case "empty":
            path.write_bytes(b"")
        case "cut":
            path.write_bytes(written(path).read_bytes()[:100])
        case "a pickle":
            path.write_bytes(pickle.dumps(ARRAYS))
        case "a folder":
            path.mkdir()
    message = refused(path)
    assert name in message.text
    assert "\n" not in message.text
    assert not message.details, "a mistake, no fault"
