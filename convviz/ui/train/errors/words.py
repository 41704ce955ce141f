"""What the confusion matrix and its images mean, in words."""

from __future__ import annotations

from math import isnan

from ....spec.training.confusion import ConfusedPair, Confusion
from ....spec.training.news import Judged
from ...look.numbers import accuracy_text, percent

Cell = tuple[int, int]  # the true class, the one that was predicted
Names = tuple[str, ...]


def name_of(names: Names, number: int) -> str:
    """What a class is called; one without a name is its number.

    >>> name_of(("cat", ""), 0), name_of(("cat", ""), 1), name_of((), 7)
    ('cat', '1', '7')
    """
    return (names[number] if number < len(names) else "") or str(number)


def of_cell(confusion: Confusion, names: Names, cell: Cell) -> str:
    """How many images of a class were taken for one.

    >>> import numpy as np
    >>> confusion = Confusion(np.array([[1016, 12], [0, 0]]))
    >>> of_cell(confusion, (), (0, 1)), of_cell(confusion, (), (0, 0))
    ('0 read as 1: 12 of 1,028 (1.2 %)', '0 read rightly: 1,016 of 1,028 (98.8 %)')
    >>> of_cell(confusion, ("cat", "dog"), (1, 0))
    'there are no test images of dog'
    """
    truth, predicted = cell
    count, images = int(confusion.counts[cell]), int(confusion.of_class[truth])
    right = name_of(names, truth)
    if not images:
        return f"there are no test images of {right}"
    what = "rightly" if truth == predicted else f"as {name_of(names, predicted)}"
    return f"{right} read {what}: {count:,} of {images:,} ({accuracy_text(count / images)})"


def of_precision(confusion: Confusion, names: Names, predicted: int) -> str:
    """How far an answer can be trusted.

    >>> import numpy as np
    >>> of_precision(Confusion(np.array([[8, 1], [2, 9]])), (), 0)
    'precision of 0: of 10 images read as 0, 8 are (80.0 %)'
    """
    name, taken = name_of(names, predicted), int(confusion.taken_for[predicted])
    if not taken:
        return f"nothing was read as {name}"
    right = int(confusion.counts[predicted, predicted])
    return f"precision of {name}: of {taken:,} images read as {name}, {right:,} are ({accuracy_text(right / taken)})"


def of_recall(confusion: Confusion, names: Names, truth: int) -> str:
    """How much of a class is recognised.

    >>> import numpy as np
    >>> of_recall(Confusion(np.array([[8, 2], [2, 8]])), (), 1)
    'recall of 1: of its 10 images 8 were read rightly (80.0 %)'
    """
    name, images = name_of(names, truth), int(confusion.of_class[truth])
    if not images:
        return f"there are no test images of {name}"
    right = int(confusion.counts[truth, truth])
    return f"recall of {name}: of its {images:,} images {right:,} were read rightly ({accuracy_text(right / images)})"


def of_sample(judged: Judged, names: Names, index: int, label: int) -> str:
    """What one test image is, and what it was taken for when the images were judged.

    >>> from dataclasses import replace
    >>> import numpy as np
    >>> judged = Judged(938, np.array([8]), np.array([0.988]), np.array([0.011]))
    >>> of_sample(judged, (), 0, 9)
    'test image 0: 9, at step 938 read as 8 with 98.8 %; 9 got 1.1 %'
    >>> of_sample(replace(judged, step=0), (), 0, 9)  # of no run's
    'test image 0: 9, read as 8 with 98.8 %; 9 got 1.1 %'
    """
    truth, predicted = name_of(names, label), int(judged.predicted[index])
    when = f"at step {judged.step:,} " if judged.step else ""
    confidence = percent(float(judged.confidence[index]))
    if predicted == label:
        return f"test image {index:,}: {truth}, {when}read rightly with {confidence}"
    read = f"read as {name_of(names, predicted)} with {confidence}"
    got = percent(float(judged.truth[index]))
    return f"test image {index:,}: {truth}, {when}{read}; {truth} got {got}"


def of_errors(count: int) -> str:
    """What stands above all of them.

    >>> of_errors(476), of_errors(1), of_errors(0)
    ('All 476 errors, the most confident first', 'The only error', 'No errors')
    """
    if count > 1:
        return f"All {count:,} errors, the most confident first"
    return "The only error" if count else "No errors"


def of_pair(names: Names, pair: ConfusedPair) -> str:
    """Two classes, and how often one was taken for the other.

    >>> of_pair((), ConfusedPair(3, 5, 12)), of_pair(("cat", "dog"), ConfusedPair(0, 1, 1))
    ('3 → 5: 12 times', 'cat → dog: once')
    """
    return f"{name_of(names, pair.truth)} → {name_of(names, pair.predicted)}: {_times(pair.images)}"


def of_tied(more: int, pairs: tuple[ConfusedPair, ...]) -> str:
    """Below the worst pairs: how many others there are of as many images as the last of them.

    >>> of_tied(3, (ConfusedPair(3, 5, 2),)), of_tied(1, (ConfusedPair(3, 5, 1),)), of_tied(0, ())
    ('3 more pairs: 2 times', '1 more pair: once', '')
    """
    return f"{more:,} more pair{'' if more == 1 else 's'}: {_times(pairs[-1].images)}" if more else ""


def _times(images: int) -> str:
    return "once" if images == 1 else f"{images:,} times"


def total(confusion: Confusion, *, held_back: bool = True) -> str:
    """How many images were read rightly; where none could be held back, that it has learnt from these.

    >>> import numpy as np
    >>> total(Confusion(np.array([[8, 2], [2, 8]])))
    '4 of 20 test images are read wrongly, 80.0 % rightly'
    """
    if isnan(confusion.accuracy):
        return "there are no test images"
    rightly = accuracy_text(confusion.accuracy)
    which = "test images" if held_back else "images it has learnt from"
    return f"{confusion.wrong:,} of {confusion.total:,} {which} are read wrongly, {rightly} rightly"
