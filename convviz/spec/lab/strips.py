"""A photo a few rows at a time: which rows of the input a strip of the output needs, and their values."""

from __future__ import annotations

from dataclasses import dataclass

STRIP_ROWS = 48  # of the output: what is worked on stays in the cache; 64 are as fast, but not always


@dataclass(frozen=True, slots=True)
class RowsDone:
    """So many rows of the output are computed, of so many."""

    done: int
    of: int
