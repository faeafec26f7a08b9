"""Run one transaction for a peer, and answer it whatever happens."""

import structlog
from fabric_protos.peer.chaincode_event_pb2 import ChaincodeEvent
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage
from fabric_protos.peer.proposal_response_pb2 import Response as ResponseMessage

from tanhui.chaincode.contract.stub import Chaincode, Response
from tanhui.chaincode.shim.errors import PeerError, ShimError, StreamClosedError
from tanhui.chaincode.shim.proposal import Invocation
from tanhui.chaincode.shim.stub import Asker, ChaincodeStub

_log = structlog.get_logger(__name__)

ERROR_THRESHOLD = 400
"""From this status on a peer does not endorse (core/endorser/endorser.go)."""


class Answer:
    """The two messages that end a transaction."""

    @staticmethod
    def completed(message: ChaincodeMessage, response: Response, stub: ChaincodeStub) -> ChaincodeMessage:
        """COMPLETED with the chaincode's own response, refusals included."""
        payload = ResponseMessage(status=response.status, message=response.message, payload=response.payload)
        answer = ChaincodeMessage(
            type=ChaincodeMessage.COMPLETED,
            payload=payload.SerializeToString(),
            txid=message.txid,
            channel_id=message.channel_id,
        )
        if stub.event is not None:
            name, event_payload = stub.event
            answer.chaincode_event.CopyFrom(ChaincodeEvent(event_name=name, payload=event_payload))
        return answer

    @staticmethod
    def error(message: ChaincodeMessage, reason: str) -> ChaincodeMessage:
        """ERROR: the transaction could not be run."""
        return ChaincodeMessage(
            type=ChaincodeMessage.ERROR,
            payload=reason.encode(),
            txid=message.txid,
            channel_id=message.channel_id,
        )


async def run_invocation(asker: Asker, chaincode: Chaincode, message: ChaincodeMessage) -> ChaincodeMessage:
    """The answer to INIT or TRANSACTION. Raises StreamClosedError only, when nobody is left to answer.

    Writes go out after the chaincode has returned, in one batch where the peer takes batches, and not at all
    when it refused: the peer would throw them away.
    """
    try:
        stub = ChaincodeStub(asker, Invocation(message))
        response = await chaincode.invoke(stub)
        if response.status < ERROR_THRESHOLD:
            await stub.flush()
        elif message.type == ChaincodeMessage.INIT:
            return Answer.error(message, response.message)
        return Answer.completed(message, response, stub)
    except StreamClosedError:
        raise
    except PeerError as error:
        return Answer.error(message, error.reason)
    except ShimError as error:
        return Answer.error(message, str(error))
    except Exception as error:  # noqa: BLE001  a chaincode's fault must not leave the peer waiting
        # Only the type: an exception's text may quote arguments or transient data.
        _log.error("transaction.fault", transaction_id=message.txid, fault=type(error).__name__)
        return Answer.error(message, f"the chaincode failed: {type(error).__name__}")
