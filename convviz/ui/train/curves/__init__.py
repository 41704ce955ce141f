"""Loss and accuracy of a training, step by step."""
