"""What the network on screen makes of the test images, while no training measures it; and who measures such things."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

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


class Found(Protocol):
    """What was measured of some weights."""

    def of(self, request: Request) -> bool:
        """Whether it was measured of these weights, on these images."""


_Found = TypeVar("_Found", bound=Found)
Measuring = Callable[[Request, int, Data], Generator[object, None, object]]  # of these weights, at this step


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
        found = yield from at_hand(request, device, data)
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


def at_hand(request: Request, device: str, data: Data) -> Generator[Loading, None, tuple[Split, Loaded] | None]:
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


class Looker(Generic[_Found]):
    """At most one job that measures; what was found at the ``most`` last places is remembered."""

    def __init__(self, engine: Engine, data: Data, measuring: Measuring, most: int = MOST_REMEMBERED) -> None:
        self._engine, self._data, self._measuring, self._most = engine, data, measuring, most
        self._number: int | None = None
        self._place: Place = (0, 0)
        self._asked: Request | None = None
        self._remembered: OrderedDict[Place, _Found] = OrderedDict()

    def is_(self, number: int) -> bool:
        """Whether that is the job."""
        return number == self._number

    @property
    def busy(self) -> bool:
        """Whether anything is being measured."""
        return self._number is not None

    def measures(self, run: int) -> bool:
        """Whether something of that run is being measured."""
        return self._number is not None and self._place[0] == run

    def known(self, place: Place, request: Request) -> _Found | None:
        """What was measured of these weights at that place, on these images."""
        found = self._remembered.get(place)
        return found if found is not None and found.of(request) else None

    def remember(self, place: Place, found: _Found) -> None:
        self._remembered[place] = found
        self._remembered.move_to_end(place)
        if len(self._remembered) > self._most:
            self._remembered.popitem(last=False)

    def look(self, place: Place, request: Request) -> None:
        """Measures these weights, instead of others that are being measured."""
        assert isinstance(request.start, Weights)
        if self._asked is not None and self._place == place and same(self._asked, request):
            return  # it is on its way, or cannot be done
        self.cancel()
        self._place, self._asked = place, request
        data, measuring = self._data, self._measuring
        self._number = self._engine.run(lambda: measuring(request, place[1], data))

    def arrived(self, found: _Found) -> None:
        self.remember(self._place, found)

    def ended(self) -> None:
        """The job is over, with or without a result."""
        self._number = None

    def cancel(self) -> bool:
        """Nothing is to be measured; whether something was."""
        number, self._number, self._asked = self._number, None, None
        if number is not None:
            self._engine.cancel(number)
        return number is not None


def same(one: Request, other: Request) -> bool:
    """Whether both ask for the same weights, images and loss, on the same device."""
    if one.start is not other.start or one.network != other.network or one.device != other.device:
        return False
    return _of_the_plan(one) == _of_the_plan(other)


def _of_the_plan(request: Request) -> tuple[object, ...]:
    """What matters of it; drawings of one's own only where they are learnt from."""
    kept = request.kept if request.source.kind == "handwriting" else ()
    return request.source, kept, request.settings.loss, request.settings.smoothing
