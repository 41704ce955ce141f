"""The card with the settings of a training, all of them live."""
