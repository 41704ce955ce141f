"""Every kind of layer has its settings, names and a sentence; lists and boxes emit only what a person chose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, get_args

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from convviz.spec.errors import InputError
from convviz.spec.network import LAYER_TYPES, Conv2d, Layer, Linear, PaddingMode
from convviz.ui.layer.choices import (
    CAPTIONS,
    KINDS,
    MEANINGS,
    PADDING_MODES,
    CheckField,
    ChoiceField,
    cells,
    share_text,
    thousandths,
)

HIDDEN = {"id", "eps", "momentum", "affine"}  # of a batch norm: nothing to try out


def made(kind: str) -> Layer:
    if kind == "Conv2d":
        return Conv2d("it", 4, (3, 3))
    if kind == "Linear":
        return Linear("it", 4)
    pools = kind in ("MaxPool2d", "AvgPool2d")
    return LAYER_TYPES[kind]("it", (2, 2)) if pools else LAYER_TYPES[kind]("it")  # type: ignore[call-arg]


@pytest.mark.parametrize("kind", LAYER_TYPES)
def test_every_setting_of_every_kind_has_a_field(kind: str) -> None:
    shown = set(cells(made(kind))) - {"type"}
    assert shown == {field.name for field in fields(made(kind))} - HIDDEN
    assert shown <= set(CAPTIONS)
    assert KINDS[kind]
    assert MEANINGS[kind]


def test_the_padding_modes_are_those_there_are() -> None:
    assert get_args(PaddingMode) == PADDING_MODES


def test_a_list_emits_what_was_chosen(show: Callable[..., Any], qtbot: QtBot) -> None:
    field = show(ChoiceField("mode", "mode"), 118, 48)
    heard: list[str] = []
    field.chosen.connect(heard.append)
    field.set_items({"a": "first", "b": "second"})
    field.set_value("b")
    assert (heard, field.box.currentText()) == ([], "second")
    field.box.setFocus()
    qtbot.keyClick(field.box, Qt.Key.Key_Up)
    assert heard == ["a"]


def test_a_box_emits_what_was_ticked(show: Callable[..., Any], qtbot: QtBot) -> None:
    field = show(CheckField("bias", "bias"), 118, 48)
    heard: list[bool] = []
    field.toggled.connect(heard.append)
    field.set_value(True)
    assert heard == []
    qtbot.mouseClick(field.box, Qt.MouseButton.LeftButton, pos=QPoint(8, 13))
    field.box.setFocus()
    qtbot.keyClick(field.box, Qt.Key.Key_Space)
    assert heard == [False, True]


def test_shares_are_typed_with_at_most_three_digits() -> None:
    for text, value in (("0.5", 500), ("1", 1000), ("0", 0), ("0.005", 5), (".125", 125), ("0.29", 290)):
        assert thousandths(text) == value
        assert thousandths(share_text(value)) == value
    for text in ("0,5", "", "0.0001", "2", "nan", "1e999", "x"):
        with pytest.raises(InputError):
            thousandths(text)


@pytest.mark.parametrize("kind", ["MaxPool2d", "AvgPool2d"])
def test_a_pools_window_comes_first(kind: str) -> None:
    names = [name for name in cells(made(kind)) if name != "type"]
    assert names[:3] == ["kernel", "stride", "padding"]
    assert names[-1] in ("ceil_mode", "count_include_pad")
    assert names.index("ceil_mode") > names.index("padding")
