"""A sentence comes and goes in the same place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QColor, QFontMetrics, QImage

from convviz.ui.layer.note import Note, lines_of
from convviz.ui.look.theme import CAPTION_PX, DARK, font


def colours(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_it_shows_its_text_in_its_colour_and_keeps_its_height(show: Callable[..., Any]) -> None:
    for warning, colour in ((False, DARK.dim), (True, DARK.warning)):
        note = show(Note("note", 2, warning=warning), 200, 30)
        height = note.height()
        assert colours(note.grab().toImage()) == {DARK.card}
        note.show_text("MMMM " * 12, "because")
        assert QColor(colour).name() in colours(note.grab().toImage())
        assert (note.toolTip(), note.accessibleName(), note.height()) == ("because", note.text(), height)
        note.show_text("")
        assert colours(note.grab().toImage()) == {DARK.card}
        note.hide()


def test_a_sentence_that_is_cut_can_be_read_in_the_tool_tip(show: Callable[..., Any]) -> None:
    note = show(Note("note", 1), 80, 16)
    note.show_text("much longer than its place")
    assert note.toolTip() == "much longer than its place"


def test_what_does_not_fit_is_cut_between_lines_and_words(show: Callable[..., Any]) -> None:
    face = font(CAPTION_PX)
    text = "the loss is no longer a number; lower the learning rate\ntest images 98 % right\nlast mini-batch 97 % right"
    lines = lines_of(text, face, 160, 9)
    assert " ".join(line.strip() for line in lines) == text.replace("\n", " ")
    three = lines_of(text, face, 160, 3)
    assert (three[:2], three[2][-1]) == (lines[:2], "…")
    assert all(QFontMetrics(face).horizontalAdvance(line.rstrip()) <= 160 for line in three)
    note = show(Note("note", 3), 160, 44)
    for cut in (False, True):  # nothing of a fourth line shows below
        note.show_text(text if cut else "\n".join(lines[:3]))
        last = note.grab().toImage().copy(0, note.height() - 1, 160, 1)
        assert colours(last) == {DARK.card}
