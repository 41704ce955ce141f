"""A hand that uses the window at random, what it can do, and what is watched meanwhile; for ``random_use.py``."""

from . import training, window

__all__ = ["training", "window"]  # both register their acts
