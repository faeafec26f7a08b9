"""Statements of mutual recognition: what crossed between two regions in a period, the same on both sides."""
