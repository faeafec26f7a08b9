"""A channel of two organisations with true certificates, and transactions signed and endorsed by them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from fabric_protos.common import common_pb2, configtx_pb2, configuration_pb2, policies_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.peer import configuration_pb2 as peer_configuration_pb2

from tanhui.network.protocol.application_policy import signature_policy_bytes
from tanhui.network.protocol.channel_config import ChannelConfig
from tanhui.network.protocol.config_update import propose_config_update
from tanhui.network.protocol.endorsements import Endorsement, chaincode_event, endorse, response_payload
from tanhui.network.protocol.envelopes import envelope_payload
from tanhui.network.protocol.lifecycle import ChaincodeDefinition, definition_writes
from tanhui.network.protocol.policy_dsl import parse_signature_policy
from tanhui.network.protocol.proposals import build_proposal, parse_proposal, signature_header
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
        _set(application, "ACLs", peer_configuration_pb2.ACLs())
        application.values["ACLs"].mod_policy = "Admins"
        admins = application.policies["Admins"].policy
        admins.type = policies_pb2.Policy.SIGNATURE
        admins.value = parse_signature_policy("OR('CityMSP.client')").SerializeToString()
        for name in ("Endorsement", "LifecycleEndorsement"):
            policy = application.policies[name].policy
            policy.type = policies_pb2.Policy.IMPLICIT_META
            policy.value = meta.SerializeToString()
        return configtx_pb2.Config(sequence=sequence, channel_group=group)

    def rules(self) -> ConfigRules:
        return ConfigRules(ChannelConfig(CHANNEL, self.config()))

    def config_update(self, signer: Member | None = None) -> bytes:
        """A CONFIG_UPDATE that changes the ACLs, which Application/Admins guards."""
        signer = signer or self.client
        update = configtx_pb2.ConfigUpdate(channel_id=CHANNEL)
        for tree in (update.read_set, update.write_set):
            tree.groups["Application"].SetInParent()
        acls = update.write_set.groups["Application"].values["ACLs"]
        acls.version, acls.mod_policy = 1, "Admins"
        changed = peer_configuration_pb2.ACLs()
        changed.acls["qscc/GetChainInfo"].policy_ref = "Admins"
        acls.value = changed.SerializeToString()
        wrapper = configtx_pb2.ConfigUpdateEnvelope(config_update=update.SerializeToString())
        header = signature_header(signer.creator, b"nonce")
        signature = signer.sign(header + wrapper.config_update)
        wrapper.signatures.add(signature_header=header, signature=signature)
        return self._signed(common_pb2.HeaderType.CONFIG_UPDATE, wrapper.SerializeToString(), signer)

    def config_transaction(self) -> bytes:
        made = propose_config_update(ChannelConfig(CHANNEL, self.config()), self.config_update())
        return self._signed(common_pb2.HeaderType.CONFIG, made.SerializeToString(), self.client)

    def config_transaction_without_update(self) -> bytes:
        made = configtx_pb2.ConfigEnvelope(config=self.config(1))
        made.last_update.ParseFromString(self.config_update(self.platform.member("client")))
        return self._signed(common_pb2.HeaderType.CONFIG, made.SerializeToString(), self.client)

    @staticmethod
    def _signed(kind: int, data: bytes, signer: Member) -> bytes:
        payload = envelope_payload(kind, CHANNEL, data, creator=signer.creator, nonce=b"n")
        return envelope(payload, signer.sign(payload))

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


def definition(policy: str = POLICY, name: str = "registry") -> dict[str, bytes | None]:
    """The entries of `_lifecycle` that committing a definition writes."""
    parameter = signature_policy_bytes(parse_signature_policy(policy))
    committed = ChaincodeDefinition(1, "1.0", validation_parameter=parameter)
    return dict(definition_writes(name, committed, lambda key: None))


def _set(group: configtx_pb2.ConfigGroup, name: str, message: object) -> None:
    group.values[name].value = message.SerializeToString()  # type: ignore[attr-defined]
