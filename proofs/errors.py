"""The one family of errors that this package raises on bad input."""


class ProofError(ValueError):
    """Something does not prove what it claims, or is not written the one way that the format allows.

    Attributes:
        reason: a dotted code, stable across versions and the same in the JavaScript verifier.
        detail: what was found and what was expected, for a person.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class FormatError(ProofError):
    """Bytes that are not the one accepted encoding."""


class MerkleError(ProofError):
    """A hash tree's figures do not fit together, or a proof leads to another root."""


class SignatureError(ProofError):
    """A signature of a known key does not verify, or a required one is absent."""
