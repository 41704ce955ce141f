"""A window starts even where its weights are missing or damaged, and says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from convviz.paths import weights_file
from convviz.session.experiment import shape_of
from convviz.session.shipped import NAMES, shipped, starting_state
from convviz.spec.errors import InputError
from convviz.spec.presets import NETWORKS
from convviz.spec.weights import check, initial, save


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where shipped weights are looked for: empty."""
    monkeypatch.setattr("convviz.session.shipped.weights_file", lambda name: tmp_path / f"{name}.safetensors")
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_weights_that_are_there(folder: Path, name: str) -> None:
    spec = NETWORKS[name]()
    weights = initial(spec, 5)
    save(folder / f"{name}.safetensors", spec, weights)
    state, trouble = starting_state(name)
    assert trouble == ""
    assert state.network == spec
    assert all(np.array_equal(state.weights[key], array) for key, array in weights.items())
    assert not state.drawing
    assert state.device == "cpu"
    assert state.focus is not None
    shape = shape_of(spec, state.focus.layer)
    assert shape is not None
    assert all(0 <= i < n for i, n in zip(state.focus.index, shape, strict=True))


@pytest.mark.parametrize("content", [None, b"", b"damaged", "lenet5"])
def test_weights_that_are_not(folder: Path, content: bytes | str | None) -> None:
    if content == "lenet5":
        save(folder / "lecture.safetensors", NETWORKS["lenet5"](), initial(NETWORKS["lenet5"]()))
    elif isinstance(content, bytes):
        (folder / "lecture.safetensors").write_bytes(content)
    with pytest.raises(InputError):
        shipped("lecture")
    state, trouble = starting_state("lecture")
    check(state.network, state.weights)
    assert state.network == NETWORKS["lecture"]()
    assert "lecture" in trouble
    assert "\n" not in trouble


def test_no_such_network() -> None:
    with pytest.raises(InputError, match="lecture2"):
        shipped("lecture2")


@pytest.mark.parametrize("name", NAMES)
def test_the_weights_in_the_resources(name: str) -> None:
    if not weights_file(name).is_file():
        pytest.skip(f"{weights_file(name).name} is not trained yet")
    state, trouble = starting_state(name)
    assert trouble == ""
    assert all(np.isfinite(array).all() for array in state.weights.values())
