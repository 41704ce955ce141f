"""The selected unit: its value, the trail that led to it, and pages about it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ...session.experiment import Focus, differs, shape_of
from ...session.outbox import Frame
from ...spec.state import State
from ..explain.trail import hint
from ..explain.value_page import ValuePage
from ..layer.panel import LayerPanel
from .heading import UnitHeading
from .map_page import MapPage
from .page_stack import PageStack
from .pages import PAGES, SPECS, LayerFollower, MapFollower, Page
from .tab_row import TabRow

if TYPE_CHECKING:
    from ..explain.gradient_page import GradientPage
    from ..field.page import FieldPage, Unit
    from ..why.page import WhyPage

__all__ = ["PAGES", "Inspector"]
Late = TypeVar("Late", "GradientPage", "FieldPage", "WhyPage")
HINT_PAGE = "map"  # where nothing is selected


class Inspector(QFrame):
    """Follows the State and the frames; the page the user chose last is on screen, the others wait until they are."""

    unit_selected = Signal(object)  # Focus
    unit_traced = Signal(object)  # Focus, as the trail goes on or back; the keyboard stays here
    unit_hovered = Signal(str, object)  # layer id, Index or None
    term_hovered = Signal(str, object)  # the same of a term of a sum, which says its number itself
    page_made = Signal(str, object)  # its name, and the page
    target_chosen = Signal(object)  # int, or None for the class that the network answers
    probe_wanted = Signal(bool, bool)  # whether the page on screen needs gradients, and the effective field

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setProperty("role", "card")
        self.setAccessibleName("The selected unit")
        self._state: State | None = None
        self._frame: Frame | None = None
        self._chosen = PAGES[0]
        self._stale: set[str] = set()  # pages that wait until they are seen
        self._effective = False  # the field page shows the effective field
        self._asked = (False, False)
        self.heading = UnitHeading()
        self.title, self.where, self.value = self.heading.title, self.heading.where, self.heading.value
        self.trail, self.trail_line = self.heading.trail, self.heading.trail_line
        self.value_page = ValuePage()
        self.kernel, self.layer, self.map_page = self.value_page.kernel, LayerPanel(), MapPage()
        self._map_follower = MapFollower(self.map_page)
        self._pages: dict[str, Page] = {
            "value": self.value_page,
            "layer": LayerFollower(self.layer),
            "map": self._map_follower,
        }
        self._tabs = TabRow()
        self.tabs = self._tabs.buttons
        self._stack = PageStack()
        self._build()
        self._connect()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(6)
        for name, page in (("value", self.value_page), ("layer", self.layer), ("map", self.map_page)):
            self._stack.put(name, page)
        column.addLayout(self.heading)
        column.addWidget(self._tabs)
        column.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self._tabs.page_chosen.connect(self.choose)
        self.heading.traced.connect(self.unit_traced)
        self._connect_sums(self.value_page)
        self.map_page.unit_selected.connect(self.unit_selected)
        self.map_page.unit_hovered.connect(self.unit_hovered)

    def _connect_sums(self, page: ValuePage | GradientPage) -> None:
        page.source_chosen.connect(self.heading.follow)
        page.source_hovered.connect(self.term_hovered)
        page.target_chosen.connect(self.target_chosen)
        page.reached.connect(self._stack.reveal)

    # --- pages that are made when they are first seen: without them the window is furnished 0.2 s sooner ------------

    @cached_property
    def gradient_page(self) -> GradientPage:
        from ..explain.gradient_page import GradientPage

        page = GradientPage()
        self._connect_sums(page)
        page.kernel.slice_chosen.connect(self.value_page.choose_slice)
        page.kernel.slice_chosen.connect(page.kernel.choose_slice)
        return self._made("gradient", page)

    @cached_property
    def field_page(self) -> FieldPage:
        from ..field.page import FieldPage

        page = FieldPage()
        page.unit_selected.connect(self.unit_selected)
        page.effective_wanted.connect(self._want_effective)
        return self._made("field", page)

    @cached_property
    def why_page(self) -> WhyPage:
        from ..why.page import WhyPage

        page = WhyPage()
        page.unit_selected.connect(self.unit_selected)
        return self._made("why", page)

    def _made(self, name: str, page: Late) -> Late:
        self._pages[name] = page
        self._stack.put(name, page)
        self.page_made.emit(name, page)
        return page

    def _page(self, name: str) -> Page:
        if name not in self._pages:
            getattr(self, f"{name}_page")
        return self._pages[name]

    # --- what to show -----------------------------------------------------------------------------------------

    def show_state(self, old: State | None, new: State) -> None:
        """Redraws what differs."""
        self._state = new
        if old is None or old.network is not new.network:
            self._frame = None
        if old is None or differs(old, new, "network", "focus"):
            self._tabs.setVisible(self._focus is not None)
            self.heading.show_state(new, self._focus)
        if old is None or old.origin is not new.origin:
            self.layer.forget_cost()
            self.heading.wait_for_value()  # the value of an edited network stays until its frame
        self._stale |= {spec.name for spec in SPECS if old is None or differs(old, new, *spec.fields)}
        self._show_page()

    def show_frame(self, frame: Frame) -> None:
        self._frame = frame
        self._show_value()
        self._page(self.page).show_frame(frame)

    def show_hover(self, unit: Unit | None) -> None:
        """The unit under the mouse, wherever that is."""
        if self.page == "field":
            self.field_page.show_hover(unit)

    def choose(self, page: str) -> None:
        """Shows a page, and from now on that one."""
        self._chosen = page
        self._show_page()

    @property
    def page(self) -> str:
        """The page on screen."""
        return self._stack.page

    def set_per_map(self, per_map: bool) -> None:
        self._map_follower.per_map = per_map
        if self._frame is not None and self.page == "map":
            self._map_follower.show_frame(self._frame)

    @property
    def _focus(self) -> Focus | None:
        """The focus, where the network has it."""
        state = self._state
        focus = state.focus if state is not None else None
        return focus if focus is not None and state and shape_of(state.network, focus.layer) else None

    def _show_page(self) -> None:
        """Brings the page on screen up to date; the others wait until they are seen."""
        page = self._chosen if self._focus is not None else HINT_PAGE
        seen = self.page != page
        self._stack.show_page(page)
        self._tabs.show_page(page)
        self.trail_line.set_hint(hint(page, self._state) if self._state is not None else "")
        if self._state is not None and (seen or page in self._stale):
            self._stale.discard(page)
            self._page(page).show_state(self._state)
        if seen and page == "gradient":
            self.gradient_page.kernel.choose_slice(self.kernel.chosen_slice)
        if seen and self._frame is not None:
            self._page(page).show_frame(self._frame)
        self._show_value()
        if self._needs() != self._asked:
            QTimer.singleShot(0, self, self._ask)  # not while others still hear of this State

    def _show_value(self) -> None:
        focus, state = self._focus, self._state
        values = self._frame.maps.get(focus.layer) if self._frame is not None and focus is not None else None
        if focus is None or state is None or values is None:
            return
        if values.shape == shape_of(state.network, focus.layer):  # else a frame is on its way
            self.heading.show_value(float(values[focus.index]))

    # --- what the pages need --------------------------------------------------------------------------------------

    def _want_effective(self, wanted: bool) -> None:
        self._effective = wanted
        self._ask()

    def _needs(self) -> tuple[bool, bool]:
        """What the page on screen needs of frames: gradients, the effective field."""
        seen, spec = self.isVisible(), SPECS[self._stack.currentIndex()]
        return seen and spec.gradients, seen and spec.name == "field" and self._effective

    def _ask(self) -> None:
        asked = self._needs()
        if asked != self._asked:
            self._asked = asked
            self.probe_wanted.emit(*asked)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._ask()
