"""The settings of one layer as fields; those of its kind are shown."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from ...spec.errors import InputError
from ...spec.limits import Range, allowed, value_of, why_not, with_value
from ...spec.network import Layer, NetworkSpec, times
from .choices import (
    ACTIVATIONS,
    CAPTIONS,
    CHECKS,
    KINDS,
    PADDING_MODES,
    PAIRS,
    POOLS,
    SHARES,
    CheckField,
    ChoiceField,
    cells,
    share_text,
    thousandths,
)
from .size_field import SizeField

IDLE_MS = 150  # after the last change: the tracks of the other fields follow, one at a time


class LayerSettings(QWidget):
    """Shows a layer and says what was edited; applies nothing. All fields are made once, and never again."""

    layer_edited = Signal(object, str)  # the new Layer, what was done; also during a drag
    edit_finished = Signal()
    kind_chosen = Signal(str, str)  # layer id, kind
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, kinds: bool = True) -> None:
        """Without ``kinds`` the kind of layer is chosen elsewhere."""
        super().__init__(parent)
        self._kinds, self._flat = kinds, False
        self.setObjectName("layer_settings")
        self._spec: NetworkSpec | None = None
        self._layer: Layer | None = None
        self._shown: tuple[str, ...] = ()
        self._stale: list[str] = []
        self.numbers = {name: _number(name) for name in CAPTIONS if name not in (*CHECKS, "padding_mode")}
        self.checks = {name: CheckField(name, CAPTIONS[name]) for name in CHECKS}
        self.kind = ChoiceField("layer_type", "type")
        self.padding_mode = ChoiceField("padding_mode", CAPTIONS["padding_mode"])
        self.padding_mode.set_items({mode: mode for mode in PADDING_MODES})
        self._cells: dict[str, QWidget] = {"type": self.kind, "padding_mode": self.padding_mode}
        self._cells |= self.numbers
        self._cells |= self.checks
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(8)
        for column in (0, 1):
            self._grid.setColumnStretch(column, 1)
        for widget in self._cells.values():
            widget.setParent(self)
            widget.hide()
        self._idle = QTimer(self, singleShot=True)
        self._idle.timeout.connect(self._refresh_one)
        self._connect()

    def _connect(self) -> None:
        for name, field in self.numbers.items():
            field.value_edited.connect(lambda value, n=name: self._edited(n, value))
            field.edit_finished.connect(self.edit_finished)
            field.refused.connect(self.refused)
            field.range_wanted.connect(lambda axis, linked, n=name: self._range_wanted(n, axis, linked))
        for name, check in self.checks.items():
            check.toggled.connect(lambda on, n=name: self._set(n, on, "on" if on else "off"))
        self.padding_mode.chosen.connect(lambda mode: self._set("padding_mode", mode, mode))
        self.kind.chosen.connect(self._kind_chosen)

    # --- what to show -----------------------------------------------------------------------------------------

    @property
    def changing(self) -> bool:
        """Whether a gesture is going on."""
        return any(self.numbers[name].changing for name in self._shown if name in self.numbers)

    def show_layer(self, spec: NetworkSpec, layer: Layer | None, *, flat: bool = False, fresh: bool = False) -> None:
        """Shows a layer of ``spec``; None shows no field. ``flat``: only its widths, as the layer reads a signal.

        Equal sides of another layer are linked, and so are those of a ``fresh`` one that is called the same.
        """
        self._flat = flat
        for name in PAIRS:
            self.numbers[name].set_flat(flat)
        old = self._layer
        fresh = fresh or old is None or layer is None or (old.id, old.kind) != (layer.id, layer.kind)
        if fresh:
            for name in self._shown:
                if name in self.numbers:
                    self.numbers[name].finish()
        changed = fresh or spec is not self._spec
        self._spec, self._layer = spec, layer
        self._arrange(tuple(n for n in cells(layer) if n != "type" or self._kinds) if layer is not None else ())
        self._show_values(fresh)
        if changed:
            self._stale = [name for name in self._shown if name in self.numbers]
            if fresh:
                for name in self._stale:
                    self.numbers[name].set_range(None)
            self._idle.start(0 if fresh else IDLE_MS)

    def _arrange(self, shown: tuple[str, ...]) -> None:
        if shown == self._shown:
            return
        for name in self._shown:
            self._grid.removeWidget(self._cells[name])
            self._cells[name].hide()
        self._shown = shown
        for at, name in enumerate(shown):
            self._grid.addWidget(self._cells[name], at // 2, at % 2)
            self._cells[name].show()

    def _show_values(self, fresh: bool) -> None:
        layer = self._layer
        if layer is None:
            return
        kinds = next((group for group in (POOLS, ACTIVATIONS) if layer.kind in group), ())
        for name in self._shown:
            if name == "type":
                self.kind.set_items({kind: KINDS[kind].removesuffix(" pooling") for kind in kinds})
                self.kind.set_value(layer.kind)
            elif name in self.numbers:
                value = value_of(layer, name)
                self.numbers[name].set_value(round(value * 1000) if name in SHARES else value, fresh=fresh)
            elif name == "padding_mode":
                self.padding_mode.set_value(value_of(layer, name))
            else:
                self.checks[name].set_value(value_of(layer, name))

    # --- ranges -----------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._idle.start(0)

    def _refresh_one(self) -> None:
        """Ranges cost some describing of the whole network, so they come when nobody waits for a frame."""
        if not self._stale or not self.isVisible() or self.changing:
            return
        name = self._stale.pop(0)
        field = self.numbers[name]
        axes = (0,) if name not in PAIRS or field.linked else (1,) if self._flat else (0, 1)
        for axis in axes:
            self._range_wanted(name, axis, field.linked)
        if self._stale:
            self._idle.start(0)

    def _range_wanted(self, name: str, axis: int, linked: bool) -> None:
        if self._spec is None or self._layer is None or name not in cells(self._layer):
            return  # one that is about to go got the focus from one that went
        field = self.numbers[name]
        try:
            field.set_range(self._range(name, axis, linked), axis)
        except InputError as error:  # no value suits both sides
            field.set_range(None)
            self.refused.emit(str(error))

    def _range(self, name: str, axis: int, linked: bool) -> Range:
        assert self._spec is not None
        assert self._layer is not None
        spec, layer = self._spec, self._layer
        if name in SHARES:
            return Range(0, 1000, lambda n: why_not(spec, with_value(layer, name, n / 1000)), range(0, 1001, 10))
        return allowed(spec, layer.id, name, axis, linked=linked)

    # --- edits ------------------------------------------------------------------------------------------------

    def _edited(self, name: str, value: Any) -> None:
        """A number that fits no more, as another field was changed under the drag, springs back."""
        if self._spec is None or self._layer is None:
            return
        if name in SHARES:
            value, text = value / 1000, share_text(value)
        else:
            text = str(value[1]) if self._flat and isinstance(value, tuple) else _short(value)
        layer = with_value(self._layer, name, value)
        reason = why_not(self._spec, layer)
        if reason:
            self.refused.emit(reason)
            self._show_values(fresh=False)
        else:
            self.layer_edited.emit(layer, f"{layer.id} {CAPTIONS[name]} {text}")

    def _set(self, name: str, value: Any, text: str) -> None:
        """A choice that a click made at once; one that does not fit springs back."""
        if self._spec is None or self._layer is None:
            return
        if name not in cells(self._layer):  # another layer came while the list of choices was open
            return
        layer = with_value(self._layer, name, value)
        reason = why_not(self._spec, layer)
        if reason:
            self.refused.emit(reason)
        elif layer != self._layer:
            self.layer_edited.emit(layer, f"{layer.id} {CAPTIONS[name]} {text}")
            self.edit_finished.emit()
        self._show_values(fresh=False)

    def _kind_chosen(self, kind: str) -> None:
        if self._layer is not None and kind != self._layer.kind:
            self.kind_chosen.emit(self._layer.id, kind)
            self._show_values(fresh=False)  # what it is now, whoever decided


def _number(name: str) -> SizeField:
    if name in SHARES:
        return SizeField(name, CAPTIONS[name], pair=False, parse=thousandths, text=share_text)
    return SizeField(name, CAPTIONS[name], pair=name in PAIRS)


def _short(value: Any) -> str:
    if isinstance(value, tuple):
        return str(value[0]) if value[0] == value[1] else times(value)
    return str(value)
