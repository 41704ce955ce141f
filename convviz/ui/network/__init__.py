"""The middle and right: layers as cards, their table, the selected unit."""
