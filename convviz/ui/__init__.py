"""What is on screen. PySide6; never imports torch or core."""
