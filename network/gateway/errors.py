"""What a call to a Gateway can raise. Every message carries the details that the peers gave."""

from tanhui.network.gateway.status import GrpcCode, Status, validation_code_name
from tanhui.network.protocol.gateway_errors import ErrorDetail, decode_details
from tanhui.network.protocol.transport import TransportError


class GatewayError(Exception):
    """A call to the Gateway or Deliver service that did not end well.

    Attributes:
        code: gRPC status code; `status.GrpcCode` names it.
        details: one entry for each peer or orderer that had something to say, often none.
        cause: the transport's error.
    """

    def __init__(self, cause: TransportError) -> None:
        self.code = cause.code
        self.details = decode_details(cause.details)
        self.cause = cause
        super().__init__(_message(cause, self.details))

    @property
    def code_name(self) -> str:
        """The status code by name, `UNAVAILABLE` for 14."""
        return grpc_code_name(self.code)


class TransactionError(GatewayError):
    """A failed call that concerns one transaction, `transaction_id`."""

    def __init__(self, cause: TransportError, transaction_id: str) -> None:
        super().__init__(cause)
        self.transaction_id = transaction_id


class EndorseError(TransactionError):
    """The peers did not endorse; nothing has reached the orderers."""


class SubmitError(TransactionError):
    """The orderers were not reached or refused.

    With UNAVAILABLE or DEADLINE_EXCEEDED the transaction may yet be ordered: ask for its commit status, or
    submit the same transaction again. Its id lets the ledger take it once only.
    """


class CommitStatusError(TransactionError):
    """The outcome could not be learnt; the transaction itself may well have been committed."""


class CommitError(Exception):
    """The transaction stands in a block and is invalid: its writes were not taken. No gRPC error.

    Attributes:
        status: the outcome, with the block number.
    """

    def __init__(self, status: Status) -> None:
        self.status = status
        super().__init__(
            f"transaction {status.transaction_id} in block {status.block_number} is invalid: "
            f"{status.code} {validation_code_name(status.code)}"
        )

    @property
    def code(self) -> int:
        """The validation code."""
        return self.status.code

    @property
    def transaction_id(self) -> str:
        """The transaction's id, 64 lowercase hex digits."""
        return self.status.transaction_id


class NoSignerError(Exception):
    """A message needs a signature, the gateway was opened without a signer, and none was attached."""


class CheckpointError(Exception):
    """A checkpoint that cannot be read or written; the message names the file and the field."""


class UnexpectedMessageError(Exception):
    """A peer answered with a message that the protocol does not allow here."""


def grpc_code_name(code: int) -> str:
    """The name of a gRPC status code, or its number where gRPC knows no name."""
    try:
        return GrpcCode(code).name
    except ValueError:
        return str(code)


def _message(cause: TransportError, details: tuple[ErrorDetail, ...]) -> str:
    lines = [f"{grpc_code_name(cause.code)}: {cause.message}"]
    lines += [f"  {detail.address} ({detail.msp_id}): {detail.message}" for detail in details]
    return "\n".join(lines)
