"""Training as a generator: a slice of a step an advance, so that whoever drives it can do other things in between."""

from ..judging import as_input
from .faults import DivergedError
from .job import accuracy, train
from .schedule import rate_factor
from .warming import warm_up

__all__ = ["DivergedError", "accuracy", "as_input", "rate_factor", "train", "warm_up"]
