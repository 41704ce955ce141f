"""What is typed and dragged becomes exactly the number that the settings hold."""

from __future__ import annotations

import pytest

from convviz.spec.errors import InputError
from convviz.spec.training.settings import TrainingSettings
from convviz.ui.train.settings.scales import SCALES, number

PRESENT = TrainingSettings()


@pytest.mark.parametrize("name", SCALES)
def test_a_setting_survives_its_units(name: str) -> None:
    scale, value = SCALES[name], getattr(PRESENT, name)
    units = scale.units(value)
    assert scale.value(units) == value
    assert type(scale.value(units)) is type(value)
    assert scale.parse(scale.text(units)) == units


@pytest.mark.parametrize("name", SCALES)
def test_everything_that_is_offered_is_allowed(name: str) -> None:
    scale = SCALES[name]
    allowed = scale.range(PRESENT)
    for units in (allowed.low, allowed.high, *allowed.values):
        assert allowed.why(units) == ""
        assert allowed.nearest(units) == units


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("rate", "1e6", 1e6),
        ("rate", "3e-4", 3e-4),
        ("batch", "100", 100),
        ("epochs", "1,000", 1000),
        ("weight_decay", "0.0123", 0.0123),
        ("target", "98.5 %", 0.985),
        ("target", "never", 0.0),
    ],
)
def test_typed(name: str, text: str, value: float) -> None:
    scale = SCALES[name]
    units = scale.parse(text)
    assert scale.range(PRESENT).why(units) == ""
    assert scale.value(units) == value


@pytest.mark.parametrize(
    ("name", "text"), [("rate", "0"), ("rate", "-1"), ("momentum", "1"), ("dropout", "2"), ("batch", "0")]
)
def test_what_the_settings_refuse_is_refused_in_a_sentence(name: str, text: str) -> None:
    scale = SCALES[name]
    assert "must be" in scale.range(PRESENT).why(scale.parse(text))


@pytest.mark.parametrize("text", ["", "abc", "1,5", "1e999", "nan", "1_000", "٣"])
def test_no_number(text: str) -> None:
    with pytest.raises(InputError):
        number(text)


def test_keys_go_on_by_a_tenth() -> None:
    rate = SCALES["rate"].range(PRESENT)
    assert rate.stepped(2_000_000, 1) == 2_200_000
    assert rate.stepped(2_000_000, -1) == 1_800_000
    assert SCALES["batch"].range(PRESENT).stepped(64, 1) == 128


def test_seeds_near_the_present_one_are_dragged_to() -> None:
    allowed = SCALES["seed"].range(TrainingSettings(seed=1000))
    assert (allowed.low, allowed.high) == (970, 1030)
    assert SCALES["seed"].range(PRESENT).low == 0
