"""Carries proofs between two regions' ledgers. It holds no right to mint: contracts judge what it brings."""
