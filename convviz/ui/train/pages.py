"""The pages in the middle of the workspace Train; each is imported when it is first shown."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from ...session.training.trainer import Trainer
from .page import Page


@dataclass(frozen=True, slots=True)
class PageSpec:
    """``module`` below :mod:`convviz.ui.train`, and the class in it."""

    title: str
    module: str
    kind: str
    tip: str

    def make(self, trainer: Trainer) -> Page:
        page: Page = getattr(import_module(f".{self.module}", __package__), self.kind)(trainer)
        return page


PAGES = {
    "curves": PageSpec("Curves", "curves.page", "CurvesPage", "Loss and accuracy, step by step"),
    "kernels": PageSpec("Kernels", "kernels.page", "KernelsPage", "The kernels of every layer, and their gradients"),
    "layers": PageSpec("Layers", "layers.page", "LayersPage", "Gradients, updates and dead channels of every layer"),
    "errors": PageSpec("Errors", "errors.page", "ErrorsPage", "Which class is taken for which, and the images"),
    "channels": PageSpec("Channels", "channels.page", "ChannelsPage", "What every channel answers most strongly to"),
    "loss": PageSpec("Loss", "loss.page", "LossPage", "The loss, with the numbers of one sample"),
    "runs": PageSpec("Runs", "runs.page", "RunsPage", "All trainings: choose, compare, export"),
    "hardware": PageSpec("Hardware", "hardware.page", "HardwarePage", "Devices, threads, several GPUs"),
}
