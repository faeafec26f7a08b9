"""What a node is made of besides its ledger: identities from the network's folder, chaincodes, threads."""

from collections.abc import Mapping
from dataclasses import dataclass

from tanhui.chaincode.contract.stub import Chaincode
from tanhui.network.channel.definitions import collection_package
from tanhui.network.channel.make_network import Network
from tanhui.network.protocol.lifecycle import ChaincodeDefinition
from tanhui.node.bootstrap import BootstrapFailed
from tanhui.node.clock import Clock
from tanhui.node.endorsing.definitions import policy_parameter
from tanhui.node.endorsing.endorsers import LocalIdentity
from tanhui.node.endorsing.workers import Workers
from tanhui.node.metrics import NodeMetrics
from tanhui.node.private_data import PrivateStore
from tanhui.node.validation import Validator
from tanhui.node.verifying.ahead import SignaturesAhead


@dataclass(frozen=True, slots=True)
class NodeParts:
    """What a node is made of besides its ledger.

    Attributes:
        peers: endorsers by MSP id, in the topology's order.
        definitions: what its organisations agree to, by chaincode name.
    """

    peers: Mapping[str, LocalIdentity]
    orderer: LocalIdentity
    chaincodes: Mapping[str, Chaincode]
    definitions: Mapping[str, ChaincodeDefinition]
    validator: Validator
    workers: Workers
    ahead: SignaturesAhead
    clock: Clock
    metrics: NodeMetrics
    private: PrivateStore | None = None

    @classmethod
    def of(
        cls,
        network: Network,
        chaincodes: Mapping[str, Chaincode],
        *,
        validator: Validator,
        workers: Workers,
        ahead: SignaturesAhead,
        clock: Clock,
        metrics: NodeMetrics,
        private: PrivateStore | None = None,
    ) -> "NodeParts":
        """From a network's folder; `private` where a chaincode has collections. Raises BootstrapFailed."""
        topology = network.topology
        peers = {}
        for each in topology.members:
            if each.peers:
                first = each.peers[0]
                identity = network.organisations[each.msp_id].signing_identity("peer", first.name)
                peers[each.msp_id] = LocalIdentity.of(identity, f"{first.name}.{each.domain}:{first.port}")
        if not peers or not topology.consenters:
            raise BootstrapFailed("a node needs a peer and an orderer in its topology")
        owner, ordering = topology.consenters[0]
        orderer = network.organisations[owner.msp_id].signing_identity("orderer", ordering.name)
        defined = {one.name: one for one in topology.chaincodes}
        missing = sorted(set(chaincodes) - set(defined))
        if missing:
            raise BootstrapFailed(f"chaincodes {', '.join(missing)} have no definition in the topology")
        definitions = {
            name: ChaincodeDefinition(
                sequence=one.sequence,
                version=one.version,
                init_required=one.init_required,
                validation_parameter=policy_parameter(one.endorsement_policy),
                collections=collection_package(one.collections) if one.collections else b"",
            ).with_defaults()
            for name, one in defined.items()
            if name in chaincodes
        }
        return cls(
            peers,
            LocalIdentity.of(orderer, f"{ordering.name}.{owner.domain}:{ordering.port}"),
            chaincodes,
            definitions,
            validator,
            workers,
            ahead,
            clock,
            metrics,
            private,
        )
