"""The value beside the mouse never leaves its parent and never takes the mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget

from convviz.ui.look import theme
from convviz.ui.network.hover_tip import HoverTip


@pytest.mark.parametrize("point", [(0, 0), (399, 0), (0, 299), (399, 299), (200, 150)])
def test_it_stays_inside_and_off_the_pointer(show: Callable[..., Any], point: tuple[int, int]) -> None:
    room = show(QWidget(), 400, 300)
    tip = HoverTip(room)
    assert not tip.isVisible()
    tip.show_at(QPoint(*point), "conv1[3] row 2, column 1\n-0.1234567")
    assert tip.isVisible()
    assert room.rect().contains(tip.geometry())
    assert not tip.geometry().contains(QPoint(*point))
    assert tip.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)


@pytest.mark.parametrize("look", [theme.DARK, theme.LIGHT])
def test_it_paints_all_of_itself(show: Callable[..., Any], qapp: QApplication, look: theme.Theme) -> None:
    theme.apply(qapp, look)
    room = show(QWidget(), 400, 300)
    tip = HoverTip(room)
    tip.show_at(QPoint(20, 20), "conv1[3] row 2, column 1\n-0.1234567")
    shot = tip.grab().toImage()
    rim = [(x, y) for x in range(shot.width()) for y in (0, shot.height() - 1)]
    rim += [(x, y) for x in (0, shot.width() - 1) for y in range(shot.height())]
    assert {shot.pixelColor(*at).name() for at in rim} == {look.line}
    assert shot.pixelColor(2, 2).name() == look.raised
    assert any(
        shot.pixelColor(x, shot.height() // 3).lightness() != shot.pixelColor(2, 2).lightness() for x in range(60)
    )
    assert tip.accessibleName() == tip.text()
