"""What every damaged experiment is refused with."""

from __future__ import annotations

from ..errors import InputError


def damaged(what: str) -> InputError:
    """The error of an experiment's file that cannot have been written by convviz.

    >>> raise damaged("it holds no weights")
    Traceback (most recent call last):
    convviz.spec.errors.InputError: the experiment is damaged (it holds no weights); open another copy of it
    """
    return InputError(f"the experiment is damaged ({' '.join(what.split())[:200]}); open another copy of it")
