"""Why a training in processes of its own has ended, from what they said on stderr and what torchrun reports of them."""

from __future__ import annotations

import re
import signal

OURS = "convviz: "
_ERROR = f"{OURS}error: "
_LOST = "has lost the others"  # is a consequence: another process has ended
_RANK, _CODE = re.compile(r"rank\s*: (\d+)"), re.compile(r"exitcode\s*: (-?\d+)")
_LAUNCHER = re.compile(r"torch[./]distributed[./]elastic")
_RULER = re.compile(r"[=-]{5,}")
_SIGTERM = 15  # what the launcher ends the others with
SILENT = "the processes ended without a word; run the command in a terminal to see more"


def why(said: tuple[str, ...], code: int, processes: int) -> str:
    """The sentence of a process if one says it, else which process died of what, else the last line.

    >>> why(("convviz: error: no such data", "Traceback …", "exitcode  : 2"), 1, 2)
    'no such data'
    >>> why(("Root Cause (first observed failure):", "rank      : 1", "exitcode  : -9 (pid: 7)", "======"), 1, 2)
    'process 2 of 2 was killed (SIGKILL), as the system does when memory runs out; start all of them again'
    >>> why((), 1, 2) == SILENT
    True
    """
    ours = [line.removeprefix(_ERROR) for line in said if line.startswith(_ERROR)]
    own = [line for line in ours if _LOST not in line]
    if own:
        return own[0]
    dead = _dead(said)
    if dead is not None and dead[1] < 0:
        return f"process {dead[0] + 1} of {processes} {_died(-dead[1])}; start all of them again"
    if ours:
        return ours[0]
    last = _last(said)
    if last:
        which = "the processes" if dead is None else f"process {dead[0] + 1} of {processes}"
        return f"{which} ended: {last[:200]}"
    if code < 0:
        return f"the launcher of the processes {_died(-code)}; start all of them again"
    return SILENT


def _dead(said: tuple[str, ...]) -> tuple[int, int] | None:
    """The rank and the exit code of the process that ended the others, from torchrun's report.

    Its root cause stands last in it; where that is one that only noticed, another was killed.
    """
    found: list[tuple[int, int]] = []
    rank = 0
    for line in said:
        if match := _RANK.match(line):
            rank = int(match[1])
        elif match := _CODE.match(line):
            found.append((rank, int(match[1])))
    killed = [each for each in reversed(found) if each[1] < 0 and each[1] != -_SIGTERM]
    return next(iter((*killed, *reversed(found))), None)


def _died(number: int) -> str:
    """What a signal has done."""
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    return f"was killed ({name}){', as the system does when memory runs out' if name == 'SIGKILL' else ''}"


def _last(said: tuple[str, ...]) -> str:
    """The last line that is not ours, of what was said before the launcher's own words."""
    others = [line for line in said if not line.startswith(OURS) and not _RULER.fullmatch(line)]
    launcher = next((i for i, line in enumerate(others) if _LAUNCHER.search(line)), len(others))
    return next(reversed(others[:launcher] or others), "")
