"""The pairs of classes that are confused most often, and those that are confused as often but not shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from convviz.spec.training.confusion import Confusion
from convviz.ui.train.errors.worst import MOST, WorstPairs


@pytest.fixture
def worst(show: Callable[..., Any]) -> WorstPairs:
    shown: WorstPairs = show(WorstPairs(), 160, 300)
    return shown


def test_it_says_how_many_equal_pairs_are_not_shown(worst: WorstPairs) -> None:
    counts = np.eye(6, dtype=np.int64) * 2
    counts[0, 1:6], counts[1, 2:6], counts[2, 4:6] = 5, 2, 2  # 5 pairs of 5, 6 of 2, as many as are right of a class
    worst.show_confusion(Confusion(counts), ())
    assert [button.text() for button in worst.buttons][4:6] == ["0 → 5: 5 times", "1 → 2: 2 times"]
    assert sum(button.isVisible() for button in worst.buttons) == MOST
    assert worst.rest.isVisible()
    assert worst.rest.text() == "3 more pairs: 2 times"
    assert worst.rest.geometry().top() > worst.buttons[-1].geometry().bottom()
    worst.arrange(wide=False)
    assert not worst.rest.isVisible(), "a row has no room for it"


def test_where_none_is_left_out_it_says_nothing(worst: WorstPairs) -> None:
    worst.show_confusion(Confusion(np.array([[5, 1], [1, 5]])), ())
    assert not worst.rest.isVisible()
    worst.show_confusion(Confusion(np.array([[5, 0], [0, 5]])), ())
    assert not worst.rest.isVisible()
