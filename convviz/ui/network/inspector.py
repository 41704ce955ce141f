"""The selected unit: its value, and pages about its map, its kernel and its layer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...session.experiment import Focus, differs
from ...session.outbox import Frame
from ...spec.adapt import untrained
from ...spec.channels import channels_of
from ...spec.geometry import LayerGeometry, describe
from ...spec.kernel_view import kernel_view
from ...spec.state import State
from ..kernel.panel import KernelPanel
from ..layer.panel import LayerPanel
from ..look.numbers import exact
from ..look.text_line import TextLine
from ..look.theme import RESULT_PX
from .map_page import MapPage

PAGES = ("kernel", "layer", "map")


class Inspector(QFrame):
    """Follows the State and the frames. The page the user chose last is shown wherever the layer has it."""

    unit_selected = Signal(object)  # Focus
    unit_hovered = Signal(str, object)  # layer id, Index or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setProperty("role", "card")
        self.setAccessibleName("The selected unit")
        self._state: State | None = None
        self._frame: Frame | None = None
        self._rows: dict[str, LayerGeometry] = {}
        self._per_map = False
        self._chosen = PAGES[0]
        self._stale: set[str] = set()  # pages that wait until they are seen
        self.title = _label("title", "unit_title")
        self.where = _label("dim", "unit_position")
        self.value = TextLine("unit_value", RESULT_PX, bold=True)
        self.map_page = MapPage()
        self.kernel = KernelPanel()
        self.layer = LayerPanel()
        self.tabs: dict[str, QToolButton] = {}
        self._stack = QStackedWidget()
        self._build()
        self.map_page.unit_selected.connect(self.unit_selected)
        self.map_page.unit_hovered.connect(self.unit_hovered)

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
        column.addLayout(self._tab_row())
        column.addSpacing(2)
        for name, page in zip(PAGES, (self.kernel, self.layer, self.map_page), strict=True):
            scroll = QScrollArea()
            scroll.setObjectName(f"{name}_scroll")
            scroll.setWidgetResizable(True)
            scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            scroll.setWidget(page)
            self._stack.addWidget(scroll)
        column.addWidget(self._stack, 1)

    def _tab_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        group = QButtonGroup(self)
        for name in PAGES:
            button = QToolButton()
            button.setText(name.capitalize())
            button.setCheckable(True)
            button.setObjectName(f"{name}_tab")
            button.setAccessibleName(f"Page {name}")
            button.setProperty("role", "tab")
            button.clicked.connect(lambda _on, n=name: self.choose(n))
            group.addButton(button)
            row.addWidget(button, 1)
            button.setSizePolicy(button.sizePolicy().Policy.Expanding, button.sizePolicy().Policy.Fixed)
            self.tabs[name] = button
        return row

    # --- what to show -----------------------------------------------------------------------------------------

    def show_state(self, old: State | None, new: State) -> None:
        """Redraws what differs."""
        self._state = new
        if old is None or old.network is not new.network:
            self._rows = {row.layer.id: row for row in describe(new.network)}
            self._frame = None
        if old is None or differs(old, new, "network", "focus"):
            self._stale |= set(PAGES)
            self._show_title()
        if old is None or differs(old, new, "weights", "origin", "channels", "kept"):
            self._stale |= {"kernel", "layer"}
        if old is None or old.origin is not new.origin:
            self.layer.forget_cost()
            self.value.setText("…")  # of another network; that of an edited one stays until its frame
        self._show_page()

    def choose(self, page: str) -> None:
        """Shows "kernel", "layer" or "map", here and wherever there is such a page."""
        self._chosen = page
        self._show_page()

    @property
    def page(self) -> str:
        """The page on screen."""
        return PAGES[self._stack.currentIndex()]

    def set_per_map(self, per_map: bool) -> None:
        self._per_map = per_map
        self._show_values()

    def show_frame(self, frame: Frame) -> None:
        self._frame = frame
        self._show_values()

    @property
    def _focus(self) -> Focus | None:
        """The focus, where the network has it."""
        focus = self._state.focus if self._state is not None else None
        return focus if focus is not None and (focus.layer == "input" or focus.layer in self._rows) else None

    def _shape(self, layer: str) -> tuple[int, ...]:
        assert self._state is not None
        return self._rows[layer].output_shape if layer in self._rows else self._state.network.input_shape

    def _show_title(self) -> None:
        focus = self._focus
        self.where.setVisible(focus is not None)
        self.value.setVisible(focus is not None)
        if focus is None:
            self.title.setText("Nothing selected")
            return
        index = focus.index
        title = f"{focus.layer} · " + (f"map {index[0]}" if len(index) == 3 else f"unit {index[0]}")
        if title != self.title.text():
            self.title.setText(title)
            self.value.setText("…")
        self.where.setText(f"row {index[1]}, column {index[2]}" if len(index) == 3 else "")

    def _show_map(self) -> None:
        focus = self._focus
        if focus is None:
            self.map_page.set_focus(None, None, ())
        else:
            self.map_page.set_focus(focus, self._rows.get(focus.layer), self._shape(focus.layer))

    def _show_layer(self) -> None:
        if self._focus is not None and self._state is not None:
            missing = untrained(self._state.network, self._state.kept)
            self.layer.show_layer(self._state.network, self._focus.layer, self._focus.layer in missing)

    def _show_kernel(self) -> None:
        focus, state = self._focus, self._state
        view = kernel_view(state, focus.layer, focus.index[0]) if focus and state else None
        marks: frozenset[str] = frozenset()
        if view is not None and state is not None:
            names = ("muted", "solo", "frozen")
            marks = frozenset(m for m in names if (view.layer, view.channel) in getattr(state.channels, m))
        self.kernel.show_kernel(view, marks)

    def _show_page(self) -> None:
        """Brings the page on screen up to date; the others wait until they are seen."""
        focus, page = self._focus, self._chosen
        row = self._rows.get(focus.layer) if focus is not None else None
        has_kernel = row is not None and channels_of(row.layer) > 0
        self.tabs["kernel"].setEnabled(has_kernel)
        if focus is None:
            page = "map"
        elif page == "kernel" and not has_kernel:
            page = "layer"
        self._stack.setCurrentIndex(PAGES.index(page))
        if page in self._stale:
            self._stale.discard(page)
            {"kernel": self._show_kernel, "layer": self._show_layer, "map": self._show_map}[page]()
        for name, tab in self.tabs.items():
            tab.setVisible(self._focus is not None)
            tab.setChecked(name == page)
        self._show_values()

    def _show_values(self) -> None:
        focus = self._focus
        if focus is None:
            return
        values = self._frame.maps.get(focus.layer) if self._frame is not None else None
        if values is None or values.shape != self._shape(focus.layer):
            return  # a frame is on its way
        self.value.setText(exact(float(values[focus.index])))
        if self.page == "map":
            self.map_page.show_values(values, per_map=self._per_map)


def _label(role: str, name: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setObjectName(name)
    return label
