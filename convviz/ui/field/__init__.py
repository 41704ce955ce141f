"""What a unit sees: its receptive field in the input, exactly and in effect."""
