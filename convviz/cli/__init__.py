"""``convviz``: opens the window, or runs one of the commands without one.

A mistake of the user ends in one line on stderr and exit code 2; nothing is printed before everything is known.
"""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from .. import __version__
from ..spec.errors import InputError

COMMANDS = {
    "predict": "classes and probabilities for pictures and drawings",
    "describe": "the layer table of a network",
    "filter": "one kernel over a picture at its full size",
    "train": "train a network without the window",
    "render": "an example of the Lab as a figure or an animation",
    "doctor": "versions, devices, what is wrong and what to do about it",
}


class Parser(argparse.ArgumentParser):
    """argparse, with its errors as every other one: one sentence, no usage lines."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message} (see {self.prog} --help)")


def main(argv: list[str] | None = None) -> int:
    """Runs the command line and returns its exit code: 0 well, 1 needs attention, 2 a mistake in the input."""
    arguments = sys.argv[1:] if argv is None else argv
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that knows no "×" must not end in a traceback
    try:
        code = _run(arguments)
        if sys.stdout is not None:  # as under pythonw, or with the stream closed
            sys.stdout.flush()
        return code
    except (InputError, OSError, MemoryError, RuntimeError) as error:
        if isinstance(error, BrokenPipeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left has no reader
            return 141
        text = _sentence(error)
        if text is None:
            raise
        text = text.encode("utf-8", "replace").decode()  # a file's name may hold bytes that are no text
        print(f"convviz: error: {' '.join(text.split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130


def _sentence(error: BaseException) -> str | None:
    """What to tell the user; None for an error that is ours."""
    if isinstance(error, InputError):
        return str(error)
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename is not None else ""
        return f"{where}{error.strerror or error}"
    if isinstance(error, MemoryError) or "allocate memory" in str(error) or "out of memory" in str(error):
        return "there is not enough memory for this; take fewer or smaller inputs"
    return None


def _run(arguments: list[str]) -> int:
    if arguments and arguments[0] in COMMANDS:
        name = arguments[0]
        module = import_module(f".{name}", __name__)
        parser = Parser(
            prog=f"convviz {name}",
            description=COMMANDS[name][0].upper() + COMMANDS[name][1:] + ".",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        module.configure(parser)
        return _exit_of(lambda: module.run(parser.parse_args(arguments[1:])))
    return _exit_of(lambda: _open(arguments))


def _exit_of(run: Callable[[], int]) -> int:
    try:
        return run()
    except SystemExit as exit_:  # --help and --version
        return exit_.code if isinstance(exit_.code, int) else 0


def _open(arguments: list[str]) -> int:
    _refuse_misspelt(arguments)
    file = _window_parser().parse_args(arguments).file
    if file is not None and not Path(file).exists():
        raise InputError(
            f"there is no file {file!r}; give a picture, a .convviz or a .safetensors file (see convviz --help)"
        )
    if sys.platform == "win32":
        import_module("torch")  # there its libraries do not load once Qt's are (pytorch#166628)
    from ..ui.app import open_window

    return open_window(Path(file) if file is not None else None)


def _refuse_misspelt(arguments: list[str]) -> None:
    if not arguments or arguments[0].startswith("-") or Path(arguments[0]).exists():
        return
    near = difflib.get_close_matches(arguments[0], COMMANDS, n=1)
    if near:
        raise InputError(f"there is no file or command {arguments[0]!r}; did you mean 'convviz {near[0]}'?")


def _window_parser() -> Parser:
    commands = "\n".join(f"  {name:<10} {text}" for name, text in COMMANDS.items())
    parser = Parser(
        prog="convviz",
        usage="convviz [FILE]\n       convviz COMMAND …",
        description="See convolutional networks work, live, on what you draw.",
        epilog=f"commands (each has its own --help):\n{commands}\n\n"
        "A file called like a command is opened by its path: convviz ./predict",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "file",
        nargs="?",
        metavar="FILE",
        help="an experiment (.convviz), a picture, drawings (.json), a sound (.wav) or weights (.safetensors) to open",
    )
    parser.add_argument("--version", action="version", version=f"convviz {__version__}")
    return parser
