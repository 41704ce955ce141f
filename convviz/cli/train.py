"""``convviz train``: training without the window, with the settings the shipped weights were made with."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, get_args

from ..spec import presets, weights
from ..spec.errors import InputError
from ..spec.network import NetworkSpec
from ..spec.training import Optimizer, Schedule, TrainingSettings

if TYPE_CHECKING:
    from ..core.data import Digits, Job, Split
    from ..core.training import Progress

_HELP = """
DATA is one or several of
  strokes[:N]  N digits that convviz writes itself, offline (default: strokes, 60,000)
  mnist        MNIST, downloaded once into your user data folder
  DIR          a folder that holds MNIST: DIR/MNIST/raw, DIR/raw or the files themselves, gzipped or not
Several are mixed: every image of each is seen once an epoch.

Ctrl-C ends the training; nothing is written then. The file is written at the end, all of it or nothing.
JSON: one object a line: {"event": "step", "step", "steps", "epoch", "loss"} now and then,
{"event": "epoch", …, "accuracy": {DATA: share}} after each epoch, and at the end
{"event": "done", "out", "accuracy", "settings"}.
"""
_EVERY = 100  # steps between two lines of JSON
_DEFAULTS = TrainingSettings()


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds this command's arguments."""
    parser.add_argument("--network", default="lecture", metavar="N", help="lecture, lenet5 or weights to go on from")
    parser.add_argument("--data", nargs="+", default=["strokes"], metavar="DATA", help="what to learn from, see below")
    parser.add_argument("--out", metavar="FILE", help="weights to write (default: N.safetensors in this folder)")
    parser.add_argument("--device", default="cpu", metavar="D", help="cpu (default), cuda, cuda:1 or mps")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line instead of a progress bar")
    for name, kind, text in (
        ("epochs", int, "times every image is seen"),
        ("seed", int, "of everything random"),
        ("batch", int, "images a step"),
        ("rate", float, "highest learning rate"),
        ("momentum", float, "of SGD, or Adam's first beta"),
        ("weight_decay", float, "pull of the weights towards 0"),
        ("smoothing", float, "share of the target spread over all classes"),
        ("average", float, "decay of the running mean of the weights, 0 for none"),
        ("augmentation", float, "how far images are bent, 0 for not at all"),
    ):
        default = getattr(_DEFAULTS, name)
        flag = "--" + name.replace("_", "-")
        parser.add_argument(flag, type=kind, default=default, metavar="X", help=f"{text} (default: {default:g})")
    parser.add_argument("--optimizer", choices=get_args(Optimizer), default=_DEFAULTS.optimizer, help="default: adamw")
    parser.add_argument("--schedule", choices=get_args(Schedule), default=_DEFAULTS.schedule, help="default: one-cycle")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _HELP


def run(args: argparse.Namespace) -> int:
    """Trains, shows how far it is, and writes the weights."""
    settings = TrainingSettings(**{name: getattr(args, name) for name in TrainingSettings.__dataclass_fields__})
    spec, start = _network(args.network)
    out = Path(args.out or f"{spec.name}.safetensors")
    _check_writable(out)
    show: _Show = _Lines() if args.json else _Bar()
    try:
        with closing(show):
            accuracy = _train(spec, start, settings, args, out, show)
    except KeyboardInterrupt:
        print("convviz: stopped; nothing was written", file=sys.stderr)
        return 130
    if args.json:
        done = {"event": "done", "out": str(out), "accuracy": accuracy, "settings": _plain(settings)}
        print(json.dumps(done), flush=True)
    else:
        print(
            f"{out}: "
            + ", ".join(f"{share:.2%} right of the test digits of {name}" for name, share in accuracy.items())
        )
    return 0


def _train(
    spec: NetworkSpec,
    start: weights.Weights | None,
    settings: TrainingSettings,
    args: argparse.Namespace,
    out: Path,
    show: _Show,
) -> dict[str, float]:
    from ..core.data import load, together
    from ..core.device import choose
    from ..core.training import train

    device, why = choose(args.device)
    if why:
        print(f"convviz: {why}", file=sys.stderr)
    splits = {source: _loaded(load(source, settings.seed), show) for source in dict.fromkeys(args.data)}
    tests: dict[str, Digits] = {}
    for source, split in splits.items():
        tests[source if split.name in tests else split.name] = split.test
    digits = together(split.train for split in splits.values())
    job = train(spec, digits, settings, tests, start, device, slice_images=None)
    accuracy: dict[str, float] = {}
    with closing(job):
        while True:
            try:
                progress = next(job)
            except StopIteration as stop:
                weights.save(out, spec, stop.value, {"convviz.training": json.dumps(_plain(settings))})
                return accuracy
            if progress is None:
                continue
            accuracy = dict(progress.accuracy or accuracy)
            show.trained(progress)


def _loaded(job: Job[Split], show: _Show) -> Split:
    from ..core.data import finish

    return finish(job, lambda loading: show.loaded(*loading))


def _network(name: str) -> tuple[NetworkSpec, weights.Weights | None]:
    if name in presets.NETWORKS or not Path(name).exists():
        return presets.network(name), None
    spec, start = weights.load(Path(name))
    if spec is None:
        raise InputError(f"{name} holds weights but no network; give a file that convviz has written")
    return spec, start


def _check_writable(out: Path) -> None:
    """A training of an hour must not end in "no permission"."""
    if out.is_dir():
        raise InputError(f"{out} is a folder; give --out a file name")
    try:
        with tempfile.TemporaryFile(dir=out.parent):
            pass
    except OSError as error:
        raise InputError(f"cannot write to the folder {out.parent}: {error.strerror}; choose another --out") from None
    if out.exists() and not os.access(out, os.W_OK):
        raise InputError(f"{out} is write-protected; choose another --out")


def _plain(settings: TrainingSettings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in TrainingSettings.__dataclass_fields__}


# --- showing how far it is -------------------------------------------------------------------------------------


class _Show(Protocol):
    """Something that shows progress."""

    def loaded(self, what: str, done: int, total: int) -> None:
        """While data is loaded."""

    def trained(self, progress: Progress) -> None:
        """After each advance of the training."""

    def close(self) -> None:
        """At the end, however it comes."""


class _Lines:
    """JSON, one object a line."""

    def loaded(self, what: str, done: int, total: int) -> None:
        """Loading says nothing."""

    def trained(self, progress: Progress) -> None:
        """Every hundredth step, and every epoch."""
        ended = progress.accuracy is not None
        if not ended and (progress.phase == "test" or progress.step % _EVERY):
            return
        line: dict[str, Any] = {"event": "epoch" if ended else "step", "step": progress.step, "steps": progress.steps}
        line |= {"epoch": progress.epoch + 1, "loss": round(progress.loss, 6)}
        if progress.accuracy is not None:
            line["accuracy"] = dict(progress.accuracy)
        print(json.dumps(line), flush=True)

    def close(self) -> None:
        """Nothing is left open."""


class _Bar:
    """A bar a phase on stderr, and a line an epoch."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._what = ""

    def loaded(self, what: str, done: int, total: int) -> None:
        """One bar for each thing that is loaded."""
        self._show(what, done, total)

    def trained(self, progress: Progress) -> None:
        """One bar for the whole training."""
        self._show("training", progress.step, progress.steps)
        if progress.accuracy is not None:
            shares = "  ".join(f"{name} {share:.2%}" for name, share in progress.accuracy.items())
            self._bar.write(f"epoch {progress.epoch + 1:3}  loss {progress.loss:.4f}  {shares}", file=sys.stderr)

    def close(self) -> None:
        """Leaves the last state of the bar on screen."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _show(self, what: str, done: int, total: int) -> None:
        from tqdm import tqdm

        if what != self._what:
            self.close()
            self._bar, self._what = tqdm(total=total or None, desc=what, file=sys.stderr, unit=""), what
        self._bar.update(done - self._bar.n)
