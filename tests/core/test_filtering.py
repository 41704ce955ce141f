"""A photo filtered in strips has the values that all of it at once would have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from convviz.core import filtering
from convviz.core.filtering import strips
from convviz.core.padded_rows import PaddedRows
from convviz.spec.errors import InputError
from convviz.spec.lab.evaluate import evaluate
from convviz.spec.lab.lab import Lab, Operation, drawn_lab
from convviz.spec.lab.source import Channel, FromPhoto
from convviz.spec.lab.strips import RowsDone
from convviz.spec.lab.trial import photo_values
from convviz.spec.network import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d, NetworkSpec, Pair, ReLU
from convviz.spec.photo import Photo
from convviz.spec.weights import Weights, shapes

Floats = NDArray[np.float32]
CHANNELS: tuple[Channel, ...] = ("grey", "rgb", "red", "green", "blue")
MODES = ("zeros", "reflect", "replicate", "circular")
SETTINGS = 600


def finished(job: Generator[RowsDone, None, Floats]) -> tuple[Floats, list[RowsDone]]:
    """What the job returns, and what it said on the way."""
    said = []
    while True:
        try:
            said.append(next(job))
        except StopIteration as end:
            return cast(Floats, end.value), said


def photo_lab(photo: FromPhoto, layer: Operation, rng: np.random.Generator, **more: Any) -> Lab:
    spec = NetworkSpec("lab", photo.shape, (layer,))
    arrays = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes(spec).items()}
    return Lab(photo, photo.shape, layer, Weights(arrays), **more)


def drawn(rng: np.random.Generator) -> Lab:
    def pair(low: int, high: int) -> Pair:
        return int(rng.integers(low, high + 1)), int(rng.integers(low, high + 1))

    while True:
        colours = int(rng.choice([1, 3]))
        pixels = rng.integers(0, 256, (*pair(1, 40), colours), np.uint8)
        photo = FromPhoto(Photo(pixels), CHANNELS[int(rng.integers(5))])
        kernel, groups = pair(1, 5), int(rng.choice([1, photo.shape[0]]))
        outputs, half = groups * int(rng.integers(1, 4)), (kernel[0] // 2, kernel[1] // 2)
        stride, bias, ceil = pair(1, 4) if rng.random() < 0.6 else (1, 1), bool(rng.integers(2)), bool(rng.integers(2))
        mode = cast(Any, MODES[int(rng.integers(4))])
        layer = (
            Conv2d("conv", outputs, kernel, stride, pair(0, 4), pair(1, 3), groups, bias, mode),
            ConvTranspose2d("conv", outputs, kernel, stride, pair(0, 4), pair(0, 2), pair(1, 3), groups, bias),
            MaxPool2d("pool", kernel, stride if bias else None, half, pair(1, 3), ceil),
            AvgPool2d("pool", kernel, stride if bias else None, half, ceil, bool(rng.integers(2))),
            ReLU("relu"),
        )[int(rng.integers(5))]
        try:
            return photo_lab(photo, layer, rng, flipped=bool(rng.integers(2)))
        except InputError:
            continue


@pytest.mark.parametrize("rows", [64, 5])
def test_strips_are_the_whole(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filtering, "STRIP_ROWS", rows)
    rng, ran = np.random.default_rng(rows), Counter[str]()
    for _ in range(SETTINGS // 2):
        lab = drawn(rng)
        found, said = finished(strips(lab))
        assert isinstance(lab.source, FromPhoto)
        expected = evaluate(lab.row, lab.multiplied, photo_values(lab.source))
        assert found.shape == expected.shape
        assert found.dtype == np.float32
        assert not found.flags.writeable
        assert found == pytest.approx(expected, abs=2e-5, rel=1e-5), (lab.shape, lab.layer)
        assert said[-1] == RowsDone(found.shape[1], found.shape[1])
        ran[lab.layer.kind] += 1
    assert min(ran.values()) > 30
    assert len(ran) == 5


@pytest.mark.parametrize("few", [0, 100])
def test_small_and_large_kernels_agree(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filtering, "FEW_CHANNELS", few)
    monkeypatch.setattr(filtering, "FEW_TAPS", few)
    rng = np.random.default_rng(0)
    photo = FromPhoto(Photo(rng.integers(0, 256, (150, 90, 3), np.uint8)), "rgb")
    for layer in (
        Conv2d("conv", 3, (3, 3), groups=3, padding=(1, 1)),
        Conv2d("conv", 1, (3, 3), (2, 1), (0, 2), (2, 3), padding_mode="reflect"),
        Conv2d("conv", 2, (1, 1), bias=False),
    ):
        lab = photo_lab(photo, layer, rng)
        found, _ = finished(strips(lab))
        expected = evaluate(lab.row, lab.multiplied, photo_values(photo))
        assert found == pytest.approx(expected, abs=1e-5)


def test_kernels_of_zeros_and_the_identity() -> None:
    rng = np.random.default_rng(0)
    photo = FromPhoto(Photo(rng.integers(0, 256, (70, 50, 3), np.uint8)), "blue")
    lab = photo_lab(photo, Conv2d("conv", 1, (3, 3), padding=(1, 1)), rng)
    kernel = np.zeros((1, 1, 3, 3), np.float32)
    nothing = replace(lab, weights=Weights({"conv.weight": kernel, "conv.bias": np.array([0.5])}))
    assert (finished(strips(nothing))[0] == 0.5).all()
    kernel[0, 0, 1, 1] = 1
    same = replace(lab, weights=Weights({"conv.weight": kernel, "conv.bias": np.zeros(1)}))
    assert np.array_equal(finished(strips(same))[0], photo_values(photo)), "to the last bit"


@pytest.mark.parametrize("mode", MODES)
def test_padded_rows_are_those_of_the_padded_photo(mode: str) -> None:
    rng = np.random.default_rng(1)
    photo = FromPhoto(Photo(rng.integers(0, 256, (5, 4, 3), np.uint8)), "rgb")
    how: dict[str, Any] = {"zeros": {"constant_values": 7.0}}
    names = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
    whole = np.pad(photo_values(photo), ((0, 0), (3, 2), (2, 3)), mode=cast(Any, names[mode]), **how.get(mode, {}))
    rows = PaddedRows(photo, (3, 2), (2, 3), mode, 7.0)
    for top, bottom in ((0, 2), (0, 3), (2, 4), (4, 5), (0, 10), (6, 10), (8, 10), (9, 10), (3, 8), (0, 0)):
        assert np.array_equal(rows.read(top, bottom).numpy(), whole[:, top:bottom]), (top, bottom)


def test_it_reports_often_and_can_be_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filtering, "SLICE_S", 0.0)
    rng = np.random.default_rng(0)
    photo = FromPhoto(Photo(rng.integers(0, 256, (640, 30, 1), np.uint8)))
    lab = photo_lab(photo, Conv2d("conv", 1, (3, 3), padding=(1, 1)), rng)
    _, said = finished(strips(lab))
    assert said == [RowsDone(n, 640) for n in (*range(48, 640, 48), 640)]
    job = strips(lab)
    next(job)
    job.close()
    assert finished(strips(lab))[1] == said


def test_what_is_refused() -> None:
    with pytest.raises(InputError, match="choose a photo"):
        finished(strips(drawn_lab()))
    large = FromPhoto(Photo(np.zeros((4000, 4000, 1), np.uint8)))
    many = Conv2d("conv", 40, (3, 3))
    lab = Lab(large, large.shape, many, Weights({"conv.weight": np.zeros((40, 1, 3, 3)), "conv.bias": np.zeros(40)}))
    with pytest.raises(InputError, match=r"conv: 40×3998×3998 values would take 2.6 GB; choose something smaller"):
        finished(strips(lab))
    small = FromPhoto(Photo(np.zeros((4, 4, 1), np.uint8)))
    with pytest.raises(InputError, match="does not fit"):
        finished(strips(replace(lab, source=small, shape=small.shape, layer=Conv2d("conv", 1, (9, 9)))))
