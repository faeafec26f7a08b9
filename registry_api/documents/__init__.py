"""What the documents that people file have in common."""
