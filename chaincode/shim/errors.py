"""What can go wrong between a chaincode and its peer."""


class ShimError(Exception):
    """Any fault of the shim's own."""


class PeerError(ShimError):
    """The peer answered ERROR to a request (core/chaincode/handler.go, HandleTransaction).

    Attributes:
        request: the request's name on the wire, for example GET_STATE.
        transaction_id: the transaction that asked.
        reason: the peer's own words.
    """

    def __init__(self, request: str, transaction_id: str, reason: str) -> None:
        super().__init__(f"{request} of transaction {transaction_id[:8]}: {reason}")
        self.request = request
        self.transaction_id = transaction_id
        self.reason = reason


class StreamClosedError(ShimError):
    """The peer went away while a transaction waited for it."""


class ProtocolError(ShimError):
    """The peer sent a message that the protocol does not allow in this state; the stream must end."""


class MalformedProposalError(ShimError):
    """The peer handed over a proposal that does not parse."""


class SettingsError(ShimError):
    """A setting is missing or contradicts another.

    Attributes:
        field: the setting's name, as in the environment.
        value: what was given, "" when nothing was.
    """

    def __init__(self, field: str, value: str, reason: str) -> None:
        super().__init__(f"{field}={value!r}: {reason}")
        self.field = field
        self.value = value
