"""A network as the PyTorch program that computes it, in the style of the lecture's ``class Net``."""

from .names import attribute_names, file_stem
from .parameters import ParameterRow, parameter_rows
from .program import to_code
from .tensors import tensors_of, write_tensors

__all__ = [
    "ParameterRow",
    "attribute_names",
    "file_stem",
    "parameter_rows",
    "tensors_of",
    "to_code",
    "write_tensors",
]
