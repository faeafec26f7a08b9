"""A channel of two organisations with true certificates, and transactions signed and endorsed by them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from fabric_protos.common import common_pb2, configtx_pb2, configuration_pb2, policies_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.peer import policy_pb2
from fabric_protos.peer.lifecycle import chaincode_definition_pb2, db_pb2

from tanhui.network.protocol.channel_config import ChannelConfig
from tanhui.network.protocol.endorsements import Endorsement, chaincode_event, endorse, response_payload
from tanhui.network.protocol.envelopes import envelope_payload
from tanhui.network.protocol.policy_dsl import parse_signature_policy
from tanhui.network.protocol.proposals import build_proposal, parse_proposal
from tanhui.network.protocol.transactions import envelope, transaction_payload
from tanhui.node.validation import ConfigRules
from tests.support.chain import read_write_set
from tests.support.organisations import Member, Organisation

CHANNEL = "credits"
POLICY = "AND('CityMSP.peer', 'PlatformMSP.peer')"


@dataclass
class SignedChain:
    """Two organisations with a peer each, and a client of the first."""

    city: Organisation = field(default_factory=lambda: Organisation("CityMSP"))
    platform: Organisation = field(default_factory=lambda: Organisation("PlatformMSP"))
    _nonce: int = 0

    @cached_property
    def client(self) -> Member:
        return self.city.member("client")

    @cached_property
    def peers(self) -> tuple[Member, Member]:
        return self.city.member("peer"), self.platform.member("peer")

    def config(self, sequence: int = 0) -> configtx_pb2.Config:
        group = configtx_pb2.ConfigGroup()
        _set(group, "HashingAlgorithm", configuration_pb2.HashingAlgorithm(name="SHA256"))
        width = configuration_pb2.BlockDataHashingStructure(width=2**32 - 1)
        _set(group, "BlockDataHashingStructure", width)
        capabilities = configuration_pb2.Capabilities()
        capabilities.capabilities["V2_0"].SetInParent()
        _set(group, "Capabilities", capabilities)
        application = group.groups["Application"]
        _set(application, "Capabilities", capabilities)
        for one in (self.city, self.platform):
            part = application.groups[one.msp_id]
            part.values["MSP"].value = one.msp_config().SerializeToString()
            rule = parse_signature_policy(f"OR('{one.msp_id}.peer')")
            policy = part.policies["Endorsement"].policy
            policy.type = policies_pb2.Policy.SIGNATURE
            policy.value = rule.SerializeToString()
        meta = policies_pb2.ImplicitMetaPolicy(
            rule=policies_pb2.ImplicitMetaPolicy.MAJORITY, sub_policy="Endorsement"
        )
        for name in ("Endorsement", "LifecycleEndorsement"):
            policy = application.policies[name].policy
            policy.type = policies_pb2.Policy.IMPLICIT_META
            policy.value = meta.SerializeToString()
        return configtx_pb2.Config(sequence=sequence, channel_group=group)

    def rules(self) -> ConfigRules:
        return ConfigRules(ChannelConfig(CHANNEL, self.config()), lambda config, envelope: None)

    def config_envelope(self, sequence: int = 1) -> bytes:
        data = configtx_pb2.ConfigEnvelope(config=self.config(sequence)).SerializeToString()
        payload = envelope_payload(
            common_pb2.HeaderType.CONFIG, CHANNEL, data, creator=self.client.creator, nonce=b"n"
        )
        return envelope(payload, self.client.sign(payload))

    def transaction(self, rwset: kv_rwset_pb2.KVRWSet, **changes: object) -> bytes:
        return self.transaction_of(read_write_set({"registry": rwset}), **changes)  # type: ignore[arg-type]

    def transaction_of(
        self,
        results: bytes,
        *,
        creator: Member | None = None,
        endorsers: Sequence[Member] | None = None,
        channel: str = CHANNEL,
        chaincode: str = "registry",
        named_chaincode: str | None = None,
        version: str = "1.0",
        event_chaincode: str | None = None,
        nonce: bytes | None = None,
    ) -> bytes:
        creator = creator or self.client
        self._nonce += 1
        proposal = parse_proposal(
            build_proposal(
                creator=creator.creator,
                channel_id=channel,
                chaincode=chaincode,
                arguments=[b"f"],
                timestamp_ns=1,
                nonce=nonce or self._nonce.to_bytes(24, "big"),
            ).raw
        )
        payload = response_payload(
            proposal_hash=proposal.hash,
            results=results,
            events=b"" if event_chaincode is None else chaincode_event(event_chaincode, "t", "n", b"p"),
            status=200,
            message="",
            payload=b"",
            chaincode=chaincode if named_chaincode is None else named_chaincode,
            chaincode_version=version,
        )
        endorsements = [
            self.endorsement(payload, one) for one in (self.peers if endorsers is None else endorsers)
        ]
        body = transaction_payload(proposal, payload, endorsements)
        return envelope(body, creator.sign(body))

    @staticmethod
    def endorsement(payload: bytes, peer: Member) -> Endorsement:
        return endorse(payload, peer.creator, peer.sign)


def definition(policy: str = POLICY, name: str = "registry") -> dict[str, bytes]:
    """The entries of `_lifecycle` that validation reads of a committed definition."""
    application = policy_pb2.ApplicationPolicy(signature_policy=parse_signature_policy(policy))
    info = chaincode_definition_pb2.ChaincodeValidationInfo(
        validation_plugin="vscc", validation_parameter=application.SerializeToString()
    )
    return {
        f"namespaces/metadata/{name}": db_pb2.StateMetadata(
            datatype="ChaincodeDefinition", fields=["ValidationInfo"]
        ).SerializeToString(),
        f"namespaces/fields/{name}/ValidationInfo": db_pb2.StateData(
            Bytes=info.SerializeToString()
        ).SerializeToString(),
    }


def _set(group: configtx_pb2.ConfigGroup, name: str, message: object) -> None:
    group.values[name].value = message.SerializeToString()  # type: ignore[attr-defined]
