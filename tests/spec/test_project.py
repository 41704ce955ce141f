"""Experiments and their files: the way there and back, old schemas, and writing that is interrupted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convviz.spec import weights as weight_files
from convviz.spec.adapt import Kept, adapt
from convviz.spec.channels import Channels
from convviz.spec.errors import InputError
from convviz.spec.network import BatchNorm2d, Conv2d, Flatten, Linear, MaxPool2d, NetworkSpec, ReLU
from convviz.spec.opened_image import OpenedImage
from convviz.spec.preparation import Preparation
from convviz.spec.presets import lecture
from convviz.spec.project import load, save, schema, to_bytes
from convviz.spec.state import Focus, Origin, State, opened
from convviz.spec.strokes import Canvas, Drawing, Stroke
from convviz.spec.weight_edit import same
from convviz.spec.weights import Weights, initial, shapes

GOLDEN = Path(__file__).parent / "projects"
POINT = st.tuples(st.floats(-1e5, 1e5, width=32), st.floats(-300, 300, width=32))
SMALL = NetworkSpec(
    "small",
    (1, 8, 8),
    (
        Conv2d("conv1", 3, (3, 3), padding=(1, 1)),
        BatchNorm2d("norm1"),
        ReLU("relu1"),
        MaxPool2d("pool1", (2, 2)),
        Flatten("flatten"),
        Linear("fc1", 10),
    ),
    tuple("0123456789"),
)


def counted(spec: NetworkSpec) -> Weights:
    """Weights that any version makes again: quarters, counted up."""
    return Weights({name: np.arange(np.prod(s), dtype=np.float32).reshape(s) / 4 for name, s in shapes(spec).items()})


def edited() -> State:
    """An experiment with a little of everything: conv1 grew to 5×5 with stride 2, which fc1 sees; and more."""
    origin = counted(SMALL)
    network = SMALL.with_layer(Conv2d("conv1", 3, (5, 5), (2, 2), (2, 2)))
    kernels = np.pad(origin["conv1.weight"], ((0, 0), (0, 0), (1, 1), (1, 1)))
    rows = origin["fc1.weight"].reshape(10, 3, 4, 4)[:, :, 1:3, 1:3].reshape(10, 12)
    bias = np.array([np.nan, -0.0, np.inf])
    weights = Weights({**origin, "conv1.weight": kernels, "conv1.bias": bias, "fc1.weight": rows})
    kept = {
        "conv1.weight": Kept(origin["conv1.weight"], (1, 8, 8), 1, weights["conv1.weight"], False, False),
        "fc1.weight": Kept(origin["fc1.weight"], (3, 4, 4), 1, weights["fc1.weight"], False, True),
    }
    pen = Stroke(np.array([[10.1, 20.2], [30.3, 1 / 3], [-0.0, 5.0]]), 18.5)
    dot = Stroke(np.array([[140.0, 140.0]]), 1 / 3, erase=True)
    return State(
        network,
        weights,
        Drawing((pen, dot), np.linspace(0, 1, 12, dtype=np.float32).reshape(3, 4)),
        Preparation(crop=False, smooth=False),
        Origin(SMALL, origin),
        kept,
        Channels(frozenset({("conv1", 2), ("conv1", 0)}), frozenset({("fc1", 3)}), frozenset({("conv1", 1)})),
        "cuda:1",
        Focus("pool1", (2, 1, 0)),
    )


def plain(spec: NetworkSpec = SMALL) -> State:
    return State(spec, initial(spec, 1), Drawing(), Preparation())


def bits(array: np.ndarray) -> tuple[tuple[int, ...], bytes]:
    return array.shape, array.tobytes()


def assert_equal(one: State, other: State) -> None:
    """Everything is the same, to the last bit."""
    assert one.network == other.network
    assert one.origin.network == other.origin.network
    assert one.origin.new == other.origin.new
    assert same(one.weights, other.weights)
    assert same(one.origin.weights, other.origin.weights)
    assert one.kept.keys() == other.kept.keys()
    for name, kept in one.kept.items():
        again = other.kept[name]
        assert (bits(kept.source), bits(kept.result)) == (bits(again.source), bits(again.result))
        facts = [(k.layout, k.groups, k.new, k.needs_training) for k in (kept, again)]
        assert facts[0] == facts[1]
    for a, b in zip(one.drawing.strokes, other.drawing.strokes, strict=True):
        assert (bits(a.points), a.width, a.erase) == (bits(b.points), b.width, b.erase)
    bases = [None if s.drawing.base is None else bits(s.drawing.base) for s in (one, other)]
    assert bases[0] == bases[1]
    for name in ("preparation", "channels", "device", "focus"):
        assert getattr(one, name) == getattr(other, name)


def reopened(state: State, folder: Path) -> State:
    save(folder / "x.convviz", state)
    return load(folder / "x.convviz")


# --- there and back -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [plain(), plain(lecture()), edited()], ids=["plain", "lecture", "edited"])
def test_everything_comes_back(state: State, tmp_path: Path) -> None:
    again = reopened(state, tmp_path)
    assert_equal(state, again)
    assert np.array_equal(Canvas().show(state.drawing), Canvas().show(again.drawing))
    assert to_bytes(again) == to_bytes(state)


def test_a_picture_in_colour_comes_back(tmp_path: Path) -> None:
    colours = np.random.default_rng(0).random((3, 32, 32), np.float32)
    image = OpenedImage("test image 7, of class cat", 3, Preparation(smooth=False))
    state = replace(plain(), drawing=Drawing(edited().drawing.strokes, colours, image))
    again = reopened(state, tmp_path)
    assert_equal(state, again)
    assert again.drawing.image is not None
    assert (again.drawing.image.name, again.drawing.image.label) == (image.name, 3)
    assert again.drawing.image.before == image.before
    assert np.array_equal(Canvas().ink(state.drawing), Canvas().ink(again.drawing))


def test_a_new_network_comes_back_as_one(tmp_path: Path) -> None:
    state = opened(plain(), SMALL, initial(SMALL), new=True)
    again = reopened(state, tmp_path)
    assert_equal(state, again)
    assert again.origin.new
    assert all(kept.result is again.weights[name] is kept.source for name, kept in again.kept.items())


def test_what_was_one_array_is_one_again(tmp_path: Path) -> None:
    again = reopened(plain(), tmp_path)
    assert again.origin.weights is again.weights
    assert again.origin.network is again.network
    assert not again.edited
    state, again = edited(), reopened(edited(), tmp_path)
    assert again.edited
    for name in again.weights:
        ours = name in state.origin.weights and state.weights[name] is state.origin.weights[name]
        assert (again.weights[name] is again.origin.weights.get(name)) == ours
    assert state.kept
    for name, kept in state.kept.items():
        assert (again.kept[name].result is again.weights[name]) == (kept.result is state.weights[name])
        assert (again.kept[name].source is again.origin.weights[name]) == (kept.source is state.origin.weights[name])


def test_adapting_goes_on_where_it_stopped(tmp_path: Path) -> None:
    state = edited()
    again = reopened(state, tmp_path)
    for spec in (SMALL, SMALL.with_layer(Conv2d("conv1", 4, (1, 7), padding=(0, 3)))):
        expected, kept = adapt(state.network, state.weights, spec, state.kept)
        found, kept_again = adapt(again.network, again.weights, spec, again.kept)
        assert same(expected, found)
        assert kept.keys() == kept_again.keys()
    back, _ = adapt(again.network, again.weights, SMALL, again.kept)
    assert back["conv1.weight"] is again.origin.weights["conv1.weight"]


def test_an_unedited_network_is_stored_once(tmp_path: Path) -> None:
    save(tmp_path / "x.convviz", plain(lecture()))
    assert (tmp_path / "x.convviz").stat().st_size < 4 * 105_506 + 10_000
    with zipfile.ZipFile(tmp_path / "x.convviz") as file:
        assert file.namelist() == ["experiment.json", "arrays.safetensors"]
        assert {info.compress_type for info in file.infolist()} == {zipfile.ZIP_STORED}


def test_arrays_are_read_only_and_their_own(tmp_path: Path) -> None:
    again = reopened(edited(), tmp_path)
    assert again.drawing.base is not None
    arrays = [*again.weights.values(), *(k.source for k in again.kept.values()), again.drawing.base]
    assert not any(array.flags.writeable for array in arrays)
    assert all(array.flags.owndata for array in arrays)


def test_the_order_in_which_a_state_came_to_be_leaves_no_trace() -> None:
    state = edited()
    other = replace(
        state,
        weights=Weights({name: state.weights[name] for name in reversed(list(state.weights))}),
        kept={name: state.kept[name] for name in reversed(list(state.kept))},
    )
    assert to_bytes(other) == to_bytes(state)


@pytest.mark.parametrize("name", ["a/b\\c\x00", "x" * 300, "\udcff", "", "zwölf – 12"])
def test_a_network_called_like_any_file_comes_back(name: str, tmp_path: Path) -> None:
    again = reopened(plain(replace(SMALL, name=name)), tmp_path)
    assert again.network.layers == SMALL.layers
    if name == "zwölf – 12":
        assert again.network.name == name


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(st.tuples(st.lists(POINT, min_size=1, max_size=9), st.floats(0.001, 200), st.booleans())))
def test_strokes_come_back_to_the_last_bit(drawn: list[Any], tmp_path: Path) -> None:
    strokes = tuple(Stroke(np.array(points, np.float32), width, erase) for points, width, erase in drawn)
    state = replace(plain(), drawing=Drawing(strokes))
    assert_equal(state, reopened(state, tmp_path))


def test_what_does_not_show_any_more_is_left_out(tmp_path: Path) -> None:
    state = replace(
        plain(),
        focus=Focus("pool1", (3, 0, 0)),
        channels=Channels(muted=frozenset({("conv1", 3), ("gone", 0), ("conv1", 1)})),
        device="../odd",
    )
    again = reopened(state, tmp_path)
    assert again.focus is None
    assert again.channels == Channels(muted=frozenset({("conv1", 1)}))
    assert again.device == "cpu"


@pytest.mark.parametrize("focus", [Focus("input", (0, 7, 7)), Focus("fc1", (9,)), None])
def test_a_unit_that_is_there_stays_selected(focus: Focus | None, tmp_path: Path) -> None:
    assert reopened(replace(plain(), focus=focus), tmp_path).focus == focus


# --- schemas --------------------------------------------------------------------------------------------------


def test_an_experiment_of_schema_1_opens_for_ever() -> None:
    state = load(GOLDEN / "schema1.convviz")
    assert_equal(state, edited())


def rewritten(path: Path, **values: Any) -> None:
    """The file with some fields of its experiment.json replaced."""
    with zipfile.ZipFile(path) as file:
        table, arrays = json.loads(file.read("experiment.json")), file.read("arrays.safetensors")
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("experiment.json", json.dumps({**table, **values}))
        file.writestr("arrays.safetensors", arrays)


def test_migrations_are_applied_in_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "old.convviz"
    save(path, plain())
    rewritten(path, device={"first": "mps"})
    seen: list[int] = []

    def second(table: dict[str, Any]) -> dict[str, Any]:
        seen.append(1)
        return {**table, "device": {"second": table["device"]["first"]}}

    def third(table: dict[str, Any]) -> dict[str, Any]:
        seen.append(2)
        return {**table, "device": table["device"]["second"]}

    monkeypatch.setattr(schema, "SCHEMA", 3)
    monkeypatch.setattr(schema, "MIGRATIONS", {1: second, 2: third})
    assert load(path).device == "mps"
    assert seen == [1, 2]


def test_every_older_schema_has_its_migration_and_its_file() -> None:
    assert set(schema.MIGRATIONS) == set(range(1, schema.SCHEMA))
    assert {file.name for file in GOLDEN.glob("*.convviz")} >= {f"schema{n}.convviz" for n in range(1, schema.SCHEMA)}


def test_a_newer_experiment_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "new.convviz"
    save(path, plain())
    rewritten(path, schema=2, convviz="99.1", network="something else")
    with pytest.raises(InputError, match=r"new\.convviz: .* newer convviz \(99\.1\); update convviz to open it"):
        load(path)


# --- writing that goes wrong ----------------------------------------------------------------------------------

_KILLED = """
import os, random, signal, sys, time
from dataclasses import replace
from pathlib import Path
import numpy as np
from convviz.spec.preparation import Preparation
from convviz.spec.presets import lecture
from convviz.spec.project import load, save
from convviz.spec.state import State
from convviz.spec.strokes import Drawing, Stroke
from convviz.spec.weights import initial

path, chance = Path(sys.argv[1]), random.Random(1)
state = State(lecture(), initial(lecture()), Drawing(), Preparation())
numbered = lambda n: replace(state, drawing=Drawing((Stroke(np.full((1, 2), n, np.float32)),)))
save(path, numbered(0))
began = time.perf_counter()
save(path, numbered(0))
took, held, news = time.perf_counter() - began, 0, 0
for number in range(1, 51):
    child = os.fork()
    if child == 0:
        save(path, numbered(number))
        os._exit(0)
    time.sleep(chance.uniform(0, 2 * took))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    found = int(load(path).drawing.strokes[0].points[0, 0])
    assert found in (held, number), (found, held, number)
    held, news = found, news + (found == number)
print(news)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
def test_a_save_that_is_killed_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _KILLED, str(tmp_path / "x.convviz")]
    result = subprocess.run(command, capture_output=True, text=True, timeout=250)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip().isdigit()  # how many of the 50 were done in time


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.convviz"
    save(path, plain())

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(weight_files.os, "fsync", full)
    with pytest.raises(InputError, match="No space left on device"):
        save(path, edited())
    assert_equal(load(path), plain())
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_takes_nothing_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="choose another place"):
        save(tmp_path / "no" / "x.convviz", plain())
    if hasattr(os, "geteuid") and os.geteuid() != 0:
        tmp_path.chmod(0o500)
        with pytest.raises(InputError, match="Permission denied"):
            save(tmp_path / "x.convviz", plain())
        tmp_path.chmod(0o700)
