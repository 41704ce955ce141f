"""The Lab in an experiment's file: there and back to the last bit, and refused in a sentence where it is damaged."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load as arrays_of
from safetensors.numpy import save as arrays_to_bytes

from convviz.spec.errors import InputError
from convviz.spec.lab.edits import KINDS, with_kind, with_layer, with_source
from convviz.spec.lab.lab import Lab, drawn_lab
from convviz.spec.lab.pose import Pose
from convviz.spec.lab.presets import PRESETS
from convviz.spec.lab.source import Channel, FromDrawing, FromPhoto, Grid
from convviz.spec.lab.trial import perform
from convviz.spec.network import Conv2d, MaxPool2d
from convviz.spec.photo import Photo, load_photo
from convviz.spec.preparation import Preparation
from convviz.spec.presets import lecture
from convviz.spec.project import lab as lab_files
from convviz.spec.project import load, load_with_note, to_bytes
from convviz.spec.state import State
from convviz.spec.strokes import Drawing
from convviz.spec.weights import initial

GOLDEN = Path(__file__).parent.parent / "projects"
WEIGHTS = initial(lecture())
Table = dict[str, Any]


def state_of(lab: Lab) -> State:
    return State(lecture(), WEIGHTS, Drawing(), Preparation(), lab=lab)


def opened(folder: Path, data: bytes) -> State:
    path = folder / "x.convviz"
    path.write_bytes(data)
    return load(path)


def reopened(lab: Lab, folder: Path) -> Lab:
    data = to_bytes(state_of(lab))
    again = opened(folder, data)
    assert to_bytes(again) == data
    return again.lab


def bits(array: np.ndarray) -> tuple[tuple[int, ...], bytes]:
    return array.shape, array.tobytes()


def assert_equal(one: Lab, other: Lab) -> None:
    """Everything is the same, to the last bit."""
    for name in ("shape", "layer", "dims", "flipped", "pose", "preset", "resting", "wanted", "network"):
        assert getattr(one, name) == getattr(other, name), name
    assert one.origin.network == other.origin.network
    assert one.origin.new == other.origin.new
    for first, second in ((one.weights, other.weights), (one.origin.weights, other.origin.weights)):
        assert {n: bits(a) for n, a in first.items()} == {n: bits(a) for n, a in second.items()}
    assert one.kept.keys() == other.kept.keys()
    for name, kept in one.kept.items():
        again = other.kept[name]
        assert (bits(kept.source), bits(kept.result)) == (bits(again.source), bits(again.result))
        facts = [(k.layout, k.groups, k.new, k.needs_training) for k in (kept, again)]
        assert facts[0] == facts[1]
    assert type(one.source) is type(other.source)
    if isinstance(one.source, Grid):
        assert isinstance(other.source, Grid)
        assert (bits(one.source.values), one.source.name) == (bits(other.source.values), other.source.name)


def photo_file(size: tuple[int, int] = (9, 7), mode: str = "RGB", kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    shape = (size[1], size[0], 3) if mode == "RGB" else (size[1], size[0])
    pixels = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    Image.fromarray(pixels).save(file, kind)
    return file.getvalue()


# --- there and back ---------------------------------------------------------------------------------------------


def test_every_preset_comes_back(tmp_path: Path) -> None:
    for preset in PRESETS.values():
        assert_equal(preset.make(), reopened(preset.make(), tmp_path))


def test_any_operation_comes_back(draw: Callable[[int], Lab], tmp_path: Path) -> None:
    for seed in range(60):
        lab = replace(draw(seed), pose=Pose(1 / 3, -2.0, seed, 1.5))
        assert_equal(lab, reopened(lab, tmp_path))


def test_what_edits_remember_comes_back(draw: Callable[[int], Lab], tmp_path: Path) -> None:
    for seed in range(0, 60, 3):
        lab = with_source(draw(seed), Grid(np.ones((2, 12, 12), np.float32), "Zahlen, 12 × 12"))
        if lab.has_kernels:
            lab = with_layer(lab, Conv2d("conv", 2, (5, 5), bias=False))
            lab = with_layer(lab, Conv2d("conv", 3, (3, 1), groups=1))
        for kind in KINDS:
            changed = with_kind(lab, kind)
            again = reopened(changed, tmp_path)
            assert_equal(changed, again)
            for name, kept in changed.kept.items():
                assert (again.kept[name].result is again.weights.get(name)) == (
                    kept.result is changed.weights.get(name)
                )
            back = with_layer(with_kind(again, "Conv2d"), Conv2d("conv", 2, (5, 5)))
            expected = with_layer(with_kind(changed, "Conv2d"), Conv2d("conv", 2, (5, 5)))
            assert_equal(back, expected)


def test_values_that_are_not_finite_come_back(tmp_path: Path) -> None:
    grid = Grid(np.array([[[np.nan, np.inf, -0.0, 1e-45]]], np.float32))
    lab = with_source(drawn_lab(), grid)
    assert_equal(lab, reopened(lab, tmp_path))


def test_an_untouched_lab_knows_it_is(tmp_path: Path) -> None:
    again = reopened(PRESETS["signal"].make(), tmp_path)
    assert again.origin.weights is again.weights


def test_a_million_samples_come_back(tmp_path: Path) -> None:
    lab = with_source(PRESETS["signal"].make(), Grid(np.random.default_rng(0).random((1, 1, 2**20), np.float32)))
    assert_equal(lab, reopened(lab, tmp_path))


@pytest.mark.parametrize("channel", ["rgb", "grey", "green"])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_photo_comes_back_with_its_file(channel: Channel, kind: str, tmp_path: Path) -> None:
    photo = load_photo(photo_file(kind=kind), "größe.jpg")
    lab = with_source(drawn_lab(), FromPhoto(photo, channel))
    again = reopened(lab, tmp_path)
    assert_equal(lab, again)
    assert isinstance(again.source, FromPhoto)
    assert again.source.channel == channel
    assert (again.source.photo.name, again.source.photo.data) == ("größe.jpg", photo.data)
    assert bits(again.source.photo.pixels) == bits(photo.pixels)
    with zipfile.ZipFile(tmp_path / "x.convviz") as file:
        assert file.read("photo") == photo.data


@pytest.mark.parametrize("channels", [1, 3])
def test_a_photo_without_a_file_gets_one(channels: int, tmp_path: Path) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (5, 8, channels)).astype(np.uint8)
    lab = with_source(drawn_lab(), FromPhoto(Photo(pixels, "made"), "rgb"))
    again = reopened(lab, tmp_path)
    assert_equal(lab, again)
    assert isinstance(again.source, FromPhoto)
    assert bits(again.source.photo.pixels) == bits(pixels)


def test_of_a_photo_too_large_to_keep_the_operation_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab_files, "MOST_AS_PNG", 10)
    lab = with_source(PRESETS["signal"].make(), FromPhoto(Photo(np.zeros((50, 40, 3), np.uint8), "large"), "rgb"))
    lab = with_layer(lab, Conv2d("conv", 2, (40, 2)))
    path = tmp_path / "x.convviz"
    path.write_bytes(to_bytes(state_of(lab)))
    state, note = load_with_note(path)
    again = state.lab
    assert isinstance(again.source, FromDrawing)
    assert note == "large was too large to be kept in the experiment; open it again to see the Lab's operation on it"
    assert again.row.output_shape[0] == 2
    perform(again)
    with zipfile.ZipFile(path) as file:
        assert file.namelist() == ["experiment.json", "arrays.safetensors"]


def test_a_photo_is_encoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    state = state_of(with_source(drawn_lab(), FromPhoto(Photo(np.zeros((50, 40, 3), np.uint8)), "rgb")))
    first = to_bytes(state)
    monkeypatch.setattr(Image.Image, "save", lambda *_, **__: pytest.fail("it was encoded again"))
    assert to_bytes(state) == first
    (tmp_path / "x.convviz").write_bytes(first)
    assert load_with_note(tmp_path / "x.convviz")[1] == ""


def test_without_its_lab_a_file_is_read_without_its_photo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.convviz"
    path.write_bytes(to_bytes(state_of(with_photo())))
    monkeypatch.setattr(lab_files, "load_photo", lambda *_, **__: pytest.fail("it was decoded"))
    state = load(path, lab=False)
    assert isinstance(state.lab.source, FromDrawing)
    table, arrays, _ = members(state_of(with_photo()))
    path.write_bytes(packed(table, arrays, b"no picture"))
    assert load(path, lab=False).network == state.network


def test_a_preset_that_there_is_no_more_is_forgotten(tmp_path: Path) -> None:
    assert reopened_preset("gone", tmp_path) == ""
    assert reopened_preset("signal", tmp_path) == "signal"


def reopened_preset(name: str, folder: Path) -> str:
    return opened(folder, to_bytes(state_of(replace(drawn_lab(), preset=name)))).lab.preset


def test_experiments_of_before_there_was_the_lab_open_with_a_new_one(tmp_path: Path) -> None:
    table, arrays, _ = members(state_of(PRESETS["signal"].make()))
    del table["lab"]
    again = opened(tmp_path, packed(table, arrays)).lab
    assert_equal(again, drawn_lab())


def test_an_experiment_with_a_lab_opens_for_ever() -> None:
    assert_equal(load(GOLDEN / "schema1-lab.convviz").lab, rich())


# --- damage -----------------------------------------------------------------------------------------------------


def members(state: State) -> tuple[Table, dict[str, np.ndarray], bytes]:
    with zipfile.ZipFile(io.BytesIO(to_bytes(state))) as file:
        photo = file.read("photo") if "photo" in file.namelist() else b""
        return json.loads(file.read("experiment.json")), arrays_of(file.read("arrays.safetensors")), photo


def packed(table: Table, arrays: dict[str, np.ndarray], photo: bytes = b"") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("experiment.json", json.dumps(table))
        archive.writestr("arrays.safetensors", arrays_to_bytes(arrays))
        if photo:
            archive.writestr("photo", photo)
    return file.getvalue()


def rich() -> Lab:
    """A pool behind which a convolution in groups rests, that was cropped, on a typed grid."""
    lab = with_source(drawn_lab(), Grid(np.ones((4, 9, 9), np.float32)))
    lab = with_layer(lab, Conv2d("conv", 4, (5, 5), (2, 2), (1, 1), groups=2))
    return with_kind(with_layer(lab, Conv2d("conv", 4, (3, 3), (2, 2), (1, 1), groups=2)), "MaxPool2d")


def convolution() -> Lab:
    return with_kind(rich(), "ConvTranspose2d")


def with_photo() -> Lab:
    return with_source(rich(), FromPhoto(load_photo(photo_file(), "photo.png"), "rgb"))


def signal() -> Lab:
    return PRESETS["signal"].make()


def paths(value: object, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
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


ODD = [None, True, 5, -1, 0, 1, 2, 2**70, 1.5, 1e308, "", "conv", "photo", "grid", "pool", [], [[]], {}, {"a": 1}]
ODD += [[1, 2, 3], [1, 1, 4], [3, 3], [0, 0], [10**6, 10**6], [10**6] * 3]


def used(state: State) -> None:
    """Does with a Lab what a window would: whatever was opened must bear it."""
    lab = state.lab
    trial = perform(lab)
    trial.explain(tuple(size - 1 for size in trial.output.shape))
    for kind in KINDS:
        changed = with_kind(lab, kind)
        perform(changed)
        perform(with_source(changed, Grid(np.ones((2, 1, 5), np.float32))))
        perform(with_source(changed, FromDrawing()))
    to_bytes(state)


@pytest.mark.parametrize("make", [rich, convolution, with_photo, signal])
def test_any_value_of_another_kind_is_refused_or_harmless(make: Callable[[], Lab], tmp_path: Path) -> None:
    table, arrays, photo = members(state_of(make()))
    chance = random.Random(1)
    places = [("lab", *path) for path in paths(table["lab"])]
    used(opened(tmp_path, packed(table, arrays, photo)))
    refused = 0
    for _ in range(500):
        changed = replaced(table, chance.choice(places), chance.choice(ODD))
        try:
            state = opened(tmp_path, packed(changed, arrays, photo))
        except InputError as error:
            refused += str(error).startswith("x.convviz")
            continue
        used(state)
    assert refused > 250


@pytest.mark.parametrize("make", [rich, convolution, with_photo, signal])
def test_anything_missing_is_refused(make: Callable[[], Lab], tmp_path: Path) -> None:
    table, arrays, photo = members(state_of(make()))
    for key in table["lab"]:
        if key in ("resting", "wanted"):  # many a Lab has none
            continue
        without = {**table, "lab": {k: v for k, v in table["lab"].items() if k != key}}
        with pytest.raises(InputError, match=r"^x\.convviz"):
            opened(tmp_path, packed(without, arrays, photo))
    for key in [key for key in arrays if key.startswith("lab/")]:
        with pytest.raises(InputError, match="no array called"):
            opened(tmp_path, packed(table, {k: v for k, v in arrays.items() if k != key}, photo))


def test_arrays_of_another_shape_are_refused_or_harmless(tmp_path: Path) -> None:
    harmless = 0
    for make in (rich, convolution, signal):
        table, arrays, _ = members(state_of(make()))
        for key in [key for key in arrays if key.startswith("lab/")]:
            for shape in ((1,), (2, 2), (1, 2, 3), (3, 1, 1, 1), (0, 1, 2, 2), (2, 2, 2, 2, 2)):
                try:
                    state = opened(tmp_path, packed(table, {**arrays, key: np.ones(shape, np.float32)}))
                except InputError:
                    continue
                used(state)
                harmless += 1
    assert harmless <= 4  # what is kept may be of any size


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("source", "kind"), "painting", "of no known kind"),
        (("source", "channel"), "alpha", "channel of its photo"),
        (("shape",), [3, 7, 10], "another shape"),
        (("shape",), [3, 7], "channels, height and width"),
        (("layer", "id"), "conv", "is called 'conv'"),
        (("layer", "type"), "Linear", "unknown layer type 'Linear'"),
        (("layer", "kernel"), [90, 2], "does not fit into its input"),
        (("dims",), 3, "neither one dimension nor two"),
        (("dims",), 1, "neither one dimension nor two"),
        (("pose", "scale"), 0, "above 0"),
        (("pose", "down"), True, "pose"),
        (("weights", "fc.weight"), "lab/conv.bias", "not those of a convolution"),
        (("kept", "nothing"), {}, "belongs to no weights"),
        (("resting", "out_channels"), 6, "conv.weight is"),
        (("resting", "groups"), 0, "none"),
        (("resting", "type"), "AvgPool2d", "AvgPool2d"),
        (("origin", "shape"), [10**6] * 3, "GB"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(path: tuple[str, ...], value: object, words: str, tmp_path: Path) -> None:
    table, arrays, photo = members(state_of(with_photo()))
    with pytest.raises(InputError) as caught:
        opened(tmp_path, packed(replaced(table, ("lab", *path), value), arrays, photo))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_photo_that_is_missing_or_none_is_refused(tmp_path: Path) -> None:
    table, arrays, photo = members(state_of(with_photo()))
    with pytest.raises(InputError, match="the photo in it is missing"):
        opened(tmp_path, packed(table, arrays))
    for data in (b"no picture", photo[:60], photo_file((8, 8))):
        with pytest.raises(InputError, match=r"^x\.convviz"):
            opened(tmp_path, packed(table, arrays, data))


def test_a_rest_of_no_use_is_left_out(tmp_path: Path) -> None:
    """Whatever was saved opens again, also a Lab that was put together by hand."""
    lab = replace(drawn_lab(), layer=MaxPool2d("pool", (2, 2)))
    assert lab.resting is None
    used(opened(tmp_path, to_bytes(state_of(lab))))


def test_what_a_small_input_took_away_is_kept(tmp_path: Path) -> None:
    """A kernel that a signal laid flat is as high as it was, also in an experiment that was saved in between."""
    large = with_layer(drawn_lab(), replace(drawn_lab().layer, kernel=(5, 5)))
    flat = with_source(large, Grid(np.ones((1, 1, 9), np.float32)))
    for lab in (flat, with_kind(flat, "MaxPool2d")):
        found = reopened(lab, tmp_path)
        assert found.wanted == lab.wanted
        again = with_kind(with_source(found, FromDrawing()), "Conv2d")
        assert again.layer == large.layer
        assert np.array_equal(again.weights["conv.weight"], large.weights["conv.weight"])
    table, arrays, photo = members(state_of(flat))
    other = replaced(table, ("lab", "wanted"), table["lab"]["layer"] | {"type": "ConvTranspose2d"})
    other["lab"]["wanted"].pop("padding_mode", None)
    with pytest.raises(InputError):
        opened(tmp_path, packed(other, arrays, photo))
