"""A running experiment: its state, its edits, and the one thread that computes. No Qt, torch only through core."""
