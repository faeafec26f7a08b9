"""Witness and replay auditor: a small server that cosigns, a client that collects, and gossip."""
