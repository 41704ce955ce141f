"""The operation of the Lab: its settings, its kernels, the sum of one of its values."""
