"""The confusion matrix: against counting one by one."""

from __future__ import annotations

import numpy as np
import pytest

from convviz.spec.training.confusion import all_errors, confused, in_cell
from convviz.spec.training.news import Judged


def example(seed: int = 0, count: int = 400, classes: int = 7) -> tuple[np.ndarray, Judged]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes - 1, count)  # the last class has no images
    predicted = np.where(rng.random(count) < 0.6, labels, rng.integers(0, classes, count))
    confidence = rng.random(count).astype(np.float32).round(1)  # many are equal
    return labels, Judged(9, predicted, confidence, confidence)


def test_it_agrees_with_counting() -> None:
    labels, judged = example()
    confusion = confused(labels, judged.predicted, 9)
    assert confusion.classes == 9, "as many as have names"
    for truth in range(9):
        for predicted in range(9):
            pairs = zip(labels, judged.predicted, strict=True)
            count = sum(1 for pair in pairs if pair == (truth, predicted))
            assert confusion.counts[truth, predicted] == count
            assert len(in_cell(labels, judged, truth, predicted)) == count
    assert confusion.accuracy == pytest.approx(np.mean(labels == judged.predicted))
    assert confusion.wrong == len(all_errors(labels, judged)) == (labels != judged.predicted).sum()


def test_shares_of_a_class() -> None:
    labels, judged = example()
    confusion = confused(labels, judged.predicted)
    for number in range(6):
        of, taken = labels == number, judged.predicted == number
        assert confusion.recall[number] == pytest.approx((of & taken).sum() / of.sum())
        assert confusion.precision[number] == pytest.approx((of & taken).sum() / taken.sum())
    assert np.isnan(confusion.recall[6]), "a class without images"
    assert confusion.precision[6] == 0.0


def test_the_most_confident_come_first_and_equal_ones_in_order() -> None:
    labels, judged = example()
    found = all_errors(labels, judged)
    keys = [(-judged.confidence[at], at) for at in found]
    assert keys == sorted(keys)
    assert set(in_cell(labels, judged, 1, 2)) <= set(found)


def test_the_worst_pairs() -> None:
    labels, judged = example()
    confusion = confused(labels, judged.predicted)
    pairs = confusion.worst(1000)
    assert sum(pair.images for pair in pairs) == confusion.wrong
    assert [pair.images for pair in pairs] == sorted((pair.images for pair in pairs), reverse=True)
    assert all(pair.truth != pair.predicted and pair.images for pair in pairs)
    assert confusion.worst(2) == pairs[:2]


def test_of_nothing_there_is_nothing() -> None:
    none = np.zeros(0, np.int64)
    confusion = confused(none, none, 10)
    assert (confusion.total, confusion.wrong, confusion.worst(3)) == (0, 0, ())
    assert np.isnan(confusion.accuracy)
    assert confused(none, none).classes == 0
