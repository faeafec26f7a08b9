"""Binds the features of this folder; their steps are shared (tests/features/conftest.py)."""

from pytest_bdd import scenarios

scenarios(".")
