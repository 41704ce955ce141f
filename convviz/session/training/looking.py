"""What the network on screen makes of the test images, while no training measures it."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...spec.errors import InputError
from ...spec.network import NetworkSpec
from ...spec.training.news import Best, Judged, Loaded, Loading
from ...spec.training.source import DataSource, Labelled
from ...spec.weights import Weights
from ..engine import Engine
from .job import Data, Request

if TYPE_CHECKING:
    from ...core.data import Split

MOST_REMEMBERED = 32
log = logging.getLogger(__name__)

Place = tuple[int, int]  # the number of the run, 0 for none, and the step


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Of some weights: what they make of every test image, and the images that each channel answers most to.

    ``kept`` matters where the source is one's own handwriting.
    """

    network: NetworkSpec
    weights: Weights
    source: DataSource
    kept: tuple[Labelled, ...]
    judged: Judged | None
    best: Best | None

    def of(self, request: Request) -> bool:
        """Whether these weights were measured on these images, and all of it."""
        complete = self.judged is not None and self.best is not None
        same = self.network == request.network and self.weights is request.start and self.source == request.source
        return complete and same and (request.source.kind != "handwriting" or self.kept == request.kept)


def measuring(request: Request, step: int, data: Data) -> Generator[Loading | Loaded | Measured | None, None, None]:
    """Measures weights that no training measures now. Silent where it cannot be done; never downloads anything."""
    weights = request.start
    assert isinstance(weights, Weights)
    try:
        yield None
        from ...core.best import best
        from ...core.device import choose
        from ...core.judging import judged
        from ...core.network import assemble

        device, _ = choose(request.device)
        found = yield from _at_hand(request, device, data)
        if found is None:
            return
        split, loaded = found
        yield loaded
        network = assemble(request.network, weights, device)[0]
        judgement, _, _ = yield from judged(network, split.test, device, step)
        strongest = yield from best(network, request.network, split.test, device, step)
        yield Measured(request.network, weights, request.source, request.kept, judgement, strongest)
    except InputError:
        return  # who starts a training hears why
    except Exception:
        log.warning("the test images could not be judged", exc_info=True)


def _at_hand(request: Request, device: str, data: Data) -> Generator[Loading, None, tuple[Split, Loaded] | None]:
    """The data, unless it would have to be downloaded."""
    loading = data.load(request, device)
    while True:
        try:
            news = next(loading)
        except StopIteration as stop:
            found: tuple[Split, Loaded] = stop.value
            return found
        if news.remote:
            loading.close()
            return None
        yield news


class Looker:
    """At most one such job; what was measured of late is remembered."""

    def __init__(self, engine: Engine, data: Data) -> None:
        self._engine, self._data = engine, data
        self._number: int | None = None
        self._place: Place = (0, 0)
        self._asked: tuple[object, ...] | None = None
        self._remembered: OrderedDict[Place, Measured] = OrderedDict()

    def is_(self, number: int) -> bool:
        """Whether that is the job."""
        return number == self._number

    def measures(self, run: int) -> bool:
        """Whether something of that run is being measured."""
        return self._number is not None and self._place[0] == run

    def known(self, place: Place, request: Request) -> Measured | None:
        """What was measured of these weights at that place, on these images."""
        found = self._remembered.get(place)
        return found if found is not None and found.of(request) else None

    def remember(self, place: Place, measured: Measured) -> None:
        self._remembered[place] = measured
        self._remembered.move_to_end(place)
        if len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)

    def look(self, place: Place, request: Request) -> None:
        """Measures these weights, instead of others that are being measured."""
        assert isinstance(request.start, Weights)
        asked = request.network, request.start, request.source, request.kept, request.device
        if self._asked is not None and self._place == place and all(map(_same, asked, self._asked)):
            return  # it is on its way, or cannot be done
        self.cancel()
        self._place, self._asked = place, asked
        data = self._data
        self._number = self._engine.run(lambda: measuring(request, place[1], data))

    def arrived(self, measured: Measured) -> None:
        self.remember(self._place, measured)

    def ended(self) -> None:
        """The job is over, with or without a result."""
        self._number = None

    def cancel(self) -> None:
        """Nothing is to be measured."""
        if self._number is not None:
            self._engine.cancel(self._number)
        self._number = self._asked = None


def _same(one: object, other: object) -> bool:
    return one is other or (not isinstance(one, Weights) and one == other)
