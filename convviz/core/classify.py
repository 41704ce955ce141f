"""Class probabilities for a batch."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ..spec.resample import Floats

BATCH = 256


def probabilities(network: nn.Module, inputs: Floats | torch.Tensor, batch: int = BATCH) -> Floats:
    """Softmax of the network's outputs for ``inputs`` (N, C, H, W), in batches; returns (N, classes).

    Computed where the network is; the network must be in evaluation mode.

    >>> probabilities(nn.Flatten(), np.zeros((1, 1, 1, 4), np.float32)).tolist()
    [[0.25, 0.25, 0.25, 0.25]]
    """
    first = next(network.parameters(), None)
    device = first.device if first is not None else torch.device("cpu")
    rows: list[NDArray[np.float32]] = []
    with torch.inference_mode():
        for start in range(0, len(inputs), batch):
            part = torch.as_tensor(inputs[start : start + batch]).to(device)
            rows.append(torch.softmax(network(part), dim=1).cpu().numpy())
    return np.concatenate(rows) if rows else np.empty((0, 0), np.float32)
