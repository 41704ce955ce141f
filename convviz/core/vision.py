"""torchvision, imported where it is needed and only there."""

from __future__ import annotations

from types import ModuleType
from typing import Any

_declared: list[Any] = []  # torch forgets an operator once its Library object is collected


def torchvision() -> ModuleType:
    """The torchvision module (2 s on first use).

    Beside a CPU-only torch, PyPI's torchvision raises ``operator torchvision::nms does not exist`` when imported,
    because its compiled operators could not be loaded. convviz uses none of them; declaring the schemas of the two
    that its Python code registers a fake for is enough.
    """
    import torch

    if not _declared and not hasattr(torch.ops.torchvision, "nms"):
        library = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
        for schema in (
            "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
            "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
        ):
            library.define(schema)  # type: ignore[no-untyped-call]
        _declared.append(library)
    import torchvision as module

    return module  # type: ignore[no-any-return]
