"""How far a training is: a progress bar, or lines of JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections import deque
from collections.abc import Mapping
from math import isfinite
from time import perf_counter
from typing import Any, Protocol

from ...spec.training.news import Epoch, Stepped

LOADING_S = 0.5  # between two lines about the same thing
HELD_S = 0.1  # that a line may wait for others where every step has one: whoever reads them need not wake for each


def show_for(args: argparse.Namespace) -> Show:
    """As the arguments ask for."""
    if args.json:
        return Lines(args.every)
    return Nothing() if sys.stderr is None else Bar()  # a closed stderr, as with 2>&-


class Show(Protocol):
    """Something that shows progress."""

    def loaded(self, what: str, done: int, total: int) -> None:
        """While data is loaded."""

    def notes(self, texts: tuple[str, ...]) -> None:
        """What the user should know."""

    def stepped(self, news: Stepped) -> None:
        """After each step."""

    def epoch(self, news: Epoch, accuracy: Mapping[str, float]) -> None:
        """After each epoch; ``accuracy`` by source."""

    def diverged(self, why: str) -> None:
        """Where that is the end; people are told anyway."""

    def close(self) -> None:
        """At the end, however it comes."""


class Nothing:
    """What all but the first of several processes show, and one that has nowhere to show it."""

    def loaded(self, what: str, done: int, total: int) -> None: ...

    def notes(self, texts: tuple[str, ...]) -> None: ...

    def stepped(self, news: Stepped) -> None: ...

    def epoch(self, news: Epoch, accuracy: Mapping[str, float]) -> None: ...

    def diverged(self, why: str) -> None: ...

    def close(self) -> None: ...


class Lines:
    """JSON, one object a line; notes go to stderr."""

    def __init__(self, every: int = 100) -> None:
        self._every, self._speed = every, _Speed()
        self._held: list[str] = []
        self._written_at = 0.0
        self._last: Stepped | None = None
        self._what, self._said_at = "", 0.0

    def loaded(self, what: str, done: int, total: int) -> None:
        """Now and then, and where something else begins."""
        now = perf_counter()
        if what != self._what or now - self._said_at >= LOADING_S:
            self._what, self._said_at = what, now
            self._line({"event": "loading", "what": what, "done": done, "total": total})

    def notes(self, texts: tuple[str, ...]) -> None:
        for text in texts:
            print(f"convviz: {text}", file=sys.stderr)

    def stepped(self, news: Stepped) -> None:
        """Every hundredth, or as it was asked for, and the last one."""
        self._speed.add(news.images)
        self._last = news
        if news.step % self._every == 0 or news.step == news.steps:
            line = _figures("step", news.step, news.steps, int(-(-news.epoch // 1)), news.loss, self._of_step(news))
            self._line(line, hold=self._every == 1 and perf_counter() - self._written_at < HELD_S)

    def epoch(self, news: Epoch, accuracy: Mapping[str, float]) -> None:
        last = self._last
        more = {
            "accuracy": dict(accuracy),
            "train_loss": _rounded(news.train_loss),
            "train_accuracy": _rounded(news.train_accuracy),
            "test_loss": _rounded(news.test_loss),
        }
        loss, steps = (last.loss, last.steps) if last is not None else (news.train_loss, news.step)
        more |= self._of_step(last) if last is not None else {}
        self._line(_figures("epoch", news.step, steps, news.number, loss, more))
        self._speed.pause()

    def diverged(self, why: str) -> None:
        self._line({"event": "diverged", "why": why})

    def close(self) -> None:
        """Nothing is left unsaid."""
        self._write()

    def _line(self, values: Mapping[str, Any], hold: bool = False) -> None:
        self._held.append(json.dumps(values) + "\n")
        if not hold:
            self._write()

    def _write(self) -> None:
        """In one piece: other processes may write too."""
        if self._held:
            text, self._held = "".join(self._held), []
            self._written_at = perf_counter()
            sys.stdout.write(text)
            sys.stdout.flush()

    def _of_step(self, news: Stepped) -> dict[str, Any]:
        return {
            "batch_accuracy": _rounded(news.accuracy),
            "rate": news.rate,
            "images_per_s": round(self._speed.images_per_s, 1),
        }


class Bar:
    """A bar a phase on stderr, and a line an epoch."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._what = ""
        self._speed = _Speed()

    def loaded(self, what: str, done: int, total: int) -> None:
        """One bar for each thing that is loaded."""
        self._show(what, done, total)

    def notes(self, texts: tuple[str, ...]) -> None:
        for text in texts:
            self._write(f"convviz: {text}")

    def stepped(self, news: Stepped) -> None:
        """One bar for the whole training."""
        self._speed.add(news.images)
        self._show("training", news.step, news.steps)
        self._bar.set_postfix_str(f"loss {news.loss:.4f}, {self._speed.images_per_s:,.0f} images/s", refresh=False)

    def epoch(self, news: Epoch, accuracy: Mapping[str, float]) -> None:
        shares = "  ".join(f"{name} {share:.2%}" for name, share in accuracy.items())
        self._write(f"epoch {news.number:3}  loss {news.train_loss:.4f}  {shares}")
        self._speed.pause()

    def diverged(self, why: str) -> None: ...

    def close(self) -> None:
        """Leaves the last state of the bar on screen."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _write(self, text: str) -> None:
        if self._bar is not None:
            self._bar.write(text, file=sys.stderr)
        else:
            print(text, file=sys.stderr)

    def _show(self, what: str, done: int, total: int) -> None:
        from tqdm import tqdm

        if what != self._what:
            self.close()
            self._bar, self._what = tqdm(total=total or None, desc=what, file=sys.stderr, unit=""), what
        self._bar.update(done - self._bar.n)


class _Speed:
    """Images a second of the last hundred steps; measuring on the test images is not counted."""

    def __init__(self) -> None:
        self._steps: deque[tuple[int, float]] = deque(maxlen=100)
        self._since = perf_counter()

    @property
    def images_per_s(self) -> float:
        seconds = sum(step[1] for step in self._steps)
        return sum(step[0] for step in self._steps) / seconds if seconds > 0 else 0.0

    def add(self, images: int) -> None:
        now = perf_counter()
        self._steps.append((images, now - self._since))
        self._since = now

    def pause(self) -> None:
        self._since = perf_counter()


def _figures(event: str, step: int, steps: int, epoch: int, loss: float, more: Mapping[str, Any]) -> dict[str, Any]:
    return {"event": event, "step": step, "steps": steps, "epoch": epoch, "loss": _rounded(loss), **more}


def _rounded(value: float) -> float | None:
    """JSON has no NaN, and no ∞."""
    return round(value, 6) if isfinite(value) else None
