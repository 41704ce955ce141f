"""How a number came about, as rows and cells that can be followed."""
