"""PyTorch's own files: state dicts and checkpoints are read, everything else is refused and nothing is executed."""

from __future__ import annotations

import pickle
import random
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from convviz.core.network import build, snapshot
from convviz.core.state_dict import load
from convviz.spec.errors import InputError
from convviz.spec.presets import lecture
from convviz.spec.weight_match import match

PLAIN = OrderedDict(a=torch.tensor([[1.5, -0.0], [float("nan"), 3e38]]), b=torch.zeros(3))


def saved(folder: Path, value: object, **options: Any) -> Path:
    path = folder / "x.pt"
    torch.save(value, path, **options)
    return path


def refused(path: Path) -> str:
    with pytest.raises(InputError) as error:
        load(path)
    text = str(error.value)
    assert "x.pt" in text
    assert "\n" not in text
    assert len(text) < 400
    return text


def rezipped(path: Path, change: Callable[[str, bytes], bytes], compression: int = zipfile.ZIP_STORED) -> None:
    """The file with its members changed."""
    with zipfile.ZipFile(path) as file:
        members = [(name, file.read(name)) for name in file.namelist()]
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, data in members:
            file.writestr(name, change(name, data))


# --- what is read ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrap",
    [
        lambda d: d,
        dict,
        lambda d: {"state_dict": d, "epoch": 3, "step": torch.tensor(5.0)},
        lambda d: {"model": d, "optimizer": {"state": {0: {"m": torch.ones(2)}}, "param_groups": [{"lr": 0.1}]}},
        lambda d: {"model_state_dict": d},
    ],
)
def test_a_state_dict_is_found_where_it_usually_is(tmp_path: Path, wrap: Callable[[object], object]) -> None:
    arrays = load(saved(tmp_path, wrap(PLAIN)))
    assert list(arrays) == ["a", "b"]
    for name, array in arrays.items():
        assert array.dtype == np.float32
        assert array.tobytes() == PLAIN[name].numpy().tobytes()
        assert array.flags.owndata


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float64, torch.float8_e4m3fn, torch.float8_e5m2])
def test_every_kind_of_float_becomes_float32(tmp_path: Path, kind: torch.dtype) -> None:
    value = torch.tensor([0.5, -2.0, 1.25]).to(kind)
    array = load(saved(tmp_path, {"a": value}))["a"]
    assert array.dtype == np.float32
    assert array.tolist() == [0.5, -2.0, 1.25]


def test_parameters_views_and_counters(tmp_path: Path) -> None:
    whole = torch.arange(12.0).reshape(3, 4)
    values = {"p": nn.Parameter(torch.ones(2)), "t": whole.T, "part": whole[1:, ::2], "n": torch.tensor(7), "s": "text"}
    arrays = load(saved(tmp_path, {**values, 5: torch.ones(1)}))
    assert list(arrays) == ["p", "t", "part"]
    assert arrays["t"].tolist() == whole.T.tolist()
    assert arrays["part"].tolist() == [[4, 6], [8, 10]]


def test_a_network_comes_back_through_torch(tmp_path: Path) -> None:
    network = build(lecture())
    found = match(lecture(), load(saved(tmp_path, network.state_dict())))
    expected = snapshot(network)
    assert found.complete
    assert all(np.array_equal(found.weights[name], expected[name]) for name in expected)


def test_the_weights_of_a_real_network_are_read(shared_data: Path) -> None:
    (file,) = (shared_data / "torch/hub/checkpoints").glob("squeezenet1_0*.pth")
    arrays = load(file)
    assert arrays["features.0.weight"].shape == (96, 3, 7, 7)
    assert sum(array.size for array in arrays.values()) == 1_248_424


# --- what is refused ------------------------------------------------------------------------------------------


class Evil:
    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> Any:
        return Path.touch, (self.target,)


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize("wrap", [lambda evil: evil, lambda evil: {"a": torch.ones(2), "state_dict": evil}])
def test_a_pickle_that_runs_code_is_refused_and_runs_none(
    tmp_path: Path, legacy: bool, wrap: Callable[[object], object]
) -> None:
    path = saved(tmp_path, wrap(Evil(tmp_path / "executed")), _use_new_zipfile_serialization=not legacy)
    assert ("older than PyTorch 1.6" if legacy else "holds more than weights") in refused(path)
    path.write_bytes(pickle.dumps(Evil(tmp_path / "executed")))
    assert "bare pickle" in refused(path)
    assert not (tmp_path / "executed").exists()


def test_a_whole_network_is_refused_with_its_name(tmp_path: Path) -> None:
    path = saved(tmp_path, nn.Sequential(nn.Linear(2, 2)))
    assert "torch.nn.modules.container.Sequential" in refused(path)
    assert "torch.save(network.state_dict(), …)" in refused(path)


def test_a_format_of_old_is_refused(tmp_path: Path) -> None:
    assert "older than PyTorch 1.6" in refused(saved(tmp_path, PLAIN, _use_new_zipfile_serialization=False))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({}, "but nothing"),
        ([torch.ones(1)], "but a list"),
        (torch.ones(1), "a single tensor"),
        (5, "but a int"),
        ({"epoch": 3}, "other things"),
        ({"state_dict": {}}, "other things"),
        ({"model": {"a": {"b": torch.ones(1)}}}, "other things"),
        ({"a": torch.ones(2, dtype=torch.int64)}, "no floating-point weights"),
        ({5: torch.ones(2)}, "no floating-point weights"),
        ({"a": torch.eye(3).to_sparse()}, "no plain tensor"),
        ({"a": torch.ones(3, device="meta")}, "no plain tensor"),
    ],
)
def test_what_is_no_state_dict_is_refused(tmp_path: Path, value: object, words: str) -> None:
    assert words in refused(saved(tmp_path, value))


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04" + bytes(99), b"\x80\x04.", b"\xff" * 999])
def test_junk_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.pt").write_bytes(data)
    refused(tmp_path / "x.pt")


def test_a_zip_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.pt"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("word/document.xml", "<xml/>")
    assert "not one of torch.save" in refused(path)
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("x/data.pkl", pickle.dumps({"a": 1}))
        file.writestr("y/data.pkl", b"")
    assert "not one of torch.save" in refused(path)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_torchscript_program_is_refused(tmp_path: Path) -> None:
    torch.jit.trace(nn.Linear(2, 2), torch.ones(1, 2)).save(str(tmp_path / "x.pt"))
    assert "TorchScript" in refused(tmp_path / "x.pt")


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not there"):
        load(tmp_path / "none.pt")
    with pytest.raises(InputError, match="a folder"):
        load(tmp_path)


# --- damage and forgery ---------------------------------------------------------------------------------------


def test_every_truncation_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, PLAIN)
    data = path.read_bytes()
    for length in range(0, len(data), 37):
        path.write_bytes(data[:length])
        refused(path)


def test_flipped_bytes_are_refused_or_harmless(tmp_path: Path) -> None:
    path = saved(tmp_path, PLAIN)
    data, chance = path.read_bytes(), random.Random(1)
    for _ in range(300):
        changed = bytearray(data)
        changed[chance.randrange(len(data))] ^= chance.randrange(1, 256)
        path.write_bytes(changed)
        opened_or_refused(path)


def test_damaged_pickles_are_refused_or_harmless(tmp_path: Path) -> None:
    chance = random.Random(2)

    def change(name: str, data: bytes) -> bytes:
        if not name.endswith("data.pkl"):
            return data
        at = chance.randrange(len(data))
        return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]

    for _ in range(300):
        path = saved(tmp_path, PLAIN)
        rezipped(path, change)
        opened_or_refused(path)


def opened_or_refused(path: Path) -> None:
    try:
        arrays = load(path)
    except InputError as error:
        text = str(error)
    else:
        assert sum(array.nbytes for array in arrays.values()) < 2**20
        text = ""
    assert "\n" not in text


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = saved(tmp_path, {"a": torch.zeros(20_000_000)})
    rezipped(path, lambda name, data: data, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 2**20
    assert "far more than its size allows" in refused(path)


def test_a_claim_of_gigabytes_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, PLAIN)
    data = bytearray(path.read_bytes())
    entry = data.index(b"PK\x01\x02")
    data[entry + 20 : entry + 28] = struct.pack("<II", 4 * 10**9, 4 * 10**9)
    path.write_bytes(data)
    assert "far more than its size allows" in refused(path)


def test_a_tensor_larger_than_its_memory_is_refused(tmp_path: Path) -> None:
    assert "far more than its size allows" in refused(saved(tmp_path, {"a": torch.ones(1).expand(10**9)}))
    many = struct.pack("<cI", b"J", 10**9)
    path = saved(tmp_path, {"a": torch.ones(77)})
    rezipped(path, lambda name, data: data.replace(b"K\x4d", many))
    refused(path)


def test_a_pickle_of_many_things_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, PLAIN)
    rezipped(path, lambda name, data: b"\x80\x02" + b"]" * (9 * 2**20) + b"." if name.endswith("data.pkl") else data)
    assert "far more" in refused(path)


def test_a_file_that_was_packed_again_is_opened(tmp_path: Path) -> None:
    path = saved(tmp_path, PLAIN)
    rezipped(path, lambda name, data: data, zipfile.ZIP_DEFLATED)
    assert load(path)["a"].tobytes() == PLAIN["a"].numpy().tobytes()
