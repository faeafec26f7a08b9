"""Custody: keys encrypted by a passphrase, or in a module; a copy of the folder opens nothing."""

import stat
from pathlib import Path

import pytest

from tanhui.cli.activity_batches import SourceKeys
from tanhui.crypto_config.authority import Authority, SigningRequest
from tanhui.crypto_config.certificates import Place, certificate_pem
from tanhui.crypto_config.custody import Custody, encrypt_keystore, read_modules, read_passphrase
from tanhui.crypto_config.errors import CryptoConfigError
from tanhui.crypto_config.keys import generate_private_key, load_private_key
from tanhui.crypto_config.member import Member
from tanhui.crypto_config.msp_folder import write_signer

PASSPHRASE = b"correct horse battery"


@pytest.fixture
def member(tmp_path: Path) -> Member:
    key = generate_private_key()
    authority = Authority.create(Place(organisation="Custody"), "ca.custody.example")
    certificate = authority.issue_signing(SigningRequest("clerk", "client"), key.public_key())
    folder = tmp_path / "clerk@custody.example"
    write_signer(folder / "msp", "clerk", certificate_pem(certificate), key)
    return Member(folder, "CustodyMSP", "client")


def test_a_key_is_encrypted_where_it_lies_and_signs_all_the_same(member: Member) -> None:
    before = member.signing_identity().sign(b"message")
    custody = Custody(PASSPHRASE)
    assert custody.signing_identity("c", member).sign(b"message") == before, "ECDSA of RFC 6979"
    (path,) = (member.msp_folder / "keystore").iterdir()
    pem = path.read_bytes()
    assert b"ENCRYPTED" in pem
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert encrypt_keystore(path.parent, PASSPHRASE) == 0, "once is enough"
    assert custody.signing_identity("c", member).sign(b"message") == before
    for password in (None, b"another passphrase!"):
        with pytest.raises(CryptoConfigError, match="must open with the custody's passphrase") as refused:
            member.signing_identity(password)
        assert pem.decode() not in str(refused.value)
    load_private_key(pem, password=PASSPHRASE)


def test_a_passphrase_comes_from_a_file_and_is_long_enough(tmp_path: Path) -> None:
    path = tmp_path / "passphrase"
    path.write_bytes(PASSPHRASE + b"\n")
    assert read_passphrase(path) == PASSPHRASE
    path.write_bytes(b"short\n")
    with pytest.raises(CryptoConfigError, match="passphrase '5 bytes"):
        read_passphrase(path)
    with pytest.raises(CryptoConfigError, match="must be readable"):
        Custody.read(tmp_path / "absent", None)


def test_modules_are_read_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "modules.json"
    path.write_text('{"a": {"library": "/l.so", "token": "t", "pin_file": "/p"}}', "utf-8")
    assert read_modules(path)["a"].token == "t"
    for bad in ("[]", '{"a": {}}', "{"):
        path.write_text(bad, "utf-8")
        with pytest.raises(CryptoConfigError, match="modules"):
            read_modules(path)


def test_a_data_sources_key_is_encrypted_when_it_is_first_used(tmp_path: Path) -> None:
    plain = SourceKeys(tmp_path)
    public = plain.create("platform")
    signature, salt = plain.sign("platform", b"m"), plain.salt("platform", "b")
    kept = SourceKeys(tmp_path, PASSPHRASE)
    assert (kept.sign("platform", b"m"), kept.salt("platform", "b")) == (signature, salt)
    assert b"ENCRYPTED" in (tmp_path / "platform").read_bytes()
    assert SourceKeys(tmp_path, PASSPHRASE).create("platform") == public
    with pytest.raises(CryptoConfigError):
        SourceKeys(tmp_path, b"another passphrase!").sign("platform", b"m")
    kept.create("meter")
    assert b"ENCRYPTED" in (tmp_path / "meter").read_bytes()
