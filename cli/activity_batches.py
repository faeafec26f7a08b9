"""How activities become orders of activities:RecordBatch: packed claims, signed by their data source.

A line of the intake (JSON, or CSV by its header) is one activity:

    {"account": "32 hex digits", "when": "2026-11-20T08:05:00+08:00" or UTC seconds,
     "inputs": {"distance": "1800"}, "evidence": "SHA-256 in hex"}

The upload's query parameters say the rest: programme, scene, methodology, version, source, tranche (0 when left
out). The registry signs for sources whose key it keeps (SourceKeys); a source that keeps its own key sends
whole orders instead.
"""

import base64
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import msgspec
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tanhui.chaincode.rules.activity_records import claim_struct
from tanhui.chaincode.transactions.activities.signing import signed_bytes
from tanhui.crypto_config.errors import CryptoConfigError
from tanhui.crypto_config.folders import read_file, write_secret
from tanhui.crypto_config.keys import is_encrypted, load_private_key, private_key_pem
from tanhui.registry_api.intake.queue import Batch
from tanhui.registry_api.intake.reading import BadActivity
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.problems import FORBIDDEN, MALFORMED, NOT_FOUND, Problem

SECRETS_CACHED_MAX: Final = 1_000
SOURCES_KEPT_MAX: Final = 100_000
RECORD_BATCH: Final = "activities:RecordBatch"
WHEN_MAX: Final = 2**32 - 1
INPUT_MAX: Final = 2**53 - 1
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_HEADER: Final = ("programme", "scene", "methodology", "version", "source")


class SourceKeys:
    """Ed25519 keys of the data sources that this registry signs for: FOLDER/ID, read by its owner only.

    With the custody's passphrase they are encrypted PEM, and what was plain is encrypted when it is first used.
    """

    def __init__(self, folder: Path, passphrase: bytes | None = None) -> None:
        self._folder = folder
        self._passphrase = passphrase
        self._secrets: dict[str, bytes] = {}

    def create(self, source: str) -> str:
        """The source's public key as hex; its key is made when there is none.

        Raises:
            ValueError: SOURCES_KEPT_MAX are kept already.
        """
        if not self.has(source):
            if self._folder.is_dir() and sum(1 for _ in self._folder.iterdir()) >= SOURCES_KEPT_MAX:
                raise ValueError(f"sources: no more than {SOURCES_KEPT_MAX} keys are kept")
            self._write(source, Ed25519PrivateKey.generate())
        return (
            Ed25519PrivateKey.from_private_bytes(self._secret(source)).public_key().public_bytes_raw().hex()
        )

    def has(self, source: str) -> bool:
        """Whether the source's key is here."""
        return _SLUG.fullmatch(source) is not None and (self._folder / source).is_file()

    def sign(self, source: str, message: bytes) -> bytes:
        """Sign for a source whose key is here."""
        return Ed25519PrivateKey.from_private_bytes(self._secret(source)).sign(message)

    def salt(self, source: str, batch: str) -> bytes:
        """The batch's salt: secret, and the same whenever the batch is sent again."""
        return hmac.digest(self._secret(source), b"tanhui batch salt v1\n" + batch.encode(), "sha256")

    def protect(self) -> None:
        """Encrypt every key that is plain, where there is a passphrase."""
        for path in sorted(self._folder.iterdir()) if self._passphrase and self._folder.is_dir() else ():
            self._read(path.name)

    def _secret(self, source: str) -> bytes:
        found = self._secrets.get(source)
        if found is None:
            found = self._read(source)
            if len(self._secrets) >= SECRETS_CACHED_MAX:
                self._secrets.clear()
            self._secrets[source] = found
        return found

    def _read(self, source: str) -> bytes:
        content = read_file(self._folder / source)
        if is_encrypted(content):
            key = load_private_key(content, source=source, password=self._passphrase)
            if not isinstance(key, Ed25519PrivateKey):
                raise CryptoConfigError("source", source, "must be an Ed25519 key")
            return key.private_bytes_raw()
        secret = bytes.fromhex(content.decode("ascii").strip())
        if self._passphrase is not None:
            self._write(source, Ed25519PrivateKey.from_private_bytes(secret))
        return secret

    def _write(self, source: str, key: Ed25519PrivateKey) -> None:
        if self._passphrase is None:
            write_secret(self._folder / source, key.private_bytes_raw().hex().encode() + b"\n")
        else:
            write_secret(self._folder / source, private_key_pem(key, self._passphrase))


def batch_order(
    keys: SourceKeys, request_id: str, batch: str, terms: Mapping[str, Any], claims: bytes
) -> bytes:
    """The canonical order of one batch of packed claims. The same arguments give the same bytes.

    `terms` are programme, scene, methodology, version, source and tranche; `claims` are packed.
    """
    source = terms["source"]
    message = signed_bytes(batch=batch, records=claims, **{name: terms[name] for name in _HEADER})
    order = {
        **terms,
        "request_id": request_id,
        "batch": batch,
        "salt": _base64(keys.salt(source, batch)),
        "signature": _base64(keys.sign(source, message)),
        "records": _base64(claims),
    }
    return rfc8785.dumps(order)


def batch_argument_with(keys: SourceKeys) -> Callable[[Batch], bytes]:
    """What the intake's feeder sends for a batch of lines that `ClaimReader` has packed."""

    def argument(batch: Batch) -> bytes:
        terms = terms_of(msgspec.json.decode(batch.header))
        packed: list[str] = msgspec.json.decode(batch.activities)
        claims = b"".join(base64.b64decode(claim) for claim in packed)
        return batch_order(keys, batch.request_id, batch_id(batch.request_id), terms, claims)

    return argument


def batch_id(request_id: str) -> str:
    """The batch that a request makes: the request's id where a batch may be called so, else a hash of it."""
    if _SLUG.fullmatch(request_id):
        return request_id
    return f"{request_id[:8]}-{sha256(request_id.encode()).hexdigest()[:32]}"


def terms_of(header: Mapping[str, str]) -> dict[str, Any]:
    """An upload's query parameters as members of the order.

    Raises:
        Problem: one is missing or unknown, or version or tranche is no number.
    """
    for name in _HEADER:
        if not header.get(name):
            raise Problem(MALFORMED, name=name, params={"reason": "the query parameter is missing"})
    unknown = set(header) - {*_HEADER, "tranche"}
    if unknown:
        raise Problem(MALFORMED, name=min(unknown), params={"reason": "unknown query parameter"})
    terms: dict[str, Any] = {"tranche": "0", **header}
    for name in ("version", "tranche"):
        text = terms[name]
        if not (text.isascii() and text.isdecimal() and len(text) <= 6):
            raise Problem(MALFORMED, name=name, value=text[:80], params={"reason": "not an integer"})
        terms[name] = int(text)
    return terms


class ClaimReader:
    """Packs an upload's lines as its methodology declares them, so that what cannot be packed is said at once."""

    needed: Sequence[str] = ("account", "when")

    def __init__(self, ledger: Ledger, keys: SourceKeys) -> None:
        self._ledger = ledger
        self._keys = keys

    async def reader_for(
        self, header: Mapping[str, str], identity: str, organisation: str
    ) -> Callable[[bytes], bytes]:
        """Turns one activity into what is queued: its packed claim, as a JSON text.

        Raises:
            Problem: parameters are missing, the source's key is not here, or it is another organisation's source.
            LedgerRefusal: there is no such source, or no such methodology version.
        """
        terms = terms_of(header)
        if not self._keys.has(terms["source"]):
            raise Problem(NOT_FOUND, name="source", value=terms["source"][:80])
        await self._require_own(terms["source"], identity, organisation)
        order = {"methodology": terms["methodology"], "version": terms["version"]}
        answer = await self._ledger.evaluate("methodologies:Version", rfc8785.dumps(order), identity)
        formula = msgspec.json.decode(msgspec.json.decode(answer)["formula"])
        names = tuple(one["name"] for one in formula["inputs"])

        def read(activity: bytes) -> bytes:
            return b'"' + base64.b64encode(pack_claim(activity, names)) + b'"'

        return read

    async def _require_own(self, source: str, identity: str, organisation: str) -> None:
        """A key signs for its own organisation: the ledger takes a batch of any source that has signed it."""
        answer = await self._ledger.evaluate("activities:Source", rfc8785.dumps({"source": source}), identity)
        if msgspec.json.decode(answer)["organisation"] != organisation:
            raise Problem(FORBIDDEN, name="source", value=source)


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    account: str
    when: str | int
    inputs: dict[str, str | int] = {}
    evidence: str = "00" * 32


_LINE: Final = msgspec.json.Decoder(_Line)


def pack_claim(activity: bytes, names: tuple[str, ...]) -> bytes:
    """One activity as a claim of a methodology with these inputs.

    Raises:
        BadActivity: a member is missing, unknown or cannot be read.
    """
    try:
        line = _LINE.decode(activity)
    except msgspec.DecodeError as error:
        raise BadActivity(str(error)) from error
    if line.inputs.keys() != set(names):
        raise BadActivity(f"inputs are {', '.join(sorted(line.inputs)) or 'none'}, not {', '.join(names)}")
    inputs = [_integer(name, line.inputs[name]) for name in names]
    account, evidence = _hex("account", line.account, 16), _hex("evidence", line.evidence, 32)
    return claim_struct(len(names)).pack(account, seconds(line.when), evidence, *inputs)


def seconds(when: str | int) -> int:
    """UTC seconds of a time: seconds, or ISO 8601 with its offset.

    Raises:
        BadActivity: it is neither, or not between 1970 and 2106.
    """
    if isinstance(when, int) and 0 <= when <= WHEN_MAX:
        return when
    text = str(when)
    try:
        moment = datetime.fromisoformat(text) if not text.isdecimal() else None
        found = int(text) if moment is None else int(moment.timestamp())
    except ValueError as error:
        raise BadActivity(f"when is no time: {text[:40]}") from error
    if moment is not None and moment.tzinfo is None:
        raise BadActivity(f"when has no offset from UTC: {text[:40]}")
    if not 0 <= found <= WHEN_MAX:
        raise BadActivity(f"when is not between 1970 and 2106: {text[:40]}")
    return found


def _integer(name: str, value: str | int) -> int:
    if isinstance(value, int) and abs(value) <= INPUT_MAX:
        return value
    text = str(value)
    if not re.fullmatch(r"-?[0-9]{1,16}", text) or abs(int(text)) > INPUT_MAX:
        raise BadActivity(f"input {name} is no integer: {text[:40]}")
    return int(text)


def _hex(name: str, text: str, length: int) -> bytes:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != length or found.hex() != text:  # fromhex also takes capitals and spaces
        raise BadActivity(f"{name} is not {2 * length} hex digits: {text[:80]}")
    return found


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
