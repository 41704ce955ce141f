"""The narrow column beside the cells: menus, the brush, the bias."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ...spec.kernels import PRESETS
from .number_field import NumberField
from .operations import OPERATIONS

COMMANDS_PX = 56  # "+0.064" as a whole
RESETS = ("cell", "kernel", "layer", "network")
LINK_STYLE = (
    "QToolButton { color: palette(highlight); padding: 2px 0; text-align: left; border: 1px solid transparent; }"
    "QToolButton:focus { border-color: palette(highlight); }"
)


class Commands(QWidget):
    """Says what was chosen; does nothing itself."""

    preset_chosen = Signal(str)
    operation_chosen = Signal(object)  # Operation
    copy_wanted = Signal()
    paste_wanted = Signal()
    reset_chosen = Signal(str)
    brush_changed = Signal(object)  # float, or None while it is off

    def __init__(self, parent: QWidget | None = None, *, resets: tuple[str, ...] = RESETS) -> None:
        super().__init__(parent)
        self.setObjectName("kernel_commands")
        self.presets = {name: self._action(f"preset_{name}", name, self._preset) for name in PRESETS}
        self.operations = {
            op.text: self._action(f"operation_{op.text}", op.label, self._operation) for op in OPERATIONS
        }
        self.copy = self._action("copy_kernel", "Copy kernel", lambda _: self.copy_wanted.emit())
        self.paste = self._action("paste_kernel", "Paste", lambda _: self.paste_wanted.emit())
        self.resets = {name: self._action(f"reset_{name}", f"Reset the {name}", self._reset) for name in resets}
        self.brush = QToolButton()
        self.brush_value = NumberField("brush_value", "Value of the brush")
        self.bias = NumberField("bias", "Bias")
        self._bias_caption = QLabel("bias")
        self._brush_chosen = False  # by the user; until then it follows the kernel
        self.setFixedWidth(COMMANDS_PX)
        self._build()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        edits = [*self.operations.values(), None, self.copy, self.paste]
        column.addWidget(_menu_button("Preset", "Named kernels", self.presets.values(), self))
        column.addWidget(_menu_button("Edit", "Turn, flip, scale, copy", edits, self))
        column.addWidget(_menu_button("Reset", "Back to what was opened", self.resets.values(), self))
        self.brush.setText("Brush")
        self.brush.setObjectName("brush")
        self.brush.setAccessibleName("Brush")
        self.brush.setToolTip("Paint a value over the cells; the right button paints 0")
        self.brush.setCheckable(True)
        self.brush.setProperty("role", "toggle")
        self.brush.setStyleSheet("QToolButton { padding: 2px 0; }")
        self.brush.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.brush.clicked.connect(self._tell_brush)
        self.brush_value.value_edited.connect(self._brush_edited)
        self.brush_value.setToolTip("What the brush paints")
        self.bias.setToolTip("Added to every value of the map; drag it up and down, or type")
        self._bias_caption.setProperty("role", "caption")
        for widget in (self.brush, self.brush_value, self._bias_caption, self.bias):
            column.addWidget(widget)
        column.addStretch(1)

    def _action(self, name: str, label: str, chosen: Callable[[str], object]) -> QAction:
        action = QAction(label, self)
        action.setObjectName(name.replace(" ", "_"))
        action.triggered.connect(lambda: chosen(action.data()))
        action.setData(name.partition("_")[2])
        return action

    # --- what to show -----------------------------------------------------------------------------------------

    def set_size(self, size: tuple[int, int]) -> None:
        """The (h, w) that presets are made for; those that need more are not offered."""
        for name, action in self.presets.items():
            chosen = PRESETS[name]
            fits = size[0] >= chosen.least[0] and size[1] >= chosen.least[1]
            action.setEnabled(fits)
            need = f"; needs at least {chosen.least[0]} × {chosen.least[1]}"
            action.setToolTip(chosen.about if fits else chosen.about + need)

    def set_bias(self, bias: float | None, extreme: float) -> None:
        """The bias, None where there is none."""
        self.bias.setVisible(bias is not None)
        self._bias_caption.setVisible(bias is not None)
        if bias is not None:
            self.bias.set_value(bias, extreme)

    def suggest_brush(self, value: float) -> None:
        """What the brush paints, unless the user has said it."""
        if not self._brush_chosen:
            self.brush_value.set_value(value, value)

    @property
    def painting(self) -> float | None:
        """What the brush paints, None while it is off."""
        return self.brush_value.value if self.brush.isChecked() else None

    # --- what was chosen --------------------------------------------------------------------------------------

    def _preset(self, name: str) -> None:
        self.preset_chosen.emit(name)

    def _operation(self, text: str) -> None:
        self.operation_chosen.emit(next(op for op in OPERATIONS if op.text == text))

    def _reset(self, name: str) -> None:
        self.reset_chosen.emit(name)

    def _brush_edited(self) -> None:
        self._brush_chosen = True
        self._tell_brush()

    def _tell_brush(self) -> None:
        self.brush_changed.emit(self.painting)


def _menu_button(text: str, about: str, actions: Iterable[QAction | None], parent: QWidget) -> QToolButton:
    """A word that opens a menu; None among the actions is a line between them."""
    button, menu = QToolButton(), QMenu(parent)
    for action in actions:
        if action is None:
            menu.addSeparator()
        else:
            menu.addAction(action)
    menu.setObjectName(f"{text.lower()}_menu")
    menu.setToolTipsVisible(True)
    button.setText(f"{text} ▾")
    button.setObjectName(f"{text.lower()}_button")
    button.setAccessibleName(text)
    button.setToolTip(about)
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    button.setStyleSheet(LINK_STYLE)
    return button
