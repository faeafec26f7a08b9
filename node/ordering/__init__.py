"""Ordering: what may enter, when a block is cut, and how it is assembled and signed."""
