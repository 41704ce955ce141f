"""``convviz render``: an example of the Lab as a figure or an animation for slides, without a window."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..spec.errors import InputError
from ..spec.lab.presets import PRESETS, lab
from ..spec.lab.trial import Trial, perform
from ..spec.network import times

if TYPE_CHECKING:
    from PySide6.QtGui import QGuiApplication

    from ..ui.lab.export.page import Look

_HELP = """
PRESET is one of the lecture's examples, see --list. OUT ends in .png (twice SIZE pixels) or .svg for a figure, or in
.gif for an animation of all positions of the window.

A figure shows the finished output; with --position the window where it computes the N-th value, counted from 1 in
reading order, and the output as far as it is then. The last frame of an animation is the figure of the last position.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds this command's arguments."""
    parser.add_argument("preset", metavar="PRESET", nargs="?", help="an example of the Lab by name")
    parser.add_argument("out", metavar="OUT", nargs="?", help="the file to write: .png, .svg or .gif")
    parser.add_argument("--list", action="store_true", help="print the names of the examples and what they are")
    parser.add_argument("--theme", choices=("dark", "light"), default="dark", help="the look (default: dark)")
    parser.add_argument("--size", nargs=2, type=int, metavar=("W", "H"), help="in pixels (default: 960 540)")
    parser.add_argument("--fps", type=float, metavar="N", help="frames a second of an animation (default: 4)")
    parser.add_argument("--position", type=int, metavar="N", help="the position a figure shows")
    parser.epilog = _HELP


def run(args: argparse.Namespace) -> int:
    """Writes the file and says what is in it, or prints the names."""
    if args.list:
        wide = max(map(len, PRESETS))
        print("\n".join(f"{name:<{wide}}  {preset.title}: {preset.about}" for name, preset in PRESETS.items()))
        return 0
    if args.preset is None or args.out is None:
        raise InputError("render needs an example and a file, as in: convviz render signal slide.svg (see --list)")
    trial = perform(lab(args.preset))
    application = _application()
    print(f"{args.out}: {_write(args, trial)}")
    del application  # it had to live until here
    return 0


def _application() -> QGuiApplication:
    """Qt needs one for fonts; it opens no window and asks for no screen."""
    try:
        from PySide6.QtWidgets import QApplication
    except ImportError as error:  # a library that Qt loads and does not bring along
        raise InputError(f"Qt cannot be loaded ({error}); convviz doctor says what is missing") from None
    found = QApplication.instance()
    if found is not None:
        return found  # type: ignore[return-value]
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return QApplication(["convviz"])


def _write(args: argparse.Namespace, trial: Trial) -> str:
    """Returns what was written, as part of a sentence."""
    from ..ui.lab.export.figure import ANIMATIONS, RATIO, ending, moment, save_figure

    path, animation = Path(args.out), ending(Path(args.out)) in ANIMATIONS
    if not path.parent.is_dir():
        raise InputError(f"cannot write {path}: there is no folder {path.parent}; make it, or choose another place")
    if animation and args.position is not None:
        raise InputError("an animation shows all positions; leave --position away, or give a .png or .svg file")
    if not animation and args.fps is not None:
        raise InputError("a figure does not move; leave --fps away, or give a .gif file")
    look = _look(args)
    if animation:
        _animate(path, trial, look, 4.0 if args.fps is None else args.fps)
        frames = f"{trial.positions:,} frames" if trial.positions > 1 else "a frame"
        return f"an animation of {frames}, {times(look.size)} pixels"
    save_figure(path, moment(trial, args.position), look)
    which = "the finished output" if args.position is None else f"position {args.position} of {trial.positions:,}"
    if ending(path) == ".svg":
        return f"a drawing of {which}, {times(look.size)}"
    return f"a picture of {which}, {times((RATIO * look.size[0], RATIO * look.size[1]))} pixels"


def _look(args: argparse.Namespace) -> Look:
    from ..ui.lab.export.page import Look
    from ..ui.look.theme import DARK, LIGHT

    theme = LIGHT if args.theme == "light" else DARK
    return Look(theme, (args.size[0], args.size[1])) if args.size else Look(theme)


def _animate(path: Path, trial: Trial, look: Look, fps: float) -> None:
    from tqdm import tqdm

    from ..ui.lab.export.animation import save_animation

    shown = sys.stderr is not None and sys.stderr.isatty()
    with tqdm(total=trial.positions, unit="frame", disable=not shown, leave=False) as bar:
        for _ in save_animation(path, trial, look, fps):
            bar.update()
