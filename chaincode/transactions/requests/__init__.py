"""Housekeeping of remembered requests and proposals: what can never be asked for again may be deleted."""
