"""A checkpoint written and read again; files that are none."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

from convviz.spec.errors import InputError
from convviz.spec.presets import lenet5
from convviz.spec.training import TrainingSettings
from convviz.spec.training.checkpoint import Checkpoint
from convviz.spec.training.checkpoint_file import load, save
from convviz.spec.weights import Weights, initial


def _checkpoint(weights: Weights, mean: Weights) -> Checkpoint:
    moments = {f"{name}/exp_avg": np.array(array) * 2 for name, array in weights.items()}
    moments["conv1.weight/step"] = np.array([7], np.float32)
    settings = TrainingSettings(epochs=3, dropout=0.1)
    return Checkpoint(7, 1, 20, 100, weights, mean, moments, b"\1\2", bytes(range(256)), settings, 4, (12.5, 9.0))


@pytest.mark.parametrize("mean", [True, False])
def test_all_of_it_comes_back(tmp_path: Path, mean: bool) -> None:
    weights = initial(lenet5(), 1)
    given = _checkpoint(weights, initial(lenet5(), 2) if mean else weights)
    left = frozenset({("conv1", channel) for channel in range(6)} | {("fc1", 3)})
    save(tmp_path / "a.safetensors", lenet5(), given, ("mnist", "strokes:90"), left)
    network, found, data, frozen = load(tmp_path / "a.safetensors")
    assert network == lenet5()
    assert frozen == left
    assert data == ("mnist", "strokes:90")
    for name in ("step", "epoch", "seen", "images", "order", "random", "settings", "edits", "tally"):
        assert getattr(found, name) == getattr(given, name)
    assert (found.mean is found.weights) == (not mean)
    for part in ("weights", "mean", "moments"):
        ours, theirs = getattr(found, part), getattr(given, part)
        assert set(ours) == set(theirs)
        assert all(np.array_equal(ours[name], theirs[name]) for name in theirs)
        assert not any(array.flags.writeable for array in ours.values())


@pytest.mark.parametrize(
    "damage",
    [
        lambda about: about.pop("random"),
        lambda about: about.update(step=-1),
        lambda about: about.update(step=1.5),
        lambda about: about.update(order="xyz"),
        lambda about: about.update(tally=[1]),
        lambda about: about.update(tally="ab"),
        lambda about: about["settings"].update(rate=-1.0),
        lambda about: about["settings"].update(unknown=1),
        lambda about: about.update(data=3),
        lambda about: about.update(frozen="conv9"),
    ],
)
def test_what_is_damaged_is_refused(tmp_path: Path, damage: Callable[[dict[str, object]], object]) -> None:
    weights = initial(lenet5(), 1)
    path = tmp_path / "a.safetensors"
    save(path, lenet5(), _checkpoint(weights, weights), ("mnist",))
    with safe_open(path, framework="numpy") as file:
        metadata = dict(file.metadata())
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
    about = json.loads(metadata["convviz.checkpoint"])
    damage(about)
    save_file(arrays, path, {**metadata, "convviz.checkpoint": json.dumps(about)})
    with pytest.raises(InputError, match="is damaged"):
        load(path)


def test_arrays_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    weights = initial(lenet5(), 1)
    path = tmp_path / "a.safetensors"
    given = replace(_checkpoint(weights, weights), moments={"x": np.zeros(3)})
    save(path, lenet5(), given, ())
    with pytest.raises(InputError, match="float32 only"):
        load(path)
    for name in ("nothing", "."):
        with pytest.raises(InputError, match="give a checkpoint"):
            load(tmp_path / name)


def test_one_from_before_layers_could_be_frozen_leaves_none_alone(tmp_path: Path) -> None:
    weights = initial(lenet5(), 1)
    path = tmp_path / "a.safetensors"
    save(path, lenet5(), _checkpoint(weights, weights), ())
    with safe_open(path, framework="numpy") as file:
        metadata = dict(file.metadata())
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
    about = json.loads(metadata["convviz.checkpoint"])
    del about["frozen"]
    save_file(arrays, path, {**metadata, "convviz.checkpoint": json.dumps(about)})
    assert load(path).frozen == frozenset()
