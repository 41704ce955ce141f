"""Steps are told together, for each wake-up of the window takes Python's lock from the training."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter

from ...spec.training.news import News, Stepped

SAY_S = 0.25  # between two tellings of steps that carry nothing but figures


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Steps that were made one after the other, at least one; only the last may carry weights or a checkpoint."""

    all: tuple[Stepped, ...]


def gathered(news: Iterable[News | None], clock: Callable[[], float] = perf_counter) -> Iterator[News | Steps | None]:
    """The same news in the same order, with :class:`Steps` in place of each Stepped.

    The first step is told at once, as is one that carries what somebody waits for; other news are preceded by the steps
    that were made before, and so is the error that ends them. Each item of ``news`` gives at least one of these, so
    that whoever advances it is held up no longer than before.

    >>> steps = [Stepped(step, 9, 0.1, 2.3, 0.1, 0.01, 64) for step in (1, 2, 3)]
    >>> for item in gathered([*steps, None], lambda: 0.0):
    ...     print([step.step for step in item.all] if isinstance(item, Steps) else item)
    [1]
    None
    None
    None
    [2, 3]
    """
    waiting: list[Stepped] = []
    said = float("-inf")
    try:
        for item in news:
            if isinstance(item, Stepped):
                waiting.append(item)
                due = _carries(item) or clock() - said >= SAY_S
                if due:
                    said = clock()
                yield _all_of(waiting) if due else None
            else:
                if item is not None and waiting:
                    yield _all_of(waiting)
                yield item
    except Exception:
        if waiting:
            yield _all_of(waiting)
        raise
    if waiting:
        yield _all_of(waiting)


def _all_of(waiting: list[Stepped]) -> Steps:
    steps = Steps(tuple(waiting))
    waiting.clear()
    return steps


def _carries(step: Stepped) -> bool:
    return step.weights is not None or step.checkpoint is not None
