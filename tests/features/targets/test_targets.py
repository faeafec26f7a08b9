"""Binds targets.feature."""

from pytest_bdd import scenarios

scenarios("targets.feature")
