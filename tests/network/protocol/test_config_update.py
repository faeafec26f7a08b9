"""A channel's configuration: what it must have, and which updates of it are allowed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from fabric_protos.common import common_pb2, configtx_pb2, configuration_pb2
from fabric_protos.orderer import configuration_pb2 as orderer_pb2
from fabric_protos.peer import configuration_pb2 as peer_pb2

from tanhui.network.protocol import config_update, transactions
from tanhui.network.protocol.channel_config import ChannelConfig
from tanhui.network.protocol.durations import parse_duration_ns
from tanhui.network.protocol.envelopes import envelope_payload
from tanhui.network.protocol.errors import ConfigError, PolicyError, ProtocolError
from tanhui.network.protocol.proposals import signature_header
from tests.support.channels import add_capability, add_value, channel, organisation_group
from tests.support.organisations import Member, Organisation

Group = configtx_pb2.ConfigGroup


@dataclass
class World:
    organisations: list[Organisation]
    orderer: Organisation
    config: configtx_pb2.Config
    admins: list[Member]

    @property
    def view(self) -> ChannelConfig:
        return ChannelConfig("credits", self.config)


@pytest.fixture(scope="module")
def world() -> World:
    organisations = [Organisation(name) for name in ("AMSP", "BMSP", "CMSP")]
    orderer = Organisation("OrdererMSP")
    config = channel(organisations, orderer)
    return World(organisations, orderer, config, [one.member("admin") for one in organisations])


def update(
    signers: Sequence[Member],
    read: Callable[[Group], None],
    write: Callable[[Group], None],
    channel_id: str = "credits",
) -> bytes:
    message = configtx_pb2.ConfigUpdate(channel_id=channel_id)
    message.read_set.SetInParent()
    message.write_set.SetInParent()
    read(message.read_set)
    write(message.write_set)
    body = message.SerializeToString()
    wrapper = configtx_pb2.ConfigUpdateEnvelope(config_update=body)
    for signer in signers:
        header = signature_header(signer.creator, b"nonce")
        wrapper.signatures.add(signature_header=header, signature=signer.sign(header + body))
    payload = envelope_payload(
        common_pb2.CONFIG_UPDATE, channel_id, wrapper.SerializeToString(), creator=b"c", nonce=b"n"
    )
    return transactions.envelope(payload, b"outer")


def nothing(group: Group) -> None:
    del group


def timeout(version: int, text: str = "3s", mod_policy: str = "Admins") -> Callable[[Group], None]:
    def write(group: Group) -> None:
        value = orderer_pb2.BatchTimeout(timeout=text).SerializeToString()
        group.groups["Orderer"].values["BatchTimeout"].CopyFrom(
            configtx_pb2.ConfigValue(version=version, value=value, mod_policy=mod_policy)
        )

    return write


def test_view(world: World) -> None:
    view = world.view
    assert view.batch_limits is not None
    assert view.batch_limits.timeout_ns == 62_500_000_000
    assert view.acl_policy("peer/Propose") == "/Channel/Application/Writers"
    assert view.acl_policy("qscc/GetChainInfo") == "/Channel/Application/Readers"
    with pytest.raises(ConfigError, match="guarded by the peer's own Admins"):
        view.acl_policy("lscc/Install")
    with pytest.raises(ConfigError, match="no resource"):
        view.acl_policy("tea/Drink")
    assert view.msp_manager is not world.view.msp_manager
    assert view.msp_manager.msps["AMSP"] is world.view.msp_manager.msps["AMSP"]


def test_acls_replace_defaults(world: World) -> None:
    config = configtx_pb2.Config.FromString(world.config.SerializeToString())
    acls = {
        "peer/Propose": peer_pb2.APIResource(policy_ref="Admins"),
        "qscc/GetChainInfo": peer_pb2.APIResource(policy_ref="/Channel/Readers"),
        "event/Block": peer_pb2.APIResource(),
    }
    add_value(config.channel_group.groups["Application"], "ACLs", peer_pb2.ACLs(acls=acls))
    view = ChannelConfig("credits", config)
    assert view.acl_policy("peer/Propose") == "/Channel/Application/Admins"
    assert view.acl_policy("qscc/GetChainInfo") == "/Channel/Readers"
    assert view.acl_policy("event/Block") == "/Channel/Application/Readers"


def _unknown_group(root: Group) -> None:
    root.groups["Other"].SetInParent()


def _unknown_value(root: Group) -> None:
    add_value(root, "Colour", configuration_pb2.Capabilities())


def _width(root: Group) -> None:
    add_value(root, "BlockDataHashingStructure", configuration_pb2.BlockDataHashingStructure(width=2))


def _new_capability(root: Group) -> None:
    add_capability(root.groups["Application"], "V9_9")


def _batch(root: Group) -> None:
    add_value(root.groups["Orderer"], "BatchSize", orderer_pb2.BatchSize(max_message_count=1))


def _timeout(root: Group) -> None:
    add_value(root.groups["Orderer"], "BatchTimeout", orderer_pb2.BatchTimeout(timeout="soon"))


def _addresses(root: Group) -> None:
    add_value(root, "OrdererAddresses", configuration_pb2.OrdererAddresses(addresses=["x:1"]))


def _endpoints(root: Group) -> None:
    del root.groups["Orderer"].groups["OrdererMSP"].values["Endpoints"]


def _two_versions(root: Group) -> None:
    root.groups["Orderer"].groups["AMSP"].CopyFrom(organisation_group(Organisation("AMSP")))
    add_value(
        root.groups["Orderer"].groups["AMSP"],
        "Endpoints",
        configuration_pb2.OrdererAddresses(addresses=["x:1"]),
    )


def _policy(root: Group) -> None:
    root.policies["Empty"].SetInParent()


def _old(root: Group) -> None:
    add_capability(root, "V1_3")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_unknown_group, "/Channel/Other: is a group"),
        (_unknown_value, "Colour: is a value"),
        (_width, "width is 2"),
        (_new_capability, r"\['V9_9'\] are required and not supported"),
        (_batch, "absolute_max_bytes: is 0"),
        (_timeout, "'soon' is no duration"),
        (_addresses, "not allowed with V3_0"),
        (_endpoints, r"\['OrdererMSP'\] have none"),
        (_two_versions, "MSP AMSP: is defined in two different versions"),
        (_policy, "/Channel/Empty: is a policy without content"),
        (_old, "lack V1_4_3"),
    ],
)
def test_bad_configurations_are_refused(world: World, spoil: Callable[[Group], None], message: str) -> None:
    config = configtx_pb2.Config.FromString(world.config.SerializeToString())
    spoil(config.channel_group)
    with pytest.raises(ConfigError, match=message):
        ChannelConfig("credits", config)


@pytest.mark.parametrize("name", ["", "Credits", "1a", "a_b", "a" * 250])
def test_bad_channel_names_are_refused(world: World, name: str) -> None:
    with pytest.raises(ConfigError, match="channel_id"):
        ChannelConfig(name, world.config)


def test_allowed_update(world: World) -> None:
    orderer_admin = world.orderer.member("admin")
    envelope = update([orderer_admin], nothing, timeout(1))
    with pytest.raises(ProtocolError):
        config_update.propose_config_update(
            world.view, envelope
        )  # the groups above it are not in the read set

    def read(group: Group) -> None:
        group.groups["Orderer"].version = 0

    proposed = config_update.propose_config_update(world.view, update([orderer_admin], read, timeout(1)))
    following = config_update.next_config(world.view, proposed)
    assert following.sequence == 1
    assert following.batch_limits is not None
    assert following.batch_limits.timeout_ns == 3_000_000_000
    assert following.config.channel_group.groups["Orderer"].mod_policy == "Admins"
    with pytest.raises(ConfigError, match=r"config\.sequence: is 1, expected 2"):
        config_update.validate_config(following, proposed)
    proposed.config.channel_group.groups["Orderer"].version = 7
    with pytest.raises(ConfigError, match="not what last_update makes"):
        config_update.validate_config(world.view, proposed)


def _read_orderer(group: Group) -> None:
    group.groups["Orderer"].version = 0


def test_refused_updates(world: World) -> None:
    admin, view = world.orderer.member("admin"), world.view

    def refused(envelope: bytes, kind: type[ProtocolError], message: str) -> None:
        with pytest.raises(kind, match=message):
            config_update.propose_config_update(view, envelope)

    refused(update([], _read_orderer, timeout(1)), PolicyError, "not satisfied by 0 valid")
    client = world.orderer.member("client")
    refused(update([client], _read_orderer, timeout(1)), PolicyError, "not satisfied by 1 valid")
    refused(update(world.admins, _read_orderer, timeout(1)), PolicyError, "/Channel/Orderer/Admins for Value")
    refused(update([admin], _read_orderer, timeout(2)), ConfigError, "goes to version 2, it is at 0")
    refused(update([admin], _read_orderer, timeout(1, mod_policy="")), ConfigError, "has no mod_policy")
    refused(update([admin], _read_orderer, timeout(1, mod_policy="a//b")), ConfigError, "must match")
    refused(update([admin], _read_orderer, _read_orderer), ConfigError, "changes nothing")
    refused(update([admin], _read_orderer, timeout(1), "other"), ConfigError, "is other, expected credits")

    def stale(group: Group) -> None:
        group.groups["Orderer"].version = 3

    refused(update([admin], stale, timeout(1)), ConfigError, "is read at version 3, it is at 0")

    def absent(group: Group) -> None:
        group.groups["Nowhere"].version = 0

    refused(update([admin], absent, timeout(1)), ConfigError, "not in the configuration")


def test_members_join_by_majority_of_admins(world: World) -> None:
    joining = Organisation("DMSP")
    view = world.view

    def read(group: Group) -> None:
        for one in world.organisations:
            group.groups["Application"].groups[one.msp_id].version = 0

    def write(group: Group) -> None:
        application = group.groups["Application"]
        source = world.config.channel_group.groups["Application"]
        application.version, application.mod_policy = 1, "Admins"
        for name in source.policies:
            application.policies[name].version = 0
        for name in source.values:
            application.values[name].version = 0
        for one in world.organisations:
            application.groups[one.msp_id].version = 0
        application.groups["DMSP"].CopyFrom(organisation_group(joining))

    def read_all(group: Group) -> None:
        read(group)
        source = world.config.channel_group.groups["Application"]
        for name in source.policies:
            group.groups["Application"].policies[name].version = 0
        for name in source.values:
            group.groups["Application"].values[name].version = 0

    with pytest.raises(PolicyError, match="/Channel/Application/Admins for Group"):
        config_update.propose_config_update(view, update(world.admins[:1], read_all, write))
    twice = [world.admins[0], world.admins[0]]
    with pytest.raises(PolicyError):
        config_update.propose_config_update(view, update(twice, read_all, write))
    proposed = config_update.propose_config_update(view, update(world.admins[:2], read_all, write))
    following = config_update.next_config(view, proposed)
    assert "DMSP" in following.msp_manager.msps
    following.deserialize_identity(joining.member().creator).validate()


def test_msp_ids_stay(world: World) -> None:
    config = configtx_pb2.Config.FromString(world.config.SerializeToString())
    other = Organisation("ZMSP")
    config.channel_group.groups["Application"].groups["AMSP"].CopyFrom(organisation_group(other))
    with pytest.raises(ConfigError, match="changed its MSP id AMSP to ZMSP"):
        config_update.check_transition(world.view, ChannelConfig("credits", config))
    del config.channel_group.groups["Application"]
    with pytest.raises(ConfigError, match="/Channel/Application: must not be removed"):
        config_update.check_transition(world.view, ChannelConfig("credits", config))


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [("2s", 2 * 10**9), ("1h1m1s1ms1us1ns", 3661001001001), (".5s", 5 * 10**8), ("-1s", -(10**9)), ("0", 0)],
)
def test_durations(text: str, nanoseconds: int) -> None:
    assert parse_duration_ns(text, "f") == nanoseconds


@pytest.mark.parametrize("text", ["", "s", "1", "1 s", "1d", "9223372037s", "1s "])
def test_bad_durations(text: str) -> None:
    with pytest.raises(ConfigError, match="is no duration"):
        parse_duration_ns(text, "f")
