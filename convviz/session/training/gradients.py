"""The gradients of the weights on screen, while no training steps with them."""

from __future__ import annotations

import logging
from collections.abc import Generator
from dataclasses import dataclass, field

from ...spec.errors import InputError
from ...spec.training.news import Loaded, Loading
from ...spec.weights import Floats, Weights
from .job import Data, Request
from .looking import at_hand, same

log = logging.getLogger(__name__)
REMOTE = "the images that are learnt from have to be downloaded first, which Start does"


@dataclass(frozen=True, slots=True, eq=False)
class WeightGradients:
    """∂loss/∂weight by parameter: the mean over ``images`` of the ``among`` images that are learnt from.

    ``why`` there are none, a sentence without its end, is "" where there are.
    """

    request: Request
    arrays: dict[str, Floats] = field(default_factory=dict)
    images: int = 0
    among: int = 0
    why: str = ""

    @property
    def weights(self) -> Weights:
        """Whose gradients they are."""
        assert isinstance(self.request.start, Weights)
        return self.request.start

    def of(self, request: Request) -> bool:
        """Whether they are of these weights, this loss and these images."""
        return same(self.request, request)


def differentiating(
    request: Request, step: int, data: Data
) -> Generator[Loading | Loaded | WeightGradients | None, None, None]:
    """Says the gradients, or why there are none; never downloads anything."""
    weights = request.start
    assert isinstance(weights, Weights)
    try:
        yield None
        from ...core.device import choose
        from ...core.training.loss_gradients import loss_gradients

        device, _ = choose(request.device)
        found = yield from at_hand(request, device, data)
        if found is None:
            yield WeightGradients(request, why=REMOTE)
            return
        split, loaded = found
        yield loaded
        arrays, images = yield from loss_gradients(request.network, weights, split, request.settings, device)
        yield WeightGradients(request, arrays, images, len(split.train))
    except InputError as error:
        yield WeightGradients(request, why=str(error))
    except Exception as error:
        log.warning("the gradients could not be computed", exc_info=True)
        reason = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
        yield WeightGradients(request, why=f"they could not be computed ({reason})")
