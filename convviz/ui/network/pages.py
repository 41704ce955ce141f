"""The pages of the inspector: what each is called, what it depends on, and how it follows the experiment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ...session.experiment import shape_of
from ...session.outbox import Frame
from ...spec.adapt import untrained
from ...spec.geometry import describe
from ...spec.state import Focus, State
from ..layer.panel import LayerPanel
from .map_page import MapPage

ALL = ("network", "weights", "drawing", "preparation", "origin", "kept", "channels", "focus", "probe")


class Page(Protocol):
    """Called while it is on screen, and once with the newest of both when it comes there."""

    def show_state(self, state: State) -> None: ...

    def show_frame(self, frame: Frame) -> None: ...


@dataclass(frozen=True, slots=True)
class PageSpec:
    """``fields`` are those of a State that the page depends on; ``gradients`` says that it needs frames with them."""

    name: str
    title: str
    fields: tuple[str, ...] = ALL
    gradients: bool = False


SPECS = (
    PageSpec("value", "Value"),
    PageSpec("gradient", "Gradient", gradients=True),
    PageSpec("field", "Field"),
    PageSpec("why", "Why", gradients=True),
    PageSpec("layer", "Layer", ("network", "focus", "weights", "origin", "channels", "kept")),
    PageSpec("map", "Map", ("network", "focus")),
)
PAGES = tuple(spec.name for spec in SPECS)


class LayerFollower:
    """The page of the selected layer."""

    def __init__(self, panel: LayerPanel) -> None:
        self._panel = panel

    def show_state(self, state: State) -> None:
        focus = state.focus
        if focus is not None and shape_of(state.network, focus.layer) is not None:
            missing = untrained(state.network, state.kept)
            self._panel.show_layer(state.network, focus.layer, focus.layer in missing)

    def show_frame(self, frame: Frame) -> None:
        """Settings come from the State alone."""


class MapFollower:
    """The page of the selected map; where nothing is selected, it says how to."""

    def __init__(self, page: MapPage) -> None:
        self._page = page
        self._focus: Focus | None = None
        self._frame: Frame | None = None
        self.per_map = False

    def show_state(self, state: State) -> None:
        focus = state.focus
        shape = shape_of(state.network, focus.layer) if focus is not None else None
        self._focus = focus if shape is not None else None
        if focus is None or shape is None:
            self._page.set_focus(None, None, ())
        else:
            row = next((row for row in describe(state.network) if row.layer.id == focus.layer), None)
            self._page.set_focus(focus, row, shape)
            if self._frame is not None and self._frame.state.network is state.network:
                self.show_frame(self._frame)

    def show_frame(self, frame: Frame) -> None:
        self._frame = frame
        values = frame.maps.get(self._focus.layer) if self._focus is not None else None
        if values is not None:
            self._page.show_values(values, per_map=self.per_map)
