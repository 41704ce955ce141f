"""The kinds of inputs that the Lab has, and which one a source is."""

from __future__ import annotations

from ....spec.lab.charts import CHARTS
from ....spec.lab.signals import DRAWN, SIGNALS
from ....spec.lab.sounds import SUFFIX
from ....spec.lab.source import FromDrawing, FromPhoto, Grid, Source

KINDS: dict[str, str] = {
    "drawing": "Drawing",
    "numbers": "Numbers",
    "signal": "Signal",
    "picture": "Picture by convviz",
    "photo": "Photo",
    "sound": "Sound (WAV)",
}
ROW = "row "  # begins the name of a signal that is a row of a picture
_OF_DRAWING = " of the drawing"  # ends it
FROM_DRAWING, FROM_PICTURE = "row of the drawing", "row of the picture"


def kind_of(source: Source) -> str:
    """Which of :data:`KINDS` a source is; numbers of which nothing else is known are typed ones.

    >>> kind_of(FromDrawing())
    'drawing'
    """
    match source:
        case FromDrawing():
            return "drawing"
        case FromPhoto():
            return "photo"
        case Grid(name=name) if name.endswith(SUFFIX):
            return "sound"
        case Grid(values=values, name=name) if values.shape[1] == 1 and is_signal(name):
            return "signal"
        case Grid(name=name) if name in CHARTS:
            return "picture"
    return "numbers"


def is_signal(name: str) -> bool:
    """Whether a Grid of that name was made on the signal page."""
    return name in SIGNALS or name == DRAWN or name.startswith(ROW)


def signal_kind(name: str) -> str:
    """What a signal of that name was made as: a row, or one of ``SIGNALS``.

    >>> signal_kind("row 3 of the drawing"), signal_kind("row 3 of zone plate"), signal_kind("sine")
    ('row of the drawing', 'row of the picture', 'sine')
    """
    if not name.startswith(ROW):
        return name
    return FROM_DRAWING if name.endswith(_OF_DRAWING) else FROM_PICTURE
