"""Targets of policy documents, with pointers into the text."""
