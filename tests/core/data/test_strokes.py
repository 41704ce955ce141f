"""Digits convviz writes."""

from __future__ import annotations

import torch

from convviz.core.data import Loading, finish, load, together, written


def test_written_digits_are_reproducible_and_prepared_like_mnist() -> None:
    first, again, other = (finish(written(40, seed)) for seed in (3, 3, 4))
    assert torch.equal(first.images, again.images)
    assert not torch.equal(first.images, other.images)
    assert first.labels.bincount().tolist() == [4] * 10
    ink = first.images[:, 0].double()
    mass = ink.sum(dim=(1, 2))
    at = torch.arange(28) + 0.5
    for axis in (1, 2):  # the centre of mass lies in the middle
        centre = (ink.sum(dim=3 - axis) * at).sum(dim=1) / mass
        assert (centre - 14).abs().max() < 0.6
    assert (ink.amax(dim=(1, 2)) > 120).all()


def test_test_digits_are_not_training_digits() -> None:
    split = finish(load("strokes:40"))
    assert (len(split.train), len(split.test), split.classes) == (40, 10, tuple("0123456789"))
    for image in split.test.images:
        assert not (split.train.images == image).flatten(1).all(dim=1).any()


def test_writing_reports_how_far_it_is_and_can_be_closed() -> None:
    job = written(400, 0)
    assert next(job) == Loading("writing digits", 4, 400)
    assert next(job).done == 8
    job.close()


def test_together_keeps_the_order() -> None:
    a, b = finish(written(10, 0)), finish(written(20, 1))
    both = together([a, b])
    assert torch.equal(both.images[:10], a.images)
    assert torch.equal(both.labels[10:], b.labels)
