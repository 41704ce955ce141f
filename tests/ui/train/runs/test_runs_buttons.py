"""What stands on the buttons below the list of runs is never cut."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convviz.session.experiment import State
from convviz.spec.training.run import Run, Runs
from convviz.ui.train.runs.page import RunsPage

EVERYTHING: Any = frozenset({"curves", "epoch", "runs", "status", "data"})


@pytest.mark.parametrize(("wide", "text"), [(478, "Show"), (680, "Show on screen")])
def test_all_is_there_at_every_width(
    show: Callable[..., Any],
    make_state: Callable[..., State],
    make_trainer: Callable[..., Any],
    make_run: Callable[..., Run],
    qtbot: QtBot,
    wide: int,
    text: str,
) -> None:
    runs = Runs(tuple(make_run(number, status="done") for number in (11, 12, 13)), 13)
    page = RunsPage(make_trainer(runs.runs[-1]))
    page.setMinimumSize(1, 1)  # as the workspace allows it
    page.show_state(None, make_state(runs=runs))
    page.refresh(EVERYTHING)
    show(page, wide, 445)
    page.table.selectAll()
    assert page.buttons["choose"].text() == text
    for asked in (False, True):
        if asked:
            qtbot.mouseClick(page.buttons["delete"], Qt.MouseButton.LeftButton)
        QApplication.processEvents()
        for button in (*page.buttons.values(), page.which):
            assert button.width() >= button.sizeHint().width(), button.text()
            assert button.mapTo(page, button.rect().topRight()).x() < wide
    assert "for good?" in page.buttons["delete"].text()
    assert page.buttons["delete"].accessibleName() == "Delete these 3 runs for good?"
