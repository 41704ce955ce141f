"""The lecture's programs about sub-modules: jobs for the compute thread, where torch is."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LessonRun:
    """What a lesson's program printed."""

    lesson: str
    printed: str


def running(lesson: str) -> Generator[None, None, LessonRun]:
    """Runs the program of a lesson; returns LessonRun."""
    yield
    from ..core.submodules import run

    return LessonRun(lesson, run(lesson))
