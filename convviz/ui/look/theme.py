"""The two looks, dark and light: their colours, the palette and the style sheet made from them.

Widgets that paint themselves read colours by :func:`theme_of` from their own palette, so a change of theme reaches
them as Qt's ordinary palette change and nobody keeps a list.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from ...spec.lab.ends import ON_DARK, ON_LIGHT
from .shades import faint

UNIT = 4  # px: every distance is a multiple
GAP = 8  # between cards
MARGIN = 12  # around the panels
RADIUS = 8
HEADER_PX, STATUS_PX = 44, 24
LEFT_PX, RIGHT_PX = 256, 280  # the outer panels, at first
CAPTION_PX, VALUE_PX, TITLE_PX, RESULT_PX = 11, 12, 13, 15
OFF_ALPHA = 150  # of what cannot be pressed now: fainter than all else, but still to be read


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as ``#rrggbb``; ``negative`` and ``positive`` are the ends of the diverging scale around ``card``."""

    name: str
    window: str
    card: str
    raised: str
    line: str
    text: str
    dim: str
    accent: str
    on_accent: str
    negative: str
    positive: str
    field: str
    not_a_number: str
    chosen: str
    warning: str


DARK = Theme(
    "dark",
    window="#14161a",
    card=ON_DARK.zero,
    raised="#242831",
    line="#313743",
    text="#e7e9ee",
    dim="#98a2b3",
    accent="#5cc8ff",
    on_accent="#0b1220",
    negative=ON_DARK.below,
    positive=ON_DARK.above,
    field="#ffd166",
    not_a_number="#ff4fd8",
    chosen="#2a3442",
    warning="#ffb86b",
)
LIGHT = Theme(
    "light",
    window="#f3f4f7",
    card=ON_LIGHT.zero,
    raised="#ffffff",
    line="#d8dce3",
    text="#1c2028",
    dim="#5b6472",
    accent="#0a66c2",
    on_accent="#ffffff",
    negative=ON_LIGHT.below,
    positive=ON_LIGHT.above,
    field="#b8860b",
    not_a_number="#c2008f",
    chosen="#e3eefa",
    warning="#9a4a00",
)


def theme_of(widget: QWidget) -> Theme:
    """The theme whose palette the widget has."""
    return DARK if widget.palette().color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


@cache
def font(size_px: int, *, bold: bool = False) -> QFont:
    """The application's font in one of the four sizes; titles are semibold; digits have one width."""
    chosen = QFont(QApplication.font())
    chosen.setPixelSize(size_px)
    chosen.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    if hasattr(chosen, "setFeature"):  # Qt 6.7
        chosen.setFeature(QFont.Tag("tnum"), 1)
    return chosen


def apply(app: QApplication, theme: Theme) -> None:
    """Gives the whole application this look."""
    app.setPalette(palette(theme))
    app.setStyleSheet(style_sheet(theme))


def apply_chosen(choice: str) -> None:
    """``dark``, ``light``, or the one the system has."""
    dark = choice == "dark"
    if choice == "system":
        dark = QGuiApplication.styleHints().colorScheme() is not Qt.ColorScheme.Light
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    apply(app, DARK if dark else LIGHT)


def palette(theme: Theme) -> QPalette:
    """The theme as a QPalette, for everything Qt paints by itself."""
    roles = {
        QPalette.ColorRole.Window: theme.window,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Base: theme.card,
        QPalette.ColorRole.AlternateBase: theme.raised,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.Button: theme.raised,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.PlaceholderText: theme.dim,
        QPalette.ColorRole.ToolTipBase: theme.raised,
        QPalette.ColorRole.ToolTipText: theme.text,
        QPalette.ColorRole.Highlight: theme.accent,
        QPalette.ColorRole.HighlightedText: theme.on_accent,
        QPalette.ColorRole.Link: theme.accent,
        QPalette.ColorRole.Mid: theme.line,
    }
    result = QPalette()
    for role, colour in roles.items():
        result.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, faint(theme.dim, OFF_ALPHA))
    return result


def style_sheet(theme: Theme) -> str:
    """What a palette cannot say: borders, radii, paddings, hover."""
    off = faint(theme.dim, OFF_ALPHA).name(QColor.NameFormat.HexArgb)
    return "".join((_grounds(theme), _buttons(theme, off), _choices(theme), _menus(theme), _lists(theme)))


def _grounds(t: Theme) -> str:
    """Windows, cards, and the words on them."""
    return f"""
    QMainWindow, QDialog {{ background: {t.window}; }}
    QWidget {{ font-size: {VALUE_PX}px; color: {t.text}; }}
    QLabel {{ background: transparent; }}
    QLabel[role="title"] {{ font-size: {TITLE_PX}px; font-weight: 600; }}
    QLabel[role="result"] {{ font-size: {RESULT_PX}px; font-weight: 600; }}
    QLabel[role="caption"] {{ font-size: {CAPTION_PX}px; color: {t.dim}; }}
    QLabel[role="dim"] {{ color: {t.dim}; }}
    QLabel[role="warning"] {{ color: {t.warning}; }}
    QFrame[role="card"] {{ background: {t.card}; border: 1px solid {t.line}; border-radius: {RADIUS}px; }}
    QFrame[role="raised"] {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: {RADIUS}px; }}
    QFrame[role="bar"] {{ background: {t.card}; border: 0; border-bottom: 1px solid {t.line}; }}
    QFrame[role="status"] {{ background: {t.card}; border: 0; border-top: 1px solid {t.line}; }}
    QFrame[role="banner"] {{ background: {t.raised}; border: 1px solid {t.warning}; border-radius: {RADIUS}px; }}
    QLabel[role="tip"] {{
        background: {t.raised}; border: 1px solid {t.line}; border-radius: 5px; padding: 3px 7px;
    }}
    QFrame[role="rule"] {{ background: {t.line}; border: 0; }}
    QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.line}; padding: 4px 6px; }}
    QSplitter::handle {{ background: transparent; }}
    """


def _buttons(t: Theme, off: str) -> str:
    """``off`` is the ink of those that cannot be pressed now."""
    return f"""
    QToolButton, QPushButton {{
        background: transparent; border: 1px solid transparent; border-radius: 5px; padding: 3px 7px; color: {t.text};
    }}
    QToolButton:hover, QPushButton:hover {{ background: {t.raised}; border-color: {t.line}; }}
    QToolButton:pressed, QPushButton:pressed {{ background: {t.line}; }}
    QToolButton:checked {{ background: {t.raised}; border-color: {t.accent}; }}
    QToolButton:focus, QPushButton:focus {{ border-color: {t.accent}; }}
    QToolButton:disabled, QPushButton:disabled {{ color: {off}; }}
    QToolButton[role="toggle"] {{ border-color: {t.line}; background: {t.card}; }}
    QToolButton[role="toggle"]:checked {{ background: {t.chosen}; border-color: {t.chosen}; color: {t.accent}; }}
    QToolButton[role="toggle"]:focus {{ border-color: {t.accent}; }}
    QToolButton[role="tab"] {{ color: {t.dim}; border-radius: 5px; padding: 3px 0; }}
    QToolButton[role="tab"]:checked {{ background: {t.chosen}; color: {t.text}; border-color: transparent; }}
    QToolButton[role="tab"]:focus {{ border-color: {t.accent}; }}
    QToolButton[role="tab"]:disabled {{ color: {off}; }}
    QToolButton[role="workspace"] {{ color: {t.dim}; font-size: {TITLE_PX}px; font-weight: 600; padding: 4px 10px; }}
    QToolButton[role="workspace"]:checked {{ background: {t.chosen}; color: {t.text}; border-color: transparent; }}
    QToolButton[role="workspace"]:focus {{ border-color: {t.accent}; }}
    QToolButton[role="status"] {{ font-size: {CAPTION_PX}px; color: {t.accent}; padding: 0 5px; }}
    QToolButton::menu-indicator {{ image: none; }}
    QPushButton[role="action"] {{ background: {t.accent}; color: {t.on_accent}; padding: 5px 12px; }}
    """


def _choices(t: Theme) -> str:
    """Boxes to choose from, and sliders."""
    return f"""
    QComboBox {{
        background: {t.raised}; border: 1px solid {t.line}; border-radius: 5px; padding: 3px 8px; min-height: 18px;
    }}
    QComboBox:hover, QComboBox:focus {{ border-color: {t.accent}; }}
    QComboBox::drop-down {{ border: 0; width: 18px; }}
    QComboBox QAbstractItemView {{
        background: {t.raised}; border: 1px solid {t.line}; color: {t.text};
        selection-background-color: {t.accent}; selection-color: {t.on_accent}; outline: 0;
    }}
    QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {t.line}; }}
    QSlider::sub-page:horizontal {{ background: {t.accent}; border-radius: 2px; }}
    QSlider::handle:horizontal {{
        width: 12px; height: 12px; margin: -4px 0; border-radius: 6px; background: {t.accent};
        border: 1px solid {t.card};
    }}
    QSlider:focus::handle:horizontal {{ border-color: {t.text}; }}
    """


def _menus(t: Theme) -> str:
    """The menu bar, and what opens below it."""
    return f"""
    QMenuBar {{ background: transparent; spacing: 0; }}
    QMenuBar::item {{ padding: 6px 9px; border-radius: 5px; color: {t.dim}; background: transparent; }}
    QMenuBar::item:selected {{ background: {t.raised}; color: {t.text}; }}
    QMenu {{ background: {t.raised}; border: 1px solid {t.line}; padding: 4px; }}
    QMenu::item {{ padding: 5px 22px 5px 22px; border-radius: 5px; }}
    QMenu::item:selected {{ background: {t.accent}; color: {t.on_accent}; }}
    QMenu::item:disabled {{ color: {t.dim}; }}
    QMenu::separator {{ height: 1px; background: {t.line}; margin: 4px 8px; }}
    """


def _lists(t: Theme) -> str:
    """Lists, tables, and what scrolls."""
    return f"""
    QListView {{ background: transparent; border: 0; outline: 0; }}
    QListView::item {{ padding: 3px 6px; border-radius: 5px; }}
    QListView::item:selected {{ background: {t.chosen}; color: {t.text}; }}
    QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: 0; }}
    QAbstractScrollArea::corner {{ background: transparent; border: 0; }}
    QScrollBar {{ background: transparent; width: 10px; height: 10px; }}
    QScrollBar::handle {{ background: {t.line}; border-radius: 4px; min-height: 24px; min-width: 24px; margin: 1px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QTableView {{ background: {t.card}; border: 0; gridline-color: transparent; selection-background-color: {t.chosen};
        selection-color: {t.text}; outline: 0; }}
    QHeaderView, QHeaderView::section {{
        background: {t.card}; color: {t.dim}; border: 0; font-size: {CAPTION_PX}px; padding: 0 4px;
    }}
    """
