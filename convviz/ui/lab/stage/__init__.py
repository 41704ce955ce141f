"""The 2d stage: input, kernel and output as coloured cells, and what belongs together lit up."""
