"""The Lab workspace: one operation on one input, by hand."""
