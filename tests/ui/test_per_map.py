"""The switch of colour ranges: one key, and each workspace remembers its own."""

from __future__ import annotations

from typing import Any

from convviz.ui.lab.stage.images import pictures
from convviz.ui.look.colours import Range
from convviz.ui.look.theme import DARK

Story = Any  # the window of conftest.py


def test_each_workspace_has_its_own(story: Story) -> None:
    action, settings = story.desk.actions_by_name["per_map"], story.desk.settings
    assert (action.isChecked(), action.isEnabled()) == (False, True)
    story.keys("Ctrl+2")
    story.desk.lab.intents.choose_preset("five-filters")
    page = story.desk.lab.workspace.page
    assert action.isChecked(), "five filters are five pictures"
    assert page.scene.each_map
    story.keys("M")
    assert not page.scene.each_map
    assert (settings.per_map, settings.lab_per_map) == (False, False)
    story.keys("Ctrl+1")
    story.keys("M")
    assert (settings.per_map, settings.lab_per_map) == (True, False)
    story.keys("Ctrl+2")
    assert not action.isChecked()
    assert not page.scene.each_map
    story.keys("M")
    assert page.scene.each_map


def test_a_page_that_is_made_later_follows(story: Story) -> None:
    story.desk.settings.lab_per_map = False
    story.keys("Ctrl+2")
    assert not story.desk.lab.workspace.page.scene.each_map
    assert not story.desk.actions_by_name["per_map"].isChecked()


def test_ranges_of_five_filters(story: Story) -> None:
    story.desk.lab.intents.choose_preset("five-filters")
    output = story.desk.lab.workspace.trial.output
    for each in (True, False):
        ranges = pictures(output, DARK, each=each).ranges
        strongest = [abs(part).max() for part in output]
        expected = strongest if each else [max(strongest)] * 5
        assert [found.high for found in ranges] == expected
        signed = [part.min() < 0 for part in output] if each else [True] * 5
        assert ranges == tuple(Range(-high if low else 0.0, high) for high, low in zip(expected, signed, strict=True))
