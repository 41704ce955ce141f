"""What every channel answers most strongly to."""
