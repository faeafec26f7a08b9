"""What goes wrong with keys, certificates and folders."""


class CryptoConfigError(ValueError):
    """Names the field, the value that was found, and what would have been right.

    Attributes:
        field: what was being read or made, for example "role" or a file's path.
        value: what was found; never a secret.
        reason: what would have been right.
    """

    def __init__(self, field: str, value: object, reason: str) -> None:
        super().__init__(f"{field} {value!r}: {reason}")
        self.field = field
        self.value = value
        self.reason = reason
