"""Callers' signatures, verified by a process of their own beside the event loop (docs/adr/0017)."""
