"""The options of ``convviz train``, and what is wanted with them."""

from __future__ import annotations

import argparse
import os
import tempfile
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import get_args

from ...spec import presets, weights
from ...spec.channels import Channel
from ...spec.errors import InputError
from ...spec.network import NetworkSpec
from ...spec.training import Loss, Optimizer, Schedule, TrainingSettings, checkpoint_file
from ...spec.training.checkpoint import Checkpoint
from ...spec.training.freezing import frozen_of
from ...spec.training.source import DataSource

_HELP = """
DATA is one or several of
  digits       digits that come with convviz, offline (default)
  strokes[:N]  N digits that convviz writes anew, offline (60,000 without N)
  mnist, fashion-mnist, kmnist, cifar10   downloaded once into your user data folder
  mnist:DIR, fashion-mnist:DIR, kmnist:DIR, cifar10:DIR   from a folder that holds it already
  pictures:DIR a folder of pictures in sub-folders, one a class
  DIR          a folder that holds one of these sets (as torchvision keeps it, or the files themselves), or pictures:
               which of them is found out
Several are mixed: every image of each is seen once an epoch.

A network that begins at random gets as many outputs as the data has classes, which is said; weights that it begins
with (--begin, or --network FILE) must have them.

--freeze names layers that are left as they are, as conv1,conv2, or single kernels of them, as conv1:0,conv1:3.

Ctrl-C ends the training. FILE of --out is written at the end, all of it or nothing; a training that is stopped, or
whose loss is no longer a number, writes nothing there. With --checkpoint FILE what is learnt is kept every few seconds
and after each epoch, and --resume FILE goes on from there as if nothing had happened; settings given beside it, and
layers to freeze, replace the old ones.

JSON: one object a line: {"event": "loading", "what", "done", "total"} while data is loaded, {"event": "step", "step",
"steps", "epoch", "loss", "batch_accuracy", "rate", "images_per_s"} now and then, {"event": "epoch", …, "accuracy":
{DATA: share}, "train_loss", "train_accuracy", "test_loss"} after each epoch, and at the end {"event": "done", "out",
"accuracy", "settings"}, or {"event": "diverged", "why"} where the loss is no longer a number. A number that is not
finite is null.

In several processes, with one GPU each or on the CPU; --batch is what all of them learn from in a step:
  torchrun --standalone --nproc-per-node 2 -m convviz train --data mnist
On each of several machines, of which one is HOST:
  torchrun --nnodes 2 --nproc-per-node 4 --rdzv-backend c10d --rdzv-endpoint HOST:29500 -m convviz train …
"""
_DEFAULTS = TrainingSettings()
_NUMBERS = (
    ("epochs", int, "times every image is seen"),
    ("seed", int, "of everything random but the digits that are written"),
    ("batch", int, "images a step"),
    ("rate", float, "highest learning rate"),
    ("momentum", float, "of SGD, or Adam's first beta"),
    ("weight_decay", float, "pull of the weights towards 0"),
    ("smoothing", float, "share of the target spread over all classes"),
    ("average", float, "decay of the running mean of the weights, 0 for none"),
    ("augmentation", float, "how far images are bent, 0 for not at all"),
    ("dropout", float, "share of the inputs of fully connected layers set to 0"),
    ("target", float, "end after the epoch whose test accuracy reaches this, 0 for never"),
)
_CHOICES = (("optimizer", get_args(Optimizer)), ("schedule", get_args(Schedule)), ("loss", get_args(Loss)))


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What is to be trained, on what, and where it goes. ``start`` is None for random weights."""

    network: NetworkSpec
    start: weights.Weights | Checkpoint | None
    settings: TrainingSettings
    data: tuple[str, ...]
    out: Path
    checkpoint: Path | None
    frozen: frozenset[Channel] = frozenset()

    @property
    def sources(self) -> dict[str, DataSource]:
        """By their texts.

        Raises:
            InputError: there is no such data, or it is only known to the window.
        """
        found = {text: DataSource.parse(text) for text in dict.fromkeys(self.data)}
        if any(source.kind == "handwriting" for source in found.values()):
            raise InputError("your handwriting is kept in the window's experiments; train on it there")
        return found


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds this command's arguments."""
    parser.add_argument("--network", metavar="N", help="lecture (default), lenet5 or weights to go on from")
    parser.add_argument("--begin", metavar="FILE", help="weights to begin with, instead of random ones")
    parser.add_argument("--resume", metavar="FILE", help="a checkpoint to go on from, with its network and settings")
    parser.add_argument("--data", nargs="+", metavar="DATA", help="what to learn from, see below (default: digits)")
    parser.add_argument("--freeze", metavar="LAYERS", help="layers to leave as they are: conv1,conv2")
    parser.add_argument("--out", metavar="FILE", help="weights to write (default: N.safetensors in this folder)")
    parser.add_argument("--checkpoint", metavar="FILE", help="where the training is kept meanwhile")
    parser.add_argument("--device", default="cpu", metavar="D", help="cpu (default), cuda, cuda:1 or mps")
    parser.add_argument("--threads", type=_threads, metavar="X", help="of the CPU (default: all; shared by processes)")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line instead of a progress bar")
    parser.add_argument(
        "--every", type=_positive, default=100, metavar="X", help="steps from line to line of JSON (100)"
    )
    parser.add_argument("--until-eof", action="store_true", help=argparse.SUPPRESS)  # ends when its stdin is closed
    unset = argparse.SUPPRESS  # so that it can be told what was given
    for name, kind, text in _NUMBERS:
        said = f"{text} (default: {getattr(_DEFAULTS, name):g})"
        parser.add_argument(_flag(name), type=kind, default=unset, metavar="X", help=said)
    for name, choices in _CHOICES:
        said = f"default: {getattr(_DEFAULTS, name)}"
        parser.add_argument(_flag(name), choices=choices, default=unset, help=said)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _HELP


def wanted(args: argparse.Namespace) -> Wanted:
    """What the arguments ask for; everything that can be known before a training begins is checked.

    Raises:
        InputError: they contradict each other, or name what is not there.
    """
    given = {field.name: getattr(args, field.name) for field in fields(TrainingSettings) if hasattr(args, field.name)}
    start: weights.Weights | Checkpoint | None
    if args.resume is not None:
        if args.network is not None or args.begin is not None:
            raise InputError("a checkpoint has its own network and weights; leave out --network and --begin")
        network, start, data, frozen = checkpoint_file.load(Path(args.resume))
        settings = replace(start.settings, **given)
    else:
        settings, data, frozen = TrainingSettings(**given), ("digits",), frozenset()
        network, start = _network(args.network or "lecture", args.begin)
    if args.freeze is not None:
        frozen = frozen_of(args.freeze, network)
    out, checkpoint = _files(args, network.name)
    found = Wanted(network, start, settings, tuple(args.data or data), out, checkpoint, frozen)
    found.sources  # noqa: B018 - refuses what is not there
    return found


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is below 1")
    return value


def _threads(text: str) -> int:
    """With very many of them torch brings the process down."""
    value, most = _positive(text), max(4 * (os.cpu_count() or 1), 64)
    if value > most:
        raise argparse.ArgumentTypeError(f"{value} is above {most}, and this machine has {os.cpu_count()} cores")
    return value


def _network(name: str, begin: str | None) -> tuple[NetworkSpec, weights.Weights | None]:
    start: weights.Weights | None = None
    if name in presets.NETWORKS or not Path(name).exists():
        spec = presets.network(name)
    else:
        found, start = weights.load(Path(name))
        if found is None:
            raise InputError(f"{name} holds weights but no network; give a file that convviz has written")
        spec = found
    if begin is not None:
        _, start = weights.load(Path(begin))
        weights.check(spec, start)
    return spec, start


def _files(args: argparse.Namespace, name: str) -> tuple[Path, Path | None]:
    """Where the weights go, and the checkpoints: to a file of their own each, which can be written."""
    for text, option in ((args.out, "--out"), (args.checkpoint, "--checkpoint")):
        if text is not None and not text.strip():
            raise InputError(f"{option} is empty; give it a file name or leave it out")
    out = Path(args.out or f"{name}.safetensors")
    checkpoint = None if args.checkpoint is None else Path(args.checkpoint)
    for path, option in ((out, "--out"), (checkpoint, "--checkpoint")):
        if path is not None:
            _check_writable(path, option)
    for other, option in ((args.checkpoint, "--checkpoint"), (args.resume, "--resume")):
        if other is not None and Path(other).resolve() == out.resolve():
            raise InputError(f"the weights would overwrite the file of {option}; give --out another name")
    return out, checkpoint


def _check_writable(out: Path, option: str) -> None:
    """A training of an hour must not end in "no permission"."""
    if out.is_dir():
        raise InputError(f"{out} is a folder; give {option} a file name")
    if out.exists() and not out.is_file():
        raise InputError(f"{out} is a device, no file; give {option} a file name")
    try:
        with tempfile.TemporaryFile(dir=out.parent):
            pass
    except OSError as error:
        raise InputError(
            f"cannot write to the folder {out.parent}: {error.strerror}; choose another {option}"
        ) from None
    if out.exists() and not os.access(out, os.W_OK):
        raise InputError(f"{out} is write-protected; choose another {option}")
