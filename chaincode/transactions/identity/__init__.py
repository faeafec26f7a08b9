"""Identity of persons across apps: bindings of accounts to claim buckets (domain.md; state.md)."""
