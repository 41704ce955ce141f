"""The window that shows the network as a PyTorch program."""
