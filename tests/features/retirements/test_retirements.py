"""Binds retirements.feature."""

from pytest_bdd import scenarios

scenarios(".")
