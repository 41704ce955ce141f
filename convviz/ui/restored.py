"""What came back after a crash, in a sentence."""

from __future__ import annotations

from ..spec.training.run import Runs


def came_back(name: str, runs: Runs) -> str:
    """``name`` is that of the experiment's file, "" where it has none.

    >>> came_back("digits.convviz", Runs()), came_back("", Runs())
    ('restored: digits.convviz with its unsaved changes', 'restored: the experiment')
    """
    what = f"restored: {name} with its unsaved changes" if name else "restored: the experiment"
    if not runs.runs:
        return what
    count, moments = len(runs.runs), sum(len(run.checkpoints) for run in runs.runs)
    found = f"{_counted(count, 'run')}, {_counted(moments, 'moment')} to go back to"
    last = runs.chosen
    if last is not None and last.status == "paused":
        found += f"; {last.name} can go on at step {last.checkpoints[-1].step if last.checkpoints else 0:,}"
    return f"{what}; {found}"


def _counted(count: int, name: str) -> str:
    return f"{count:,} {name}{'' if count == 1 else 's'}"
