"""What a training makes small."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from ...spec.training import TrainingSettings


def loss_sum(scores: Tensor, labels: Tensor, settings: TrainingSettings) -> Tensor:
    """The loss of each image, summed: cross-entropy, or the mean square of scores (N, K) minus one-hot targets.

    >>> import torch
    >>> scores, labels = torch.tensor([[-1.0, -3.0, 4.0], [-3.0, 3.0, -1.0]]), torch.tensor([0, 1])
    >>> f"{float(loss_sum(scores, labels, TrainingSettings())) / 2:.4f}"  # the lecture's example
    '2.5141'
    >>> squares = loss_sum(scores, labels, TrainingSettings(loss="mse"))
    >>> f"{float(squares):.4f}"  # (4 + 9 + 16) / 3 + (9 + 4 + 1) / 3
    '14.3333'
    """
    smoothing, classes = settings.smoothing, scores.shape[1]
    scores = scores.float()  # a GPU may have computed them in bfloat16
    if settings.loss == "mse":
        targets = functional.one_hot(labels, classes).to(scores.dtype) * (1 - smoothing) + smoothing / classes
        return (scores - targets).square().mean(dim=1).sum()
    return functional.cross_entropy(scores, labels, label_smoothing=smoothing, reduction="sum")
