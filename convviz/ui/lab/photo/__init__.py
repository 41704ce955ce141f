"""A photo before and after an operation, at any zoom."""
