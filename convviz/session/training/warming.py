"""Makes ready for the first training while nobody waits."""

from __future__ import annotations

import logging
from collections.abc import Iterator

log = logging.getLogger(__name__)


def warm_up() -> Iterator[bool]:
    """Imports what a training needs and makes a step of a tiny one; yields True after every part. Never raises.

    Without it the first loss of a session comes a fifth of a second later.
    """
    try:
        from ...spec import picture  # noqa: F401

        yield True
        from ...core import data  # noqa: F401

        yield True
        from ...core.training import warm_up as tiny

        yield True
        for _ in tiny():
            yield True
    except Exception as error:  # what fails here is said once it is needed
        log.info("could not be made ready ahead: %s", error)
