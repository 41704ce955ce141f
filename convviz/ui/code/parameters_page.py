"""``model.parameters()`` of the network on screen, printed as the lecture does."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from ...spec.code import ParameterRow, parameter_rows
from ...spec.state import State
from .parameter_table import ParameterTable
from .text import CodeText

LOOP = "for k in model.parameters():\n    print(k.size())"


class ParametersPage(QWidget):
    """The loop, what it prints, and the sums."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.loop = CodeText("parameters_loop", "The loop that prints the parameters")
        self.loop.show_code(LOOP)
        self.loop.set_lines(2)
        self.table = ParameterTable()
        self.total = QLabel()
        self.total.setObjectName("parameters_total")
        self.total.setWordWrap(True)
        card = QFrame()
        card.setProperty("role", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(8, 6, 4, 6)
        inside.addWidget(self.loop)
        inside.addWidget(self.table, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(card, 1)
        column.addWidget(self.total)

    def show_state(self, state: State) -> None:
        """Shows the parameters of a State's network."""
        rows = parameter_rows(state.network, state.channels)
        self.table.table.show_rows(rows)
        self.total.setText(total(rows))


def total(rows: tuple[ParameterRow, ...]) -> str:
    """The sums in words.

    >>> total((ParameterRow("a.weight", "a", (3, 4)), ParameterRow("a.bias", "a", (3,))))
    'Total: 15 numbers in 2 parameters. An optimizer that is given model.parameters() sees them, and nothing else.'
    """
    seen = [row for row in rows if not row.buffer]
    hidden = [row for row in rows if row.buffer]
    if not rows:
        return "This network has no parameters: there is nothing that an optimizer could change."
    text = f"Total: {_counted(seen, 'parameter')}."
    if seen:
        text += " An optimizer that is given model.parameters() sees them, and nothing else."
    if hidden:
        text += f" Not seen by it: {_counted(hidden, 'buffer')}, which batch norms measure as they are trained."
    return text


def _counted(rows: list[ParameterRow], word: str) -> str:
    numbers = sum(row.count for row in rows)
    return f"{numbers:,} number{'s' * (numbers != 1)} in {len(rows)} {word}{'s' * (len(rows) != 1)}"
