"""The HSM signer against softhsm2, a software module with the same interface."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from tanhui.crypto_config.authority import Authority, SigningRequest
from tanhui.crypto_config.certificates import Place, certificate_pem
from tanhui.crypto_config.custody import Custody, HsmKey
from tanhui.crypto_config.errors import CryptoConfigError
from tanhui.crypto_config.folders import write_public
from tanhui.crypto_config.hsm import Pkcs11Signer
from tanhui.crypto_config.identity import Identity, SigningIdentity
from tanhui.crypto_config.keys import generate_private_key, private_key_pem, subject_key_identifier
from tanhui.crypto_config.low_s import is_low_s
from tanhui.crypto_config.member import Member
from tanhui.crypto_config.msp_folder import SIGN_CERTS

LIBRARY = Path("/usr/lib/softhsm/libsofthsm2.so")
UTIL = shutil.which("softhsm2-util")
PIN = "98765432"

pytestmark = pytest.mark.skipif(
    not LIBRARY.exists() or UTIL is None, reason="no softhsm2: install Debian's softhsm2"
)


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    """One token for all tests of this file: the module reads its configuration once a process."""
    assert UTIL is not None
    folder = tmp_path_factory.mktemp("hsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\n", "utf-8")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    key = generate_private_key("p256")
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    (folder / "key.pem").write_bytes(private_key_pem(key))
    identifier = subject_key_identifier(key.public_key()).hex()
    for arguments in (
        ("--init-token", "--free", "--label", "tanhui", "--so-pin", "1234", "--pin", PIN),
        (
            "--import",
            folder / "key.pem",
            "--token",
            "tanhui",
            "--label",
            "k",
            "--id",
            identifier,
            "--pin",
            PIN,
        ),
    ):
        subprocess.run([UTIL, *arguments], check=True, capture_output=True, timeout=30)
    authority = Authority.create(Place(organisation="HSM"), "ca.hsm.example")
    certificate = authority.issue_signing(SigningRequest("clerk", "client"), key.public_key())
    return Identity("HsmMSP", certificate_pem(certificate))


def test_signatures_are_low_s_and_verify(identity: Identity) -> None:
    public_key = identity.certificate.public_key()
    assert isinstance(public_key, ec.EllipticCurvePublicKey)
    with Pkcs11Signer(LIBRARY, "tanhui", PIN, identity) as signer:
        signing = SigningIdentity(identity, signer)
        for number in range(20):
            message = f"message {number}".encode()
            signature = signing.sign(message)
            assert is_low_s(signature, public_key.curve)
            public_key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        with pytest.raises(CryptoConfigError, match="must be 32 bytes"):
            signer.sign(b"short")


def test_what_is_wrong_is_named_and_the_pin_is_not(identity: Identity) -> None:
    with pytest.raises(CryptoConfigError, match="token") as caught:
        Pkcs11Signer(LIBRARY, "tanhui", "00000000", identity)
    assert "00000000" not in str(caught.value)
    with pytest.raises(CryptoConfigError, match="token 'nothing at"):
        Pkcs11Signer(LIBRARY, "nothing", PIN, identity)
    with pytest.raises(CryptoConfigError, match="key_id 'abcd'"):
        Pkcs11Signer(LIBRARY, "tanhui", PIN, identity, key_id=b"\xab\xcd")
    with pytest.raises(CryptoConfigError, match="token"):
        Pkcs11Signer(Path("/nonexistent.so"), "tanhui", PIN, identity)


def test_custody_signs_through_the_module(identity: Identity, tmp_path: Path) -> None:
    folder = tmp_path / "clerk"
    write_public(folder / "msp" / SIGN_CERTS / "clerk-cert.pem", identity.credentials)
    (tmp_path / "pin").write_text(f"{PIN}\n", "ascii")
    custody = Custody(None, {"hsm-clerk": HsmKey(LIBRARY, "tanhui", tmp_path / "pin")})
    signing = custody.signing_identity("hsm-clerk", Member(folder, "HsmMSP", "client"))
    signature = signing.sign(b"message")
    public_key = identity.certificate.public_key()
    assert isinstance(public_key, ec.EllipticCurvePublicKey)
    public_key.verify(signature, b"message", ec.ECDSA(hashes.SHA256()))
    assert not (folder / "msp" / "keystore").exists(), "no key on disk"
