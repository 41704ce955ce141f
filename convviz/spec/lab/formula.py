"""The formula of an output's size in pieces, each of which knows the symbol it stands for and its number."""

from __future__ import annotations

from dataclasses import dataclass

from ..geometry import LayerGeometry, drops_last, window
from ..network import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d
from .lab import Dims

_HEIGHT = {"size": "H", "padding": "p", "dilation": "d", "kernel": "h", "stride": "s", "more": "o", "out": "out"}
_WIDTH = {"size": "W", "padding": "q", "dilation": "e", "kernel": "w", "stride": "t", "more": "u", "out": "out_w"}
_SIGNAL = {**_WIDTH, "padding": "p", "dilation": "d", "stride": "s", "more": "o"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a formula: its ``text`` in letters, and in numbers. Joined, either is the formula.

    ``symbol`` is what the stretch stands for, "" for signs and constants. Of the height these are H, p (padding),
    d (dilation), h (kernel), s (stride), o (output padding) and out; of the width W, q, e, w, t, u and out_w.
    """

    text: str
    symbol: str
    number: str


def pieces(row: LayerGeometry, axis: int, dims: Dims = 2) -> tuple[Piece, ...]:
    """The formula of the output's height (axis 0) or width (1), up to " = " and the output as the last two pieces.

    Pooling that rounds up drops a last window that would begin beyond the input and its left padding: "+ 1 − 1".
    A signal (``dims`` 1) has only a width. Its symbols are those of the width, but its letters are the plain ones.

    >>> from convviz.spec.geometry import describe
    >>> from convviz.spec.network import NetworkSpec
    >>> (row,) = describe(NetworkSpec("", (1, 3, 5), (Conv2d("conv", 1, (3, 3), (2, 2), (2, 1)),)))
    >>> "".join(piece.text for piece in pieces(row, 0))
    '⌊(H + 2p − d(h − 1) − 1)/s⌋ + 1 = H′'
    >>> "".join(piece.number for piece in pieces(row, 1))
    '⌊(5 + 2·1 − 1·(3 − 1) − 1)/2⌋ + 1 = 3'
    >>> [(piece.symbol, piece.number) for piece in pieces(row, 1) if piece.symbol]
    [('W', '5'), ('q', '1'), ('e', '1'), ('w', '3'), ('t', '2'), ('out_w', '3')]
    """
    symbols = _WIDTH if axis else _HEIGHT
    written = _Written(row, axis, symbols, _SIGNAL if dims == 1 else symbols)
    match row.layer:
        case Conv2d() | MaxPool2d() | AvgPool2d():
            found = _sliding(row, axis, written)
        case ConvTranspose2d():
            found = _transposed(written)
        case _:
            found = (written.of("size"),)
    return (*found, _sign(" = "), written.of("out"))


def size_formula(row: LayerGeometry, axis: int, dims: Dims = 2) -> str:
    """In letters, with the numbers put in, and what comes out.

    >>> from convviz.spec.geometry import describe
    >>> from convviz.spec.network import NetworkSpec
    >>> (row,) = describe(NetworkSpec("", (1, 28, 28), (Conv2d("conv", 1, (3, 3)),)))
    >>> size_formula(row, 0)
    '⌊(H + 2p − d(h − 1) − 1)/s⌋ + 1 = ⌊(28 + 2·0 − 1·(3 − 1) − 1)/1⌋ + 1 = 26'
    """
    found = pieces(row, axis, dims)
    letters, numbers = "".join(p.text for p in found[:-2]), "".join(p.number for p in found)
    return f"{letters} = {numbers if len(found) > 3 else found[-1].number}"  # where H = H′ once is enough


@dataclass(frozen=True, slots=True)
class _Written:
    """The quantities of one axis as pieces."""

    row: LayerGeometry
    axis: int
    symbols: dict[str, str]
    letters: dict[str, str]

    def of(self, name: str) -> Piece:
        letter = f"{self.letters['size']}′" if name == "out" else self.letters[name]
        return Piece(letter, self.symbols[name], str(self._number(name)))

    def _number(self, name: str) -> int:
        layer, axis = self.row.layer, self.axis
        match name:
            case "size":
                return self.row.input_shape[1 + axis]
            case "out":
                return self.row.output_shape[1 + axis]
            case "more":
                assert isinstance(layer, ConvTranspose2d)
                return layer.output_padding[axis]
        if isinstance(layer, ConvTranspose2d):
            settings = layer.kernel, layer.stride, layer.padding, layer.dilation
        else:
            found = window(layer)
            assert found is not None
            settings = found
        return settings[("kernel", "stride", "padding", "dilation").index(name)][axis]


def _sliding(row: LayerGeometry, axis: int, written: _Written) -> tuple[Piece, ...]:
    layer = row.layer
    settings = window(layer)
    assert settings is not None
    ceil = isinstance(layer, MaxPool2d | AvgPool2d) and layer.ceil_mode
    left, right = "⌈⌉" if ceil else "⌊⌋"
    fewer = " − 1" if ceil and drops_last(row.input_shape[1 + axis], *(pair[axis] for pair in settings)) else ""
    head = (_sign(f"{left}("), written.of("size"), _sign(" + 2", " + 2·"), written.of("padding"), _sign(" − "))
    tail = (_sign(")/"), written.of("stride"), _sign(f"{right} + 1{fewer}"))
    if isinstance(layer, AvgPool2d):  # has no dilation
        return (*head, written.of("kernel"), *tail)
    return (*head, *_span(written), _sign(" − 1"), *tail)


def _transposed(written: _Written) -> tuple[Piece, ...]:
    return (
        *(_sign("("), written.of("size"), _sign(" − 1)", " − 1)·"), written.of("stride")),
        *(_sign(" − 2", " − 2·"), written.of("padding"), _sign(" + ")),
        *(*_span(written), _sign(" + "), written.of("more"), _sign(" + 1")),
    )


def _span(written: _Written) -> tuple[Piece, ...]:
    return written.of("dilation"), _sign("(", "·("), written.of("kernel"), _sign(" − 1)")


def _sign(text: str, number: str = "") -> Piece:
    return Piece(text, "", number or text)
