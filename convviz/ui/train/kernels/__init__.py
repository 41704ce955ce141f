"""The kernels of every layer while they learn, and their gradients."""
