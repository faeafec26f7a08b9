"""Mergers of organisations: what one had becomes its successor's, step by step, and its history stays its own."""
