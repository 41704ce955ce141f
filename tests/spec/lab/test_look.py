"""Some places of a photo against all of it: the same values."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from convviz.spec.errors import InputError
from convviz.spec.geometry import describe
from convviz.spec.lab.lab import Lab, Operation, drawn_lab
from convviz.spec.lab.look import combine, explain_at, gather, output_at, photo_at, same_result, seen_by
from convviz.spec.lab.source import Channel, FromPhoto
from convviz.spec.lab.trial import perform, photo_values
from convviz.spec.network import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d, NetworkSpec, ReLU
from convviz.spec.photo import Photo, load_photo
from convviz.spec.weights import Weights, initial

OPERATIONS: dict[str, Operation] = {
    "plain": Conv2d("conv", 2, (3, 3), bias=False),
    "even": Conv2d("conv", 1, (2, 4), stride=(2, 1), padding=(1, 2)),
    "dilated": Conv2d("conv", 2, (3, 2), stride=(1, 3), padding=(4, 1), dilation=(2, 3)),
    "reflect": Conv2d("conv", 1, (5, 5), padding=(4, 3), padding_mode="reflect"),
    "replicate": Conv2d("conv", 1, (3, 3), padding=(2, 2), padding_mode="replicate"),
    "circular": Conv2d("conv", 1, (3, 3), padding=(2, 4), padding_mode="circular", dilation=(1, 2)),
    "max": MaxPool2d("pool", (3, 2), (2, 2), (1, 1), ceil_mode=True),
    "max dilated": MaxPool2d("pool", (2, 2), (1, 1), dilation=(3, 2)),
    "mean": AvgPool2d("pool", (3, 3), (2, 2), (1, 1), ceil_mode=True),
    "mean without padding": AvgPool2d("pool", (2, 3), None, (1, 1), count_include_pad=False),
    "transposed": ConvTranspose2d("conv", 2, (3, 3), stride=(2, 3), padding=(1, 0), output_padding=(1, 0)),
    "transposed dilated": ConvTranspose2d("conv", 1, (2, 3), dilation=(2, 1)),
    "relu": ReLU("relu"),
}


def made(layer: Operation, colours: int = 3, channel: Channel = "rgb", size: tuple[int, int] = (12, 17)) -> Lab:
    rng = np.random.default_rng(3)
    source = FromPhoto(Photo(rng.integers(0, 256, (*size, colours), dtype=np.uint8), "made"), channel)
    weights = initial(NetworkSpec("lab", source.shape, (layer,)), seed=1)
    return Lab(source, source.shape, layer, weights)


def close(found: np.ndarray, expected: np.ndarray) -> bool:
    """Sums of the same terms, in whatever order."""
    return found.shape == expected.shape and np.allclose(found, expected, rtol=1e-6, atol=1e-6, equal_nan=True)


def places(lab: Lab) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    _, height, width = lab.row.output_shape
    return np.sort(rng.integers(0, height, 9)), np.sort(rng.integers(0, width, 7))


@pytest.mark.parametrize("flipped", [False, True])
@pytest.mark.parametrize("layer", OPERATIONS.values(), ids=OPERATIONS)
def test_some_places_have_the_values_of_the_whole(layer: Operation, flipped: bool) -> None:
    lab = replace(made(layer), flipped=flipped)
    rows, columns = places(lab)
    whole = perform(lab).output
    outputs = range(len(whole))
    assert close(output_at(lab, rows, columns, outputs), whole[:, rows][:, :, columns])
    for d in outputs:
        assert close(output_at(lab, rows, columns, (d,))[0], whole[d][rows][:, columns])


@pytest.mark.parametrize("groups", [1, 3])
def test_groups_read_their_own_channels(groups: int) -> None:
    lab = made(Conv2d("conv", 6, (3, 3), padding=(1, 1), groups=groups))
    rows, columns = places(lab)
    whole = perform(lab).output
    for d in range(6):
        assert len(seen_by(lab.row, (d,))) == 3 // groups
        assert close(output_at(lab, rows, columns, (d,))[0], whole[d][rows][:, columns])


@pytest.mark.parametrize("colours", [1, 3])
@pytest.mark.parametrize("channel", ["grey", "rgb", "red", "green", "blue"])
def test_a_photo_is_read_as_it_is_whole(colours: int, channel: Channel) -> None:
    source = made(ReLU("relu"), colours, channel).source
    assert isinstance(source, FromPhoto)
    whole, rows, columns = photo_values(source), np.array([3, 3, 0, 11]), np.array([16, 0, 5])
    assert np.array_equal(photo_at(source, rows, columns), whole[:, rows][:, :, columns])


@pytest.mark.parametrize("seed", range(20))
def test_random_operations(seed: int) -> None:
    rng = np.random.default_rng(seed)

    def pair(low: int, high: int) -> tuple[int, int]:
        return int(rng.integers(low, high)), int(rng.integers(low, high))

    kind, kernel = rng.choice(["conv", "transposed", "max", "mean"]), pair(1, 5)
    layer: Operation
    match kind:
        case "conv":
            mode = rng.choice(["zeros", "reflect", "replicate", "circular"])
            layer = Conv2d("conv", 3, kernel, pair(1, 4), pair(0, 4), pair(1, 3), int(rng.choice([1, 3])), True, mode)
        case "transposed":
            layer = ConvTranspose2d("conv", 3, kernel, pair(1, 4), (0, 0), (0, 0), pair(1, 3), int(rng.choice([1, 3])))
        case "max":
            layer = MaxPool2d("pool", kernel, pair(1, 4), (kernel[0] // 2, 0))
        case _:
            layer = AvgPool2d("pool", kernel, pair(1, 4), (0, kernel[1] // 2), ceil_mode=True)
    lab = made(layer, size=(20, 31))
    rows, columns = places(lab)
    whole = perform(lab).output
    assert close(output_at(lab, rows, columns, range(3)), whole[:, rows][:, :, columns])


@pytest.mark.parametrize("layer", OPERATIONS.values(), ids=OPERATIONS)
def test_one_value_is_explained_as_on_a_small_input(layer: Operation) -> None:
    lab = made(layer)
    trial = perform(lab)
    depth, height, width = trial.output.shape
    for index in ((0, 0, 0), (depth - 1, height - 1, width - 1), (0, height // 2, width // 3)):
        found, expected = explain_at(lab, index), trial.explain(index)
        assert found.shown == expected.shown
        assert found.total == expected.total
        assert (found.rows, found.columns, found.channels) == (expected.rows, expected.columns, expected.channels)
        assert (found.labels, found.formula, found.numbers) == (expected.labels, expected.formula, expected.numbers)
        assert np.array_equal(found.values, expected.values)
        assert found.chosen == expected.chosen


def test_a_kernel_changes_only_the_sum() -> None:
    lab = made(Conv2d("conv", 1, (3, 3), bias=False), channel="grey")
    rows, columns = places(lab)
    patches = gather(lab.row, lab.source, rows, columns, range(1))  # type: ignore[arg-type]
    for seed in range(3):
        weights = initial(lab.network, seed=seed)
        whole = perform(replace(lab, weights=weights)).output
        assert close(combine(patches, weights, (0,)), whole[:, rows][:, :, columns])


def test_infinite_weights_are_what_they_are_on_a_small_input() -> None:
    for layer in (Conv2d("conv", 1, (3, 3), padding=(1, 1)), ConvTranspose2d("conv", 1, (3, 3), stride=(2, 2))):
        lab = made(layer, channel="grey")
        kernel = np.array(lab.weights["conv.weight"])
        kernel[0, 0, 1, 2] = np.inf
        lab = replace(lab, weights=Weights(dict(lab.weights) | {"conv.weight": kernel}))
        _, height, width = lab.row.output_shape
        found = output_at(lab, np.arange(height), np.arange(width), (0,))
        assert close(found, perform(lab).output)


def test_what_cannot_be() -> None:
    with pytest.raises(InputError, match="no photo"):
        explain_at(drawn_lab(), (0, 0, 0))
    with pytest.raises(InputError, match="none at"):
        explain_at(made(ReLU("relu")), (0, 99, 0))


def test_what_decides_about_the_result() -> None:
    lab = made(OPERATIONS["plain"])
    assert same_result(lab, replace(lab, preset="photo"))
    assert not same_result(lab, replace(lab, flipped=True))
    assert not same_result(lab, replace(lab, weights=initial(lab.network, seed=4)))
    assert not same_result(lab, replace(lab, layer=OPERATIONS["relu"]))


def test_rows_of_a_large_photo_are_read_where_they_are() -> None:
    pixels = np.zeros((3000, 4000, 1), np.uint8)
    pixels[1234, 3456] = 255
    source = FromPhoto(Photo(pixels))
    layer = Conv2d("conv", 1, (1, 3), bias=False)
    kernel = np.array([[[[1, 2, 3]]]], np.float32)
    lab = Lab(source, source.shape, layer, Weights({"conv.weight": kernel}))
    assert describe(lab.network)[0].output_shape == (1, 3000, 3998)
    found = explain_at(lab, (0, 1234, 3455))
    assert (found.total, found.rows, found.columns) == (2.0, (1234,), (3455, 3456, 3457))


def test_a_real_photo(shared_data: Path) -> None:
    photo = load_photo(shared_data / "photos" / "samoyed.jpg")
    rng = np.random.default_rng(0)
    for channel in ("grey", "rgb"):
        source = FromPhoto(photo, channel)
        layer = Conv2d("conv", source.shape[0], (3, 3), (1, 2), (1, 1), groups=source.shape[0])
        lab = Lab(source, source.shape, layer, initial(NetworkSpec("lab", source.shape, (layer,)), seed=0))
        depth, height, width = lab.row.output_shape
        rows, columns = np.sort(rng.integers(0, height, 40)), np.sort(rng.integers(0, width, 30))
        whole = perform(lab).output
        assert close(output_at(lab, rows, columns, range(depth)), whole[:, rows][:, :, columns])
