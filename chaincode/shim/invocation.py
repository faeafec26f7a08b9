"""Run one transaction for a peer, and answer it whatever happens."""

import structlog
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage

from tanhui.chaincode.contract.stub import Chaincode
from tanhui.chaincode.shim import encoding
from tanhui.chaincode.shim.encoding import Messages
from tanhui.chaincode.shim.errors import PeerError, ShimError, StreamClosedError
from tanhui.chaincode.shim.proposal import Invocation
from tanhui.chaincode.shim.stub import Asker, ChaincodeStub

_log = structlog.get_logger(__name__)

ERROR_THRESHOLD = 400
"""From this status on a peer does not endorse (core/endorser/endorser.go)."""


def failure(messages: Messages, reason: str) -> bytes:
    """ERROR: the transaction could not be run."""
    return messages.encoded(ChaincodeMessage.ERROR, reason.encode())


async def answer_to(
    asker: Asker, chaincode: Chaincode, message: ChaincodeMessage, messages: Messages
) -> bytes:
    """The answer to INIT or TRANSACTION. Raises StreamClosedError only, when nobody is left to answer.

    COMPLETED carries the chaincode's own response, refusals included. Writes go out after the chaincode has
    returned, in one batch where the peer takes batches, and not at all when it refused: the peer would throw them away.
    """
    try:
        stub = ChaincodeStub(asker, Invocation(message), messages)
        response = await chaincode.invoke(stub)
        if response.status < ERROR_THRESHOLD:
            for kind, payload in stub.writes():
                await asker.ask(kind, payload, messages)
        elif message.type == ChaincodeMessage.INIT:
            return failure(messages, response.message)
        payload = encoding.response(response.status, response.message, response.payload)
        return messages.encoded(ChaincodeMessage.COMPLETED, payload, stub.event)
    except StreamClosedError:
        raise
    except PeerError as error:
        return failure(messages, error.reason)
    except ShimError as error:
        return failure(messages, str(error))
    except Exception as error:  # noqa: BLE001  a chaincode's fault must not leave the peer waiting
        # Only the type: an exception's text may quote arguments or transient data.
        _log.error("transaction.fault", transaction_id=message.txid, fault=type(error).__name__)
        return failure(messages, f"the chaincode failed: {type(error).__name__}")
