"""What can go wrong between the node and a chaincode in another process; the words are Fabric's."""

from tanhui.node.simulation import ChaincodeError


class NotLaunchedError(ChaincodeError):
    """No connection, or the chaincode did not register in time (chaincode_support.go, Launch)."""


class BusyError(ChaincodeError):
    """As many transactions are at the chaincode as may be."""


class ExecutionTimeoutError(ChaincodeError):
    """The chaincode did not answer in time (handler.go, ErrorExecutionTimeout)."""

    def __init__(self) -> None:
        super().__init__("error sending: timeout expired while executing transaction")


class StreamTerminatedError(ChaincodeError):
    """The chaincode's stream ended before its answer (handler.go, ErrorStreamTerminated)."""

    def __init__(self) -> None:
        super().__init__("error sending: chaincode stream terminated")


class TransactionFailedError(ChaincodeError):
    """The chaincode answered ERROR, with this reason."""

    answered = True


class RequestError(Exception):
    """A request of the chaincode that is refused: the text goes into an ERROR reply."""


class StreamFault(Exception):  # noqa: N818 - ends one stream, is told to nobody else
    """The chaincode sent what the protocol does not allow: its stream ends."""


class MessageTooLarge(ChaincodeError):  # noqa: N818 - said of one message
    """A message that no gRPC peer would take."""
