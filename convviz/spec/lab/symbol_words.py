"""What the letters of the size formula stand for, in words."""

from __future__ import annotations

from ..geometry import LayerGeometry
from ..network import ConvTranspose2d
from .formula import Piece, pieces
from .lab import Dims

UNITS = {(0, 2): "row", (1, 2): "column", (1, 1): "sample"}
SIDES = "above and below", "left and right"
NAMES = "height", "width"
LAST = "at the bottom", "at the right"
WAYS = "down", "right"
KINDS = dict(zip("HpdhsoWqewtu", ("size", "padding", "dilation", "kernel", "stride", "more") * 2, strict=True))
KINDS |= {"out": "output", "out_w": "output"}


def meaning(row: LayerGeometry, symbol: str, dims: Dims = 2) -> str:
    """A symbol of :func:`convviz.spec.lab.formula.pieces`, with its number; "" for one that is not in the formula.

    >>> from convviz.spec.geometry import describe
    >>> from convviz.spec.network import Conv2d, NetworkSpec
    >>> (row,) = describe(NetworkSpec("", (1, 3, 5), (Conv2d("conv", 1, (3, 3), (2, 2), (2, 1)),)))
    >>> meaning(row, "p"), meaning(row, "t")
    ('p: padding above and below, 2 rows each', 't: stride, the window moves right by 2 columns')
    """
    axis = 0 if symbol in ("H", "p", "d", "h", "s", "o", "out") else 1
    found = next((piece for piece in pieces(row, axis, dims) if symbol and piece.symbol == symbol), None)
    if found is None or (axis, dims) not in UNITS:
        return ""
    return f"{found.text}: {_said(found, axis, UNITS[axis, dims], transposed=isinstance(row.layer, ConvTranspose2d))}"


def _said(piece: Piece, axis: int, unit: str, *, transposed: bool) -> str:
    counted = f"{piece.number} {unit}" if piece.number == "1" else f"{piece.number} {unit}s"
    match KINDS[piece.symbol]:
        case "size" | "output" | "kernel" as part:
            of = {"size": "input", "output": "output", "kernel": "kernel"}[part]
            return f"{NAMES[axis]} of the {of}, {counted}"
        case "padding" if transposed:
            return f"padding, {counted} cut off {SIDES[axis]}"
        case "padding":
            return f"padding {SIDES[axis]}, {counted} each"
        case "dilation":
            return f"dilation, the kernel's {unit}s are laid {counted} apart"
        case "stride" if transposed:
            return f"stride, the input's {unit}s are laid {counted} apart"
        case "stride":
            return f"stride, the window moves {WAYS[axis]} by {counted}"
    return f"output padding, {counted} more {LAST[axis]}"
