"""Binds pledges.feature."""

from pytest_bdd import scenarios

scenarios("pledges.feature")
