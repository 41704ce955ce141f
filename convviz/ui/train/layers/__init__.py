"""How strongly every layer learns: gradients, updates, dead channels."""
