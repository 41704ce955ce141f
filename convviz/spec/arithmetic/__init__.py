"""How one number came about, forwards and backwards, with numpy alone.

A network computes each of its numbers from a few numbers of the layer before. Three questions are answered here, each
by an :class:`Explanation`, which holds the terms, what they add up to, and what torch computed:

- :func:`explain`: the value of a unit. A patch times a kernel, the largest of a window, one row of a fully connected
  layer.
- :func:`explain_gradient`: how much the score of a class changes with a unit. The sum over all units of the next layer
  that read it.
- :func:`explain_weight_gradient`: how much the score changes with one cell of a kernel. The sum over all positions
  that share the cell.

Each term says which unit it came from (``source_of``), and that unit can be explained in its turn: so a score is
followed down to the pixels, or a pixel's gradient up to the score. :func:`cross_entropy` does the last step of a
training, from the scores to the loss; :func:`mean_square` is another loss, to compare.

``taps`` says which positions a window reads, ``functions`` what the activations compute, ``step`` what stands before
and after a layer; ``terms`` and ``written`` put it into arrays and words.
"""

from .backward import explain_gradient
from .explanation import Explanation
from .forward import explain
from .loss import ClassTerm, CrossEntropy, MeanCrossEntropy, cross_entropy, mean_cross_entropy
from .mse import MeanSquare, SquareTerm, mean_square
from .weight_gradient import explain_weight_gradient

__all__ = [
    "ClassTerm",
    "CrossEntropy",
    "Explanation",
    "MeanCrossEntropy",
    "MeanSquare",
    "SquareTerm",
    "cross_entropy",
    "explain",
    "explain_gradient",
    "explain_weight_gradient",
    "mean_cross_entropy",
    "mean_square",
]
