"""What a data source signs: the claims, and everything that says what they are for."""

from hashlib import sha256

from tanhui.chaincode.contract.canonical import canonical_json


def signed_bytes(
    *, programme: str, batch: str, scene: str, methodology: str, version: int, source: str, records: bytes
) -> bytes:
    """The message of the Ed25519 signature: a name, then canonical JSON with the SHA-256 of the claims."""
    content = {
        "programme": programme,
        "batch": batch,
        "scene": scene,
        "methodology": methodology,
        "version": version,
        "source": source,
        "records": sha256(records).hexdigest(),
    }
    return b"tanhui activities v1\n" + canonical_json(content)
