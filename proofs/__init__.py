"""What can be proven without trusting the registry: log, notes, bundles, verifier."""
