"""convviz: see convolutional networks work, live, on what you draw."""

__version__ = "0.1.0"
