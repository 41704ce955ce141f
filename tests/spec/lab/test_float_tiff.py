"""TIFF files of floats, read by another program's code."""

from __future__ import annotations

import io
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from convviz.spec.lab import float_tiff
from convviz.spec.lab.float_tiff import write_tiff

DICE = np.random.default_rng(5)


def pages(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == "F"
        return np.stack([np.array(page) for page in ImageSequence.Iterator(image)])


@pytest.mark.parametrize("largest", [2**30, 0], ids=["TIFF", "BigTIFF"])
@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 7, 9), (3, 40, 21), (2, 1, 5000), (5, 300, 1)])
@pytest.mark.parametrize("strip", [1 << 20, 100], ids=["a strip", "strips"])
def test_values_come_back(
    monkeypatch: pytest.MonkeyPatch, shape: tuple[int, int, int], largest: int, strip: int
) -> None:
    monkeypatch.setattr(float_tiff, "STRIP_BYTES", strip)
    monkeypatch.setattr(float_tiff, "PIECE_BYTES", strip)
    values = DICE.normal(size=shape).astype(np.float32)
    values.flat[0] = np.nan
    file = io.BytesIO()
    write_tiff(file, values, largest=largest)
    data = file.getvalue()
    assert data[:4] == (b"II*\0" if largest else b"II+\0")
    assert np.array_equal(pages(data), values, equal_nan=True)


def test_values_in_another_order(tmp_path: Path) -> None:
    values = DICE.normal(size=(9, 7, 2)).astype(np.float32).transpose(2, 0, 1)
    file = io.BytesIO()
    write_tiff(file, values)
    assert np.array_equal(pages(file.getvalue()), values)


def test_there_is_no_second_copy_of_it(tmp_path: Path) -> None:
    values = np.ones((2, 2000, 2500), np.float32)
    tracemalloc.start()
    with (tmp_path / "it.tif").open("wb") as file:
        write_tiff(file, values)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < values.nbytes / 8
    with Image.open(tmp_path / "it.tif") as image:
        assert (image.size, image.n_frames) == ((2500, 2000), 2)  # type: ignore[attr-defined]
