"""Input rows and columns that no output of a sliding layer reads: left over by the stride, or skipped by the window."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from .arithmetic.taps import PADDING, REMEMBERED, taps, taps_at
from .geometry import LayerGeometry, window
from .network import ConvTranspose2d

Lines = tuple[int, ...]  # their indices, in order


@lru_cache(maxsize=64)  # asked whenever a stage is painted
def unused(row: LayerGeometry) -> tuple[Lines, Lines]:
    """The input rows and the input columns that no output reads; none for a layer that slides no window.

    PyTorch rounds the output's size down, so a stride may leave a border; a stride beyond the kernel leaves gaps
    between the windows, a dilation holes inside them. The padding of a transposed convolution cuts away what values
    near the border make.

    >>> from convviz.spec.geometry import describe
    >>> from convviz.spec.network import MaxPool2d, NetworkSpec
    >>> (pool,) = describe(NetworkSpec("pool", (1, 28, 29), (MaxPool2d("pool", (3, 3)),)))
    >>> unused(pool)
    ((27,), (27, 28))
    """
    if window(row.layer) is None and not isinstance(row.layer, ConvTranspose2d):
        return (), ()
    rows, columns = _axis(row, 0), _axis(row, 1)
    _, height, width = row.input_shape
    if len(rows) == height or len(columns) == width:  # every tap falls beside the input
        return tuple(range(height)), tuple(range(width))
    return rows, columns


def sentence(row: LayerGeometry, *, signal: bool = False) -> str:
    """What is not used and why, in one sentence; "" where everything is. A ``signal`` has samples, no columns.

    >>> from convviz.spec.geometry import describe
    >>> from convviz.spec.presets import lecture
    >>> sentence(describe(lecture())[0])
    ''
    >>> from convviz.spec.network import MaxPool2d, NetworkSpec
    >>> sentence(describe(NetworkSpec("pool", (1, 28, 29), (MaxPool2d("pool", (3, 3)),)))[0])
    'the last 1 row and 2 columns of its input are not used: the stride leaves them over'
    """
    rows, columns = unused(row)
    if signal:
        rows = ()
    if isinstance(row.layer, ConvTranspose2d):
        counts = len(rows), len(columns)
        if not any(counts):
            return ""
        cut = f"the padding cuts away what {_them(*counts)} would make"
        return f"{_counted(*counts, signal)} of its input {_are(*counts)} not used: {cut}"
    if window(row.layer) is None:
        return ""
    (left_rows, gap_rows), (left_columns, gap_columns) = (
        _split(row, axis, lines) for axis, lines in enumerate((rows, columns))
    )
    parts = []
    if left_rows or left_columns:
        it = _them(left_rows, left_columns)
        counted = _counted(left_rows, left_columns, signal)
        over = f"the last {counted} of its input {_are(left_rows, left_columns)} not used"
        parts.append(f"{over}: the stride leaves {it} over")
    if gap_rows or gap_columns:
        counted = _counted(gap_rows, gap_columns, signal)
        gaps = f"{counted} of its input {_are(gap_rows, gap_columns)} not used"
        parts.append(f"{gaps}: {_cause(row, gap_rows, gap_columns)}")
    return "; ".join(parts)


def _axis(row: LayerGeometry, axis: int) -> Lines:
    read = np.zeros(row.input_shape[1 + axis] + 1, np.bool_)  # and one more, where PADDING points to
    assert PADDING == -1
    outputs = row.output_shape[1 + axis]
    if outputs <= REMEMBERED:
        read[taps(row, axis)] = True
    else:
        for start in range(0, outputs, REMEMBERED):
            read[taps_at(row, axis, np.arange(start, min(start + REMEMBERED, outputs)))] = True
    return tuple(np.flatnonzero(~read[:-1]).tolist())


def _split(row: LayerGeometry, axis: int, lines: Lines) -> tuple[int, int]:
    """How many lie at the end, behind the last window, and how many elsewhere."""
    settings = window(row.layer)
    assert settings is not None
    kernel, stride, padding, dilation = (pair[axis] for pair in settings)
    size = row.input_shape[1 + axis]
    end = (row.output_shape[1 + axis] - 1) * stride - padding + (kernel - 1) * dilation + 1
    border = 0
    while border < len(lines) and lines[-1 - border] == size - 1 - border >= end:
        border += 1
    return border, len(lines) - border


def _cause(row: LayerGeometry, rows: int, columns: int) -> str:
    settings = window(row.layer)
    assert settings is not None
    kernel, stride, _, dilation = settings
    axes = [axis for axis, count in enumerate((rows, columns)) if count]
    if any(stride[a] > 1 + (kernel[a] - 1) * dilation[a] for a in axes):
        return f"the stride is larger than {'the kernel' if max(dilation) == 1 else 'what the kernel spans'}"
    if any(dilation[a] > 1 for a in axes):
        return f"the dilation skips {_them(rows, columns)}"
    return f"the stride leaves {_them(rows, columns)} over"


def _counted(rows: int, columns: int, signal: bool) -> str:
    words = ((rows, "row"), (columns, "sample" if signal else "column"))
    texts = [f"{n} {word}{'s' if n > 1 else ''}" for n, word in words if n]
    return " and ".join(texts)


def _are(rows: int, columns: int) -> str:
    return "is" if rows + columns == 1 else "are"


def _them(rows: int, columns: int) -> str:
    return "it" if rows + columns == 1 else "them"
