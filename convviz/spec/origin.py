"""What was there before the first edit."""

from __future__ import annotations

from dataclasses import dataclass

from .network import NetworkSpec
from .weights import Weights


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """The network as it was opened, before it was edited: what ghosts show and resets bring back.

    ``new`` says that its weights are random, not trained.
    """

    network: NetworkSpec
    weights: Weights
    new: bool = False
