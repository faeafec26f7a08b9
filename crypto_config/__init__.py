"""Authorities, identities, MSP folders, signers and revocation lists."""
