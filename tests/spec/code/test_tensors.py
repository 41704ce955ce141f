"""The file beside a program: refused where it would not fit, the same bytes for the same numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from convviz.spec.code import tensors_of, write_tensors
from convviz.spec.code.tensors import digest, is_ours, to_bytes
from convviz.spec.errors import InputError
from convviz.spec.presets import lecture, lenet5
from convviz.spec.weights import initial

PICTURE = np.zeros((1, 28, 28), np.float32)


def test_what_does_not_fit_is_refused() -> None:
    weights = initial(lecture())
    with pytest.raises(InputError, match="lenet5"):
        tensors_of(lenet5(), weights, PICTURE)
    with pytest.raises(InputError, match="this input is 1×28×28, but conv2 needs 32×8×8"):
        tensors_of(lecture(), weights, PICTURE, "conv2")
    with pytest.raises(InputError, match="no layer 'gone'"):
        tensors_of(lecture(), weights, PICTURE, "gone")


def test_the_same_numbers_have_the_same_name() -> None:
    tensors = tensors_of(lecture(), initial(lecture()), PICTURE)
    again = tensors_of(lecture(), initial(lecture()), PICTURE.copy())
    assert digest(to_bytes(tensors)) == digest(to_bytes(again))
    again["fc2.bias"] = again["fc2.bias"] + np.float32(1)
    assert digest(to_bytes(tensors)) != digest(to_bytes(again))


def test_maps_in_another_order_in_memory_are_written_right(tmp_path: Path) -> None:
    turned = np.arange(28 * 28, dtype=np.float32).reshape(1, 28, 28).transpose(0, 2, 1)
    write_tensors(tmp_path / "a.safetensors", tensors_of(lecture(), initial(lecture()), turned))
    np.testing.assert_array_equal(load_file(tmp_path / "a.safetensors")["input"][0], turned)


def test_ours_are_told_from_others(tmp_path: Path) -> None:
    write_tensors(tmp_path / "ours.safetensors", {"input": PICTURE})
    save_file({"input": PICTURE}, tmp_path / "foreign.safetensors")
    (tmp_path / "text.safetensors").write_text("no tensors")
    (tmp_path / "empty.safetensors").write_bytes(b"")
    assert [is_ours(tmp_path / f"{name}.safetensors") for name in ("ours", "foreign", "text", "empty", "gone")] == [
        True,
        False,
        False,
        False,
        False,
    ]


def test_not_a_number_is_a_number_too(tmp_path: Path) -> None:
    picture = np.full((1, 28, 28), np.nan, np.float32)
    write_tensors(tmp_path / "a.safetensors", tensors_of(lecture(), initial(lecture()), picture))
    assert np.isnan(load_file(tmp_path / "a.safetensors")["input"]).all()
