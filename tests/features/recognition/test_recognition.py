"""Binds the features of mutual recognition."""

from pytest_bdd import scenarios

scenarios(
    "afterwards.feature", "agreements.feature", "credits.feature", "points.feature", "statements.feature"
)
