"""Paints a row of the list of runs: two lines a cell, and a box whose tick has the colour of the curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ....spec.training.run import Run
from ...look.hues import hue
from ...look.numbers import typeset
from ...look.rows import AnyIndex
from ...look.shades import ink_on
from ...look.theme import CAPTION_PX, VALUE_PX, Theme, font, theme_of
from . import words

if TYPE_CHECKING:
    from .table import RunsTable

BOX_PX, SIDE_PX, NOTE_PX = 14, 4, 16
BOX, SETTINGS, NUMBERS, STATUS = 0, 3, (4, 5, 6), 7  # columns


class RunRows(QStyledItemDelegate):
    """The delegate of :class:`convviz.ui.train.runs.table.RunsTable`."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        view: RunsTable = self.parent()  # type: ignore[assignment]
        theme, rect, run = theme_of(view), option.rect, view.table.runs[index.row()]
        state, current = option.state, run.number == view.table.current
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(theme.chosen))
        inside = rect.adjusted(SIDE_PX, 3, -SIDE_PX, -3)
        if run.note:
            _paint_note(painter, view, index, rect, run, theme)
            inside.setBottom(inside.bottom() - NOTE_PX)
        if index.column() == BOX:
            _paint_box(painter, QPointF(rect.left() + 20, inside.center().y() + 0.5), run, current, theme)
        elif index.column() == SETTINGS:
            parts = words.parts(run, view.table.different)
            if rest := _paint_parts(painter, _upper(inside, two=True), parts, theme, last=False):
                _paint_parts(painter, _lower(inside), rest, theme, last=True)
        else:
            self._paint_text(painter, inside, index, current, theme)
        if view.hasFocus() and index.row() == view.currentIndex().row():
            painter.setPen(QColor(theme.accent))
            for y in (rect.top(), rect.bottom()):
                painter.drawLine(rect.left(), y, rect.right(), y)

    def _paint_text(self, painter: QPainter, inside: QRect, index: AnyIndex, current: bool, theme: Theme) -> None:
        view: RunsTable = self.parent()  # type: ignore[assignment]
        first = view.table.data(index)
        second = view.table.data(index, Qt.ItemDataRole.UserRole)
        side = Qt.AlignmentFlag.AlignRight if index.column() in NUMBERS else Qt.AlignmentFlag.AlignLeft
        bad = index.column() == STATUS and first in ("diverged", "failed")
        painter.setFont(font(VALUE_PX, bold=index.column() == 1 and current))
        painter.setPen(QColor(theme.warning if bad else theme.text))
        room = _upper(inside, two=bool(second))
        text = painter.fontMetrics().elidedText(first, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, text)
        _paint_second(painter, inside, second, theme.accent if current and index.column() == 1 else theme.dim)


def _upper(inside: QRect, *, two: bool) -> QRect:
    return QRect(inside.left(), inside.top(), inside.width(), 17) if two else inside


def _lower(inside: QRect) -> QRect:
    return QRect(inside.left(), inside.bottom() - 14, inside.width(), 15)


def _paint_note(painter: QPainter, view: RunsTable, index: AnyIndex, rect: QRect, run: Run, theme: Theme) -> None:
    """The part of the note that lies in this cell: it goes from the settings to the end of the row."""
    if index.column() < SETTINGS:
        return
    left = view.columnViewportPosition(SETTINGS) + SIDE_PX
    room = QRect(left, rect.bottom() - 2 - NOTE_PX, view.viewport().width() - SIDE_PX - left, NOTE_PX)
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    painter.setFont(font(CAPTION_PX))
    painter.setPen(QColor(theme.warning if run.status in ("diverged", "failed") else theme.dim))
    text = painter.fontMetrics().elidedText(typeset(run.note), Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
    painter.restore()


def _paint_second(painter: QPainter, inside: QRect, text: str, colour: str) -> None:
    if text:
        painter.setFont(font(CAPTION_PX))
        painter.setPen(QColor(colour))
        room = _lower(inside)
        text = painter.fontMetrics().elidedText(typeset(text), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


def _paint_parts(
    painter: QPainter, room: QRect, parts: tuple[words.Part, ...], theme: Theme, *, last: bool
) -> tuple[words.Part, ...]:
    """One after the other, each whole; gives back those that did not fit, which "…" stands for on the ``last`` line."""
    x = room.left()
    for i, part in enumerate(parts):
        painter.setFont(font(VALUE_PX, bold=part.bold))
        painter.setPen(QColor(theme.text if part.bold else theme.dim))
        metrics = painter.fontMetrics()
        begin = " · " if i else ""
        text, left, more = typeset(begin + part.text), room.right() - x, i + 1 < len(parts)
        wide = metrics.horizontalAdvance(text)
        if wide + (metrics.horizontalAdvance(" …") if more and last else 0) > left and (i or last):
            if last:
                shown = " …" if i else metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, left)
                painter.drawText(QRect(x, room.top(), left, room.height()), Qt.AlignmentFlag.AlignVCenter, shown)
            return parts[i:]
        text = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, left)  # the first, where it has no room either
        painter.drawText(QRect(x, room.top(), left, room.height()), Qt.AlignmentFlag.AlignVCenter, text)
        x += wide
    return ()


def _paint_box(painter: QPainter, at: QPointF, run: Run, current: bool, theme: Theme) -> None:
    colour = QColor(hue(run.number - 1, theme).colour)
    box = QRectF(at.x() - BOX_PX / 2, at.y() - BOX_PX / 2, BOX_PX, BOX_PX)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.5))
    painter.setBrush(colour if run.shown or current else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, 3, 3)
    if run.shown or current:
        painter.setPen(QPen(ink_on(colour), 1.8))
        painter.drawPolyline([at + QPointF(-3.5, 0), at + QPointF(-1, 3), at + QPointF(4, -3)])
    painter.restore()
