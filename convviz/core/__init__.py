"""What torch does with a spec: build, trace, explain, train. No Qt, no threads.

As a library, names come from here; a :class:`~convviz.spec.network.NetworkSpec` says what a network is (some are in
:mod:`convviz.spec.presets`), :class:`~convviz.spec.weights.Weights` are its parameters as numpy arrays.

=====================================  ==============================================================================
:func:`describe`                       shapes, parameters, products and receptive fields, layer by layer, with formulas
:func:`build`                          the network as an ``nn.Module``
:func:`trace`                          every layer's values for a picture
:func:`explain`                        one value as the sum it is
:func:`explain_gradient`               the same of a gradient, with respect to a unit or to one cell of a kernel
:func:`receptive_field`                size, jump and start; or exactly what one unit sees, in all earlier layers
:func:`effective_field`                how much each pixel moves a unit, averaged over pictures
:func:`gradients`                      ∂score/∂… of the input, of every layer and of every parameter
:func:`saliency`, :func:`grad_cam`     which pixels, and which places of a layer, a score comes from
:func:`occlusion`                      how far a score falls where a patch covers the picture
:func:`to_code`                        the network as the PyTorch program that computes it
:func:`apply`                          one operation of the Lab on one input, in 1d or 2d
=====================================  ==============================================================================

What takes a while also comes in steps, to show how far it is or to stop it: :func:`occlusion_steps`,
:func:`running_field`.

>>> import numpy as np
>>> from convviz.core import build, describe, trace
>>> from convviz.spec.presets import lecture
>>> sum(row.params for row in describe(lecture()))
105506
>>> trace(build(lecture()), np.zeros((1, 28, 28), np.float32)).maps["conv2"].shape
(64, 4, 4)
"""

from ..spec.arithmetic import Explanation
from ..spec.code import to_code
from ..spec.geometry import describe
from .attribution import (
    ScoreGradients,
    Swept,
    effective_field,
    grad_cam,
    gradients,
    occlusion,
    occlusion_steps,
    running_field,
    saliency,
)
from .explaining import explain, explain_gradient, receptive_field
from .lab import apply
from .network import build
from .trace import Trace, trace

__all__ = [
    "Explanation",
    "ScoreGradients",
    "Swept",
    "Trace",
    "apply",
    "build",
    "describe",
    "effective_field",
    "explain",
    "explain_gradient",
    "grad_cam",
    "gradients",
    "occlusion",
    "occlusion_steps",
    "receptive_field",
    "running_field",
    "saliency",
    "to_code",
    "trace",
]
