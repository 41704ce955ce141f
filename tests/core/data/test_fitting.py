"""Images in the shape of a network's input: against spec's own placement, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from convviz.core.data import Images, Split, finish
from convviz.core.data import images as limits
from convviz.core.data.fitting import fitted
from convviz.spec import picture
from convviz.spec.errors import InputError


def split(shape: tuple[int, ...], count: int = 7) -> Split:
    images = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (count, *shape), dtype=np.uint8))
    return Split(
        "some", Images(images, torch.arange(count)), Images(images[:3].clone(), torch.arange(3)), ("a",), ("b",)
    )


@pytest.mark.parametrize("own", [(1, 28, 28), (3, 32, 32), (1, 20, 30), (3, 9, 7)])
@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (3, 64, 48), (1, 5, 5)])
def test_it_is_what_a_photo_gets(own: tuple[int, ...], shape: tuple[int, int, int]) -> None:
    given = split(own)
    result = finish(fitted(given, shape))
    for image, before in zip(result.train.images, given.train.images, strict=True):
        expected = picture.fitted(picture.Picture(before.numpy().astype(np.float32) / 255), shape) * 255
        assert np.abs(image.numpy() - expected).max() <= 0.51
    assert torch.equal(result.train.labels, given.train.labels)
    assert result.test.images.shape == (3, *shape)
    assert result.classes == ("a",)


def test_where_it_fits_nothing_happens() -> None:
    given = split((1, 28, 28))
    assert finish(fitted(given, (1, 28, 28))) is given
    many = split((4, 8, 8))
    assert finish(fitted(many, (4, 8, 8))) is many, "also with as many channels as no picture has"


def test_the_notes_say_what_was_done() -> None:
    assert finish(fitted(split((3, 32, 32)), (1, 28, 28))).notes == (
        "b",
        "32×32 colour images are fitted to 1×28×28.",
    )


def test_slices_join(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = finish(fitted(split((1, 28, 28)), (3, 32, 32)))
    monkeypatch.setattr("convviz.core.data.fitting._AT_ONCE", 3 * 32 * 32 * 2)
    seen: list[int] = []
    sliced = finish(fitted(split((1, 28, 28)), (3, 32, 32)), lambda loading: seen.append(loading.done))
    assert torch.equal(whole.train.images, sliced.train.images)
    assert seen == [0, 2, 4, 6, 0, 2]


@pytest.mark.parametrize("shape", [(2, 28, 28), (4, 28, 28), (10,), (28, 28)])
def test_a_shape_that_no_image_has(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="images have 1 or 3 channels"):
        finish(fitted(split((1, 28, 28)), shape))


def test_more_than_memory_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    given = split((1, 8, 8), 100)
    given = replace(given, test=given.train)
    monkeypatch.setattr(limits, "MOST_BYTES", 50 * 8 * 8)
    result = finish(fitted(given, (1, 8, 8)))
    assert (len(result.train), len(result.test)) == (40, 10)
    assert torch.equal(result.train.images, given.train.images[:40])
    assert result.notes[-1] == "Only the first 40 images, and 10 to test on: more need too much memory."
