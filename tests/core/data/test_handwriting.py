"""Drawings that were kept: prepared as the pad prepares them, every fifth held back."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from convviz.core.data import finish, load
from convviz.spec.errors import InputError
from convviz.spec.handwriting import digit
from convviz.spec.preparation import prepare
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
