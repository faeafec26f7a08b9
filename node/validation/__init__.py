"""What becomes of a block: each transaction judged in Fabric's order, with Fabric's codes."""
