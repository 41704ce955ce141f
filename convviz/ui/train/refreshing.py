"""When the workspace hears of what is new: twice a second, in parts, and at once of what somebody waits for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from ...session.training.trainer import What
from ..throttle import Throttle

REFRESH_MS = 500
APART_MS = 30  # cards and page: what takes Python's lock for a moment only mostly finds the training in long sums
News = frozenset[What]


class Refreshing(QObject):
    """Gathers news and tells ``cards`` and ``page`` of them, each once."""

    def __init__(self, cards: Callable[[News], object], page: Callable[[News], object], parent: QObject) -> None:
        super().__init__(parent)
        self._cards, self._page = cards, page
        self._news: News = frozenset()
        self._page_news: News = frozenset()  # that the cards know already
        self._throttle = Throttle(self._tell_in_parts, REFRESH_MS, self)
        self._page_later = QTimer(self, singleShot=True, interval=APART_MS)
        self._page_later.timeout.connect(self._tell_page)

    def add(self, news: News, *, at_once: bool) -> None:
        """There are news."""
        self._news |= news
        if at_once:
            self._tell_cards()
            self._tell_page()
        else:
            self._throttle.request()

    def forget(self) -> None:
        """All of it is known."""
        self._news = self._page_news = frozenset()

    def _tell_in_parts(self) -> None:
        self._tell_cards()
        self._page_later.start()

    def _tell_cards(self) -> None:
        news, self._news = self._news, frozenset()
        self._page_news |= news
        self._cards(news)

    def _tell_page(self) -> None:
        self._page_later.stop()
        news, self._page_news = self._page_news, frozenset()
        self._page(news)
