"""Why convolution and pooling: equivariance, permutations inside a cell, shared weights."""
