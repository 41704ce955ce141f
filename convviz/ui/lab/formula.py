"""How large the output is: the formula in letters and in numbers, whose symbols say what they mean."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...spec.geometry import LayerGeometry
from ...spec.lab.formula import Piece, pieces, size_formula
from ...spec.lab.lab import Dims
from ...spec.lab.symbol_words import meaning
from ...spec.network import ReLU
from ..look.theme import VALUE_PX, font, theme_of

LINE_PX = 20
SMALLEST_PX = 9
AXES = {0: "height", 1: "width"}
SAME = "as its input: one value for one value"


@dataclass(frozen=True, slots=True)
class _Word:
    """A stretch of a line; ``symbol`` is "" where it means nothing to be shown."""

    text: str
    symbol: str
    dim: bool
    rect: QRectF


class SizeFormula(QWidget):
    """A line an axis. Emits the symbol that the mouse is over, or that Left and Right have reached; "" for none."""

    symbol_pointed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("size formula")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # it stands on a card; that need not repaint
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._parts: tuple[tuple[str, tuple[Piece, ...]], ...] = ()
        self._lines: tuple[tuple[_Word, ...], ...] = ()
        self._letters_px = VALUE_PX
        self._symbol = ""
        self._row: LayerGeometry | None = None
        self._dims: Dims = 2
        self.setFixedHeight(2 * LINE_PX)

    def show_row(self, row: LayerGeometry, dims: Dims = 2) -> None:
        """The formula of this operation; never emits."""
        self._row, self._dims = row, dims
        if isinstance(row.layer, ReLU):
            self._parts = (("size", (Piece(SAME, "", ""),)),)
            self.setAccessibleName(f"size of the output: {SAME}")
        else:
            axes = (1,) if dims == 1 else (0, 1)
            self._parts = tuple((AXES[axis], pieces(row, axis, dims)) for axis in axes)
            texts = [f"{AXES[axis]} {size_formula(row, axis, dims)}" for axis in axes]
            self.setAccessibleName(f"size of the output: {'; '.join(texts)}")
        self._place()
        if self._symbol not in {word.symbol for line in self._lines for word in line}:
            self._symbol = ""
        self.update()

    def _place(self) -> None:
        """In letters so large that the answer is not cut off."""
        for self._letters_px in range(VALUE_PX, SMALLEST_PX - 1, -1):
            metrics = QFontMetricsF(font(self._letters_px))
            self._lines = tuple(_placed(*part, n, metrics) for n, part in enumerate(self._parts))
            if all(line[-1].rect.right() <= self.width() - 2 for line in self._lines):
                break

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    @property
    def symbol(self) -> str:
        """What is pointed at."""
        return self._symbol

    @property
    def texts(self) -> list[str]:
        """What is written, a line each."""
        return ["".join(word.text for word in line) for line in self._lines]

    def rect_of(self, symbol: str, occurrence: int = 0) -> QRectF:
        """Where a symbol stands; its number is the last occurrence."""
        found = [word.rect for line in self._lines for word in line if word.symbol == symbol]
        return found[occurrence]

    def sizeHint(self) -> QSize:
        return QSize(560, 2 * LINE_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme.card))
            painter.setFont(font(self._letters_px))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for word in (word for line in self._lines for word in line):
                if word.symbol and word.symbol == self._symbol:
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(QColor(theme.accent))
                    painter.drawRoundedRect(word.rect.adjusted(-2, 2, 2, -2), 3, 3)
                    painter.setPen(QColor(theme.on_accent))
                else:
                    painter.setPen(QColor(theme.dim if word.dim else theme.text))
                painter.drawText(word.rect.adjusted(0, 0, 4, 0), Qt.AlignmentFlag.AlignVCenter, word.text)
            if self.hasFocus():
                painter.setPen(QColor(theme.accent))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)

    # --- mouse and keys ---------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        words = (word for line in self._lines for word in line)
        self._point(
            next((word.symbol for word in words if word.rect.adjusted(-2, 0, 2, 0).contains(at) and word.symbol), "")
        )

    def leaveEvent(self, event: QEvent) -> None:
        self._point("")

    def hideEvent(self, event: QEvent) -> None:
        self._point("")

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point("")
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        symbols = list(dict.fromkeys(word.symbol for line in self._lines for word in line if word.symbol))
        by = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()), 0)
        if by and symbols:
            at = symbols.index(self._symbol) + by if self._symbol else (0 if by > 0 else -1)
            self._point(symbols[at % len(symbols)])
        elif event.key() == Qt.Key.Key_Escape and self._symbol:
            self._point("")
        else:
            super().keyPressEvent(event)

    def _point(self, symbol: str) -> None:
        if symbol != self._symbol:
            self._symbol = symbol
            self.setToolTip(meaning(self._row, symbol, self._dims) if self._row is not None else "")
            self.update()
            self.symbol_pointed.emit(symbol)


def _placed(head: str, found: tuple[Piece, ...], line: int, metrics: QFontMetricsF) -> tuple[_Word, ...]:
    """The words of a line: a name, the letters, and what the numbers make of them."""
    both = len(found) > 1
    x, top = max(metrics.horizontalAdvance(name) for name in AXES.values()) + 12, line * LINE_PX
    parts = [(piece.text, piece.symbol, True) for piece in (found[:-2] if both else found)]
    if both:
        numbers = found if len(found) > 3 else found[-1:]
        parts += [(" = ", "", True), *((piece.number, piece.symbol, False) for piece in numbers)]
    words = [_Word(f"{head} ", "", True, QRectF(0, top, x, LINE_PX))]
    for text, symbol, dim in parts:
        wide = metrics.horizontalAdvance(text)
        words.append(_Word(text, symbol, dim, QRectF(x, top, wide, LINE_PX)))
        x += wide
    return tuple(words)
