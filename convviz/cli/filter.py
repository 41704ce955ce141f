"""``convviz filter``: one kernel over a picture at its full size, by the code of the Lab."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import Any, cast, get_args

import numpy as np

from ..spec.errors import InputError
from ..spec.kernels import PRESETS, Floats, preset
from ..spec.lab.in_words import in_words
from ..spec.lab.lab import Lab
from ..spec.lab.result_file import HOWS, RANGED, How, check_channels, check_result_path, save_result
from ..spec.lab.source import Channel, FromPhoto
from ..spec.network import Conv2d, PaddingMode, Pair, times
from ..spec.photo import load_photo
from ..spec.weights import Weights

_CHANNELS: tuple[Channel, ...] = ("grey", "rgb", "red", "green", "blue")
_MODES: tuple[PaddingMode, ...] = get_args(PaddingMode)
_LARGEST = 64  # cells of a kernel along an axis, as in the Lab
_FURTHEST = 10**9  # pixels of a stride, padding or dilation: torch counts with 64 bits
_SEED = 0  # of the kernel "random": the same command gives the same file
_LISTED = ", ".join(name.replace(" ", "-").lower() for name in PRESETS)
_HELP = f"""
NAME is one of: {_LISTED}.
Large letters, _ and spaces do as well. --size makes it larger than 3 × 3 (or smaller).
JSON is a kernel row by row: "[[0, -1, 0], [-1, 4, -1], [0, -1, 0]]".

The kernel lies on the picture as it is written, as in the lecture and in PyTorch (a correlation); --convolution turns
it by 180° first. The picture is upright, at its full size, its values are 0 … 1. With --channel rgb each colour is
filtered by itself.

OUT ends in .npy or .tif (the values as they are, 32-bit floats; a TIFF has a page for each channel) or in .png, where
--values says how a value is shown:
{chr(10).join(f"  {how:<8} {about}" for how, about in HOWS.items())}
Signed colours span 99.5 % of the |values|, as on screen, and those beyond are as strong; with an offset nothing is cut
off. --range chooses what either spans.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds this command's arguments."""
    parser.add_argument("picture", metavar="IN", help="a picture (PNG, JPEG, TIFF, …) of up to 200 megapixels")
    parser.add_argument("out", metavar="OUT", help="where the result goes: .png, .tif or .npy")
    parser.add_argument("--kernel", required=True, metavar="NAME|JSON", help="a kernel by its name, or its cells")
    two: dict[str, Any] = {"nargs": 2, "type": int, "metavar": ("H", "W")}
    parser.add_argument("--size", **two, help="height and width of a named kernel (default: 3 3)")
    parser.add_argument("--stride", **two, default=(1, 1), help="default: 1 1")
    parser.add_argument("--padding", **two, default=(0, 0), help="rows and columns around (default: 0 0)")
    parser.add_argument(
        "--padding-mode", choices=_MODES, default="zeros", help="what the padding holds (default: zeros)"
    )
    parser.add_argument("--dilation", **two, default=(1, 1), help="default: 1 1")
    parser.add_argument("--channel", choices=_CHANNELS, default="grey", help="default: grey")
    parser.add_argument("--convolution", action="store_true", help="turn the kernel by 180°: a true convolution")
    parser.add_argument("--values", choices=tuple(HOWS), default="clip", help="how a PNG shows them (default: clip)")
    parser.add_argument("--range", type=float, metavar="R", help="signed or offset values span −R to R")
    parser.add_argument("--theme", choices=("dark", "light"), default="dark", help="of signed colours (default: dark)")
    parser.epilog = _HELP


def run(args: argparse.Namespace) -> int:
    """Filters the picture and says what was written."""
    out = Path(args.out)
    _check_place(out)
    for name in ("stride", "padding", "dilation"):
        if max(getattr(args, name)) > _FURTHEST:
            raise InputError(f"--{name} is too large; give at most {_FURTHEST:,}")
    kernel = kernel_of(args.kernel, tuple(args.size) if args.size else None)
    if out.exists() and Path(args.picture).exists() and out.samefile(args.picture):
        raise InputError(f"{out} is the picture itself; give the result another name")
    _check_range(args.range, args.values)
    values = _filtered(_lab(args, kernel))  # nobody holds the photo any longer
    says = save_result(out, values, cast(How, args.values), extreme=args.range, dark=args.theme == "dark")
    print(f"{out}: {times(values.shape)}, {says}")
    return 0


def _check_place(out: Path) -> None:
    """Whether a result can be written there: known before the work, not after it.

    Raises:
        InputError: it cannot.
    """
    check_result_path(out)
    if not out.parent.is_dir():
        raise InputError(f"cannot write {out}: there is no folder {out.parent}; make it, or choose another place")
    if out.is_dir() or not os.access(out.parent, os.W_OK):
        raise InputError(f"cannot write {out}; choose another place")


def _check_range(most: float | None, how: str) -> None:
    if most is None:
        return
    if not 1e-30 <= most <= 1e30:
        raise InputError(f"--range {most:g}: give a number above 0, such as 0.5")
    if how not in RANGED:
        raise InputError(f"--values {how} has a range of its own; leave --range away, or give --values signed")


def kernel_of(text: str, size: Pair | None = None) -> Floats:
    """A kernel (h, w) by its name, or from JSON.

    Raises:
        InputError: neither, or a size that does not suit it.

    >>> kernel_of("sobel-horizontal").tolist()
    [[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]
    >>> kernel_of("[[3, 2]]").shape
    (1, 2)
    """
    if text.lstrip().startswith("["):
        if size is not None:
            raise InputError("--size is for kernels with a name; a kernel in JSON has the size it is written with")
        return _from_json(text)
    names = {_plain(name): name for name in PRESETS}
    if _plain(text) not in names:
        raise InputError(f"there is no kernel called {text[:60]!r}; take one of {_LISTED}, or give its cells as JSON")
    size = size or (3, 3)
    if not all(1 <= n <= _LARGEST for n in size):
        raise InputError(f"--size {size[0]} {size[1]}: a kernel has 1 to {_LARGEST} rows and columns")
    return preset(names[_plain(text)], size, np.random.default_rng(_SEED))


def _plain(name: str) -> str:
    return " ".join(name.replace("-", " ").replace("_", " ").casefold().split())


def _from_json(text: str) -> Floats:
    example = "give it row by row, such as [[0, -1, 0], [-1, 4, -1], [0, -1, 0]]"
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        raise InputError(f"the kernel {text[:60]!r} is not JSON; {example}") from None
    if not rows or not all(isinstance(row, list) and row for row in rows):
        raise InputError(f"the kernel has no rows of cells; {example}")
    if len({len(row) for row in rows}) > 1:
        counts = " and ".join(str(n) for n in sorted({len(row) for row in rows})[:2])
        raise InputError(f"the rows of the kernel have {counts} cells; {example}")
    if max(len(rows), len(rows[0])) > _LARGEST:
        raise InputError(f"a kernel has 1 to {_LARGEST} rows and columns, not {len(rows)} × {len(rows[0])}")
    for cell in (cell for row in rows for cell in row):
        if isinstance(cell, bool) or not isinstance(cell, int | float) or not _is_float32(cell):
            raise InputError(f"the kernel's cell {str(cell)[:40]!r} is not a number that a cell can hold; {example}")
    return np.array(rows, np.float32)


def _is_float32(cell: float) -> bool:
    try:
        return isfinite(cell) and abs(cell) <= float(np.finfo(np.float32).max)
    except OverflowError:  # a whole number of hundreds of digits
        return False


def lab_of(
    source: FromPhoto,
    kernel: Floats,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    dilation: Pair = (1, 1),
    flipped: bool = False,
    padding_mode: PaddingMode = "zeros",
) -> Lab:
    """The Lab with that photo under that kernel (h, w), which filters each of its channels by itself.

    Raises:
        InputError: the settings do not fit the photo.
    """
    channels = source.shape[0]
    size = (kernel.shape[0], kernel.shape[1])
    weights = Weights({"conv.weight": np.repeat(kernel[None, None], channels, axis=0)})
    try:
        layer = Conv2d("conv", channels, size, stride, padding, dilation, channels, False, padding_mode)
        lab = Lab(source, source.shape, layer, weights, flipped=flipped)
        _ = lab.row  # raises
    except InputError as error:
        raise InputError(in_words(str(error))) from None
    return lab


def _lab(args: argparse.Namespace, kernel: Floats) -> Lab:
    source = _source(Path(args.picture), args.channel)
    check_channels(Path(args.out), source.shape[0], cast(How, args.values))
    pairs = tuple(args.stride), tuple(args.padding), tuple(args.dilation)
    return lab_of(source, kernel, *pairs, args.convolution, args.padding_mode)


# --- with a bar for what takes longer -------------------------------------------------------------------------


def _source(path: Path, channel: Channel) -> FromPhoto:
    with _bar("reading", 1.0, "{l_bar}{bar}| {elapsed}") as show:
        return FromPhoto(load_photo(path, str(path), show), channel)


def _filtered(lab: Lab) -> Floats:
    from ..core.device import use_threads_beside_a_window
    from ..core.filtering import strips

    use_threads_beside_a_window()  # small steps wait for the slowest thread, so for one whose core is busy
    job = strips(lab)
    with _bar("filtering", lab.row.output_shape[1], "{l_bar}{bar}| {n_fmt}/{total_fmt} rows, {remaining} left") as show:
        while True:
            try:
                show(next(job).done)
            except StopIteration as end:
                return cast(Floats, end.value)


@contextmanager
def _bar(what: str, total: float, how: str) -> Iterator[Callable[[float], None]]:
    """A bar on a terminal, and only for what takes longer than half a second; called with how much is done."""
    from tqdm import tqdm

    bar = tqdm(total=total, desc=what, bar_format=how, file=sys.stderr, disable=None, delay=0.5, leave=False)

    def show(done: float) -> None:
        bar.update(done - bar.n)

    with bar:
        yield show
