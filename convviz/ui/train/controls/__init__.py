"""The card that starts, pauses and ends a run, and says how far it is."""
