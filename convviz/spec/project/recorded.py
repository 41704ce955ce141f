"""What was recorded of a run beside its settings, as plain data and back; files need not have any of it."""

from __future__ import annotations

from typing import Any, get_args

from ..channels import Channels
from ..network import NetworkSpec
from ..training.curves import MOST_STEPS
from ..training.plan import Begin
from ..training.run import Frozen, Run
from .errors import damaged
from .values import Table, get, table_in

_LARGEST = 2**31
_MOST = 100_000  # changes of what is frozen, in one run


def recorded_table(run: Run) -> dict[str, Any]:
    """Plain data of how it began, of what it left alone, and of how its last moment does on the test images."""
    return {
        "begin": run.begin,
        "taught": moment_table(run.taught),
        "frozen": [
            {"step": each.step, "channels": sorted(list(channel) for channel in each.channels)}
            for each in run.frozen
            if each.step <= MOST_STEPS
        ],
        "tested": None if run.tested is None or run.tested[0] > MOST_STEPS else list(run.tested),
    }


def recorded_from(table: Table, network: NetworkSpec) -> dict[str, Any]:
    """The fields of a Run that :func:`recorded_table` wrote; those that are not there are as they are at first.

    Raises:
        InputError: something is of another type.
    """
    begin = table.get("begin")
    if begin is not None and begin not in get_args(Begin):
        raise damaged("a training in it began with no weights")
    return {
        "begin": begin,
        "taught": moment_from(table.get("taught")),
        "frozen": _frozen(table.get("frozen", []), network),
        "tested": _tested(table.get("tested")),
    }


def moment_table(moment: tuple[int, int] | None) -> list[int] | None:
    """A step of another run."""
    return None if moment is None else [moment[0], min(moment[1], MOST_STEPS)]


def moment_from(data: object) -> tuple[int, int] | None:
    """What :func:`moment_table` wrote.

    Raises:
        InputError: it is none.
    """
    match data:
        case None:
            return None
        case [int(number), int(step)] if 0 < number < _LARGEST and 0 <= step <= MOST_STEPS:
            return number, step
    raise damaged("a training in it branched off from none")


def _frozen(data: object, network: NetworkSpec) -> tuple[Frozen, ...]:
    if not isinstance(data, list) or len(data) > _MOST:
        raise damaged("a training in it has frozen no layers")
    found: list[Frozen] = []
    for one in data:
        step, channels = get(table_in(one), "step", int), get(one, "channels", list)
        if not (found[-1].step if found else -1) < step <= MOST_STEPS:
            raise damaged("the steps of a training in it are not in order")
        marks = frozenset(_channel(channel) for channel in channels)
        found.append(Frozen(step, Channels(frozen=marks).within(network).frozen))
    return tuple(found)


def _channel(data: object) -> tuple[str, int]:
    match data:
        case [str(layer), int(channel)] if type(channel) is int and channel >= 0:
            return layer, channel
    raise damaged("a training in it has frozen no layers")


def _tested(data: object) -> tuple[int, float] | None:
    match data:
        case None:
            return None
        case [int(step), int() | float() as share] if 0 <= step <= MOST_STEPS and 0 <= share <= 1:
            return step, float(share)
    raise damaged("a training in it was tested at no step")
