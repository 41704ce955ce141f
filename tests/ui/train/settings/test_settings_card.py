"""The settings are dragged, typed and chosen; what is said is exactly what was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convviz.session.experiment import State
from convviz.spec.channels import Channels
from convviz.spec.training.plan import Plan
from convviz.spec.training.settings import TrainingSettings
from convviz.ui.train.settings.card import ROWS, SettingsCard
from convviz.ui.train.settings.words import CAPTIONS, TIPS

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def state(make_state: Callable[..., State]) -> State:
    return make_state()


@pytest.fixture
def card(show: Callable[..., Any], state: State) -> SettingsCard:
    made = SettingsCard()
    made.show_state(None, state)
    return show(made, 288, 330)  # type: ignore[no-any-return]


def heard(card: SettingsCard) -> list[tuple[Any, ...]]:
    all_: list[tuple[Any, ...]] = []
    card.setting_previewed.connect(lambda name, value: all_.append(("preview", name, value)))
    card.setting_chosen.connect(lambda name, value: all_.append(("chosen", name, value)))
    card.edit_finished.connect(lambda: all_.append(("finished",)))
    card.layer_toggled.connect(lambda name: all_.append(("layer", name)))
    card.refused.connect(lambda text: all_.append(("refused", text)))
    return all_


def drag(widget: Any, by: int) -> None:
    at = QPointF(widget.rect().center())
    for kind, x, button, buttons in (
        (QEvent.Type.MouseButtonPress, 0, LEFT, LEFT),
        (QEvent.Type.MouseMove, by // 2, Qt.MouseButton.NoButton, LEFT),
        (QEvent.Type.MouseMove, by, Qt.MouseButton.NoButton, LEFT),
        (QEvent.Type.MouseButtonRelease, by, LEFT, Qt.MouseButton.NoButton),
    ):
        place = at + QPointF(x, 0)
        event = QMouseEvent(kind, place, widget.mapToGlobal(place), button, buttons, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(widget, event)


def test_every_setting_has_a_field_words_and_a_tip(card: SettingsCard) -> None:
    fields = {name for row in ROWS for name in row} | {"target"}  # which stands on the card of the run
    assert fields == set(TrainingSettings.__dataclass_fields__) == set(CAPTIONS) == set(TIPS)


def test_showing_says_nothing(card: SettingsCard, state: State) -> None:
    said = heard(card)
    other = TrainingSettings(rate=0.5, batch=100, optimizer="sgd", loss="mse", dropout=0.25, seed=77, epochs=12)
    card.show_state(state, replace(state, plan=Plan(other)))
    assert card.numbers["rate"].boxes[0].value == 500_000_000
    assert card.choices["optimizer"].box.currentText() == "SGD"
    assert said == []
    assert card.defaults.isEnabled()


def test_the_rate_is_dragged_by_ratios(card: SettingsCard) -> None:
    said = heard(card)
    drag(card.numbers["rate"].boxes[0], 40)
    assert [entry[0] for entry in said] == ["preview", "preview", "finished"]
    assert said[1] == ("preview", "rate", 0.004)


def test_an_absurd_rate_is_accepted_and_a_wrong_one_refused(card: SettingsCard, qtbot: QtBot) -> None:
    said = heard(card)
    box = card.numbers["rate"].boxes[0]
    card.activateWindow()
    qtbot.waitUntil(card.isActiveWindow)
    box.setFocus()
    for text, expected in (("1e6", ("preview", "rate", 1e6)), ("-3", ("refused",)), ("x", ("refused",))):
        said.clear()
        qtbot.keyClick(box, Qt.Key.Key_Return)
        qtbot.keyClicks(box.editor, text)
        qtbot.keyClick(box.editor, Qt.Key.Key_Return)
        assert said[0][: len(expected)] == expected
        qtbot.keyClick(box.editor, Qt.Key.Key_Escape)
    assert box.value == 10**15


def test_a_choice_is_one_edit(card: SettingsCard, qtbot: QtBot) -> None:
    said = heard(card)
    box = card.choices["optimizer"].box
    box.setFocus()
    box.showPopup()
    view = box.view()
    view.setCurrentIndex(box.model().index(box.findData("sgd"), 0))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    box.hidePopup()
    assert said == [("chosen", "optimizer", "sgd")]


def test_chips_follow_the_frozen_kernels(card: SettingsCard, state: State, qtbot: QtBot) -> None:
    said = heard(card)
    chips = card.freeze.chips
    assert list(chips) == ["conv1", "conv2", "fc1", "fc2"]
    qtbot.mouseClick(chips["conv2"], LEFT)
    assert said == [("layer", "conv2")]
    assert not chips["conv2"].isChecked(), "it shows what is, not what was asked"
    every = frozenset(("conv2", n) for n in range(64)) | {("conv1", 3)}
    card.show_state(state, replace(state, channels=Channels(frozen=every)))
    assert chips["conv2"].isChecked()
    assert chips["conv1"].text() == "conv1 1/32"
    assert not chips["conv1"].isChecked()


def test_nothing_is_clipped(card: SettingsCard) -> None:
    for field in (*card.numbers.values(), *card.choices.values()):
        assert field.width() >= field.minimumSizeHint().width()
        assert card.rect().contains(field.mapTo(card, QPoint(field.width() - 1, field.height() - 1)))
