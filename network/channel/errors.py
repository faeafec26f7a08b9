"""What is wrong with a topology, a channel configuration or a step of its life."""


class ChannelError(ValueError):
    """Names the field, the value that was found, and what would have been right.

    Attributes:
        field: for a topology its path, for example `organisations[0].peers[1].port`.
        value: what was found.
        reason: what would have been right.
    """

    def __init__(self, field: str, value: object, reason: str) -> None:
        super().__init__(f"{field} {value!r}: {reason}")
        self.field = field
        self.value = value
        self.reason = reason
