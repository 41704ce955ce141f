"""Which parts of a picture, and of a network, a score comes from."""
