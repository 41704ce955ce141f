"""Which parts of a picture, and of a network, a score or a unit comes from."""

from .average import effective_field, running_field
from .of_scores import grad_cam, gradients, saliency
from .recorded import Recorded, ScoreGradients
from .sweep import Swept, occlusion, occlusion_steps

__all__ = [
    "Recorded",
    "ScoreGradients",
    "Swept",
    "effective_field",
    "grad_cam",
    "gradients",
    "occlusion",
    "occlusion_steps",
    "running_field",
    "saliency",
]
