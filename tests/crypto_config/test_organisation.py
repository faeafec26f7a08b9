"""An organisation's folder: what is issued, how it is read back, renewed and revoked."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from tanhui.crypto_config.attributes import certificate_attributes
from tanhui.crypto_config.authority import Authority
from tanhui.crypto_config.certificates import Place, load_certificate, organizational_units
from tanhui.crypto_config.errors import CryptoConfigError
from tanhui.crypto_config.keys import KeyAlgorithm
from tanhui.crypto_config.low_s import is_low_s
from tanhui.crypto_config.msp_folder import read_signing_identity
from tanhui.crypto_config.organisation import Organisation, tls_hosts
from tanhui.crypto_config.organisation_spec import OrganisationSpec
from tanhui.crypto_config.revocation import load_revocations

PLACE = Place(country="CN", province="四川省", locality="成都市", organisation="四川联合环境交易所")
SPEC = OrganisationSpec("ExchangeMSP", "exchange.example", PLACE)
NOW = datetime(2026, 11, 21, 3, 30, 15, tzinfo=UTC)


def at_noon() -> datetime:
    return NOW


@pytest.fixture
def exchange(tmp_path: Path) -> Organisation:
    return Organisation.create(tmp_path / "exchange", SPEC, clock=at_noon)


@pytest.mark.parametrize("algorithm", ["p256", "p384", "ed25519"])
def test_members_verify_under_the_root_and_sign(tmp_path: Path, algorithm: KeyAlgorithm) -> None:
    spec = OrganisationSpec("ExchangeMSP", "exchange.example", PLACE, algorithm)
    organisation = Organisation.create(tmp_path, spec, clock=at_noon)
    root = organisation.authority().certificate
    for member in (
        organisation.add_node("peer", "peer0", ["127.0.0.1"]),
        organisation.add_node("orderer", "orderer0", ["127.0.0.1"]),
        organisation.add_user("Admin", "admin"),
        organisation.add_user("clerk"),
    ):
        signing = member.signing_identity()
        certificate = signing.identity.certificate
        certificate.verify_directly_issued_by(root)
        assert certificate.not_valid_before_utc >= root.not_valid_before_utc
        assert certificate.not_valid_after_utc <= root.not_valid_after_utc
        signature = signing.sign(b"message")
        public_key = certificate.public_key()
        if isinstance(public_key, ec.EllipticCurvePublicKey):
            assert is_low_s(signature, public_key.curve)
            assert is_low_s(certificate.signature, public_key.curve)
    found = {
        member.name: organizational_units(member.identity().certificate) for member in organisation.members()
    }
    assert found == {
        "orderer0.exchange.example": ("orderer",),
        "peer0.exchange.example": ("peer",),
        "Admin@exchange.example": ("admin",),
        "clerk@exchange.example": ("client",),
    }


def test_certificates_carry_what_fabric_needs(exchange: Organisation) -> None:
    peer = exchange.add_node("peer", "peer0", ["127.0.0.1", "localhost"])
    root = exchange.authority().certificate
    usage = root.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.key_cert_sign
    assert usage.crl_sign
    assert root.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    signing = peer.identity().certificate
    issuer = signing.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    own = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    assert issuer.key_identifier == own.digest
    assert len(own.digest) == 32
    tls = load_certificate(peer.tls.certificate.read_bytes())
    uses = tls.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert set(uses) == {ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH}
    assert tls_hosts(peer) == ("peer0.exchange.example", "peer0", "127.0.0.1", "localhost")
    assert signing.not_valid_before_utc == NOW.replace(second=0) - timedelta(minutes=5)


def test_attributes_are_fabric_cas(exchange: Organisation) -> None:
    attributes = {"tanhui.org": "91510100MA6CK1NQ0X", "tanhui.role": "exchange", "tanhui.person": "p-17"}
    clerk = exchange.add_user("clerk", attributes=attributes)
    certificate = clerk.identity().certificate
    assert certificate_attributes(certificate) == attributes
    extension = certificate.extensions.get_extension_for_oid(x509.ObjectIdentifier("1.2.3.4.5.6.7.8.1"))
    assert isinstance(extension.value, x509.UnrecognizedExtension)
    assert not extension.critical
    assert extension.value.value == (
        b'{"attrs":{"tanhui.org":"91510100MA6CK1NQ0X","tanhui.person":"p-17","tanhui.role":"exchange"}}'
    )
    assert certificate_attributes(exchange.authority().certificate) == {}


def test_every_key_is_its_owners_only(exchange: Organisation) -> None:
    exchange.add_node("peer", "peer0", [])
    exchange.add_user("clerk")
    keys = [path for path in exchange.folder.rglob("*") if path.name == "priv_sk" or path.suffix == ".key"]
    assert len(keys) == 6
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys} == {0o600}
    for path in exchange.folder.rglob("*"):
        if path.is_file() and b"PRIVATE KEY" in path.read_bytes():
            assert path in keys


def test_opened_again_it_is_the_same(exchange: Organisation) -> None:
    exchange.add_user("clerk")
    again = Organisation.open(exchange.folder, clock=at_noon)
    assert again.spec == exchange.spec
    assert again.msp == exchange.msp
    assert again.signing_identity("client", "clerk").identity == exchange.member("client", "clerk").identity()
    with pytest.raises(CryptoConfigError, match="holds an organisation already"):
        Organisation.create(exchange.folder, SPEC)
    with pytest.raises(CryptoConfigError, match="client 'nobody': is not a member of ExchangeMSP"):
        again.member("client", "nobody")
    with pytest.raises(CryptoConfigError, match="is a member of ExchangeMSP already"):
        again.add_user("clerk")


def test_revocation_reaches_every_msp_folder(exchange: Organisation) -> None:
    peer = exchange.add_node("peer", "peer0", [])
    first = exchange.add_user("first").identity().certificate
    second = exchange.add_user("second").identity().certificate
    exchange.revoke(first)
    content = exchange.revoke(second, first)
    revocations = load_revocations(content)
    assert revocations.number == 2
    assert set(revocations.revoked) == {first.serial_number, second.serial_number}
    assert exchange.msp.revocation_lists == (content,)
    assert (peer.msp_folder / "crls" / "crl.pem").read_bytes() == content
    third = exchange.add_user("third")
    assert (third.msp_folder / "crls" / "crl.pem").read_bytes() == content
    parsed = x509.load_pem_x509_crl(content)
    key = exchange.authority().certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert parsed.is_signature_valid(key)
    identifier = parsed.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    assert identifier == exchange.authority().key_identifier


def test_only_own_certificates_are_revoked(exchange: Organisation, tmp_path: Path) -> None:
    other = Organisation.create(tmp_path / "other", OrganisationSpec("OtherMSP", "other.example"))
    stranger = other.add_user("stranger").identity().certificate
    with pytest.raises(CryptoConfigError, match="was issued by another"):
        exchange.revoke(stranger)


def test_renewal_keeps_who_it_is_and_changes_the_keys(exchange: Organisation) -> None:
    member = exchange.add_user("clerk", attributes={"tanhui.role": "exchange"})
    peer = exchange.add_node("peer", "peer0", ["127.0.0.1"])
    for renewed in (member, peer):
        before, hosts = renewed.identity().certificate, tls_hosts(renewed)
        old_tls = renewed.tls.read()
        exchange.renew(renewed)
        after = renewed.identity().certificate
        assert after.subject == before.subject
        assert certificate_attributes(after) == certificate_attributes(before)
        assert after.serial_number != before.serial_number
        assert after.public_key() != before.public_key()
        assert tls_hosts(renewed) == hosts
        assert renewed.tls.read()[1:] != old_tls[1:]
        renewed.signing_identity().sign(b"still signs")


def test_leaf_never_outlives_or_predates_its_root() -> None:
    root = Authority.create(PLACE, "ca.short", validity_days=10, clock=at_noon)
    later = Authority(PLACE, root.certificate, root._key, clock=lambda: NOW + timedelta(days=9))
    leaf = later.issue_tls("late", ["localhost"], root._key.public_key())
    assert leaf.not_valid_after_utc == root.certificate.not_valid_after_utc
    gone = Authority(PLACE, root.certificate, root._key, clock=lambda: NOW + timedelta(days=11))
    with pytest.raises(CryptoConfigError, match="has expired"):
        gone.issue_tls("too late", [], root._key.public_key())


@pytest.mark.parametrize(
    ("msp_id", "domain", "field"),
    [
        ("", "a.example", "msp_id"),
        ("A'B", "a.example", "msp_id"),
        ("A", "../etc", "domain"),
        ("A", "x" * 51, "domain"),
    ],
)
def test_a_wrong_organisation_is_named(msp_id: str, domain: str, field: str) -> None:
    with pytest.raises(CryptoConfigError) as caught:
        OrganisationSpec(msp_id, domain)
    assert caught.value.field == field


def test_a_lost_key_is_reported(exchange: Organisation) -> None:
    member = exchange.add_user("clerk")
    (member.msp_folder / "keystore" / "priv_sk").unlink()
    with pytest.raises(CryptoConfigError, match="must hold the certificate's private key"):
        read_signing_identity(member.msp_folder, "ExchangeMSP")
