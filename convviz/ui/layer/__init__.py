"""The page with the settings of a layer, what they cost, and its place in the chain."""
