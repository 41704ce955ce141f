"""Drawings that were kept: prepared as the pad prepares them, every fifth held back."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from convviz.core.data import finish, load
from convviz.spec.errors import InputError
from convviz.spec.handwriting import digit
from convviz.spec.opened_image import AS_IT_IS, OpenedImage
from convviz.spec.preparation import Preparation, prepare
from convviz.spec.strokes import Canvas, Drawing
from convviz.spec.training.source import DataSource, Labelled

SOURCE = DataSource("handwriting")


def kept(labels: list[int]) -> tuple[Labelled, ...]:
    rng = np.random.default_rng(0)
    return tuple(Labelled(digit(label % 10, rng), label) for label in labels)


def test_they_are_what_the_network_receives_from_the_pad() -> None:
    drawings = kept([3] * 6 + [5] * 4)
    split = finish(load(SOURCE, kept=drawings))
    assert split.train.labels.tolist() == [3] * 5 + [5] * 3
    assert split.test.labels.tolist() == [3, 5]
    assert (split.name, split.classes, split.notes) == ("handwriting", tuple("0123456789"), ())
    for image, one in zip(split.test.images, (drawings[4], drawings[9]), strict=True):
        assert np.array_equal(image[0], np.rint(prepare(Canvas().ink(one.drawing)).result * 255))


@pytest.mark.parametrize("shape", [(3, 32, 32), (1, 64, 64), (1, 20, 30)])
def test_any_input_of_a_network(shape: tuple[int, int, int]) -> None:
    split = finish(load(SOURCE, shape=shape, kept=kept([1, 1, 7, 7])))
    assert split.train.images.shape == (2, *shape)
    assert split.train.images.amax() > 200


def test_a_picture_that_was_kept_and_an_empty_pad() -> None:
    ink = np.zeros((40, 40), np.float32)
    ink[5:30, 10:14] = 1
    split = finish(load(SOURCE, kept=(Labelled(Drawing(base=ink), 1), Labelled(Drawing(), 12))))
    assert len(split.classes) == 13
    assert split.train.images.amax(dim=(1, 2, 3)).tolist() == [255, 0]


def test_each_is_prepared_as_it_was_when_it_was_kept() -> None:
    """So the network learns from what it received of it on the pad."""
    rng = np.random.default_rng(1)
    ways = [Preparation(), Preparation(crop=False, fit=False, centre=False), Preparation(smooth=False)]
    drawings = tuple(Labelled(digit(7, rng), 7, "7", steps) for steps in ways)
    split = finish(load(SOURCE, kept=(*drawings, Labelled(digit(1, rng), 1))))
    images = [*split.train.images[split.train.labels == 7], *split.test.images[split.test.labels == 7]]
    for image, one in zip(images, drawings, strict=True):
        assert np.array_equal(image[0], np.rint(prepare(Canvas().ink(one.drawing), one.preparation).result * 255))


@pytest.mark.parametrize("shape", [(3, 32, 32), (1, 32, 32), (3, 28, 28)])
def test_an_image_in_colour_that_was_kept_keeps_its_colours(shape: tuple[int, int, int]) -> None:
    image = np.random.default_rng(0).integers(0, 256, (3, 32, 32), np.uint8)
    opened = Drawing(base=image.astype(np.float32) / np.float32(255), image=OpenedImage("", 1, Preparation()))
    split = finish(load(SOURCE, shape=shape, kept=(Labelled(opened, 1, "", AS_IT_IS), *kept([0]))))
    found, drawn = split.train.images[0].numpy(), split.train.images[1]
    assert found.shape == shape
    if shape == image.shape:
        assert np.array_equal(found, image)
    elif shape[0] == 1:
        assert np.abs(found[0] - np.tensordot((0.299, 0.587, 0.114), image, 1)).max() <= 1
    assert torch.equal(drawn[0], drawn[-1]), "a drawing is grey"


def test_two_of_two_kinds_are_learnt_and_measured_on() -> None:
    split = finish(load(SOURCE, kept=kept([0, 1])))
    assert torch.equal(split.train.images, split.test.images)
    assert "Too few to hold any back" in split.notes[0]


@pytest.mark.parametrize(("count", "words"), [(0, "no drawing is kept yet"), (1, "only one drawing is kept")])
def test_too_few(count: int, words: str) -> None:
    with pytest.raises(InputError, match=f"{words}; draw a digit, choose what it is and keep it, at least 2 times"):
        finish(load(SOURCE, kept=kept([1] * count)))


def test_it_comes_back_for_every_drawing() -> None:
    job = load(SOURCE, kept=kept([1] * 5))
    assert [next(job).done for _ in range(5)] == [0, 1, 2, 3, 4]
    job.close()


@pytest.mark.parametrize("shape", [(1, 28, 28), (1, 14, 20)])
def test_that_none_is_held_back_can_be_told_also_once_they_are_fitted(shape: tuple[int, int, int]) -> None:
    split = finish(load(SOURCE, shape=shape, kept=kept([0, 1])))
    assert split.test is split.train
    more = finish(load(SOURCE, shape=shape, kept=kept([0, 1, 1])))
    assert more.test is not more.train
