"""Carries proofs between two regions."""
