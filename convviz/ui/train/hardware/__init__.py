"""The page about what computes: devices, sizes of a batch, several GPUs, several processes."""
