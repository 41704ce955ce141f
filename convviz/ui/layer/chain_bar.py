"""A layer's place in the chain: insert beside it, move it, remove it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QMenu, QSizePolicy, QToolButton, QWidget

from ...spec.chain import inserted, moved, removed
from ...spec.errors import InputError
from ...spec.network import NetworkSpec
from .choices import TITLES


class ChainBar(QWidget):
    """Says what is wanted; what does not fit is refused here already, in a sentence."""

    insert_wanted = Signal(int, str)  # position, kind
    move_wanted = Signal(str, int)  # layer id, -1 earlier or 1 later
    remove_wanted = Signal(str)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chain_bar")
        self._spec: NetworkSpec | None = None
        self._layer_id = ""
        self.before = _button("insert_before", "Insert before ▾", "Insert a layer before this one")
        self.after = _button("insert_after", "Insert after ▾", "Insert a layer after this one")
        self.earlier = _button("move_earlier", "◀ Earlier", "Move this layer one place earlier")
        self.later = _button("move_later", "Later ▶", "Move this layer one place later")
        self.remove = _button("remove_layer", "Remove", "Remove this layer")
        for button, offset in ((self.before, 0), (self.after, 1)):
            self._add_menu(button, offset)
        self.earlier.clicked.connect(lambda: self._move(-1))
        self.later.clicked.connect(lambda: self._move(1))
        self.remove.clicked.connect(self._remove)
        self._build()

    def _build(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        grid.addWidget(self.before, 0, 0, 1, 3)
        grid.addWidget(self.after, 0, 3, 1, 3)
        for column, button in ((0, self.earlier), (2, self.later), (4, self.remove)):
            grid.addWidget(button, 1, column, 1, 2)
        for column in range(6):
            grid.setColumnStretch(column, 1)

    def _add_menu(self, button: QToolButton, offset: int) -> None:
        menu = QMenu(button)
        menu.setObjectName(f"{button.objectName()}_menu")
        menu.setToolTipsVisible(True)
        for kind, text in TITLES.items():
            action = menu.addAction(text)
            action.setData(kind)
            action.setObjectName(f"{button.objectName()}_{kind}")
        menu.aboutToShow.connect(lambda: self._offer(menu, offset))
        menu.triggered.connect(lambda action: self.insert_wanted.emit(self._place + offset, action.data()))
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def show_layer(self, spec: NetworkSpec, layer_id: str) -> None:
        """The layer whose place it is; for "input" only what comes after it can be inserted."""
        if spec is self._spec and layer_id == self._layer_id:
            return
        self._spec, self._layer_id = spec, layer_id
        there, last = layer_id in spec, len(spec.layers) - 1
        self.after.setEnabled(there or layer_id == "input")
        for button, enabled in (
            (self.before, there),
            (self.earlier, there and self._place > 0),
            (self.later, there and self._place < last),
            (self.remove, there),
        ):
            button.setEnabled(enabled)

    @property
    def _place(self) -> int:
        """The layer's position; that of the input is before the first."""
        ids = [layer.id for layer in self._spec] if self._spec is not None else []
        return ids.index(self._layer_id) if self._layer_id in ids else -1

    def _offer(self, menu: QMenu, offset: int) -> None:
        """Greys out the kinds that do not fit there; each takes a look at the whole network, so not before it opens."""
        assert self._spec is not None
        for action in menu.actions():
            try:
                inserted(self._spec, self._place + offset, action.data())
                reason = ""
            except InputError as error:
                reason = str(error)
            action.setEnabled(not reason)
            action.setToolTip(reason)

    def _move(self, step: int) -> None:
        assert self._spec is not None
        try:
            moved(self._spec, self._layer_id, step)
        except InputError as error:
            self.refused.emit(str(error))
            return
        self.move_wanted.emit(self._layer_id, step)

    def _remove(self) -> None:
        assert self._spec is not None
        try:
            removed(self._spec, self._layer_id)
        except InputError as error:
            self.refused.emit(str(error))
            return
        self.remove_wanted.emit(self._layer_id)


def _button(name: str, text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(name)
    button.setText(text)
    button.setAccessibleName(tip)
    button.setToolTip(tip)
    button.setProperty("role", "toggle")
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return button
