"""Who belongs to an organisation: every way to be refused, and the roles of those who are not."""

import datetime
import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from fabric_protos.msp import identities_pb2, msp_config_pb2

from tanhui.network.protocol.errors import ConfigError, IdentityError, MessageError
from tanhui.network.protocol.identities import serialize_identity
from tanhui.network.protocol.msp import Msp, MspManager, MspVersion, check_not_expired, check_well_formed
from tanhui.network.protocol.principals import (
    AnonymityPrincipal,
    CombinedPrincipal,
    IdentityPrincipal,
    Role,
    RolePrincipal,
    UnitPrincipal,
    UnknownPrincipal,
    parse_principal,
    role_principal,
)
from tests.support.organisations import START, Member, Organisation, issue, sign_high_s


@pytest.fixture
def organisation() -> Organisation:
    return Organisation("Org1MSP")


def manager(*organisations: Organisation, version: MspVersion = MspVersion.V3_0) -> MspManager:
    return MspManager([Msp.from_config(one.msp_config(), version) for one in organisations])


@pytest.mark.parametrize(
    ("unit", "role"),
    [("client", Role.CLIENT), ("peer", Role.PEER), ("admin", Role.ADMIN), ("orderer", Role.ORDERER)],
)
def test_roles_by_unit(organisation: Organisation, unit: str, role: Role) -> None:
    identity = manager(organisation).deserialize_identity(organisation.member(unit).creator)
    identity.validate()
    assert identity.role is role
    for other in Role:
        expected = other in (Role.MEMBER, role)
        assert identity.satisfies(RolePrincipal("Org1MSP", other)) is expected
        assert not identity.satisfies(RolePrincipal("Org2MSP", other))


@pytest.mark.parametrize(
    "key", [ec.generate_private_key(ec.SECP384R1()), ed25519.Ed25519PrivateKey.generate()]
)
def test_other_keys_sign(organisation: Organisation, key: ec.EllipticCurvePrivateKey) -> None:
    member = organisation.member(key=key)
    channel = manager(organisation)
    channel.verified_creator(member.creator, b"message", member.sign(b"message"))
    with pytest.raises(IdentityError, match="is invalid"):
        channel.verified_creator(member.creator, b"other", member.sign(b"message"))


def test_ed25519_needs_v3(organisation: Organisation) -> None:
    member = organisation.member(key=ed25519.Ed25519PrivateKey.generate())
    identity = manager(organisation, version=MspVersion.V1_4_3).deserialize_identity(member.creator)
    with pytest.raises(IdentityError, match="Ed25519PublicKey is not supported at V1_4_3"):
        identity.validate()


def test_high_s_is_refused(organisation: Organisation) -> None:
    member = organisation.member()
    assert isinstance(member.key, ec.EllipticCurvePrivateKey)
    identity = manager(organisation).deserialize_identity(member.creator)
    identity.verify(b"m", member.sign(b"m"))
    identity.verify(b"m", member.sign(b"m") + b"ignored by Fabric too")
    with pytest.raises(IdentityError, match="high S"):
        identity.verify(b"m", sign_high_s(member.key, b"m"))


@pytest.mark.parametrize(
    "signature", [b"", b"\x30", b"\x30\x00", b"\x30\x06\x02\x01\x00\x02\x01\x01", b"\x00" * 600]
)
def test_malformed_signatures_are_refused(organisation: Organisation, signature: bytes) -> None:
    identity = manager(organisation).deserialize_identity(organisation.member().creator)
    with pytest.raises(IdentityError):
        identity.verify(b"m", signature)


def test_foreign_msp_is_refused(organisation: Organisation) -> None:
    stranger = Organisation("Org9MSP").member()
    with pytest.raises(IdentityError, match="Org9MSP is not defined on the channel"):
        manager(organisation).deserialize_identity(stranger.creator)
    pretender = serialize_identity("Org1MSP", stranger.credentials)
    with pytest.raises(IdentityError, match="signed by no authority of this MSP"):
        manager(organisation).deserialize_identity(pretender)


@pytest.mark.parametrize("creator", [b"\xff\xff", serialize_identity("Org1MSP", b"no certificate"), b""])
def test_malformed_identities_are_refused(organisation: Organisation, creator: bytes) -> None:
    with pytest.raises((IdentityError, MessageError)):
        manager(organisation).deserialize_identity(creator)


def test_revoked_is_refused_and_others_are_not(organisation: Organisation) -> None:
    revoked, other = organisation.member(), organisation.member()
    organisation.revoke(revoked)
    channel = manager(organisation)
    channel.deserialize_identity(other.creator).validate()
    identity = channel.deserialize_identity(revoked.creator)
    for _ in range(2):
        with pytest.raises(IdentityError, match="has been revoked"):
            identity.validate()
    assert not identity.satisfies(RolePrincipal("Org1MSP", Role.MEMBER))


def test_revocation_by_another_key_does_not_count(organisation: Organisation) -> None:
    member = organisation.member()
    organisation.revoke(member, signer=ec.generate_private_key(ec.SECP256R1()))
    identity = manager(organisation).deserialize_identity(member.creator)
    identity.validate()
    assert identity.satisfies(RolePrincipal("Org1MSP", Role.MEMBER))


def test_expiry_counts_at_ingress_alone(organisation: Organisation) -> None:
    member = organisation.member(days=1)
    identity = manager(organisation).deserialize_identity(member.creator)
    identity.validate()
    check_not_expired(identity, START + datetime.timedelta(hours=23))
    with pytest.raises(IdentityError, match="expired at 2026-01-02"):
        check_not_expired(identity, START + datetime.timedelta(days=2))


def test_authority_must_be_valid_when_the_certificate_begins(organisation: Organisation) -> None:
    early = organisation.member(not_before=START - datetime.timedelta(days=10))
    with pytest.raises(IdentityError, match="valid at its NotBefore"):
        manager(organisation).deserialize_identity(early.creator)


@pytest.mark.parametrize("units", [(), ("client", "peer"), ("visitor",)])
def test_exactly_one_node_unit(organisation: Organisation, units: tuple[str, ...]) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = issue("x", key, organisation.root.subject, organisation.key, units=units)
    identity = manager(organisation).deserialize_identity(Member("Org1MSP", key, certificate).creator)
    with pytest.raises(IdentityError, match="exactly one of client, peer, orderer and admin"):
        identity.validate()


def test_authority_is_no_identity(organisation: Organisation) -> None:
    identity = manager(organisation).deserialize_identity(
        serialize_identity("Org1MSP", organisation.root_pem)
    )
    with pytest.raises(IdentityError, match="cannot be used as an identity"):
        identity.validate()


def test_intermediates(organisation: Organisation) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    middle = issue("intermediate", key, organisation.root.subject, organisation.key, ca=True)
    organisation.intermediates.append(middle.public_bytes(Encoding.PEM))
    leaf_key = ec.generate_private_key(ec.SECP256R1())
    leaf = Member("Org1MSP", leaf_key, issue("leaf", leaf_key, middle.subject, key, units=("client",)))
    channel = manager(organisation)
    channel.deserialize_identity(leaf.creator).validate()
    direct = channel.deserialize_identity(organisation.member().creator)
    with pytest.raises(IdentityError, match="has authorities below it"):
        direct.validate()


def test_high_s_certificates_are_brought_to_low_s(organisation: Organisation) -> None:
    """Both forms of one certificate are one identity, as msp/cert.go sees to."""
    seen = set()
    for _ in range(12):
        member = organisation.member(key=ec.generate_private_key(ec.SECP256R1()))
        identity = manager(organisation).deserialize_identity(member.creator)
        identity.validate()
        seen.add(identity.raw == member.certificate.public_bytes(Encoding.DER))
    assert seen == {True, False}


def test_restricted_usage_must_include_server_authentication(organisation: Organisation) -> None:
    for usage, allowed in ((ExtendedKeyUsageOID.SERVER_AUTH, True), (ExtendedKeyUsageOID.CLIENT_AUTH, False)):
        member = organisation.member(extensions=(x509.ExtendedKeyUsage([usage]),))
        if allowed:
            manager(organisation).deserialize_identity(member.creator).validate()
        else:
            with pytest.raises(IdentityError, match="signed by no authority"):
                manager(organisation).deserialize_identity(member.creator)


def test_principals(organisation: Organisation) -> None:
    member = organisation.member()
    msp = Msp.from_config(organisation.msp_config())
    identity = msp.deserialize_identity(member.creator)
    other = organisation.member()
    root = msp.authorities.trust.roots[0].raw
    assert identity.satisfies(IdentityPrincipal(member.creator))
    assert not identity.satisfies(IdentityPrincipal(other.creator))
    assert not identity.satisfies(IdentityPrincipal(b"\xff"))
    assert identity.satisfies(UnitPrincipal("Org1MSP", "client", bytes.fromhex(_sha256(root))))
    assert not identity.satisfies(UnitPrincipal("Org1MSP", "client", b""))
    assert not identity.satisfies(UnitPrincipal("Org2MSP", "client", bytes.fromhex(_sha256(root))))
    assert identity.satisfies(AnonymityPrincipal(nominal=True))
    assert not identity.satisfies(AnonymityPrincipal(nominal=False))
    assert not identity.satisfies(UnknownPrincipal("anything"))
    both = CombinedPrincipal((RolePrincipal("Org1MSP", Role.CLIENT), IdentityPrincipal(member.creator)))
    assert identity.satisfies(both)
    assert not msp.deserialize_identity(other.creator).satisfies(both)
    assert parse_principal(role_principal("Org1MSP", Role.PEER)) == RolePrincipal("Org1MSP", Role.PEER)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_named_administrators(organisation: Organisation) -> None:
    admin, client = organisation.member(), organisation.member()
    organisation.admins.append(admin.credentials)
    channel = manager(organisation)
    assert channel.deserialize_identity(admin.creator).satisfies(RolePrincipal("Org1MSP", Role.ADMIN))
    assert not channel.deserialize_identity(client.creator).satisfies(RolePrincipal("Org1MSP", Role.ADMIN))


def test_without_units_administrators_must_be_named() -> None:
    organisation = Organisation("Org1MSP", node_ous=False)
    with pytest.raises(ConfigError, match="admins: must be declared"):
        manager(organisation)
    admin = organisation.member(unit="")
    organisation.admins.append(admin.credentials)
    identity = manager(organisation).deserialize_identity(admin.creator)
    assert identity.satisfies(RolePrincipal("Org1MSP", Role.ADMIN))
    assert identity.satisfies(RolePrincipal("Org1MSP", Role.MEMBER))
    assert not identity.satisfies(RolePrincipal("Org1MSP", Role.CLIENT))


def test_listed_units_are_required(organisation: Organisation) -> None:
    config = organisation.config()
    config.organizational_unit_identifiers.append(
        msp_config_pb2.FabricOUIdentifier(
            certificate=organisation.root_pem, organizational_unit_identifier="carbon"
        )
    )
    msp = Msp(config)
    key = ec.generate_private_key(ec.SECP256R1())
    right = issue("x", key, organisation.root.subject, organisation.key, units=("client", "carbon"))
    msp.deserialize_identity(Member("Org1MSP", key, right).creator).validate()
    with pytest.raises(IdentityError, match="none of"):
        msp.deserialize_identity(organisation.member().creator).validate()


def test_bad_configurations_are_refused(organisation: Organisation) -> None:
    config = organisation.config()
    config.ClearField("root_certs")
    with pytest.raises(ConfigError, match="root_certs: at least one"):
        Msp(config)
    config = organisation.config()
    config.root_certs[0] = organisation.member().credentials
    with pytest.raises(ConfigError, match="root_certs"):
        Msp(config)
    config = organisation.config()
    config.revocation_list.append(b"nonsense")
    with pytest.raises(ConfigError, match=r"revocation_list\[0\]"):
        Msp(config)
    config = organisation.config()
    config.admins.append(organisation.member("peer").credentials)
    with pytest.raises(ConfigError, match=r"admins\[0\]"):
        Msp(config)
    with pytest.raises(ConfigError, match="Idemix is not"):
        Msp.from_config(msp_config_pb2.MSPConfig(type=1))


def test_well_formed_identities(organisation: Organisation) -> None:
    member = organisation.member()
    check_well_formed(identities_pb2.SerializedIdentity(mspid="Org1MSP", id_bytes=member.credentials))
    for damaged in (
        member.credentials + b"x",
        member.credentials.replace(b"CERTIFICATE", b"CERTIFICAT"),
        b"",
    ):
        with pytest.raises(IdentityError):
            check_well_formed(identities_pb2.SerializedIdentity(mspid="Org1MSP", id_bytes=damaged))


def test_cache_is_bounded(organisation: Organisation) -> None:
    channel = MspManager([Msp.from_config(organisation.msp_config())], identities_cached_max=2)
    members = [organisation.member() for _ in range(3)]
    first = channel.deserialize_identity(members[0].creator)
    assert channel.deserialize_identity(members[0].creator) is first
    for member in members[1:]:
        channel.deserialize_identity(member.creator)
    assert channel.deserialize_identity(members[0].creator) is not first
