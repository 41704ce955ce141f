"""Colours, palette, icons."""
