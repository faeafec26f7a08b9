"""What a message is refused for: one error that names the field and the reason."""


class ProtocolError(ValueError):
    """A message, identity or configuration that Fabric refuses.

    Attributes:
        field: where, in the protobuf's own words, for example `channel_header.epoch`.
        reason: what is wrong with it.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class MessageError(ProtocolError):
    """A message that cannot be parsed, or whose parts contradict each other."""


class IdentityError(ProtocolError):
    """An identity that no MSP of the channel accepts, or that a principal does not describe."""


class PolicyError(ProtocolError):
    """A policy that cannot be understood, or that a set of signatures does not satisfy."""


class ConfigError(ProtocolError):
    """A channel configuration, or an update of one, that Fabric refuses."""
