"""The left side: what goes into the network, and what comes out as classes."""
