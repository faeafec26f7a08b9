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


class TimestampError(ShimError):
    """A proposal's time is too far from the chaincode's clock.

    Attributes:
        transaction_id: the transaction.
        off_s: how far, in seconds; negative where the proposal is older.
        window_s: how far it may be.
    """

    def __init__(self, transaction_id: str, off_s: int, window_s: int) -> None:
        super().__init__(
            f"timestamp of transaction {transaction_id[:8]}: {off_s} s from the chaincode's clock, at most {window_s}"
        )
        self.transaction_id = transaction_id
        self.off_s = off_s
        self.window_s = window_s


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
