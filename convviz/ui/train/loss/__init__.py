"""The loss of one sample, with its numbers."""
