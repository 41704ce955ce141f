"""The kernel editor: a slice as cells, all slices as thumbnails, and what can be done to them."""
