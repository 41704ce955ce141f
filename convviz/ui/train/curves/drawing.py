"""Which curves are drawn, and how: the present run in two colours, earlier ones in a hue each."""

from __future__ import annotations

from math import floor, isfinite, log2

from ....spec.training.run import Run
from ...look.hues import hue
from ...look.theme import Theme
from .legend import Entry
from .series import Across, Figure, RunSeries, Sight
from .strokes import Stroke

RAW_ALPHA = 80


class Drawing:
    """The curves of all runs that are on screen, worked out as far as they are known."""

    def __init__(self) -> None:
        self.across: Across = "step"
        self.beta = 0.0
        self.runs: tuple[Run, ...] = ()
        self.current = 0
        self._series: dict[int, RunSeries] = {}
        self._known: dict[tuple[int, Figure], tuple[Sight, dict[str, Stroke]]] = {}

    def choose(self, across: Across, beta: float) -> None:
        """What is across, and how much is smoothed."""
        if across != self.across:
            self._series.clear()
        if (across, beta) != (self.across, self.beta):
            self.across, self.beta = across, beta
            self._known.clear()
            for series in self._series.values():
                series.smooth(beta)

    def follow(self, runs: tuple[Run, ...], current: int) -> None:
        """These runs are drawn, the ``current`` one over the others."""
        if current != self.current:
            self._known.clear()
        self.runs, self.current = tuple(sorted(runs, key=lambda run: run.number == current)), current
        numbers = {run.number for run in runs}
        for number in [number for number in self._series if number not in numbers]:
            del self._series[number]
        for run in self.runs:
            if run.number not in self._series:
                self._series[run.number] = RunSeries(self.across, self.beta)
                self._forget(run.number)
            if self._series[run.number].follow(run.curves):
                self._forget(run.number)

    def _forget(self, number: int) -> None:
        for key in [key for key in self._known if key[0] == number]:
            del self._known[key]

    def forget_colours(self) -> None:
        """The theme is another one."""
        self._known.clear()

    @property
    def empty(self) -> bool:
        return all(series.end == 0 for series in self._series.values())

    @property
    def end(self) -> float:
        """The end of the axis: a little more than there is, so that it need not move with every step."""
        return roomy(max((series.end for series in self._series.values()), default=0.0))

    def extremes(self, figure: Figure, sight: Sight, *, positive: bool) -> tuple[float, float]:
        """The least and the largest value in sight, NaN without any."""
        found = [s.extremes(figure, sight.left, sight.right, positive=positive) for s in self._series.values()]
        known = [pair for pair in found if isfinite(pair[0])]
        if not known:
            return float("nan"), float("nan")
        return min(low for low, _ in known), max(high for _, high in known)

    def strokes(self, figure: Figure, sight: Sight, theme: Theme) -> dict[str, Stroke]:
        """All lines of a figure, the last on top."""
        result: dict[str, Stroke] = {}
        for run in self.runs:
            known = self._known.get((run.number, figure))
            if known is None or known[0] != sight:
                known = sight, self._of_run(run.number, figure, sight, theme)
                self._known[run.number, figure] = known
            result |= known[1]
        return result

    def _of_run(self, number: int, figure: Figure, sight: Sight, theme: Theme) -> dict[str, Stroke]:
        lines = self._series[number].lines(figure, sight)
        if number == self.current:
            return {
                f"{number} raw": Stroke(lines.raw, theme.accent, RAW_ALPHA),
                f"{number} mean": Stroke(lines.smooth, theme.accent, width=2.0),
                f"{number} test": Stroke(lines.test, theme.positive, width=1.5, dots=True),
            }
        colour, dash = hue(number - 1, theme)
        return {
            f"{number} mean": Stroke(lines.smooth, colour, width=1.5, dash=dash),
            f"{number} test": Stroke(lines.test, colour, dash=dash, dots=True),
        }

    def legend(self, theme: Theme) -> tuple[Entry, ...]:
        """The present run first, then the others, the newest first."""
        entries: list[Entry] = []
        for run in reversed(self.runs):
            if run.number == self.current:
                entries += [Entry(f"{run.name} train", theme.accent), Entry("test", theme.positive, dotted=True)]
            else:
                entries.append(Entry(run.name, *hue(run.number - 1, theme)))
        return tuple(entries)


def roomy(end: float) -> float:
    """A number a little above ``end``, the same for many of them.

    >>> roomy(1000.0), roomy(1020.0), roomy(1.0), roomy(0.0)
    (1024.0, 1024.0, 1.0625, 1.0)
    """
    if end <= 0:
        return 1.0
    grain: float = 2.0 ** floor(log2(end)) / 16
    return (floor(end / grain) + 1) * grain
