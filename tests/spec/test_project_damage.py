"""Experiments that were damaged, forged or made to fill the memory: opened, or refused in one sentence."""

from __future__ import annotations

import io
import json
import pickle
import random
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load as arrays_of
from safetensors.numpy import save as arrays_to_bytes

from convviz.spec.adapt import adapt
from convviz.spec.errors import InputError
from convviz.spec.lab.edits import KINDS, with_kind, with_source
from convviz.spec.lab.source import FromDrawing
from convviz.spec.lab.trial import perform
from convviz.spec.network import Conv2d
from convviz.spec.project import load, to_bytes
from convviz.spec.state import State
from convviz.spec.strokes import Canvas

WHOLE = to_bytes(load(Path(__file__).parent / "projects" / "schema1.convviz"))
Table = dict[str, Any]
Arrays = dict[str, Any]


def members() -> tuple[Table, Arrays]:
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as file:
        return json.loads(file.read("experiment.json")), arrays_of(file.read("arrays.safetensors"))


def zipped(*parts: tuple[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return file.getvalue()


def packed(table: object, arrays: Arrays, *more: tuple[str, bytes], **options: int) -> bytes:
    text = table if isinstance(table, bytes) else json.dumps(table).encode()
    return zipped(("experiment.json", text), ("arrays.safetensors", arrays_to_bytes(arrays)), *more, **options)


def opened(folder: Path, data: bytes) -> State:
    path = folder / "x.convviz"
    path.write_bytes(data)
    return load(path)


def refused(folder: Path, data: bytes) -> str:
    with pytest.raises(InputError) as error:
        opened(folder, data)
    text = str(error.value)
    assert text.startswith(("x.convviz", "cannot read"))
    assert "\n" not in text
    assert len(text) < 500
    return text


def used(state: State) -> None:
    """Does with a State what a window would: whatever was opened must bear it."""
    Canvas(56).show(state.drawing)
    conv = state.network["conv1"]
    assert isinstance(conv, Conv2d)
    for kernel in ((1, 1), (7, 7)):
        adapt(
            state.network,
            state.weights,
            state.network.with_layer(Conv2d("conv1", 5, kernel, padding=(3, 3))),
            state.kept,
        )
    for kind in KINDS:
        perform(with_source(with_kind(state.lab, kind), FromDrawing()))
    perform(state.lab)
    to_bytes(state)


def opened_or_refused(folder: Path, data: bytes) -> bool:
    """Whether it was opened."""
    try:
        state = opened(folder, data)
    except InputError:
        return False
    used(state)
    return True


# --- the zip --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04" + bytes(99), b"PK\x05\x06" + bytes(18), b"\xff" * 999])
def test_what_is_no_experiment_is_refused(tmp_path: Path, data: bytes) -> None:
    assert "x.convviz" in refused(tmp_path, data)


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not there"):
        load(tmp_path / "none.convviz")
    with pytest.raises(InputError, match="a folder"):
        load(tmp_path)


def test_every_truncation_is_refused(tmp_path: Path) -> None:
    for length in [*range(0, len(WHOLE), 41), *range(len(WHOLE) - 30, len(WHOLE))]:
        refused(tmp_path, WHOLE[:length])


def test_flipped_bytes_are_refused_or_harmless(tmp_path: Path) -> None:
    chance = random.Random(1)
    results = []
    for _ in range(400):
        data = bytearray(WHOLE)
        for _ in range(chance.choice((1, 1, 1, 4))):
            data[chance.randrange(len(data))] ^= chance.randrange(1, 256)
        results.append(opened_or_refused(tmp_path, bytes(data)))
    assert results.count(False) > 300


def test_flipped_bytes_behind_the_checksums_are_refused_or_harmless(tmp_path: Path) -> None:
    chance = random.Random(2)
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as file:
        whole = [(name, file.read(name)) for name in file.namelist()]
    results = []
    for _ in range(400):
        parts = []
        for name, data in whole:
            changed = bytearray(data)
            limit = 900 if name.endswith("safetensors") else len(data)  # its header
            changed[chance.randrange(limit)] ^= 1 << chance.randrange(8)
            parts.append((name, bytes(changed)))
        results.append(opened_or_refused(tmp_path, zipped(*parts)))
    assert results.count(False) > 100


def test_further_members_are_ignored_and_nothing_is_executed(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
            return Path.touch, (tmp_path / "executed",)  # type: ignore[return-value]

    table, arrays = members()
    evil = pickle.dumps(Evil())
    data = packed(table, arrays, ("data.pkl", evil), ("__init__.py", b"raise SystemExit"), ("../up", b""))
    assert to_bytes(opened(tmp_path, data)) == to_bytes(opened(tmp_path, WHOLE))
    refused(tmp_path, zipped(("experiment.json", evil), ("arrays.safetensors", evil)))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x.convviz"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_missing_and_doubled_members_are_refused(tmp_path: Path) -> None:
    table, arrays = members()
    text, values = json.dumps(table).encode(), arrays_to_bytes(arrays)
    assert "no arrays.safetensors" in refused(tmp_path, zipped(("experiment.json", text)))
    assert "no experiment.json" in refused(tmp_path, zipped(("arrays.safetensors", values)))
    assert "no experiment.json" in refused(tmp_path, zipped())
    assert "2 times" in refused(tmp_path, packed(table, arrays, ("experiment.json", text)))


def test_an_experiment_that_was_packed_again_is_opened(tmp_path: Path) -> None:
    table, arrays = members()
    packed_again = packed(table, arrays, compression=zipfile.ZIP_DEFLATED)
    assert len(packed_again) < len(WHOLE)
    assert to_bytes(opened(tmp_path, packed_again)) == WHOLE
    assert "compressed in a way" in refused(tmp_path, packed(table, arrays, compression=zipfile.ZIP_BZIP2))


def test_an_encrypted_experiment_is_refused(tmp_path: Path) -> None:
    data = bytearray(WHOLE)
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "password" in refused(tmp_path, bytes(data))


# --- memory ---------------------------------------------------------------------------------------------------


def peak_of(action: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("member", [0, 1])
@pytest.mark.parametrize("claim", [4 * 10**9, 2**32 - 2])
def test_a_size_that_is_only_claimed_takes_no_memory(tmp_path: Path, member: int, claim: int) -> None:
    data = bytearray(WHOLE)
    entry = data.index(b"PK\x01\x02")
    if member:
        entry = data.index(b"PK\x01\x02", entry + 1)
    data[entry + 20 : entry + 28] = struct.pack("<II", claim, claim)
    assert peak_of(lambda: refused(tmp_path, bytes(data))) < 8 * 2**20


def test_ten_gigabytes_in_a_zip64_record_take_no_memory(tmp_path: Path) -> None:
    table, arrays = members()
    data = bytearray(packed(table, arrays))
    entry = data.index(b"PK\x01\x02")
    extra = struct.pack("<HHQQ", 1, 16, 10 * 2**30, 10 * 2**30)
    name_ends = entry + 46 + len("experiment.json")
    data[entry + 20 : entry + 28] = b"\xff" * 8
    data[entry + 30 : entry + 32] = struct.pack("<H", len(extra))
    data[name_ends:name_ends] = extra
    end = data.rindex(b"PK\x05\x06")
    size = struct.unpack_from("<I", data, end + 12)[0]
    struct.pack_into("<I", data, end + 12, size + len(extra))
    assert "10,737,418,240 bytes" in refused(tmp_path, bytes(data))
    assert peak_of(lambda: refused(tmp_path, bytes(data))) < 8 * 2**20


@pytest.mark.parametrize("name", ["experiment.json", "arrays.safetensors"])
def test_a_compressed_bomb_takes_no_memory(tmp_path: Path, name: str) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for other in {"experiment.json", "arrays.safetensors"} - {name}:
            archive.writestr(other, b"{}")
        with archive.open(name, "w") as member:
            for _ in range(200):
                member.write(bytes(2**20))
    assert "claims 209,715,200 bytes" in refused(tmp_path, file.getvalue())
    assert peak_of(lambda: refused(tmp_path, file.getvalue())) < 8 * 2**20


def test_a_bomb_that_claims_to_be_small_is_read_no_further(tmp_path: Path) -> None:
    data = bytearray(zipped(("experiment.json", bytes(50 * 2**20)), compression=zipfile.ZIP_DEFLATED))
    entry = data.index(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<I", 1000)
    assert peak_of(lambda: refused(tmp_path, bytes(data))) < 8 * 2**20


def test_a_directory_as_large_as_the_file_is_not_read(tmp_path: Path) -> None:
    size = 30 * 2**20
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 9, 9, size, 0, 0)
    path = tmp_path / "x.convviz"
    with path.open("wb") as file:
        file.truncate(size)
        file.seek(size)
        file.write(end)
    with pytest.raises(InputError, match="claims a part of"):
        load(path)


@pytest.mark.parametrize(
    "header",
    [
        {"a": {"dtype": "F32", "shape": [2**31], "data_offsets": [0, 10 * 2**30]}},
        {"a": {"dtype": "F32", "shape": [2**62, 4], "data_offsets": [0, 16]}},
        {"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 16]}},
        {"a": {"dtype": "F32", "shape": [4], "data_offsets": [16, 0]}},
        {f"a{i}": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]} for i in range(9)},
        {"a": {"dtype": "BF16", "shape": [8], "data_offsets": [0, 16]}},
        {"a": {"dtype": "I64", "shape": [2], "data_offsets": [0, 16]}},
        {"a": {"dtype": "F4", "shape": [32], "data_offsets": [0, 16]}},
        {"a": {"dtype": "odd", "shape": [2], "data_offsets": [0, 16]}},
        {"a": 5},
        5,
    ],
)
def test_a_forged_header_of_arrays_is_refused(tmp_path: Path, header: object) -> None:
    table, _ = members()
    text = json.dumps(header).encode()
    values = struct.pack("<Q", len(text)) + text + bytes(16)
    parts = (("experiment.json", json.dumps(table).encode()), ("arrays.safetensors", values))
    assert peak_of(lambda: refused(tmp_path, zipped(*parts))) < 8 * 2**20


@pytest.mark.parametrize("claim", [0, 1, 2**22, 2**27, 2**63, 2**64 - 1])
def test_a_header_of_any_length_is_refused(tmp_path: Path, claim: int) -> None:
    table, arrays = members()
    values = struct.pack("<Q", claim) + arrays_to_bytes(arrays)[8:]
    parts = (("experiment.json", json.dumps(table).encode()), ("arrays.safetensors", values))
    refused(tmp_path, zipped(*parts))


# --- what is inside -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"schema":' * 50_000,
        b'{"schema": 1' + b"0" * 10_000 + b"}",
        b'{"schema": NaN}',
        b'{"schema": 1e999}',
        b'{"schema": true}',
        b'{"schema": "1"}',
        b'{"schema": 0}',
        b'{"schema": -1}',
        b'{"schema": 1.0}',
        b'{"schema": 1}',
        b"{}",
    ],
    ids=lambda text: repr(text[:16]),
)
def test_text_that_is_no_experiment_is_refused(tmp_path: Path, text: bytes) -> None:
    refused(tmp_path, packed(text, members()[1]))


def paths(value: object, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The place of every value in the table."""
    found = [above] if above else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += paths(inner, (*above, key))
    return found


def replaced(table: Table, path: tuple[Any, ...], value: object) -> Table:
    table = json.loads(json.dumps(table))
    place: Any = table
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return table


ODD = [None, True, 5, -1, 0, 2**70, 1.5, -0.0, 1e308, "", "conv1", [], [[]], {}, {"a": 1}, [1, 2, 3], ["conv1", 1]]


def test_any_value_of_another_kind_is_refused_or_harmless(tmp_path: Path) -> None:
    table, arrays = members()
    chance = random.Random(3)
    places = paths(table)
    results = []
    for _ in range(700):
        path = chance.choice(places)
        results.append(opened_or_refused(tmp_path, packed(replaced(table, path, chance.choice(ODD)), arrays)))
    assert results.count(False) > 350


def test_anything_missing_is_refused(tmp_path: Path) -> None:
    table, arrays = members()
    for key in table:
        if key not in ("convviz", "focus", "lab", "plan", "runs"):  # older ones have none of the last three
            refused(tmp_path, packed({k: v for k, v in table.items() if k != key}, arrays))
    for key in arrays:
        refused(tmp_path, packed(table, {k: v for k, v in arrays.items() if k != key}))


def with_shape(key: str, *shape: int) -> Callable[[Table, Arrays], None]:
    return lambda table, arrays: arrays.update({key: np.zeros(shape, np.float32)})


def with_value(value: float, key: str) -> Callable[[Table, Arrays], None]:
    return lambda table, arrays: arrays[key].ravel().__setitem__(0, value)


def at(*path: Any, value: object) -> Callable[[Table, Arrays], None]:
    return lambda table, arrays: table.update(replaced(table, path, value))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (with_shape("weights/conv1.bias", 4), "conv1.bias is 4"),
        (with_shape("weights/conv1.weight", 3, 1, 5), "conv1.weight is"),
        (with_shape("origin/conv1.weight", 3, 1, 5, 5), "conv1.weight is"),
        (with_shape("origin/fc1.weight", 10, 49), "fc1.weight is"),
        (with_shape("drawing/points", 5, 2), "points"),
        (with_shape("drawing/points", 4, 3), "points"),
        (with_shape("drawing/points", 8), "points"),
        (with_shape("drawing/base", 12), "picture"),
        (with_shape("drawing/base", 0, 4), "picture"),
        (with_value(np.nan, "drawing/points"), "points"),
        (with_value(np.inf, "drawing/points"), "points"),
        (with_value(3e38, "drawing/points"), "points"),
        (with_value(np.nan, "drawing/base"), "picture"),
        (at("network", "layers", 0, "kernel", value=[9, 900]), "conv1"),
        (at("network", "layers", 0, "groups", value=0), "conv1"),
        (at("network", "layers", 5, "id", value="conv1"), "two layers"),
        (at("network", "layers", 5, "type", value="x" * 10**6), "unknown layer type 'xxx"),
        (at("weights", "x" * 10**6, value="weights/fc1.bias"), "hold 'xxx"),
        (at("network", "layers", value=[]), "hold"),
        (at("network", "input_shape", value=[1, 8, 9]), "square"),
        (at("network", "input_shape", value=[10**6, 10**6, 10**6]), ""),
        (at("origin", "network", value=None), "network"),
        (at("origin", "weights", "fc1.bias", value="weights/fc2.bias"), "no array"),
        (at("weights", "fc1.bias", value=["weights/fc1.bias"]), "no array"),
        (at("weights", "fc2.bias", value="weights/fc1.bias"), "fc2.bias"),
        (at("kept", "fc1.weight", "source", value="weights/fc1.bias"), "kept of fc1.weight"),
        (at("kept", "fc1.weight", "layout", value=[48]), ""),
        (at("kept", "fc1.weight", "layout", value=[3, 4, 5]), "kept of fc1.weight"),
        (at("kept", "fc1.weight", "layout", value=[3, 4, -4]), "above 0"),
        (at("kept", "conv1.weight", "groups", value=2), "kept of conv1.weight"),
        (at("kept", "conv1.weight", "groups", value=0), "kept of conv1.weight"),
        (at("kept", "nothing", value={}), "belongs to no layer"),
        (at("drawing", "strokes", 0, "points", value=10**9), "5,000,000 points"),
        (at("drawing", "strokes", 0, "points", value=0), "above 0"),
        (at("drawing", "strokes", 0, "width", value=1e300), "wide"),
        (at("drawing", "strokes", 0, "width", value=-1), "wide"),
        (at("drawing", "strokes", 0, "width", value=True), "wide"),
        (at("drawing", "strokes", value=[5]), "object"),
        (at("preparation", "crop", value=1), "crop"),
        (at("drawing", "image", value=5), "object"),
        (at("drawing", "image", value={"name": "x", "label": -1}), "class -1"),
        (at("drawing", "image", value={"name": "x", "label": 1, "before": {"crop": 1}}), "crop"),
        (at("channels", "muted", value=[["conv1", -1]]), "channel"),
        (at("channels", "muted", value=[["conv1", 1.0]]), "channel"),
        (at("channels", "muted", value=[["conv1"]]), "channel"),
        (at("channels", "solo", value={}), "solo"),
        (at("focus", value=5), "object"),
        (at("focus", value={"layer": 5, "index": []}), "layer"),
        (at("device", value=None), "device"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    tmp_path: Path, change: Callable[[Table, Arrays], None], words: str
) -> None:
    table, arrays = members()
    change(table, arrays)
    data = packed(table, arrays)
    if words:
        assert words in refused(tmp_path, data)
    else:
        opened_or_refused(tmp_path, data)


@pytest.mark.parametrize("value", [1.5, -3.0, np.inf, 3e38])
def test_ink_is_brought_within_its_range(tmp_path: Path, value: float) -> None:
    table, arrays = members()
    with_value(value, "drawing/base")(table, arrays)
    base = opened(tmp_path, packed(table, arrays)).drawing.base
    assert base is not None
    assert base[0, 0] == min(max(value, 0), 1)
    assert base[1, 1] == arrays["drawing/base"][1, 1]


@pytest.mark.parametrize("shape", [(2, 3, 4), (4, 3, 4), (3, 0, 4), (3, 4, 4, 1), (12,)])
def test_a_picture_is_grey_or_has_three_colours(tmp_path: Path, shape: tuple[int, ...]) -> None:
    table, arrays = members()
    arrays["drawing/base"] = np.zeros(shape, np.float32)
    assert "the picture in its drawing is none" in refused(tmp_path, packed(table, arrays))


@pytest.mark.parametrize("shape", [(1, 4097), (3, 4097, 2)])
def test_a_picture_is_not_endless(tmp_path: Path, shape: tuple[int, ...]) -> None:
    """Strokes over it would be drawn on a square of its longer side."""
    table, arrays = members()
    arrays["drawing/base"] = np.zeros(shape, np.float32)
    assert "over 4,096 pixels a side" in refused(tmp_path, packed(table, arrays))


@pytest.mark.parametrize(
    "focus",
    [
        {"layer": "gone", "index": [0]},
        {"layer": "pool1", "index": [0, 0]},
        {"layer": "pool1", "index": [0, 0, 2]},
        {"layer": "pool1", "index": [0, 0, -1]},
        {"layer": "pool1", "index": [True, 0, 0]},
        {"layer": "pool1", "index": ["0", 0, 0]},
        {"layer": "pool1", "index": []},
        {"layer": "", "index": []},
    ],
)
def test_a_unit_that_is_not_there_is_not_selected(tmp_path: Path, focus: Table) -> None:
    table, arrays = members()
    assert opened(tmp_path, packed({**table, "focus": focus}, arrays)).focus is None
