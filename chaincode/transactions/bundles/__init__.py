"""Bundles: members of a project, their parts, and when they may change (domain.md, Project)."""
