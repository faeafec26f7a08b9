"""Signatures are deterministic, low-S, and what `cryptography` itself verifies."""

import stat
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from hypothesis import given
from hypothesis import strategies as st

from tanhui.crypto_config.errors import CryptoConfigError
from tanhui.crypto_config.hashing import HASHES, digest
from tanhui.crypto_config.keys import (
    PrivateKeySigner,
    generate_private_key,
    load_private_key,
    read_private_key,
    save_private_key,
)
from tanhui.crypto_config.low_s import curve_order, is_low_s, to_low_s
from tanhui.crypto_config.signer import HashName

P256 = ec.derive_private_key(0x5EED, ec.SECP256R1())
P384 = ec.derive_private_key(0x5EED, ec.SECP384R1())


@given(message=st.binary(max_size=200), key=st.sampled_from([P256, P384]))
def test_ecdsa_is_low_s_deterministic_and_verifies(message: bytes, key: ec.EllipticCurvePrivateKey) -> None:
    signer = PrivateKeySigner(key)
    hashed = digest(signer.hash_name, message)
    signature = signer.sign(hashed)
    assert signature == signer.sign(hashed)
    assert is_low_s(signature, key.curve)
    key.public_key().verify(signature, message, ec.ECDSA(hashes.SHA256()))


@given(
    r=st.integers(min_value=1, max_value=curve_order(P256.curve) - 1),
    s=st.integers(min_value=1, max_value=curve_order(P256.curve) - 1),
)
def test_to_low_s_maps_both_halves_to_one(r: int, s: int) -> None:
    order = curve_order(P256.curve)
    first = to_low_s(utils.encode_dss_signature(r, s), P256.curve)
    other = to_low_s(utils.encode_dss_signature(r, order - s), P256.curve)
    assert first == other
    assert is_low_s(first, P256.curve)
    assert utils.decode_dss_signature(first)[0] == r


def is_signed(signature: bytes, message: bytes, algorithm: hashes.HashAlgorithm) -> bool:
    """Whether P384's signature is over this message."""
    try:
        P384.public_key().verify(signature, message, ec.ECDSA(algorithm))
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize("name", [name for name in HASHES if name != "none"])
def test_every_hash_of_the_official_clients(name: HashName) -> None:
    signature = PrivateKeySigner(P384, name).sign(digest(name, b"points"))
    algorithms: dict[str, hashes.HashAlgorithm] = {
        "sha256": hashes.SHA256(),
        "sha384": hashes.SHA384(),
        "sha3_256": hashes.SHA3_256(),
        "sha3_384": hashes.SHA3_384(),
    }
    assert is_signed(signature, b"points", algorithms[name])
    assert not is_signed(signature, b"other points", algorithms[name])


def test_ed25519_signs_the_whole_message() -> None:
    key = generate_private_key("ed25519")
    assert isinstance(key, ed25519.Ed25519PrivateKey)
    signer = PrivateKeySigner(key)
    assert signer.hash_name == "none"
    key.public_key().verify(signer.sign(digest("none", b"points")), b"points")


def test_rfc_6979_vector() -> None:
    """RFC 6979, A.2.5: P-256 with SHA-256, message "sample"; S there is high, Fabric wants n - S."""
    key = ec.derive_private_key(
        0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721, ec.SECP256R1()
    )
    r, s = utils.decode_dss_signature(PrivateKeySigner(key).sign(digest("sha256", b"sample")))
    high = 0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8
    assert r == 0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
    assert s == curve_order(key.curve) - high


def test_wrong_digest_length_and_hash_are_refused() -> None:
    with pytest.raises(CryptoConfigError, match=r"digest '31 bytes': must be the 32 bytes of sha256"):
        PrivateKeySigner(P256).sign(bytes(31))
    with pytest.raises(CryptoConfigError, match="hash_name 'none'"):
        PrivateKeySigner(P256, "none")
    with pytest.raises(CryptoConfigError, match="hash_name 'sha256'"):
        PrivateKeySigner(generate_private_key("ed25519"), "sha256")
    with pytest.raises(CryptoConfigError, match="secp521r1"):
        PrivateKeySigner(ec.generate_private_key(ec.SECP521R1()))


def test_key_files_are_the_owners_only(tmp_path: Path) -> None:
    path = tmp_path / "keystore" / "priv_sk"
    save_private_key(path, P256)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    loaded = read_private_key(path)
    assert loaded.private_numbers() == P256.private_numbers()  # type: ignore[union-attr]
    assert [entry.name for entry in path.parent.iterdir()] == ["priv_sk"]


def test_a_key_that_is_none_is_named_without_its_bytes() -> None:
    with pytest.raises(CryptoConfigError, match=r"^peer key '6 bytes': must be a PEM"):
        load_private_key(b"secret", source="peer key")
