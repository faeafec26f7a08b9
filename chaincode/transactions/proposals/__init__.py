"""What waits for its second person, to look at and to turn down; approving is sending the same order."""
