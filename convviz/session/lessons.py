"""The lecture's programs about sub-modules: jobs for the compute thread, where torch is."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True, slots=True)
class LessonRun:
    """What a lesson's program printed, and how long it took."""

    lesson: str
    printed: str
    took_ms: float = 0.0


def running(lesson: str) -> Generator[None, None, LessonRun]:
    """Runs the program of a lesson; returns LessonRun."""
    yield
    from ..core.submodules import run

    start = perf_counter()
    printed = run(lesson)
    return LessonRun(lesson, printed, (perf_counter() - start) * 1000)
