"""Endorsing: judge a proposal, simulate it, and sign the result once for each organisation that is needed."""
