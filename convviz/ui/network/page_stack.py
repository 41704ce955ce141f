"""The inspector's pages, one of which is on screen; each scrolls up and down where it is too long."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget

from .pages import PAGES


class PageStack(QStackedWidget):
    """Has a place for each of the PAGES, also of those that are not made yet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scrolls = {name: _scrolled(name) for name in PAGES}
        for scroll in self._scrolls.values():
            self.addWidget(scroll)

    @property
    def page(self) -> str:
        """The page on screen."""
        return PAGES[self.currentIndex()]

    def show_page(self, name: str) -> None:
        """Brings a page on screen."""
        self.setCurrentIndex(PAGES.index(name))

    def put(self, name: str, page: QWidget) -> None:
        """Puts a page into its place."""
        self._scrolls[name].setWidget(page)
        page.show()  # its place may be on screen already

    def reveal(self, widget: QWidget, place: QRect) -> None:
        """Scrolls the page on screen to a part of a widget that is in it."""
        scroll = self._scrolls[self.page]
        inside = scroll.widget()
        if inside is not None:
            top = widget.mapTo(inside, place.topLeft())
            scroll.ensureVisible(top.x(), top.y() + place.height() // 2, 0, place.height() // 2 + 8)


def _scrolled(name: str) -> QScrollArea:
    scroll = QScrollArea()
    scroll.setObjectName(f"{name}_scroll")
    scroll.setWidgetResizable(True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return scroll
