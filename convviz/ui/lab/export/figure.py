"""One moment of the Lab as a file: PNG, or SVG that scales to any size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRect, QRectF, QSize
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator

from ....spec.errors import InputError
from ....spec.lab.trial import Trial
from ....spec.weights import write_atomically
from ..pointing import peak
from ..scene import Pointer, Scene
from .page import Look, paint_page, painted, title_of
from .svg_fonts import with_generic

FIGURES, ANIMATIONS = (".png", ".svg"), (".gif",)
RATIO = 2  # pixels of a PNG a logical pixel: sharp on a projector


def ending(path: Path) -> str:
    """The kind of file a name asks for.

    >>> ending(Path("slide.SVG"))
    '.svg'

    Raises:
        InputError: it is none that is written here.
    """
    kind = path.suffix.lower()
    if kind not in (*FIGURES, *ANIMATIONS):
        raise InputError(f"{path.name!r} should end in .png or .svg for a figure, or in .gif for an animation")
    return kind


def moment(trial: Trial, position: int | None = None, channel: int = 0) -> Scene:
    """The scene after so many positions, with the last one's window; without ``position`` the finished output.

    The kernel of a finished signal stands where its output is largest.

    Raises:
        InputError: the output has no such position.
    """
    if position is None:
        return Scene(trial, trial.positions, None, channel, rest=peak(trial, channel))
    if not 1 <= position <= trial.positions:
        raise InputError(f"position {position} is not there; the output has positions 1 to {trial.positions:,}")
    at = divmod(position - 1, trial.output.shape[2])
    return Scene(trial, position, Pointer("output", (channel, *at)), channel)


def png(scene: Scene, look: Look) -> bytes:
    """The figure as a PNG, twice as many pixels as its size."""
    return encoded(painted(scene, look, RATIO))


def encoded(picture: QImage) -> bytes:
    """A picture as PNG."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(picture)
    return bytes(buffer.data().data())


def svg(scene: Scene, look: Look) -> bytes:
    """The figure as an SVG; its numbers are text."""
    rect = QRectF(0, 0, *look.size)
    title = title_of(scene.trial.lab)
    return drawn(QSize(*look.size), title, lambda painter: paint_page(painter, rect, scene, look.theme))


def drawn(size: QSize, title: str, paint: Callable[[QPainter], None]) -> bytes:
    """What ``paint`` draws, as an SVG of that size."""
    buffer = QBuffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(QPoint(), size))
    generator.setTitle(title)
    generator.setDescription("made with convviz")
    with QPainter(generator) as painter:
        paint(painter)
    return with_generic(bytes(buffer.data().data()))


def save_figure(path: Path, scene: Scene, look: Look) -> None:
    """Writes a PNG or an SVG, all of it or nothing.

    Raises:
        InputError: the name ends otherwise, or the file cannot be written.
    """
    kind = figure_ending(path)
    write_atomically(path, png(scene, look) if kind == ".png" else svg(scene, look))


def figure_ending(path: Path) -> str:
    """As :func:`ending`, of a figure.

    Raises:
        InputError: it is that of an animation, or none that is written here.
    """
    kind = ending(path)
    if kind not in FIGURES:
        raise InputError(f"{path.name!r} would be an animation; a figure ends in .png or .svg")
    return kind
