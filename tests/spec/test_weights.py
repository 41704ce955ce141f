"""Weights and their files: the way there and back, damage of every kind, and no half-written file."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save as to_bytes
from safetensors.torch import save_file

from convviz.spec import weights
from convviz.spec.errors import InputError
from convviz.spec.network import BatchNorm2d, Conv2d, Flatten, Linear, NetworkSpec
from convviz.spec.network_json import to_json
from convviz.spec.presets import lecture, lenet5
from convviz.spec.weights import Weights, check, initial, load, load_arrays, save, shapes, write_atomically

SMALL = NetworkSpec(
    "small", (1, 4, 4), (Conv2d("conv", 2, (3, 3), groups=1), BatchNorm2d("bn"), Flatten("f"), Linear("fc", 3))
)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "small.safetensors"
    save(path, SMALL, initial(SMALL, seed=1), {"note": "test"})
    return path


def test_a_file_gives_back_network_and_weights(saved: Path) -> None:
    spec, loaded = load(saved)
    assert spec == SMALL
    written = initial(SMALL, seed=1)
    assert list(loaded) == sorted(written)
    assert all(np.array_equal(loaded[name], written[name]) for name in written)


def test_weights_cannot_be_written_to_and_never_share_memory() -> None:
    source = np.zeros(3, np.float32)
    held = Weights({"fc.bias": source})
    source[0] = 1
    assert held["fc.bias"].tolist() == [0, 0, 0]
    with pytest.raises(ValueError, match="read-only"):
        held["fc.bias"][0] = 1


def test_replacing_one_array_shares_the_others() -> None:
    before = initial(SMALL)
    after = before.replaced("fc.bias", np.ones(3))
    assert [name for name in before if before[name] is not after[name]] == ["fc.bias"]
    with pytest.raises(KeyError):
        before.replaced("fc.nothing", np.ones(3))


def test_a_read_only_view_of_writable_memory_is_copied() -> None:
    source = np.zeros(3, np.float32)
    view = source[:]
    view.setflags(write=False)
    held = Weights({"a": view})
    source[0] = 5
    assert held["a"][0] == 0


@pytest.mark.parametrize("spec", [lecture(), lenet5(), SMALL], ids=lambda spec: spec.name)
def test_the_names_and_shapes_are_those_of_torch(spec: NetworkSpec) -> None:
    from convviz.core.network import build

    own = {k: tuple(v.shape) for k, v in build(spec).state_dict().items() if not k.endswith("num_batches_tracked")}
    assert shapes(spec) == own


def test_a_start_depends_on_its_seed_only_and_keeps_torchs_bounds() -> None:
    first, again, other = initial(lecture(), 1), initial(lecture(), 1), initial(lecture(), 2)
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not np.array_equal(first["conv1.weight"], other["conv1.weight"])
    for name, inputs in (("conv1", 25), ("conv2", 32 * 25), ("fc1", 256), ("fc2", 200)):
        for part in ("weight", "bias"):
            reach = float(np.abs(first[f"{name}.{part}"]).max()) * inputs**0.5
            assert 0.5 < reach <= 1.0 + 1e-6


def test_check_names_the_first_array_that_does_not_fit() -> None:
    arrays = dict(initial(SMALL))
    with pytest.raises(InputError, match=r"no 'fc\.bias'"):
        check(SMALL, {name: a for name, a in arrays.items() if name != "fc.bias"})
    with pytest.raises(InputError, match=r"fc\.bias is 4 in these weights, but 'small' needs 3"):
        check(SMALL, {**arrays, "fc.bias": np.zeros(4, np.float32)})
    with pytest.raises(InputError, match=r"hold 'fc9\.bias'"):
        check(SMALL, {**arrays, "fc9.bias": np.zeros(4, np.float32)})


def test_every_truncation_of_a_file_is_refused(saved: Path) -> None:
    data = saved.read_bytes()
    for length in [*range(64), *range(64, len(data), 97)]:
        saved.write_bytes(data[:length])
        with pytest.raises(InputError, match=r"small\.safetensors"):
            load(saved)


def test_every_damaged_byte_of_the_header_is_refused_or_harmless(saved: Path) -> None:
    data = saved.read_bytes()
    header = int.from_bytes(data[:8], "little") + 8
    refused = []
    for position in range(header):
        saved.write_bytes(data[:position] + bytes([data[position] ^ 0x15]) + data[position + 1 :])
        try:
            load(saved)
        except InputError as error:
            refused.append(str(error))
    assert len(refused) > header / 2
    assert not [text for text in refused if "\n" in text]


@pytest.mark.parametrize("content", [b"", b"hello", b"\x80\x04\x95", b"PK\x03\x04" + bytes(100), b"\xff" * 100])
def test_foreign_bytes_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "foreign.safetensors"
    path.write_bytes(content)
    with pytest.raises(InputError, match="not a safetensors file"):
        load(path)


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not there"):
        load(tmp_path / "none.safetensors")
    with pytest.raises(InputError, match="a folder"):
        load(tmp_path)


def test_a_foreign_file_has_weights_but_no_network(tmp_path: Path) -> None:
    path = tmp_path / "foreign.safetensors"
    path.write_bytes(to_bytes({"a": np.ones(3, np.float16)}))
    spec, loaded = load(path)
    assert spec is None
    assert loaded["a"].tolist() == [1, 1, 1]


def test_integers_and_bfloat16_are_handled(tmp_path: Path) -> None:
    path = tmp_path / "odd.safetensors"
    path.write_bytes(to_bytes({"a": np.ones(3, np.int64)}))
    with pytest.raises(InputError, match="int64"):
        load(path)
    for kind in (torch.bfloat16, torch.float8_e4m3fn):  # numpy has no such types
        save_file({"a": torch.ones(3).to(kind)}, path)
        for read in (load, load_arrays):
            with pytest.raises(InputError, match=r"odd\.safetensors: 'a' holds .*; save it as float32 first"):
                read(path)


def test_the_arrays_of_any_file_are_read_as_float32(tmp_path: Path) -> None:
    path = tmp_path / "foreign.safetensors"
    half, double = np.array([0.1, 6e4], np.float16), np.array([[1e300, np.nan]])
    path.write_bytes(to_bytes({"b": half, "a": double, "n.num_batches_tracked": np.ones(1, np.int64), "i": half > 1}))
    arrays = load_arrays(path)
    assert list(arrays) == ["a", "b"]
    assert all(array.dtype == np.float32 for array in arrays.values())
    assert arrays["b"].tolist() == half.tolist()
    assert str(arrays["a"].tolist()) == "[[inf, nan]]"


def test_a_batch_norms_counter_is_no_weight(tmp_path: Path) -> None:
    path = tmp_path / "foreign.safetensors"
    path.write_bytes(to_bytes({"a": np.ones(3, np.float32), "n.num_batches_tracked": np.array(7)}))
    assert list(load(path)[1]) == ["a"]


def test_a_foreign_file_that_is_damaged_is_refused(saved: Path) -> None:
    data = saved.read_bytes()
    for length in range(0, len(data), 211):
        saved.write_bytes(data[:length])
        with pytest.raises(InputError, match=r"small\.safetensors"):
            load_arrays(saved)


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "3", json.dumps(to_json(lecture()))])
def test_a_description_that_is_broken_or_of_another_network_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "odd.safetensors"
    arrays = {name: np.array(array) for name, array in initial(SMALL).items()}
    path.write_bytes(to_bytes(arrays, {"convviz.network": text}))
    with pytest.raises(InputError):
        load(path)


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kept"
    path.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(weights.os, "fsync", full)
    with pytest.raises(InputError, match="No space left on device"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_where_nothing_can_be_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="choose another place"):
        write_atomically(tmp_path / "no" / "folder", b"new")


def test_a_write_replaces_the_file_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640


def test_places_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to(tmp_path / "other")
    (tmp_path / "other").symlink_to(tmp_path / "one")
    for name in ("x" * 300, "a\0b", "one"):
        with pytest.raises(InputError, match=r"^cannot write .*choose another place$") as caught:
            write_atomically(tmp_path / name, b"x")
        assert len(str(caught.value)) < 400
    assert {path.name for path in tmp_path.iterdir()} <= {"one", "other"}


def test_special_files_are_left_alone_and_links_followed(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="ordinary file"):
        write_atomically(tmp_path / "pipe", b"x")
    assert (tmp_path / "pipe").is_fifo()
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    write_atomically(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"
