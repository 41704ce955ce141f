"""What the matrix says: the numbers of the brief reader."""

from __future__ import annotations

import numpy as np
import pytest

from convviz.spec.training.confusion import Confusion
from convviz.spec.training.news import Judged
from convviz.ui.train.errors.words import of_cell, of_precision, of_sample, total

COUNTS = np.zeros((10, 10), np.int64)
COUNTS[7, 7], COUNTS[7, 1], COUNTS[1, 1] = 1016, 12, 88


def test_a_cell_in_words() -> None:
    confusion = Confusion(COUNTS)
    assert of_cell(confusion, (), (7, 1)) == "7 read as 1: 12 of 1,028 (1.2 %)"
    assert of_cell(confusion, (), (7, 7)) == "7 read rightly: 1,016 of 1,028 (98.8 %)"
    assert of_cell(confusion, (), (3, 1)) == "there are no test images of 3"
    assert of_precision(confusion, (), 1) == "precision of 1: of 100 images read as 1, 88 are (88.0 %)"
    assert of_precision(confusion, (), 4) == "nothing was read as 4"
    assert total(confusion) == "12 of 1,116 test images are read wrongly, 98.9 % rightly"
    assert total(Confusion(np.zeros((2, 2), np.int64))) == "there are no test images"


@pytest.mark.parametrize(
    ("label", "words"),
    [
        (1, "test image 0: dog, at step 1 read rightly with 75.0 %"),
        (0, "test image 0: cat, at step 1 read as dog with 75.0 %; cat got 25.0 %"),
    ],
)
def test_a_sample_in_words(label: int, words: str) -> None:
    judged = Judged(1, np.array([1]), np.array([0.75], np.float32), np.array([0.25], np.float32))
    assert of_sample(judged, ("cat", "dog"), 0, label) == words
