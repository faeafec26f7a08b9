"""What a channel of the node is made of besides its configuration."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tanhui.chaincode.contract.stub import Chaincode
from tanhui.network.protocol.policies import SignedData
from tanhui.node.clock import Clock
from tanhui.node.endorsing.endorsers import LocalIdentity
from tanhui.node.endorsing.lifecycle import LifecycleChaincodes
from tanhui.node.endorsing.workers import Workers
from tanhui.node.ledger import Ledger
from tanhui.node.private_data import PrivateStore
from tanhui.node.settings import NodeSettings
from tanhui.node.verifying.ahead import SignaturesAhead


@dataclass(frozen=True, slots=True)
class ChannelParts:
    """What a channel is made of.

    Attributes:
        peers: endorsers by MSP id, the default one first.
        chaincodes: what this node runs, by name.
        private: private data in clear; None where no chaincode has collections.
        signed: told of each endorsement made here, so that validation need not verify it.
    """

    ledger: Ledger
    peers: Mapping[str, LocalIdentity]
    chaincodes: Mapping[str, Chaincode]
    lifecycle: LifecycleChaincodes
    workers: Workers
    ahead: SignaturesAhead
    signed: Callable[[SignedData], None]
    settings: NodeSettings
    clock: Clock
    private: PrivateStore | None = None
