"""The topology file: one document that describes a network, from organisations to chaincode.

What it leaves out gets Fabric's own defaults (sampleconfig/configtx.yaml), or stricter ones where policies.py
says so. Everything else in this folder is computed from it.
"""

from typing import Annotated, Final, Literal

import msgspec

from tanhui.crypto_config.certificates import Place
from tanhui.crypto_config.keys import KeyAlgorithm
from tanhui.crypto_config.organisation_spec import OrganisationSpec

MEBIBYTE: Final = 1 << 20

ChannelName = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9.-]*$", max_length=249)]
"""orderer/common/... and core/ledger accept these (common/configtx/validator.go, channelAllowedChars)."""
NodeName = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=30)]
UserName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$", max_length=30)]
GroupName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*$", max_length=249)]
Host = Annotated[str, msgspec.Meta(min_length=1, max_length=253)]
Address = Annotated[str, msgspec.Meta(pattern=r"^[^\s:]+:[0-9]{1,5}$", max_length=259)]
Port = Annotated[int, msgspec.Meta(ge=1, le=65_535)]
Milliseconds = Annotated[int, msgspec.Meta(ge=1, le=86_400_000)]
Uint32 = Annotated[int, msgspec.Meta(ge=1, le=(1 << 32) - 1)]
PolicyText = Annotated[str, msgspec.Meta(min_length=1, max_length=16_384)]
Policies = dict[str, PolicyText]


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of the file: nothing in it may be unknown."""


class Peer(_Part, frozen=True, kw_only=True):
    """A peer. `anchor` makes it the one that other organisations' peers gossip with first."""

    name: NodeName
    host: Host
    port: Port
    anchor: bool = False
    chaincode_port: Port | None = None
    operations_port: Port | None = None


class Orderer(_Part, frozen=True, kw_only=True):
    """An ordering node, and a consenter of the channel. `admin_port` serves the participation API."""

    name: NodeName
    host: Host
    port: Port
    admin_port: Port | None = None
    operations_port: Port | None = None


class User(_Part, frozen=True, kw_only=True):
    """A person or program, with the attributes that chaincode reads from the certificate."""

    name: UserName
    role: Literal["client", "admin"] = "client"
    attributes: dict[str, str] = {}


class Organisation(_Part, frozen=True, kw_only=True):
    """A member of the application when it has peers or says so, of the ordering service with orderers.

    Attributes:
        name: its group in the channel's configuration.
        hosts: further names and addresses that its nodes' TLS certificates answer for.
        member: whether it is a member of the application; None for "when it has peers".
        policies: in place of the standard ones (policies.py).
    """

    name: GroupName
    msp_id: GroupName
    domain: str
    title: str = ""
    country: str = "CN"
    province: str = ""
    locality: str = ""
    algorithm: KeyAlgorithm = "p256"
    hosts: list[Host] = []
    peers: list[Peer] = []
    orderers: list[Orderer] = []
    users: list[User] = []
    member: bool | None = None
    policies: Policies = {}

    @property
    def is_member(self) -> bool:
        """Whether it stands in the application group."""
        return bool(self.peers) if self.member is None else self.member

    @property
    def spec(self) -> OrganisationSpec:
        """What its crypto folder is made from. CryptoConfigError for a wrong MSP id or domain."""
        place = Place(self.country, self.province, self.locality, self.title or self.name)
        return OrganisationSpec(self.msp_id, self.domain, place, self.algorithm)


class Batch(_Part, frozen=True, kw_only=True):
    """When the ordering service cuts a block: by count, by bytes, or by time."""

    timeout_ms: Milliseconds = 2_000
    messages_max: Uint32 = 500
    absolute_bytes_max: Uint32 = 10 * MEBIBYTE
    preferred_bytes_max: Uint32 = 2 * MEBIBYTE


class Raft(_Part, frozen=True, kw_only=True, tag="raft", tag_field="type"):
    """etcd/raft, tolerating crashes of a minority (sampleconfig/configtx.yaml, EtcdRaft.Options)."""

    tick_interval_ms: Milliseconds = 500
    election_ticks: Uint32 = 10
    heartbeat_ticks: Uint32 = 1
    inflight_blocks_max: Uint32 = 5
    snapshot_interval_bytes: Uint32 = 16 * MEBIBYTE


class Bft(_Part, frozen=True, kw_only=True, tag="bft", tag_field="type"):
    """SmartBFT, tolerating f liars among 3f + 1, with configtxgen's defaults (SmartBFT's DefaultConfig)."""

    request_batch_count_max: Uint32 = 100
    request_batch_bytes_max: Uint32 = 10 * MEBIBYTE
    request_batch_interval_ms: Milliseconds = 50
    incoming_messages_max: Uint32 = 200
    request_pool_size: Uint32 = 400
    request_forward_timeout_ms: Milliseconds = 2_000
    request_complain_timeout_ms: Milliseconds = 20_000
    request_auto_remove_timeout_ms: Milliseconds = 180_000
    view_change_resend_interval_ms: Milliseconds = 5_000
    view_change_timeout_ms: Milliseconds = 20_000
    leader_heartbeat_timeout_ms: Milliseconds = 60_000
    leader_heartbeat_count: Uint32 = 10
    collect_timeout_ms: Milliseconds = 1_000
    sync_on_start: bool = False
    speed_up_view_change: bool = False


class Capabilities(_Part, frozen=True, kw_only=True):
    """What every node of the channel must understand (common/capabilities)."""

    channel: Literal["V2_0", "V3_0"] = "V3_0"
    orderer: Literal["V2_0"] = "V2_0"
    application: Literal["V2_0", "V2_5"] = "V2_5"


class ChannelPolicies(_Part, frozen=True, kw_only=True):
    """Policies of the three groups above the organisations, in place of the standard ones."""

    channel: Policies = {}
    application: Policies = {}
    orderer: Policies = {}


class Channel(_Part, frozen=True, kw_only=True):
    """One channel. `acls` maps a resource such as `qscc/GetChainInfo` to a policy's path."""

    name: ChannelName
    consensus: Raft | Bft
    batch: Batch = Batch()
    capabilities: Capabilities = Capabilities()
    policies: ChannelPolicies = ChannelPolicies()
    acls: dict[str, str] = {}
    channels_max: Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)] = 0


class Collection(_Part, frozen=True, kw_only=True):
    """A private data collection of a chaincode (peer/collection.proto, StaticCollectionConfig)."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]+$", max_length=64)]
    policy: PolicyText
    required_peers: Annotated[int, msgspec.Meta(ge=0, le=1_000)] = 1
    peers_max: Annotated[int, msgspec.Meta(ge=0, le=1_000)] = 3
    blocks_to_live: Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)] = 0
    member_only_read: bool = True
    member_only_write: bool = True
    endorsement_policy: PolicyText = "/Channel/Application/Endorsement"


class Chaincode(_Part, frozen=True, kw_only=True):
    """A chaincode that the channel runs as a service.

    Attributes:
        endorsement_policy: signature policy text, or the path of a channel policy.
        address: host:port of one service that every organisation's peers call, run by the first member.
        services: by MSP id, host:port of a service that an organisation runs for itself, in place of
            `address`. An endorsement is worth as much as the process that made it is independent.
    """

    name: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9]+([-_][A-Za-z0-9]+)*$", max_length=64)]
    version: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.+-]+$", max_length=64)] = "1.0"
    sequence: Annotated[int, msgspec.Meta(ge=1, le=(1 << 31) - 1)] = 1
    endorsement_policy: PolicyText = "/Channel/Application/Endorsement"
    init_required: bool = False
    address: Address | None = None
    services: dict[str, Address] = {}
    collections: list[Collection] = []


class Topology(_Part, frozen=True, kw_only=True):
    """The whole file. Read it with `load_topology`, which also checks what no single field can show."""

    channel: Channel
    organisations: Annotated[list[Organisation], msgspec.Meta(min_length=1, max_length=200)]
    chaincodes: Annotated[list[Chaincode], msgspec.Meta(max_length=100)] = []

    @property
    def members(self) -> list[Organisation]:
        """The application's organisations."""
        return [organisation for organisation in self.organisations if organisation.is_member]

    @property
    def ordering(self) -> list[Organisation]:
        """The ordering service's organisations."""
        return [organisation for organisation in self.organisations if organisation.orderers]

    @property
    def consenters(self) -> list[tuple[Organisation, Orderer]]:
        """Every orderer in the file's order: consenter ids count from 1."""
        return [(each, orderer) for each in self.ordering for orderer in each.orderers]
