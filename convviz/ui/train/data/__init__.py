"""The card that chooses what is learnt from."""
