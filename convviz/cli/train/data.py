"""Several sources of images as one to learn from, which remembers whose test images are whose."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ...spec.errors import InputError
from ...spec.training.demands import OutputsError, check_outputs, with_outputs
from ...spec.training.freezing import frozen_of, frozen_text
from ...spec.training.news import Epoch
from ...spec.training.source import DATA_SEED
from .options import Wanted
from .show import Show

if TYPE_CHECKING:
    from ...core.data import Split
    from ...core.distributed import Share


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """``split`` holds the images of all; ``tests`` is how many test images each has, in their order.

    ``outputs`` is how many the network must have for them, None where it has them.
    """

    split: Split
    tests: dict[str, int]
    outputs: int | None = None

    def fitted(self, goal: Wanted) -> Wanted:
        """With the network that has these classes: with their names, where they are more than their numbers."""
        network, frozen = goal.network, goal.frozen
        layer = None if self.outputs is None else with_outputs(network, self.outputs)
        if layer is not None:
            network = network.with_layer(layer)
            frozen = frozen_of(frozen_text(frozen, goal.network), network)
        names = self.split.classes
        if names != tuple(str(number) for number in range(len(names))):
            network = replace(network, classes=names)
        return replace(goal, network=network, frozen=frozen)

    def accuracy(self, news: Epoch) -> dict[str, float]:
        """By source, the share of its test images that were classified rightly."""
        if news.judged is None:
            return {}
        hits = news.judged.predicted == self.split.test.labels.numpy()
        shares, first = {}, 0
        for name, count in self.tests.items():
            if count:
                shares[name] = float(hits[first : first + count].mean())
            first += count
        return shares


def load_all(goal: Wanted, show: Show, share: Share) -> Sources:
    """Loads every source; of several processes on a machine the first one downloads for all.

    Raises:
        InputError: what the sources say; classes of other names in several of them.
    """
    for first in (True, False):
        with share.agreeing():
            if (share.local_rank == 0) is first:
                found = _loaded(goal, show)
    return found


def _loaded(goal: Wanted, show: Show) -> Sources:
    from ...core.data import Split, finish, load, together

    splits: dict[str, Split] = {}
    for text, source in goal.sources.items():
        job = load(source, DATA_SEED, goal.network.input_shape)
        split = finish(job, lambda loading: show.loaded(loading.what, loading.done, loading.total))
        splits[text if split.name in splits else split.name] = split
    classes = [split.classes for split in splits.values() if split.classes]
    if any(names != classes[0] for names in classes):
        raise InputError("these sources have different classes, which cannot be mixed; train on one of them")
    whole = Split(
        ", ".join(splits),
        together(split.train for split in splits.values()),
        together(split.test for split in splits.values()),
        classes[0] if classes else (),
        tuple(note for split in splits.values() for note in split.notes),
    )
    names = whole.classes
    tests = {name: len(split.test) for name, split in splits.items()}
    try:
        check_outputs(goal.network, whole.name, len(names) or int(whole.train.labels.max()) + 1, named=bool(names))
    except OutputsError as error:
        layer = with_outputs(goal.network, error.classes)
        if goal.start is not None or layer is None:
            raise
        said = f"{whole.name} has {error.classes} classes: {layer.id} of {goal.network.name!r} gets as many outputs"
        return Sources(replace(whole, notes=(*whole.notes, said)), tests, error.classes)
    return Sources(whole, tests)
