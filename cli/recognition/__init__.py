"""`tanhui demo recognition`: regions that recognise each other, each with its own node, auditor and log."""
