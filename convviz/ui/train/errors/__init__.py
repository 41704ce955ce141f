"""Which class is taken for which, and the images behind it."""
