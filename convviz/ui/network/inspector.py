"""The selected unit: its value, the trail that led to it, and pages about it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QRect, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from ...session.experiment import Focus, differs, shape_of
from ...session.outbox import Frame
from ...spec.state import State
from ..explain.trail import Trail, TrailLine, hint
from ..explain.value_page import ValuePage
from ..layer.panel import LayerPanel
from ..look.numbers import exact
from ..look.text_line import TextLine
from ..look.theme import RESULT_PX
from .map_page import MapPage
from .pages import PAGES, SPECS, LayerFollower, MapFollower, Page, scrolled
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
        self.title = _label("title", "unit_title")
        self.where = _label("dim", "unit_position")
        self.value = TextLine("unit_value", RESULT_PX, bold=True)
        self.trail = Trail()
        self.trail_line = TrailLine()
        self.value_page = ValuePage()
        self.kernel, self.layer, self.map_page = self.value_page.kernel, LayerPanel(), MapPage()
        self._map_follower = MapFollower(self.map_page)
        self._pages: dict[str, Page] = {
            "value": self.value_page,
            "layer": LayerFollower(self.layer),
            "map": self._map_follower,
        }
        self._scrolls = {name: scrolled(name) for name in PAGES}
        self._tabs = TabRow()
        self.tabs = self._tabs.buttons
        self._stack = QStackedWidget()
        self._build()
        self._connect()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(6)
        heading = QHBoxLayout()
        heading.addWidget(self.title)
        heading.addStretch(1)
        heading.addWidget(self.where)
        column.addLayout(heading)
        column.addWidget(self.value)
        column.addWidget(self.trail_line)
        column.addWidget(self._tabs)
        for scroll in self._scrolls.values():
            self._stack.addWidget(scroll)
        for name, page in (("value", self.value_page), ("layer", self.layer), ("map", self.map_page)):
            self._scrolls[name].setWidget(page)
        column.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self._tabs.page_chosen.connect(self.choose)
        self.trail_line.crumb_chosen.connect(self.back_to)
        self._connect_sums(self.value_page)
        self.map_page.unit_selected.connect(self.unit_selected)
        self.map_page.unit_hovered.connect(self.unit_hovered)

    def _connect_sums(self, page: ValuePage | GradientPage) -> None:
        page.source_chosen.connect(self._follow)
        page.source_hovered.connect(self.term_hovered)
        page.target_chosen.connect(self.target_chosen)
        page.reached.connect(self._scroll_to)

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
        self._scrolls[name].setWidget(page)
        page.show()  # the scroll area may be on screen already
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
            self._show_title()
            self.trail.show_state(new)
            self.trail_line.show_trail(self.trail)
        if old is None or old.origin is not new.origin:
            self.layer.forget_cost()
            self.value.setText("…")  # of another network; that of an edited one stays until its frame
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
        return PAGES[self._stack.currentIndex()]

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

    def _show_title(self) -> None:
        focus = self._focus
        for part in (self.where, self.value, self.trail_line, self._tabs):
            part.setVisible(focus is not None)
        if focus is None:
            self.title.setText("Nothing selected")
            return
        index = focus.index
        title = f"{focus.layer} · " + (f"map {index[0]}" if len(index) == 3 else f"unit {index[0]}")
        if title != self.title.text():
            self.title.setText(title)
            self.value.setText("…")
        self.where.setText(f"row {index[1]}, column {index[2]}" if len(index) == 3 else "")

    def _show_page(self) -> None:
        """Brings the page on screen up to date; the others wait until they are seen."""
        page = self._chosen if self._focus is not None else HINT_PAGE
        seen = self.page != page
        self._stack.setCurrentIndex(PAGES.index(page))
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
            self.value.setText(exact(float(values[focus.index])))

    # --- what the pages need --------------------------------------------------------------------------------------

    def _want_effective(self, wanted: bool) -> None:
        self._effective = wanted
        self._ask()

    def _needs(self) -> tuple[bool, bool]:
        """What the page on screen needs of frames: gradients, the effective field."""
        seen = self.isVisible()
        gradients = any(spec.gradients for spec in SPECS if spec.name == self.page)
        return seen and gradients, seen and self.page == "field" and self._effective

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

    # --- the trail --------------------------------------------------------------------------------------------

    def back(self) -> None:
        """Goes one back on the trail."""
        if len(self.trail.crumbs) > 1:
            self.back_to(len(self.trail.crumbs) - 2)

    def back_to(self, at: int) -> None:
        """Goes back to a crumb; the trail is cut there."""
        self.unit_traced.emit(self.trail.cut(at))

    def _follow(self, layer: str, index: tuple[int, ...]) -> None:
        focus = Focus(layer, index)
        self.trail.follow(focus)
        self.unit_traced.emit(focus)

    def _scroll_to(self, widget: QWidget, place: QRect) -> None:
        scroll = self._stack.currentWidget()
        inside = scroll.widget() if isinstance(scroll, QScrollArea) else None
        if isinstance(scroll, QScrollArea) and inside is not None:
            top = widget.mapTo(inside, place.topLeft())
            scroll.ensureVisible(top.x(), top.y() + place.height() // 2, 0, place.height() // 2 + 8)


def _label(role: str, name: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setObjectName(name)
    return label
