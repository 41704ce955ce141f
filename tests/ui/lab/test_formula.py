"""The size formula: what is written, and which symbol is under the mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convviz.spec.geometry import describe
from convviz.spec.lab.presets import lab
from convviz.spec.network import Conv2d, NetworkSpec
from convviz.ui.lab.formula import SizeFormula


def show_example(formula: SizeFormula, name: str) -> None:
    example = lab(name)
    formula.show_row(example.row, example.dims)


@pytest.fixture
def formula(show: Callable[..., Any]) -> SizeFormula:
    shown: SizeFormula = show(SizeFormula(), 690, 40)
    show_example(shown, "stride-padding")
    return shown


def told(signal: Any) -> list[Any]:
    heard: list[Any] = []
    signal.connect(heard.append)
    return heard


def test_both_axes_in_letters_and_numbers(formula: SizeFormula) -> None:
    assert formula.texts == [
        "height ⌊(H + 2p − d(h − 1) − 1)/s⌋ + 1 = ⌊(3 + 2·2 − 1·(3 − 1) − 1)/2⌋ + 1 = 3",
        "width ⌊(W + 2q − e(w − 1) − 1)/t⌋ + 1 = ⌊(5 + 2·1 − 1·(3 − 1) − 1)/2⌋ + 1 = 3",
    ]
    assert "⌊(5 + 2·1" in formula.accessibleName()


def test_a_signal_has_one_axis_and_relu_a_sentence(formula: SizeFormula) -> None:
    show_example(formula, "signal")
    assert formula.texts == ["width ⌊(W + 2p − d(w − 1) − 1)/s⌋ + 1 = ⌊(4 + 2·0 − 1·(2 − 1) − 1)/1⌋ + 1 = 3"]
    show_example(formula, "relu")
    assert formula.texts == ["size as its input: one value for one value"]


def test_a_letter_and_its_number_are_one_symbol(formula: SizeFormula, qtbot: QtBot) -> None:
    pointed = told(formula.symbol_pointed)
    qtbot.mouseMove(formula, formula.rect_of("p", 0).center().toPoint())
    qtbot.mouseMove(formula, formula.rect_of("t", -1).center().toPoint())
    qtbot.mouseMove(formula, QPoint(5, 5))
    qtbot.mouseMove(formula, formula.rect_of("out_w", -1).center().toPoint())
    QApplication.sendEvent(formula, QEvent(QEvent.Type.Leave))
    assert pointed == ["p", "t", "", "out_w", ""]


def test_keys_walk_the_symbols(formula: SizeFormula, qtbot: QtBot) -> None:
    pointed = told(formula.symbol_pointed)
    formula.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Escape):
        qtbot.keyClick(formula, key)
    assert pointed == ["H", "p", "H", "out_w", ""]


def test_another_operation_forgets_a_symbol_it_has_not(formula: SizeFormula, qtbot: QtBot) -> None:
    qtbot.mouseMove(formula, formula.rect_of("p", 0).center().toPoint())
    pointed = told(formula.symbol_pointed)
    show_example(formula, "relu")
    assert formula.symbol == ""
    assert pointed == []


def test_the_longest_fits(formula: SizeFormula) -> None:
    show_example(formula, "transposed")
    assert max(formula.rect_of(symbol, -1).right() for symbol in ("out", "out_w")) < 690


@pytest.mark.parametrize("width", [690, 520, 420])
def test_the_answer_of_large_sizes_is_not_cut_off(show: Callable[..., Any], width: int) -> None:
    (row,) = describe(NetworkSpec("", (1, 12000, 16000), (Conv2d("conv", 1, (3, 3), padding=(1, 1)),)))
    formula: SizeFormula = show(SizeFormula(), 900, 40)
    formula.show_row(row)
    formula.resize(width, 40)
    assert formula.texts[1].endswith(" = 16000")
    assert max(formula.rect_of(symbol, -1).right() for symbol in ("out", "out_w")) < width


def test_a_letter_is_explained_while_it_is_pointed_at(formula: SizeFormula, qtbot: QtBot) -> None:
    qtbot.mouseMove(formula, QPoint(5, 5))
    for symbol, words in (
        ("p", "p: padding above and below, 2 rows each"),
        ("q", "q: padding left and right, 1 column each"),
        ("e", "e: dilation, the kernel's columns are laid 1 column apart"),
        ("t", "t: stride, the window moves right by 2 columns"),
    ):
        qtbot.mouseMove(formula, formula.rect_of(symbol, 0).center().toPoint())
        assert formula.toolTip() == words
    qtbot.mouseMove(formula, QPoint(5, 5))
    assert formula.toolTip() == ""
