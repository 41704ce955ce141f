"""What was changed while a run went on, and at which step, in words: when so many steps had been made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import NamedTuple, TypeVar

from ....spec.channels import Channel, channels_of
from ....spec.network import NetworkSpec
from ....spec.training.run import Run
from ....spec.training.settings import TrainingSettings
from ...look.numbers import plain
from ..settings.words import CHOICES

FIRST = ("rate", "optimizer", "schedule", "batch", "epochs")
NAMES = (*FIRST, *(field.name for field in fields(TrainingSettings) if field.name not in FIRST))
FROZEN = "frozen"  # stands beside the names of the settings
NEAR = 50  # steps: changes of the same that lie closer are one, as those of a number that is dragged
NOTHING = "none"
_V = TypeVar("_V")
_Pair = tuple[TrainingSettings, TrainingSettings]  # before and after


class Phase(NamedTuple):
    """A value that came after ``first`` steps; while it was dragged until ``last``."""

    first: int
    last: int
    value: str

    @property
    def steps(self) -> str:
        return f"{self.first:,}" if self.first == self.last else f"{self.first:,} to {self.last:,}"


def setting(settings: TrainingSettings, name: str) -> str:
    """The value of a setting.

    >>> setting(TrainingSettings(rate=0.001), "rate"), setting(TrainingSettings(), "target")
    ('0.001', 'never')
    >>> setting(TrainingSettings(), "optimizer")
    'AdamW'
    """
    value = getattr(settings, name)
    if name == "target":
        return f"{100 * value:.6g} %" if value else "never"
    if name in CHOICES:
        return CHOICES[name][value]
    return f"{value:,}" if isinstance(value, int) else plain(value)


def named(name: str) -> str:
    """What a setting is called.

    >>> named("target"), named("weight_decay")
    ('stop at accuracy', 'weight decay')
    """
    return "stop at accuracy" if name == "target" else name.replace("_", " ")


def frozen_words(channels: frozenset[Channel], network: NetworkSpec) -> str:
    """
    >>> from convviz.spec.presets import lecture
    >>> few = frozenset({("conv1", 3), ("conv1", 4), *(("fc2", n) for n in range(10))})
    >>> frozen_words(few, lecture()), frozen_words(frozenset(), lecture())
    ('2 kernels of conv1, fc2', 'none')
    """
    said = []
    for layer in network:
        count = sum(name == layer.id for name, _ in channels)
        if count:
            some = f"{count} kernel{'' if count == 1 else 's'} of {layer.id}"
            said.append(layer.id if count == channels_of(layer) else some)
    return ", ".join(said) or NOTHING


def phases(run: Run, name: str) -> list[Phase]:
    """All that a setting was during a run, or what was frozen, in the order of the steps.

    >>> from convviz.spec.presets import lecture
    >>> from convviz.spec.training.run import Change
    >>> from convviz.spec.training.source import DataSource
    >>> dragged = tuple(Change(300 + 9 * n, TrainingSettings(rate=0.01 * n)) for n in (1, 2, 3))
    >>> run = Run(1, lecture(), TrainingSettings(), DataSource(), changes=dragged)
    >>> [tuple(phase) for phase in phases(run, "rate")]
    [(0, 0, '0.002'), (309, 327, '0.03')]
    """
    if name == FROZEN:
        given = [(each.step, frozen_words(each.channels, run.network)) for each in run.frozen]
        each = given if given and not given[0][0] else [(0, NOTHING), *given]
        return [Phase(step, step, text) for step, text in each]
    found, raw = [Phase(0, 0, setting(run.settings, name))], [getattr(run.settings, name)]
    for change in run.changes:
        value, before = getattr(change.settings, name), found[-1]
        if value == raw[-1]:
            continue
        phase = Phase(change.step, change.step, setting(change.settings, name))
        if len(raw) > 1 and change.step - before.last <= _near(run) and _goes_on(raw[-2], raw[-1], value):
            found[-1], raw[-1] = phase._replace(first=before.first), value
        else:
            found.append(phase)
            raw.append(value)
    return found


def _goes_on(first: object, second: object, third: object) -> bool:
    """Whether numbers rise, or fall, twice."""
    match first, second, third:
        case ((int() | float() as a), (int() | float() as b), (int() | float() as c)):
            return (b - a) * (c - b) > 0
    return False


def values(run: Run, name: str, *, steps: bool = False) -> str:
    """All that a setting was during a run, one after the other; with the ``steps`` at which it became another.

    >>> from convviz.spec.presets import lecture
    >>> from convviz.spec.training.run import Change
    >>> from convviz.spec.training.source import DataSource
    >>> changes = Change(300, TrainingSettings(rate=5)), Change(400, TrainingSettings(rate=5, batch=32))
    >>> run = Run(1, lecture(), TrainingSettings(), DataSource(), changes=changes)
    >>> values(run, "rate"), values(run, "rate", steps=True), values(run, "seed")
    ('0.002 → 5', '0.002 → 5 at 300', '0')
    """
    first, *later = phases(run, name)
    return "".join([first.value, *(f" → {p.value}{f' at {p.steps}' if steps else ''}" for p in later)])


def in_short(run: Run, name: str) -> str:
    """The first and the last value of a setting; … stands for others between them.

    >>> from convviz.spec.presets import lecture
    >>> from convviz.spec.training.run import Change
    >>> from convviz.spec.training.source import DataSource
    >>> changes = Change(300, TrainingSettings(rate=5)), Change(400, TrainingSettings(rate=6))
    >>> in_short(Run(1, lecture(), TrainingSettings(), DataSource(), changes=changes), "rate")
    '0.002 → … → 6'
    """
    said = [phase.value for phase in phases(run, name)]
    return " → ".join(said if len(said) <= 2 else (said[0], "…", said[-1]))


def change_texts(run: Run) -> list[tuple[int, str]]:
    """After which steps a run was given other settings, and which, other frozen layers, or weights by hand.

    >>> from convviz.spec.presets import lecture
    >>> from convviz.spec.training.run import Change, Frozen
    >>> from convviz.spec.training.source import DataSource
    >>> changes = (Change(300, TrainingSettings(rate=5)),)
    >>> frozen = (Frozen(400, frozenset({("conv1", 0)})),)
    >>> run = Run(1, lecture(), TrainingSettings(), DataSource(), changes=changes, edited=(9,), frozen=frozen)
    >>> for step, text in change_texts(run):
    ...     print(step, text)
    9 Run 1, at step 9: weights set by hand
    300 Run 1, at step 300: rate 0.002 → 5
    400 Run 1, at step 400: frozen none → 1 kernel of conv1
    """
    found = []
    for first, last, before, after in _changes(run):
        names = _between(before, after)
        said = ", ".join(f"{named(name)} {setting(before, name)} → {setting(after, name)}" for name in names)
        if said:
            found.append((first, f"{run.name}, {_at(first, last)}: {said}"))
    past, *frozen = phases(run, FROZEN)
    for phase in frozen:
        found.append((phase.first, f"{run.name}, {_at(*phase[:2])}: frozen {past.value} → {phase.value}"))
        past = phase
    for first, last, *_ in _bundles([(step, None) for step in run.edited], _near(run), lambda *_: True):
        found.append((first, f"{run.name}, {_at(first, last)}: weights set by hand"))
    return sorted(found)


def _at(first: int, last: int) -> str:
    return f"at step {first:,}" if first == last else f"at steps {first:,} to {last:,}"


def _near(run: Run) -> int:
    return max(NEAR, run.curves.last_step // 25)


def _between(before: TrainingSettings, after: TrainingSettings) -> list[str]:
    return [name for name in NAMES if getattr(before, name) != getattr(after, name)]


def _changes(run: Run) -> list[tuple[int, int, TrainingSettings, TrainingSettings]]:
    """The first and the last step of what was changed in one go, as when a number is dragged; before, and after."""
    before = (run.settings, *(change.settings for change in run.changes))
    each = [(change.step, (old, change.settings)) for old, change in zip(before, run.changes, strict=False)]
    each = [one for one in each if _between(*one[1])]
    bundles = _bundles(each, _near(run), _one_drag)
    return [(first, last, old[0], new[1]) for first, last, old, new in bundles]


def _one_drag(first: _Pair, last: _Pair, new: _Pair) -> bool:
    """Whether the same settings went on, and did not go back to what they were."""
    return _between(*last) == _between(*new) and bool(_between(first[0], new[1]))


def _bundles(
    each: list[tuple[int, _V]], near: int, alike: Callable[[_V, _V, _V], bool]
) -> list[tuple[int, int, _V, _V]]:
    """The first and the last of steps that lie close to one another, and what belongs to them.

    >>> found = _bundles([(step, step) for step in (3, 5, 20, 29, 60)], 10, lambda *_: True)
    >>> [each[:2] for each in found]
    [(3, 5), (20, 29), (60, 60)]
    """
    found: list[tuple[int, int, _V, _V]] = []
    for step, value in each:
        if found and step - found[-1][1] <= near and alike(found[-1][2], found[-1][3], value):
            found[-1] = found[-1][0], step, found[-1][2], value
        else:
            found.append((step, step, value, value))
    return found
