"""How one number came about, forwards and backwards, with numpy alone; see :class:`.explanation.Explanation`."""
