"""Named kernels of any size, and what can be done to a kernel as a whole.

A kernel is correlated with its input, as the lecture and PyTorch do it: it lies on the picture as it is written here
and is not flipped. So ``horizontal difference`` answers positively where the picture gets brighter to the right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import exp, lgamma, log, sqrt

import numpy as np
from numpy.typing import NDArray

from .cells import LIMIT
from .errors import InputError

Floats = NDArray[np.float32]
Size = tuple[int, int]
NEARLY_ZERO = 1e-6  # of the sum of magnitudes: a sum this small is rounding, dividing by it is noise


@dataclass(frozen=True, slots=True)
class Preset:
    """``about`` says what the kernel does, ``least`` is the smallest (h, w) where it makes sense."""

    about: str
    make: Callable[[Size, np.random.Generator], NDArray[np.float64]]
    least: Size = (1, 1)


def preset(name: str, size: Size, rng: np.random.Generator | None = None) -> Floats:
    """The named kernel, (h, w) = ``size``. Larger ones are grown, or hold the smallest one around their centre.

    >>> preset("Laplacian", (3, 3)).tolist()
    [[0.0, -1.0, 0.0], [-1.0, 4.0, -1.0], [0.0, -1.0, 0.0]]

    Raises:
        InputError: there is no such preset, or the size is too small for it.
    """
    if name not in PRESETS:
        raise InputError(f"there is no preset called {name!r}; take one of {', '.join(PRESETS)}")
    chosen = PRESETS[name]
    if not _fits(size, chosen):
        raise InputError(
            f"{name} needs a kernel of at least {chosen.least[0]} × {chosen.least[1]}; this one is "
            f"{size[0]} × {size[1]}, so make the kernel larger first"
        )
    return chosen.make(size, rng or np.random.default_rng()).astype(np.float32)


def name_of(kernel: Floats) -> str:
    """Which of :data:`PRESETS` a kernel (h, w) is, to the last bit; "" if none. Slices (C, h, w) all have to be it.

    >>> name_of(np.array([[0, 1]], np.float32)), name_of(preset("Laplacian", (3, 3))), name_of(np.eye(2))
    ('', 'Laplacian', '')
    """
    slices = np.asarray(kernel, np.float32).reshape(-1, *kernel.shape[-2:])
    names = {_name_of(part.shape, part.tobytes()) for part in slices + np.float32(0)}  # -0 is 0
    return names.pop() if len(names) == 1 else ""


@lru_cache(maxsize=256)
def _name_of(size: Size, values: bytes) -> str:
    """The first of the names, as a kernel of one cell has several."""
    kernel = np.frombuffer(values, np.float32).reshape(size)
    fitting = (name for name, chosen in PRESETS.items() if chosen.make is not _random and _fits(size, chosen))
    return next((name for name in fitting if np.array_equal(preset(name, size), kernel)), "")


def _fits(size: Size, chosen: Preset) -> bool:
    return size[0] >= chosen.least[0] and size[1] >= chosen.least[1]


# --- the presets ----------------------------------------------------------------------------------------------


def _centred(core: list[list[float]], size: Size) -> NDArray[np.float64]:
    """``core`` around the centre of a kernel of zeros; of an even size the centre is the place before the middle."""
    values = np.array(core, np.float64)
    result = np.zeros(size)
    top, left = (size[0] - values.shape[0]) // 2, (size[1] - values.shape[1]) // 2
    result[top : top + values.shape[0], left : left + values.shape[1]] = values
    return result


def _fixed(core: list[list[float]]) -> Callable[[Size, np.random.Generator], NDArray[np.float64]]:
    return lambda size, _: _centred(core, size)


def _binomial(size: Size, _: np.random.Generator) -> NDArray[np.float64]:
    rows, columns = (np.array([exp(_log_share(n - 1, k)) for k in range(n)]) for n in size)
    return np.outer(rows, columns)


def _log_share(n: int, k: int) -> float:
    """Of "n choose k" / 2ⁿ; the numbers themselves would be hundreds of digits long in a wide row."""
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) - n * log(2)


def _horizontal(size: Size, _: np.random.Generator) -> NDArray[np.float64]:
    step = [-1.0, 1.0] if size[1] == 2 else [-1.0, 0.0, 1.0]
    return _centred([step] * min(size[0], 3), size)


def _vertical(size: Size, rng: np.random.Generator) -> NDArray[np.float64]:
    return _horizontal((size[1], size[0]), rng).T


def _random(size: Size, rng: np.random.Generator) -> NDArray[np.float64]:
    bound = 1.0 / sqrt(size[0] * size[1])  # as PyTorch starts a layer with one input channel
    return rng.uniform(-bound, bound, size)


_SOBEL = [[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]
_SOBEL_ACROSS = [[-1.0, -2.0, -1.0], [0.0, 0.0, 0.0], [1.0, 2.0, 1.0]]
_LAPLACIAN = [[0.0, -1.0, 0.0], [-1.0, 4.0, -1.0], [0.0, -1.0, 0.0]]  # with the lecture's signs
_SHARPEN = [[0.0, -1.0, 0.0], [-1.0, 5.0, -1.0], [0.0, -1.0, 0.0]]
_EMBOSS = [[-2.0, -1.0, 0.0], [-1.0, 1.0, 1.0], [0.0, 1.0, 2.0]]

PRESETS: dict[str, Preset] = {
    "identity": Preset("passes the map on unchanged", _fixed([[1.0]])),
    "all ones": Preset("adds up everything under the kernel", lambda size, _: np.ones(size)),
    "box": Preset("the mean of everything under the kernel", lambda size, _: np.full(size, 1.0 / (size[0] * size[1]))),
    "Gaussian": Preset("a weighted mean, strongest at the centre: blurs", _binomial),
    "horizontal difference": Preset("right minus left: answers to vertical edges", _horizontal, (1, 2)),
    "vertical difference": Preset("below minus above: answers to horizontal edges", _vertical, (2, 1)),
    "Sobel horizontal": Preset("right minus left, smoothed along the edge", _fixed(_SOBEL), (3, 3)),
    "Sobel vertical": Preset("below minus above, smoothed along the edge", _fixed(_SOBEL_ACROSS), (3, 3)),
    "Laplacian": Preset("the centre minus its neighbours: edges in any direction", _fixed(_LAPLACIAN), (3, 3)),
    "sharpen": Preset("the map plus its Laplacian", _fixed(_SHARPEN), (3, 3)),
    "emboss": Preset("light from the top left, as on a relief", _fixed(_EMBOSS), (3, 3)),
    "random": Preset("uniform numbers around 0, as an untrained layer has them", _random),
    "zero": Preset("answers to nothing", lambda size, _: np.zeros(size)),
}


# --- operations on (h, w) or (S, h, w) --------------------------------------------------------------------------


def rotated(values: Floats) -> Floats:
    """A quarter turn clockwise.

    Raises:
        InputError: the kernel is not square.
    """
    if values.shape[-2] != values.shape[-1]:
        raise InputError(
            f"a kernel of {values.shape[-2]} × {values.shape[-1]} cannot be rotated by 90°; rotate it by 180° instead"
        )
    return np.rot90(values, -1, axes=(-2, -1)).copy()


def rotated_half(values: Floats) -> Floats:
    """Half a turn: what makes a correlation of a convolution."""
    return values[..., ::-1, ::-1].copy()


def flipped_horizontally(values: Floats) -> Floats:
    """Left and right exchanged."""
    return values[..., ::-1].copy()


def flipped_vertically(values: Floats) -> Floats:
    """Top and bottom exchanged."""
    return values[..., ::-1, :].copy()


def negated(values: Floats) -> Floats:
    """Every sign the other one; zeros stay plain zeros."""
    return np.float32(0) - values


def scaled(values: Floats, factor: float) -> Floats:
    """All values times ``factor``.

    Raises:
        InputError: a value would leave what a cell can hold.
    """
    return _within_limits(values.astype(np.float64) * factor, values)


def normalised(values: Floats, to: int) -> Floats:
    """Each slice with the sum 0 (its mean subtracted) or 1 (divided by its sum).

    >>> normalised(np.array([[1.0, 3.0]], np.float32), 1).tolist()
    [[0.25, 0.75]]

    Raises:
        InputError: there are values that are not finite, or the sum is 0 and should be 1.
    """
    if not np.isfinite(values).all():
        raise InputError("the kernel has values that are NaN or infinite; set those cells first")
    exact = values.astype(np.float64)
    if to == 0:
        return _within_limits(exact - exact.mean(axis=(-2, -1), keepdims=True), values)
    sums = exact.sum(axis=(-2, -1), keepdims=True)
    sizes = np.abs(exact).sum(axis=(-2, -1), keepdims=True)
    nothing = np.flatnonzero(np.abs(sums) <= NEARLY_ZERO * sizes)
    if nothing.size:
        which = f"slice {nothing[0]}" if values.ndim == 3 and len(values) > 1 else "the kernel"
        raise InputError(f"the values of {which} sum to 0, so no factor makes that 1; change a cell first")
    return _within_limits(exact / sums, values)


def _within_limits(values: NDArray[np.float64], before: Floats) -> Floats:
    finite = np.abs(values[np.isfinite(before)])
    if finite.max(initial=0.0) > max(LIMIT, np.abs(before[np.isfinite(before)]).max(initial=0.0)):
        raise InputError(f"a value would pass {LIMIT:,.0f}, the largest a cell takes; scale the kernel down instead")
    return values.astype(np.float32)
