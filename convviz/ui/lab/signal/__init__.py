"""The Lab's operation on a signal: a line of samples, not a picture one pixel high."""
