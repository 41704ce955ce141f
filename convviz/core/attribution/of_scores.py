"""Where a score comes from: its gradients, saliency and Grad-CAM, for a network and one picture.

Everywhere ``target`` is the class (an output of the network) that is asked about; None is the one that the network
answers. Networks should be in evaluation mode, as those of :func:`convviz.core.build` are.
"""

from __future__ import annotations

import numpy as np
from torch import nn

from ...spec import cam
from ...spec.indices import whole
from ...spec.probe import Probe
from ..trace import Floats, as_picture
from .recorded import Recorded, ScoreGradients


def gradients(network: nn.Module, picture: Floats, target: int | None = None) -> ScoreGradients:
    """∂score/∂… of the input, of every layer's values and of every parameter, from one pass forward and one back.

    Args:
        picture: (C, H, W).

    Raises:
        InputError: the network has no such class.

    >>> from convviz.core.network import build
    >>> from convviz.spec.presets import lecture
    >>> found = gradients(build(lecture()), np.zeros((1, 28, 28), np.float32), target=3)
    >>> found.maps["fc2"].tolist(), found.weights["conv2.weight"].shape
    ([0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], (64, 32, 5, 5))
    """
    recorded = Recorded(network, picture)
    return recorded.of_score(_chosen(recorded, target))


def saliency(network: nn.Module, picture: Floats, target: int | None = None) -> Floats:
    """|∂score/∂pixel|, (C, H, W): how much each pixel moves the score.

    Simonyan, Vedaldi, Zisserman, "Deep Inside Convolutional Networks: Visualising Image Classification Models and
    Saliency Maps", 2014. They show the largest of the channels: ``.max(axis=0)``.

    Raises:
        InputError: the network has no such class.

    >>> from torch import tensor
    >>> network = nn.Sequential(nn.Flatten(), nn.Linear(2, 1, bias=False))
    >>> network[1].weight.data = tensor([[3.0, -4.0]])
    >>> saliency(network, np.array([[[1, 2]]], np.float32)).tolist()
    [[[3.0, 4.0]]]
    """
    recorded = Recorded(network, picture)
    return np.abs(recorded.of_score_at("input", _chosen(recorded, target)))


def grad_cam(network: nn.Module, picture: Floats, layer: str, target: int | None = None) -> Floats:
    """relu(Σₖ αₖ · mapₖ) of one layer, αₖ = the mean of ∂score/∂mapₖ over its positions: (h, w), as its maps are.

    Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization", 2017.
    :func:`convviz.spec.cam.enlarged` brings it to the size of the picture.

    Raises:
        InputError: the network has no such class or layer, or the layer is flat.

    >>> from convviz.core.network import build
    >>> from convviz.spec.presets import lecture
    >>> grad_cam(build(lecture()), np.zeros((1, 28, 28), np.float32), "conv2").shape
    (4, 4)
    """
    recorded = Recorded(network, picture)
    gradient = recorded.of_score_at(layer, _chosen(recorded, target))
    values = as_picture(picture) if layer == "input" else recorded.trace.maps[layer]
    return cam.grad_cam(values, gradient)


def _chosen(recorded: Recorded, target: int | None) -> int:
    return Probe().class_of(recorded.output) if target is None else whole(target, "a class")
