"""The Lab: one operation on one input, by hand. Data and arithmetic, readable without torch and without a window."""
