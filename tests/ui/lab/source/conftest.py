"""A source panel whose edits are applied, as the window does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtGui import QAction

from convviz.session.experiment import State
from convviz.spec.lab.edits import with_source
from convviz.spec.lab.source import Source
from convviz.ui.lab.source.panel import SourcePanel


class Desk:
    """A panel and its State; remembers what was said."""

    def __init__(self, state: State, tools: dict[str, QAction]) -> None:
        self.state = state
        self.panel = SourcePanel(tools)
        self.chosen: list[tuple[Source, str]] = []
        self.previewed: list[tuple[Source, str]] = []
        self.said: list[str] = []  # of all signals, in order
        self.asked: list[str] = []
        self.refused: list[str] = []
        self.panel.source_chosen.connect(self._chosen)
        self.panel.source_previewed.connect(self._previewed)
        self.panel.edit_finished.connect(lambda: self.said.append("finished"))
        self.panel.file_wanted.connect(self.asked.append)
        self.panel.paste_wanted.connect(lambda: self.asked.append("paste"))
        self.panel.refused.connect(self.refused.append)
        self.panel.show_state(None, state)

    @property
    def source(self) -> Any:
        return self.state.lab.source

    @property
    def values(self) -> list[Any]:
        """The numbers of the input."""
        found: list[Any] = self.source.values.tolist()
        return found

    def show(self, source: Source) -> None:
        """Another input, from elsewhere: undo, a preset, a file."""
        self._commit(source)

    def _commit(self, source: Source) -> None:
        old = self.state
        self.state = replace(old, lab=with_source(old.lab, source))
        self.panel.show_state(old, self.state)

    def _chosen(self, source: Source, text: str) -> None:
        self.chosen.append((source, text))
        self.said.append("chosen")
        self._commit(source)

    def _previewed(self, source: Source, text: str) -> None:
        self.previewed.append((source, text))
        self.said.append("previewed")
        self._commit(source)


@pytest.fixture
def desk(make_state: Callable[..., State], show: Callable[..., Any], tools: dict[str, QAction]) -> Desk:
    made = Desk(make_state(), tools)
    show(made.panel, 256, 310)
    made.panel.activateWindow()
    return made
