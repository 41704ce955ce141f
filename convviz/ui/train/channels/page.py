"""The page Channels: what every channel of a layer answers most strongly to, after each epoch."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from ....session.training.trainer import Trainer, What
from ....spec.geometry import LayerGeometry
from ....spec.network import NetworkSpec
from ....spec.training.news import Best, Loaded
from ....spec.training.sample import Sample
from ...field.switch import Switch
from ...look.choice import Choice
from ...look.text_line import TextLine
from ...look.theme import CAPTION_PX, GAP, TITLE_PX, UNIT
from ..errors.scrolled import Scrolled
from ..moment import measured
from ..page import Page
from .answers import Answers
from .grid import ChannelGrid
from .grid_layout import Spot
from .patches import seen

IDLE = "Start a training. After its first epoch this page shows what every channel answers most strongly to."
MEASURING = "The test images are being read by the network on screen."
WAITING = "After the first epoch this page shows what every channel answers most strongly to."
VIEWS = {
    "patches": ("Patches", "Only what the unit sees of the image; beyond its edge the edge goes on"),
    "images": ("Whole images", "The images that the patches are from"),
}


class ChannelsPage(Page):
    """The layer stays chosen from epoch to epoch."""

    wants: ClassVar[frozenset[What]] = frozenset({"epoch"})
    pointed_at = Signal(str)
    sample_opened = Signal(object)  # Sample
    channel_opened = Signal(object)  # (layer, channel)

    def __init__(self, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(trainer, parent)
        self.setObjectName("channels_page")
        self.best: Best | None = None
        self.data: Loaded | None = None
        self._network: NetworkSpec | None = None
        self._rows: dict[str, LayerGeometry] = {}
        self.layers = Choice()
        self.layers.setObjectName("channels_layer")
        self.layers.setAccessibleName("Layer whose channels are shown")
        self.layers.setMinimumWidth(150)
        self.views = Switch("channels_views", VIEWS, "toggle")
        self.title = TextLine("channels_title", TITLE_PX, bold=True)
        self.when = TextLine("channels_when", CAPTION_PX, dim=True)
        self.grid = ChannelGrid()
        self.scrolled = Scrolled(self.grid, "channels_scroll")
        self.empty = QLabel(IDLE)
        self.empty.setObjectName("channels_empty")
        self.empty.setProperty("role", "dim")
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._build()
        self.layers.activated.connect(lambda _at: self._chosen())
        self.views.chosen.connect(lambda _name: self._chosen())
        self.grid.spot_hovered.connect(self._spot_hovered)
        self.grid.spot_clicked.connect(self._spot_clicked)

    def _build(self) -> None:
        shown = QWidget()
        column = QVBoxLayout(shown)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        head = QHBoxLayout()
        head.setSpacing(GAP)
        head.addWidget(self.layers)
        head.addWidget(self.views)
        head.addWidget(self.title, 1)
        column.addLayout(head)
        column.addWidget(self.when)
        column.addSpacing(UNIT)
        column.addWidget(self.scrolled, 1)
        self.stack = QStackedLayout(self)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(shown)

    # --- what to show -----------------------------------------------------------------------------------------

    @property
    def layer(self) -> str:
        """The one whose channels are shown."""
        chosen: object = self.layers.currentData()
        return chosen if isinstance(chosen, str) else ""

    def refresh(self, what: frozenset[What]) -> None:
        """The answers after another epoch, or of another run."""
        best, data, run = self.trainer.best, self.trainer.data, self.trainer.run
        if best is None or data is None or run is None or not self._fits(best, data, run.network):
            self.best = None
            waits = self.trainer.status in ("loading", "running", "paused")
            self.empty.setText(MEASURING if self.trainer.measuring else WAITING if waits else IDLE)
            self.stack.setCurrentIndex(0)
            return
        self.stack.setCurrentIndex(1)
        if best is not self.best or data is not self.data:
            self.best, self.data = best, data
            self._show()
        self.when.setText(f"{measured(best.step, self.trainer)}, on test images")

    def choose_layer(self, layer: str) -> None:
        """Another layer; nothing happens where there is no such one."""
        at = self.layers.findData(layer)
        if at >= 0:
            self.layers.setCurrentIndex(at)
            self._chosen()

    def _fits(self, best: Best, data: Loaded, network: NetworkSpec) -> bool:
        """Whether they belong together; the layers to choose from are those of this network."""
        if network is not self._network:
            self._network, self._rows, self.best = network, seen(network), None
            chosen = self.layer
            with QSignalBlocker(self.layers):
                self.layers.clear()
                for name, row in self._rows.items():
                    self.layers.addItem(f"{name}  ({row.output_shape[0]} {_counted(row)})", name)
                self.layers.setCurrentIndex(max(self.layers.findData(chosen), 0))
        shapes = {name: row.output_shape[0] for name, row in self._rows.items()}
        fits = all(len(best.values.get(name, ())) == channels for name, channels in shapes.items())
        images = max((int(found.max(initial=-1)) for found in best.images.values()), default=-1)
        return fits and bool(shapes) and images < len(data.test)

    def _show(self) -> None:
        if self.best is None or self.data is None or self._network is None:
            return
        row = self._rows[self.layer]
        answers = Answers(self._network, row, self.best, self.data.test, self.data.classes)
        whole = row.receptive_field is None
        self.views.setEnabled(not whole)
        self.views.setToolTip("Every unit of this layer sees the whole image" if whole else "")
        self.title.setText(_dead(answers))
        self.grid.show_answers(answers, whole=whole or self.views.current == "images")

    # --- what is asked for ------------------------------------------------------------------------------------

    def _chosen(self) -> None:
        self._show()
        self.scrolled.verticalScrollBar().setValue(0)

    def _spot_hovered(self, spot: Spot | None) -> None:
        if spot is not None and self.grid.hasFocus():
            self.scrolled.reveal(self.grid.placement.rect(spot))
        words = self.grid.words
        self.scrolled.say(words, self.grid.tip_place())
        self.pointed_at.emit(words)

    def _spot_clicked(self, spot: Spot) -> None:
        answers = self.grid.answers
        if answers is None:
            return
        if spot.number < 0:
            self.channel_opened.emit((answers.layer, spot.channel))
        else:
            self.sample_opened.emit(Sample.of(answers.samples, answers.index(*spot)))


def _counted(row: LayerGeometry) -> str:
    return "channels" if len(row.output_shape) == 3 else "units"


def _dead(answers: Answers) -> str:
    """How many channels are dead; mostly nothing."""
    dead = len(answers.dead)
    if not dead:
        return ""
    return f"{dead} of {answers.channels} {'is' if dead == 1 else 'are'} dead"
