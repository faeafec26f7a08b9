"""Chaincode to chaincode: the called one runs in the caller's transaction (handler.go, HandleInvokeChaincode)."""

import dataclasses
from collections.abc import Callable, Sequence

from fabric_protos.peer.chaincode_pb2 import ChaincodeID
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage
from fabric_protos.peer.proposal_response_pb2 import Response as ResponseMessage

from tanhui.chaincode.contract.stub import Response
from tanhui.node.endorsing.access import AccessDenied
from tanhui.node.endorsing.judge import Authentic
from tanhui.node.endorsing.simulator import NotRunnableError, Runnable, check_initialised
from tanhui.node.simulation import (
    ChaincodeError,
    Invocation,
    SimulationError,
    SimulationStub,
    WaitingChaincode,
    begin,
    drive,
)

CheckAccess = Callable[[Authentic], None]
"""Raise AccessDenied unless the transaction's creator may let chaincodes call one another."""

RESOURCE = "peer/ChaincodeToChaincode"


class Calls:
    """Runs what chaincodes of one channel call."""

    def __init__(self, channel_id: str, runnable: Runnable, check_access: CheckAccess) -> None:
        self._channel_id = channel_id
        self._runnable = runnable
        self._check_access = check_access

    async def call(
        self, authentic: Authentic, caller: SimulationStub, target: str, arguments: Sequence[bytes]
    ) -> ChaincodeMessage:
        """COMPLETED with the called one's response, or ERROR in its own words; its event is nobody's.

        Args:
            authentic: the transaction's proposal.
            caller: who calls.
            target: `name`, `name/channel`, or with a `:version` that is ignored.
            arguments: function first.

        Raises:
            SimulationError: who may not call, or does not know whom.
            ChaincodeError: the called one could not be run.
        """
        instance, _, channel_id = target.partition("/")
        name = instance.partition(":")[0]
        if name in self._runnable.queries:
            return _completed(caller, self._query(authentic, name, arguments))
        try:
            self._check_access(authentic)
        except AccessDenied as error:
            raise SimulationError("call", str(error)) from None
        if channel_id not in {"", self._channel_id}:
            raise SimulationError("call", f"failed to find ledger for channel: {channel_id}")
        chaincode = self._runnable.chaincodes.get(name)
        definition = self._runnable.definition_of(name)
        if chaincode is None or definition is None:
            raise NotRunnableError(
                f"invalid invocation: [channel {self._channel_id}] failed to get chaincode container info "
                f"for {name}: chaincode {name} not found"
            )
        own = caller.invocation
        invocation = Invocation(
            channel_id=own.channel_id,
            transaction_id=own.transaction_id,
            namespace=name,
            timestamp=own.timestamp,
            creator=own.creator,
            arguments=arguments,
            transient=own.transient,
            signed_proposal=own.signed_proposal,
            calls=own.calls,
        )
        stub = begin(invocation, caller.transaction)
        check_initialised(name, definition, caller.transaction, is_init=False)
        try:
            if isinstance(chaincode, WaitingChaincode):
                return _completed(caller, await chaincode.invoke(stub))
            return _completed(caller, drive(chaincode.invoke(stub)))
        except ChaincodeError as error:
            if not error.answered:
                raise
            return ChaincodeMessage(
                type=ChaincodeMessage.ERROR,
                payload=error.reason.encode(),
                txid=own.transaction_id,
                channel_id=own.channel_id,
            )

    def _query(self, authentic: Authentic, name: str, arguments: Sequence[bytes]) -> Response:
        asked = dataclasses.replace(
            authentic.proposal, arguments=tuple(arguments), chaincode_id=ChaincodeID(name=name)
        )
        return self._runnable.queries[name](dataclasses.replace(authentic, proposal=asked))


def _completed(caller: SimulationStub, response: Response) -> ChaincodeMessage:
    payload = ResponseMessage(status=response.status, message=response.message, payload=response.payload)
    return ChaincodeMessage(
        type=ChaincodeMessage.COMPLETED,
        payload=payload.SerializeToString(),
        txid=caller.transaction_id,
        channel_id=caller.channel_id,
    )
