"""Claims cut out of whatever pieces a socket gives, and what the process says of each."""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from tanhui.network.protocol.signatures import low_s
from tanhui.node.verifying.__main__ import is_right
from tanhui.node.verifying.claims import PART_BYTES_MAX, Claim, ClaimReader

PARTS = st.binary(max_size=PART_BYTES_MAX)
CLAIMS = st.lists(st.builds(Claim, PARTS, st.binary(min_size=32, max_size=32), PARTS), max_size=8)
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@given(CLAIMS, st.lists(st.integers(1, 400), max_size=20))
def test_claims_come_out_as_they_went_in_however_they_are_cut(claims: list[Claim], sizes: list[int]) -> None:
    raw = b"".join(claim.to_bytes() for claim in claims)
    reader = ClaimReader()
    found: list[Claim] = []
    for size in sizes:
        found += reader.feed(raw[:size])
        raw = raw[size:]
    found += reader.feed(raw)
    assert found == claims


def digest_of(message: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(message)
    return digest.finalize()


def der(key: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def test_only_a_right_signature_with_a_low_s_is_right() -> None:
    key, other = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    message = b"a proposal"
    signature = low_s(key.sign(message, ec.ECDSA(hashes.SHA256())), "secp256r1")
    right = Claim(der(key.public_key()), digest_of(message), signature)
    assert is_right(right)
    r, s = decode_dss_signature(signature)
    assert not is_right(right._replace(signature=encode_dss_signature(r, P256_ORDER - s))), "a high S"
    assert not is_right(right._replace(digest=digest_of(b"another")))
    assert not is_right(right._replace(key=der(other.public_key())))
    assert not is_right(right._replace(signature=b""))
    assert not is_right(right._replace(signature=bytes(72)))


def test_keys_that_it_does_not_judge_have_no_right_signatures() -> None:
    p384, message = ec.generate_private_key(ec.SECP384R1()), b"a proposal"
    signature = p384.sign(message, ec.ECDSA(hashes.SHA256()))
    assert not is_right(Claim(der(p384.public_key()), digest_of(message), signature))
    edwards = ed25519.Ed25519PrivateKey.generate()
    signed = edwards.sign(digest_of(message))
    assert not is_right(Claim(der(edwards.public_key()), digest_of(message), signed))
    assert not is_right(Claim(b"no key", digest_of(message), signature))
    assert not is_right(Claim(b"", digest_of(message), signature))
