"""The lecture's examples as Labs, each with the lecture's numbers; their names are also those of the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..network import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d, NetworkSpec, ReLU
from ..weight_edit import same
from ..weights import Weights, initial
from .lab import NAME, Lab, Operation
from .source import Grid

Floats = NDArray[np.float32]
Rows = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Preset:
    """``title`` for a menu, ``about`` what there is to see, ``make`` a new Lab that knows the preset's name."""

    title: str
    about: str
    make: Callable[[], Lab]


def lab(name: str) -> Lab:
    """The Lab of a preset.

    >>> lab("signal").row.output_shape
    (1, 1, 3)

    Raises:
        InputError: there is no such preset.
    """
    if name not in PRESETS:
        raise InputError(f"the Lab has no example called {name!r}; take one of {', '.join(PRESETS)}")
    return PRESETS[name].make()


@cache
def _as_made(name: str) -> Lab:
    return lab(name)


def changed(shown: Lab) -> bool:
    """Whether input, operation or kernels are not those of the example any more that the Lab began with.

    >>> from dataclasses import replace
    >>> changed(lab("signal")), changed(replace(lab("signal"), flipped=True))
    (False, True)
    """
    return shown.preset in PRESETS and not all(_still(shown, _as_made(shown.preset)))


def left(shown: Lab) -> bool:
    """Whether nothing is of the example any more, neither input nor operation nor a kernel."""
    if shown.preset not in PRESETS:
        return True
    source, operation, kernels = _still(shown, _as_made(shown.preset))
    return not (source or operation or (kernels and shown.has_kernels))


def _still(shown: Lab, made: Lab) -> tuple[bool, bool, bool]:
    """Whether input, operation and kernels are those of the Lab as it was made."""
    assert isinstance(made.source, Grid)
    values = shown.source.values if isinstance(shown.source, Grid) else None
    source = values is made.source.values
    if values is not None and not source:
        source = np.array_equal(values, made.source.values, equal_nan=True)
    operation = (shown.layer, shown.flipped) == (made.layer, made.flipped)
    return source and shown.pose == made.pose, operation, same(shown.weights, made.weights)


def _lab(name: str, source: Grid, layer: Operation, kernels: Floats | None = None, *, flipped: bool = False) -> Lab:
    """``kernels`` (D, C / groups, h, w), or those that PyTorch could start with; biases are 0 then."""
    shape = (source.values.shape[0], source.values.shape[1], source.values.shape[2])
    weights = initial(NetworkSpec(NAME, shape, (layer,)))
    if kernels is not None:
        arrays = {"conv.weight": kernels}
        if "conv.bias" in weights:
            arrays["conv.bias"] = np.zeros(len(kernels), np.float32)
        weights = Weights(arrays)
    return Lab(source, shape, layer, weights, dims=1 if shape[1] == 1 else 2, flipped=flipped, preset=name)


def _signal(values: Sequence[float], name: str = "typed numbers") -> Grid:
    return Grid(np.array(values, np.float32)[None, None], name)


def _kernel(rows: Rows) -> Floats:
    """(1, 1, h, w)"""
    return np.array(rows, np.float32)[None, None]


# --- convolution in 1d ------------------------------------------------------------------------------------------


def _one_by_hand() -> Lab:
    layer = Conv2d("conv", 1, (1, 2), bias=False)
    return _lab("signal", _signal((1, 2, 3, 4)), layer, _kernel([[3, 2]]))


def _turned() -> Lab:
    layer = Conv2d("conv", 1, (1, 2), bias=False)
    return _lab("true-convolution", _signal((1, 2, 3, 4)), layer, _kernel([[3, 2]]), flipped=True)


def _differential() -> Lab:
    layer = Conv2d("conv", 1, (1, 2), bias=False)
    return _lab("differential", _signal((0, 0, 0, 0, 1, 2, 3, 4, 4, 4, 4)), layer, _kernel([[-1, 1]]))


WAVE = (-2, 1, 3, -1, 2, -3, 0)  # its mean is 0, so that a raised or flat part of a signal does not count
WAVE_AT = 21


def _find_in_signal() -> Lab:
    """The template stands once as it is, raised by 3, and once at half its size; a step and a ramp mislead nobody."""
    signal = np.zeros(44)
    signal[4:10] = 4
    signal[12:19] = np.array(WAVE) / 2
    signal[WAVE_AT - 1 : WAVE_AT + 8] = 3
    signal[WAVE_AT : WAVE_AT + 7] += WAVE
    signal[31:38] = np.arange(7)
    signal[38:] = 1
    layer = Conv2d("conv", 1, (1, 7), bias=False)
    return _lab("template-1d", _signal(signal.tolist(), "a signal with a template in it"), layer, _kernel([WAVE]))


# --- convolution in 2d ------------------------------------------------------------------------------------------

SCENE = (
    "....................",
    ".#####.........#....",
    ".#...#.........#....",
    ".#...#.......#####..",
    ".#...#.........#....",
    ".#####.........#....",
    "....................",
    "........#...#.......",
    "...#.....#.#.....###",
    "...##.....#......###",
    "...###...#.#.....###",
    "...####.#...#....###",
    "...#####............",
    "....................",
)
CROSS = slice(7, 12), slice(8, 13)


def _find_in_picture() -> Lab:
    """The template is the cross minus its mean: on ink that is 0 or 1 no place can score more than the cross itself."""
    scene = np.array([[cell == "#" for cell in line] for line in SCENE], np.float32)
    cross = scene[CROSS]
    layer = Conv2d("conv", 1, (5, 5), bias=False)
    kernel = (cross - cross.mean())[None, None]
    return _lab("template-2d", Grid(scene[None], "shapes"), layer, kernel)


def _strided() -> Lab:
    values = np.array(
        [[[1, 2, 0, 1, 3], [0, 1, 2, 3, 1], [2, 0, 1, 0, 2]], [[0, 1, 1, 2, 0], [3, 0, 1, 0, 1], [1, 2, 0, 1, 1]]]
    )
    kernel = np.array([[[0, 1, 0], [1, -2, 1], [0, 1, 0]], [[1, 0, -1], [2, 0, -2], [1, 0, -1]]], np.float32)
    layer = Conv2d("conv", 1, (3, 3), stride=(2, 2), padding=(2, 1), bias=False)
    return _lab("stride-padding", Grid(values), layer, kernel[None])


def _dilated() -> Lab:
    values = np.random.default_rng(0).normal(size=(1, 20, 30)).round(1).astype(np.float32)
    layer = Conv2d("conv", 1, (3, 3), dilation=(4, 4))
    return _lab("dilation", Grid(values, "normal noise"), layer, _kernel([[0, -1, 0], [-1, 4, -1], [0, -1, 0]]))


def _many_channels() -> Lab:
    values = np.random.default_rng(0).normal(size=(4, 10, 3)).round(1).astype(np.float32)
    return _lab("conv-4-5", Grid(values, "normal noise"), Conv2d("conv", 5, (2, 3)))


FILTERS = ("identity", "all ones", "horizontal difference", "vertical difference", "Laplacian")


def _five_filters() -> Lab:
    from ..kernels import preset

    kernels = np.stack([preset(name, (3, 3)) for name in FILTERS])[:, None]
    return _lab("five-filters", Grid(_digit(), "a digit"), Conv2d("conv", 5, (3, 3)), kernels)


def _digit() -> Floats:
    """(1, 28, 28): a handwritten 3, prepared as the digits of MNIST are."""
    from ..handwriting import Hand, digit
    from ..preparation import prepare
    from ..strokes import Canvas

    drawing = digit(3, np.random.default_rng(2), Hand(sloppiness=0.01, pen=20.0))
    return prepare(Canvas().ink(drawing)).result[None]


SEA, SAND, GRASS = (0.1, 0.3, 0.8), (0.9, 0.8, 0.5), (0.2, 0.7, 0.2)  # red, green, blue
LAND = (
    "~~~~~~~~~~~~",
    "~~~~~::~~~~~",
    "~~::::::~~~~",
    "~::^^^^::~~~",
    "~:^^^^^^::~~",
    "~::^^^^^::~~",
    "~~:::^^::~~~",
    "~~~~::::~~~~",
    "~~~~~~~~~~~~",
)


def _same_everywhere() -> Lab:
    """Three scores at every point, of the same weights: each is largest where its colour is."""
    colours = np.array([SEA, SAND, GRASS])
    picture = np.array([[colours["~:^".index(cell)] for cell in line] for line in LAND]).transpose(2, 0, 1)
    # |x − m|² is least where 2 m·x − |m|² is largest: the nearest mean as a linear classifier
    arrays = {"conv.weight": 2 * colours[:, :, None, None], "conv.bias": -(colours**2).sum(axis=1)}
    made = _lab("conv-1x1", Grid(picture, "an island in red, green and blue"), Conv2d("conv", 3, (1, 1)))
    return Lab(made.source, made.shape, made.layer, Weights(arrays), preset=made.preset)


def _enlarged() -> Lab:
    """By 2, linearly between the values: twice as large but for its rim, where zeros are met."""
    wedge = np.array([1, 3, 3, 1], np.float32) / 4
    values = np.array(
        [[0, 0, 1, 1, 0, 0], [0, 2, 0, 0, 2, 0], [1, 0, 3, 3, 0, 1], [1, 0, 3, 3, 0, 1], [0, 2, 0, 0, 2, 0]]
    )
    layer = ConvTranspose2d("conv", 1, (4, 4), stride=(2, 2), padding=(1, 1), bias=False)
    return _lab("transposed", Grid(values[None]), layer, np.outer(wedge, wedge).astype(np.float32)[None, None])


# --- pooling and ReLU -------------------------------------------------------------------------------------------

LINE = (1, 3, 2, 3, 0, -1, 1, 2, 2, 1)


def _largest_of_signal() -> Lab:
    return _lab("max-pool-1d", _signal(LINE), MaxPool2d("pool", (1, 2)))


def _mean_of_signal() -> Lab:
    return _lab("mean-pool-1d", _signal(LINE), AvgPool2d("pool", (1, 2)))


def _largest_of_picture() -> Lab:
    values = np.array([[1, 3, 2, 0, 1, 4], [2, 0, 5, 1, 0, 2], [0, 1, 1, 2, 6, 3], [4, 2, 0, 3, 1, 5]])
    return _lab("max-pool-2d", Grid(values[None]), MaxPool2d("pool", (2, 2)))


def _largest_of_pairs() -> Lab:
    values = np.array(
        [
            [[0, 2, 2, 0, 0, 2], [2, 2, 0, 1, 0, 2]],
            [[2, 1, 1, 0, 1, 2], [2, 2, 2, 1, 1, 0]],
        ]
    )
    return _lab("max-pool-1x2", Grid(values), MaxPool2d("pool", (1, 2)))


def _rectified() -> Lab:
    values = np.array([[0.8008, -0.2586, 0.5019, -0.2002, -0.7416], [0.0557, 0.6046, 0.0864, -0.5929, 1.2606]])
    return _lab("relu", Grid(values[None]), ReLU("relu"))


PRESETS: dict[str, Preset] = {
    "signal": Preset("(1, 2, 3, 4) ⊛ (3, 2)", "a convolution by hand, in 1d: (7, 12, 17)", _one_by_hand),
    "differential": Preset("Differential operator", "(−1, 1) answers to how much a signal rises", _differential),
    "template-1d": Preset("Template in a signal", "the score is largest where the template sits", _find_in_signal),
    "template-2d": Preset("Template in a picture", "the score is largest where the cross is", _find_in_picture),
    "stride-padding": Preset(
        "C×3×5, padding (2,1), stride (2,2)", "a kernel of C × 3 × 3 gives 3 × 3 values; here C = 2", _strided
    ),
    "dilation": Preset("Kernel 3, dilation 4, on 20×30", "the kernel spans 9, so 12 × 22 are left", _dilated),
    "conv-4-5": Preset(
        "Conv2d(4, 5, (2, 3))", "from 4 × 10 × 3 to 5 × 9 × 1: every kernel sees all channels", _many_channels
    ),
    "five-filters": Preset(
        "Five filters on a digit", "identity, all ones, two differences and the Laplacian, side by side", _five_filters
    ),
    "conv-1x1": Preset("1×1 convolution", "the same linear classifier at every point", _same_everywhere),
    "transposed": Preset(
        "Transposed convolution", "every value lays down its multiple of the kernel: twice the size", _enlarged
    ),
    "true-convolution": Preset(
        "True convolution", "(1, 2, 3, 4) with (3, 2) turned round, as mathematics has it: (8, 13, 18)", _turned
    ),
    "max-pool-1d": Preset("Max pooling in 1d", "the largest value of each cell of 2", _largest_of_signal),
    "mean-pool-1d": Preset("Average pooling in 1d", "the mean of each cell of 2", _mean_of_signal),
    "max-pool-2d": Preset("Max pooling in 2d", "the largest value of each cell of 2 × 2", _largest_of_picture),
    "max-pool-1x2": Preset("max_pool2d(x, (1, 2))", "cells of 1 × 2, each channel by itself", _largest_of_pairs),
    "relu": Preset("ReLU", "negative values become 0, the others stay", _rectified),
}
