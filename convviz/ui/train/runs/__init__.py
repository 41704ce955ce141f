"""The trainings that were done: a list, two of them side by side, and files of them."""
