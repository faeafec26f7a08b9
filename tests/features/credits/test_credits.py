"""Binds credits.feature."""

from pytest_bdd import scenarios

scenarios(".")
