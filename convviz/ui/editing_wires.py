"""Connects the pages of the inspector and the menus with what they do to the network."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction

from ..session.experiment import Experiment, nearest
from ..spec.channels import Channel, Mark, channels_of
from ..spec.state import Focus
from .actions import KINDS, TEMPLATES
from .network.inspector import PAGES, Inspector
from .network_intents import MARK_TEXTS, NetworkIntents


class EditingWires:
    """Adds to every intent of a page what is selected."""

    def __init__(self, inspector: Inspector, intents: NetworkIntents, experiment: Experiment) -> None:
        self._inspector, self._intents, self._experiment = inspector, intents, experiment
        self._edited: Channel | None = None  # by the gesture; its end may come when something else is selected
        self._connect_kernel()
        self._connect_layer()
        self._connect_pages()

    def _connect_pages(self) -> None:
        """What is looked at, which no undo takes back."""
        self._inspector.unit_traced.connect(self._trace)

    def _trace(self, focus: Focus) -> None:
        self._experiment.change(focus=nearest(self._experiment.state.network, focus))

    def _connect_kernel(self) -> None:
        page, intents = self._inspector.kernel, self._intents
        page.kernel_edited.connect(lambda values: self._edit(lambda at: intents.edit_kernel(*at, values)))
        page.bias_edited.connect(lambda value: self._edit(lambda at: intents.edit_bias(*at, value)))
        page.edit_finished.connect(lambda text: intents.finish(self._where(text)))
        page.mark_toggled.connect(self.toggle_mark)
        page.reset_wanted.connect(self.reset)
        page.refused.connect(intents.refused)

    def _connect_layer(self) -> None:
        page, intents = self._inspector.layer, self._intents
        page.layer_edited.connect(intents.edit_layer)
        page.edit_finished.connect(lambda: intents.finish())
        page.kind_chosen.connect(intents.change_kind)
        page.insert_wanted.connect(intents.insert)
        page.move_wanted.connect(intents.move)
        page.remove_wanted.connect(intents.remove)
        page.refused.connect(intents.refused)

    def connect_actions(self, actions: dict[str, QAction]) -> None:
        """Connects the menus' actions about the network."""
        for name in PAGES:
            actions[f"page_{name}"].triggered.connect(lambda _on, n=name: self._inspector.choose(n))
        actions["trail_back"].triggered.connect(self._inspector.heading.back)
        for mark in MARK_TEXTS:
            actions[mark].triggered.connect(lambda _on, m=mark: self.toggle_mark(m))
        for what in ("kernel", "layer", "network"):
            actions[f"reset_{what}"].triggered.connect(lambda _on, w=what: self.reset(w))
        for name in TEMPLATES:
            actions[f"new_{name}"].triggered.connect(lambda _on, n=name: self._intents.start_from(n))
        for kind in KINDS:
            actions[f"insert_{kind}"].triggered.connect(lambda _on, k=kind: self._insert_after(k))
        for name, step in (("move_earlier", -1), ("move_later", 1)):
            actions[name].triggered.connect(lambda _on, s=step: self._move(s))
        actions["remove_layer"].triggered.connect(lambda: self._with_layer(self._intents.remove))

    def toggle_mark(self, mark: Mark) -> None:
        self._with_channel(lambda at: self._intents.toggle_mark(mark, *at))

    def reset(self, what: str) -> None:
        """Resets the selected "kernel" or "layer", or the "network"."""
        if what == "network":
            self._intents.reset_network()
        elif what == "layer":
            self._with_layer(self._intents.reset_layer)
        else:
            self._with_channel(lambda at: self._intents.reset_kernel(*at))

    def _move(self, step: int) -> None:
        self._with_layer(lambda layer: self._intents.move(layer, step))

    def _insert_after(self, kind: str) -> None:
        ids = ["input", *(layer.id for layer in self._experiment.state.network)]
        focus = self._experiment.state.focus
        at = ids.index(focus.layer) if focus is not None and focus.layer in ids else len(ids) - 1
        self._intents.insert(at, kind)

    def _with_layer(self, act: Callable[[str], object]) -> None:
        focus = self._focus
        if focus is None or focus.layer == "input":
            self._intents.refused.emit("select a layer first: click a value in one of its maps")
        else:
            act(focus.layer)

    def _with_channel(self, act: Callable[[Channel], object]) -> None:
        focus, network = self._focus, self._experiment.state.network
        if focus is None or focus.layer not in network or not channels_of(network[focus.layer]):
            self._intents.refused.emit("select a map of a convolution, or a unit of a fully connected layer, first")
        else:
            act((focus.layer, focus.index[0]))

    def _edit(self, act: Callable[[Channel], object]) -> None:
        def remembered(at: Channel) -> None:
            self._edited = at
            act(at)

        self._with_channel(remembered)

    def _where(self, text: str) -> str:
        return f"{text}, {self._edited[0]}[{self._edited[1]}]" if self._edited is not None else text

    @property
    def _focus(self) -> Focus | None:
        return self._experiment.state.focus
