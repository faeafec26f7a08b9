"""One transaction at one chaincode in another process, from TRANSACTION to COMPLETED or ERROR."""

import asyncio
from collections.abc import Sequence

from fabric_protos.peer.chaincode_pb2 import ChaincodeInput, ChaincodeSpec
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage
from fabric_protos.peer.proposal_response_pb2 import Response as ResponseMessage
from google.protobuf.message import DecodeError

from tanhui.chaincode.contract.stub import Response
from tanhui.node.chaincode.errors import RequestError, TransactionFailedError
from tanhui.node.chaincode.requests import Requests
from tanhui.node.simulation import ChaincodeError, SimulationError, SimulationStub


class Execution:
    """One transaction at one chaincode.

    Attributes:
        answer: the message that ends it; an exception when the stream does.
        calling: another chaincode is under way on its behalf; it may ask nothing meanwhile.
    """

    def __init__(self, stub: SimulationStub, query_part: int) -> None:
        self.stub = stub
        self.answer: asyncio.Future[ChaincodeMessage] = asyncio.get_running_loop().create_future()
        self.calling = False
        invocation = stub.invocation
        self._requests = Requests(
            stub.transaction, invocation.namespace, is_init=invocation.is_init, query_part=query_part
        )

    def opening(self) -> ChaincodeMessage:
        """INIT or TRANSACTION."""
        invocation = self.stub.invocation
        message = ChaincodeMessage(
            type=ChaincodeMessage.INIT if invocation.is_init else ChaincodeMessage.TRANSACTION,
            txid=invocation.transaction_id,
            channel_id=invocation.channel_id,
            payload=ChaincodeInput(args=invocation.arguments, is_init=invocation.is_init).SerializeToString(),
        )
        message.proposal.ParseFromString(invocation.signed_proposal())
        return message

    def serve(self, message: ChaincodeMessage) -> ChaincodeMessage:
        """RESPONSE or ERROR to one request that needs no other process."""
        try:
            payload = self._requests.serve(message)
        except DecodeError:
            return refused(message, "unmarshal failed")
        except (RequestError, SimulationError) as error:
            return refused(message, str(error))
        assert payload is not None, "the stream lets known types through only"
        return reply(message, payload)

    async def invoke(self, message: ChaincodeMessage) -> ChaincodeMessage:
        """RESPONSE or ERROR to INVOKE_CHAINCODE, once the other chaincode has ended."""
        try:
            calls = self.stub.invocation.calls
            if calls is None:
                raise RequestError("this node runs no other chaincode")
            name, arguments = _called(message)
            answer = await calls(self.stub, name, arguments)
        except (RequestError, SimulationError) as error:
            return refused(message, str(error))
        except ChaincodeError as error:
            return refused(message, f"execute failed: {error.reason}")
        finally:
            self.calling = False
        return reply(message, answer.SerializeToString())

    def end(self) -> None:
        """Let go of what the transaction holds open."""
        self._requests.close()

    def response(self, answer: ChaincodeMessage) -> Response:
        """The chaincode's own response, its event kept in the stub. Raises TransactionFailedError."""
        if answer.type == ChaincodeMessage.ERROR:
            raise TransactionFailedError(answer.payload.decode("utf-8", "replace"))
        try:
            found = ResponseMessage.FromString(answer.payload)
        except DecodeError:
            raise TransactionFailedError("its response cannot be parsed") from None
        if answer.HasField("chaincode_event"):
            self.stub.event = (answer.chaincode_event.event_name, answer.chaincode_event.payload)
        return Response(found.status, found.message, found.payload)


def reply(message: ChaincodeMessage, payload: bytes) -> ChaincodeMessage:
    """RESPONSE to a request."""
    return ChaincodeMessage(
        type=ChaincodeMessage.RESPONSE, payload=payload, txid=message.txid, channel_id=message.channel_id
    )


def refused(message: ChaincodeMessage, reason: str) -> ChaincodeMessage:
    """ERROR to a request, in Fabric's words."""
    name = ChaincodeMessage.Type.Name(message.type)
    return ChaincodeMessage(
        type=ChaincodeMessage.ERROR,
        payload=f"{name} failed: transaction ID: {message.txid}: {reason}".encode(),
        txid=message.txid,
        channel_id=message.channel_id,
    )


def _called(message: ChaincodeMessage) -> tuple[str, Sequence[bytes]]:
    """Whom an INVOKE_CHAINCODE calls, `name` or `name/channel`, and with what. Raises RequestError."""
    try:
        spec = ChaincodeSpec.FromString(message.payload)
    except DecodeError:
        raise RequestError("unmarshal failed") from None
    return spec.chaincode_id.name, tuple(spec.input.args)
