"""What a ledger begins with: block 0, and after it the definitions of the node's chaincodes.

A definition is committed as in any Fabric network, by a transaction to `_lifecycle` that the channel's
LifecycleEndorsement policy accepts, so that the policy stands on the chain for an auditor to check.
"""

import structlog
from fabric_protos.common import common_pb2, configtx_pb2
from fabric_protos.gateway import gateway_pb2
from fabric_protos.peer import proposal_pb2

from tanhui.crypto_config.identity import SigningIdentity
from tanhui.network.protocol.blocks import set_commit
from tanhui.network.protocol.channel_config import ChannelConfig
from tanhui.network.protocol.identities import serialize_identity
from tanhui.network.protocol.lifecycle import NAMESPACE, ChaincodeDefinition
from tanhui.network.protocol.proposals import build_proposal
from tanhui.network.protocol.requests import commit_status_request, signed_commit_status_request
from tanhui.network.protocol.transport import Transport
from tanhui.node.clock import Clock
from tanhui.node.endorsing.lifecycle import commit_arguments
from tanhui.node.errors import NodeRefusal
from tanhui.node.ledger import Ledger
from tanhui.node.ledger.updates import CONFIG_KEY, CONFIG_NAMESPACE

_log = structlog.get_logger(__name__)

COMMIT_WAIT_S_MAX = 60.0
"""How long a definition may take to be committed."""


class BootstrapFailed(NodeRefusal):
    """The ledger in the folder does not fit what the node was started with."""


def begin_ledger(ledger: Ledger, genesis: bytes) -> None:
    """Commit block 0 into an empty ledger; refuse a ledger that began with another.

    Raises:
        BootstrapFailed: another genesis block.
    """
    block = common_pb2.Block.FromString(genesis)
    if ledger.height == 0:
        set_commit(block, bytes(len(block.data.data)), b"")
        ledger.commit_block(block)
        return
    if ledger.block(0).header != block.header:
        raise BootstrapFailed("the ledger began with another genesis block than the network's folder holds")


def read_config(ledger: Ledger, channel_id: str) -> tuple[ChannelConfig, int]:
    """The configuration in force and the number of its block, from the committed state."""
    found = ledger.get_state(CONFIG_NAMESPACE, CONFIG_KEY)
    if found is None:
        raise BootstrapFailed("the ledger holds no channel configuration")
    envelope = configtx_pb2.ConfigEnvelope.FromString(found.value)
    return ChannelConfig(channel_id, envelope.config), found.version.block


async def commit_definition(
    transport: Transport,
    channel_id: str,
    name: str,
    definition: ChaincodeDefinition,
    *,
    admin: SigningIdentity,
    clock: Clock,
) -> None:
    """Propose, endorse, order and await one definition. Raises BootstrapFailed, TransportError."""
    creator = serialize_identity(admin.msp_id, admin.identity.credentials)
    proposal = build_proposal(
        creator=creator,
        channel_id=channel_id,
        chaincode=NAMESPACE,
        arguments=[b"CommitChaincodeDefinition", commit_arguments(name, definition)],
        timestamp_ns=clock(),
    )
    endorse = gateway_pb2.EndorseRequest(
        transaction_id=proposal.transaction_id,
        channel_id=channel_id,
        proposed_transaction=proposal_pb2.SignedProposal(
            proposal_bytes=proposal.raw, signature=admin.sign(proposal.raw)
        ),
    )
    raw = await transport.unary("/gateway.Gateway/Endorse", endorse.SerializeToString(), COMMIT_WAIT_S_MAX)
    transaction = gateway_pb2.EndorseResponse.FromString(raw).prepared_transaction
    transaction.signature = admin.sign(transaction.payload)
    submit = gateway_pb2.SubmitRequest(
        transaction_id=proposal.transaction_id, channel_id=channel_id, prepared_transaction=transaction
    )
    await transport.unary("/gateway.Gateway/Submit", submit.SerializeToString(), COMMIT_WAIT_S_MAX)
    request = commit_status_request(channel_id, proposal.transaction_id, creator)
    signed = signed_commit_status_request(request, admin.sign(request))
    raw = await transport.unary("/gateway.Gateway/CommitStatus", signed, COMMIT_WAIT_S_MAX)
    status = gateway_pb2.CommitStatusResponse.FromString(raw)
    if status.result != 0:
        raise BootstrapFailed(f"the definition of {name} was committed as invalid, code {status.result}")
    _log.info(
        "chaincode.defined",
        chaincode=name,
        version=definition.version,
        sequence=definition.sequence,
        block=status.block_number,
    )
