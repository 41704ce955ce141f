"""``convviz train``: training without the window, in one process or, started by torchrun, in several."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from threading import current_thread, main_thread
from types import FrameType
from typing import TYPE_CHECKING

from ...spec import weights
from ...spec.errors import InputError
from ...spec.training.news import Epoch, Note, Stepped
from .data import load_all
from .keeping import Keeping, keep
from .lifeline import end_with_stdin
from .options import Wanted, configure, wanted
from .show import Nothing, Show, show_for

if TYPE_CHECKING:
    from ...core.distributed import Share

__all__ = ["configure", "run"]


class _Terminated(KeyboardInterrupt):
    """SIGTERM: ends as Ctrl-C does, with another exit code."""


@dataclass(slots=True)
class _Outcome:
    """What there is so far: the accuracy of each set, in words what was written, and whether a step was made."""

    accuracy: dict[str, float] = field(default_factory=dict)
    kept: str = "nothing was written"
    moved: bool = False


def run(args: argparse.Namespace) -> int:
    """Trains, shows how far it is, and writes the weights."""
    if args.until_eof:
        end_with_stdin()
    if "WORLD_SIZE" not in os.environ:
        return _ended(args, wanted(args), None)
    from ...core.distributed import AgreedError, Share, joined
    from ...core.training import DivergedError

    share = Share.of()
    try:
        device = share.device(args.device)
    except InputError:  # the same for all processes of this machine
        if share.local_rank == 0:
            raise
        return 2
    try:
        with joined(share, device):
            with share.agreeing():
                goal = wanted(args)
            return _ended(args, goal, share)
    except (AgreedError, DivergedError):
        if share.first:
            raise
        return 2  # the first one says it
    except InputError as error:
        if share.first:
            raise
        raise InputError(f"{share.name}: {error}") from None


def _ended(args: argparse.Namespace, goal: Wanted, share: Share | None) -> int:
    from ...core.training import DivergedError

    first = share is None or share.first
    show: Show = show_for(args) if first else Nothing()
    outcome = _Outcome()
    try:
        with _sigterm(), closing(show):
            _train(goal, args, show, share, outcome)
    except KeyboardInterrupt as stopped:
        if first:
            print(f"convviz: stopped; {outcome.kept}", file=sys.stderr)
        return 143 if isinstance(stopped, _Terminated) else 130
    except DivergedError as error:
        show.diverged(str(error))
        raise
    if first:
        _say_done(args, goal, outcome)
    return 0


def _train(goal: Wanted, args: argparse.Namespace, show: Show, share: Share | None, outcome: _Outcome) -> None:
    """The training itself; ``outcome`` is up to date after each epoch, and whenever something is kept."""
    from ...core.distributed import Share
    from ...core.steering import Steering
    from ...core.training import train

    share = share or Share()
    device = _device(args.device, share)
    _use_threads(args.threads, share)
    sources = load_all(goal, show, share)
    show.notes(sources.split.notes)
    goal = sources.fitted(goal)
    steering = Steering(goal.frozen)
    keeping = Keeping(goal, steering) if share.first else None
    with closing(train(goal.network, sources.split, goal.settings, goal.start, device, steering, share)) as job:
        while True:
            try:
                news = next(job)
            except StopIteration as stop:
                learnt: weights.Weights = stop.value
                break
            if isinstance(news, Stepped):
                outcome.moved = True
                show.stepped(news)
                if keeping is not None:
                    outcome.kept = keeping.stepped(news, show) or outcome.kept
            elif isinstance(news, Note):
                show.notes((news.text,))
            elif isinstance(news, Epoch):
                outcome.accuracy = sources.accuracy(news)
                show.epoch(news, outcome.accuracy)
                if goal.checkpoint is not None:
                    with share.agreeing():
                        if share.first:
                            keep(goal, goal.checkpoint, news.checkpoint)
                    outcome.kept = f"go on after epoch {news.number} with --resume {goal.checkpoint}"
    with share.agreeing():
        if share.first:
            weights.save(goal.out, goal.network, learnt, {"convviz.training": json.dumps(asdict(goal.settings))})


def _device(asked: str, share: Share) -> str:
    """Where to compute; one process alone may use the CPU instead, of several each must have what was asked for."""
    from ...core.device import choose

    device, why = choose(share.device(asked))
    with share.agreeing():
        if why and not share.alone:
            raise InputError(why.replace("; the CPU is used instead", "; give --device cpu"))
    if why:
        print(f"convviz: {why}", file=sys.stderr)
    return device


def _use_threads(threads: int | None, share: Share) -> None:
    import torch

    if threads is None and not share.alone:  # torchrun allows each process one
        threads = max(1, (os.cpu_count() or 1) // share.local_world)
    if threads is not None:
        torch.set_num_threads(threads)


def _say_done(args: argparse.Namespace, goal: Wanted, outcome: _Outcome) -> None:
    accuracy = outcome.accuracy
    if args.json:
        done = {"event": "done", "out": str(goal.out), "accuracy": accuracy, "settings": asdict(goal.settings)}
        print(json.dumps(done), flush=True)
    elif not outcome.moved:
        epochs = goal.settings.epochs
        print(f"{goal.out}: nothing was left to learn, all {epochs} epochs are done; a larger --epochs goes on")
    else:
        shares = (f"{share:.2%} right of the test images of {name}" for name, share in accuracy.items())
        print(f"{goal.out}: {', '.join(shares) or 'no test images'}")


@contextmanager
def _sigterm() -> Iterator[None]:
    """SIGTERM ends a training as Ctrl-C does: nothing is left half-written, and other processes hear of it."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise _Terminated

    if current_thread() is not main_thread():  # only there can signals be handled
        yield
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
