"""The workspace Train: how a network learns."""
