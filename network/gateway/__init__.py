"""The Gateway client: transactions and events of a Fabric network, asyncio first. Knows nothing of carbon.

    async with GrpcTransport("localhost:7051", TlsOptions(roots)) as transport:
        async with connect(transport, identity, signer) as gateway:
            contract = gateway.network("credits").contract("registry")
            answer = await contract.submit_transaction("points:Transfer", payload)

`blocking` has the same for programs without an event loop. Behaviour follows the official clients
(github.com/hyperledger/fabric-gateway); what goes beyond them is named where it stands.
"""

from tanhui.network.gateway.balanced_transport import BalancedTransport
from tanhui.network.gateway.block_events import BlockEventsRequest
from tanhui.network.gateway.call_options import CallOptions, DefaultCallOptions
from tanhui.network.gateway.chaincode_events import ChaincodeEventsRequest
from tanhui.network.gateway.checkpointers import (
    Checkpoint,
    Checkpointer,
    FileCheckpointer,
    InMemoryCheckpointer,
)
from tanhui.network.gateway.commit import Commit
from tanhui.network.gateway.contract import Contract
from tanhui.network.gateway.errors import (
    CheckpointError,
    CommitError,
    CommitStatusError,
    EndorseError,
    GatewayError,
    NoSignerError,
    SubmitError,
    TransactionError,
    UnexpectedMessageError,
)
from tanhui.network.gateway.event_stream import EventStream, Recovery
from tanhui.network.gateway.events import ChaincodeEvent
from tanhui.network.gateway.gateway import Gateway, connect
from tanhui.network.gateway.grpc_transport import GrpcTransport, Keepalive, TlsOptions
from tanhui.network.gateway.level_transport import Horizon
from tanhui.network.gateway.network import Network
from tanhui.network.gateway.proposal import Proposal, ProposalOptions
from tanhui.network.gateway.signing import Signable
from tanhui.network.gateway.status import GrpcCode, Status, validation_code_name
from tanhui.network.gateway.transaction import SubmittedTransaction, Transaction
from tanhui.network.protocol.gateway_errors import ErrorDetail

__all__ = [
    "BalancedTransport",
    "BlockEventsRequest",
    "CallOptions",
    "ChaincodeEvent",
    "ChaincodeEventsRequest",
    "Checkpoint",
    "CheckpointError",
    "Checkpointer",
    "Commit",
    "CommitError",
    "CommitStatusError",
    "Contract",
    "DefaultCallOptions",
    "EndorseError",
    "ErrorDetail",
    "EventStream",
    "FileCheckpointer",
    "Gateway",
    "GatewayError",
    "GrpcCode",
    "GrpcTransport",
    "Horizon",
    "InMemoryCheckpointer",
    "Keepalive",
    "Network",
    "NoSignerError",
    "Proposal",
    "ProposalOptions",
    "Recovery",
    "Signable",
    "Status",
    "SubmitError",
    "SubmittedTransaction",
    "TlsOptions",
    "Transaction",
    "TransactionError",
    "UnexpectedMessageError",
    "connect",
    "validation_code_name",
]
