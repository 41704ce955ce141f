"""Which curves are drawn, and how: every run in a hue that it keeps, the present one thicker."""

from __future__ import annotations

from math import floor, log2, log10

from PySide6.QtCore import Qt

from ....spec.training.run import Run
from ...look.hues import hue, paler
from ...look.theme import Theme
from ..runs.words import origin_in_short
from .legend import Entry
from .series import FIGURES, Across, Figure, RunSeries, Sight
from .span import Span, together
from .strokes import FULL_DOTS, Stroke
from .words import comparable, losses

RAW_ALPHA = 80


class Drawing:
    """The curves of all runs that are on screen, worked out as far as they are known."""

    def __init__(self) -> None:
        self.across: Across = "step"
        self.beta = 0.0
        self.runs: tuple[Run, ...] = ()
        self.current = 0
        self._losses: tuple[Run, ...] = ()  # those of ``runs`` whose losses are on the scale of the present one's
        self._series: dict[int, RunSeries] = {}
        self._known: dict[tuple[int, Figure], tuple[Sight, dict[str, Stroke]]] = {}
        self._spans: dict[tuple[int, Figure], tuple[Sight, bool, Span, Span]] = {}  # of all, and of the later part

    def choose(self, across: Across, beta: float) -> None:
        """What is across, and how much is smoothed."""
        if across != self.across:
            self._series.clear()
        if (across, beta) != (self.across, self.beta):
            self.across, self.beta = across, beta
            self._forget_all()
            for series in self._series.values():
                series.smooth(beta)

    def follow(self, runs: tuple[Run, ...], current: int) -> None:
        """These runs are drawn, the ``current`` one over the others."""
        if current != self.current:
            self._forget_all()
        self.runs, self.current = tuple(sorted(runs, key=lambda run: run.number == current)), current
        self._losses = comparable(self.runs, current)
        numbers = {run.number for run in runs}
        for number in [number for number in self._series if number not in numbers]:
            del self._series[number]
        for run in self.runs:
            if run.number not in self._series:
                self._series[run.number] = RunSeries(self.across, self.beta)
                self._forget(run.number)
            if self._series[run.number].follow(run.curves, tuple(step for step, _ in losses(run)[1:])):
                self._forget(run.number)

    def _forget(self, number: int) -> None:
        for figure in FIGURES:
            self._known.pop((number, figure), None)
            self._spans.pop((number, figure), None)

    def _forget_all(self) -> None:
        self._known.clear()
        self._spans.clear()

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

    @property
    def own_end(self) -> float:
        """As :attr:`end`, of the present run alone; 0 where there is none."""
        series = self._series.get(self.current)
        return roomy(series.end) if series is not None and series.end else 0.0

    def _runs(self, figure: Figure) -> tuple[Run, ...]:
        """Those that are drawn; losses on another scale would be taken for smaller or larger ones."""
        return self._losses if figure == "loss" else self.runs

    def span(self, figure: Figure, sight: Sight, *, log: bool) -> Span:
        """The heights in sight at first, as they are drawn.

        Those of the present run, and of the later parts of others, unless they are far above; of all else what is not
        far beyond.
        """
        found = [
            pair
            for pair in (self._span(run, figure, sight, log) for run in reversed(self._runs(figure)))
            if pair[0].known
        ]
        if not found:
            return Span()
        core = found[0][0]
        for _, later in found[1:]:
            if figure == "accuracy" or not later.far_above(core, log=log):
                core = together([core, later])
        return together([core, *(span.within(core) for span, _ in found[1:])])

    def _span(self, run: Run, figure: Figure, sight: Sight, log: bool) -> tuple[Span, Span]:
        """Of all of a run that is in sight, and of the later half of it."""
        key, present = (run.number, figure), run.number == self.current
        known = self._spans.get(key)
        if known is None or known[:2] != (sight, log):
            series = self._series[run.number]
            whole = series.span(figure, sight, log=log, raw=present)
            middle = (sight.left + min(series.end, sight.right)) / 2
            later = whole if present else series.span(figure, sight._replace(left=middle), log=log, raw=False)
            known = self._spans[key] = sight, log, whole, later
        return known[2:]

    def decades(self, sight: Sight) -> float:
        """Over how many powers of ten the losses reach that are in sight."""
        pairs = [self._series[run.number].extremes(sight) for run in self._losses]
        low = min((low for low, _ in pairs if low > 0), default=1.0)
        high = self.span("loss", sight, log=False).high
        return log10(high / low) if high > low else 0.0

    def strokes(self, figure: Figure, sight: Sight, theme: Theme) -> dict[str, Stroke]:
        """All lines of a figure, the last on top."""
        result: dict[str, Stroke] = {}
        for run in self._runs(figure):
            known = self._known.get((run.number, figure))
            if known is None or known[0] != sight:
                known = sight, self._of_run(run.number, figure, sight, theme)
                self._known[run.number, figure] = known
            result |= known[1]
        return result

    def _of_run(self, number: int, figure: Figure, sight: Sight, theme: Theme) -> dict[str, Stroke]:
        lines = self._series[number].lines(figure, sight)
        colour, dash = hue(number - 1, theme)
        present = number == self.current
        few = len(lines.test.x) * FULL_DOTS <= sight.columns
        broken = Qt.PenStyle.DashLine if few else Qt.PenStyle.SolidLine  # long dashed lines take long to draw
        test = Stroke(lines.test, paler(colour, theme), width=1.5, dash=broken, dots=True)
        mean = (
            Stroke(lines.smooth, colour, width=2.5) if present else Stroke(lines.smooth, colour, width=1.2, dash=dash)
        )
        raw = {f"{number} raw": Stroke(lines.raw, colour, RAW_ALPHA)} if present else {}
        return raw | {f"{number} mean": mean, f"{number} test": test}

    def legend(self, theme: Theme) -> tuple[Entry, ...]:
        """The present run first, then the others, the newest first."""
        entries: list[Entry] = []
        for run in reversed(self.runs):
            colour, dash = hue(run.number - 1, theme)
            if run.number == self.current:
                entries.append(Entry(f"{run.name}: mini-batches", colour))
                entries.append(Entry("test images", paler(colour, theme), Qt.PenStyle.DashLine, dotted=True))
            else:
                rest = f" ({origin_in_short(run)})" if run.set_aside else ""  # it came without being asked for
                entries.append(Entry(f"{run.name}{rest}", colour, dash, thin=True))
        return tuple(entries)


def roomy(end: float) -> float:
    """A number a little above ``end``, the same for many of them.

    >>> roomy(900.0), roomy(1020.0), roomy(1.0), roomy(0.0)
    (960.0, 1024.0, 1.125, 1.0)
    """
    if end <= 0:
        return 1.0
    grain: float = 2.0 ** floor(log2(end)) / 8
    return (floor(end / grain) + 1) * grain
