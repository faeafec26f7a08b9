"""Opening import: a running scheme's balances and batches, from its former registry's signed manifest, once."""
