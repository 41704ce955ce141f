"""How one number came about, forwards and backwards, with numpy alone; see :class:`.explanation.Explanation`."""

from .explanation import Explanation
from .forward import explain

__all__ = ["Explanation", "explain"]
