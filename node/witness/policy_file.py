"""Whom a log asks for cosignatures, and how many it needs: a file that a person can read.

{"format": "tanhui-cosigners/v1",
 "witnesses": {"threshold": "2", "members": [{"url": "http://127.0.0.1:8101", "key": "name+id+base64"}]},
 "auditors": {"threshold": "2", "members": []}}
"""

from dataclasses import dataclass

from tanhui.proofs import canonical, keys
from tanhui.proofs.canonical import Json
from tanhui.proofs.errors import FormatError
from tanhui.proofs.keys import KeyType, VerifierKey
from tanhui.proofs.policy import MEMBERS_MAX, Quorum

FORMAT = "tanhui-cosigners/v1"
FILE_BYTES_MAX = 64 * 1024
URL_BYTES_MAX = 1024


@dataclass(frozen=True, slots=True)
class Member:
    """One cosigner: where its server is, and the key by which its line is known."""

    url: str
    key: VerifierKey


@dataclass(frozen=True, slots=True)
class Group:
    """k of n."""

    threshold: int
    members: tuple[Member, ...]

    @property
    def quorum(self) -> Quorum:
        """The keys as a quorum."""
        return Quorum(self.threshold, tuple(one.key for one in self.members))


@dataclass(frozen=True, slots=True)
class CosignerPolicy:
    """Witnesses and auditors; no key stands in both."""

    witnesses: Group
    auditors: Group

    def __post_init__(self) -> None:
        public = [one.key.public_key for one in self.members]
        if len(set(public)) != len(public):
            raise FormatError("cosigners.duplicate", "one public key stands in two places")

    @property
    def members(self) -> tuple[Member, ...]:
        """Everybody who is asked."""
        return self.witnesses.members + self.auditors.members


def parse_policy(data: bytes) -> CosignerPolicy:
    """The policy in a file; layout is free, content is strict. Raises FormatError."""
    found = canonical.members(
        canonical.parse_loose(data, FILE_BYTES_MAX), ("format", "witnesses", "auditors"), of="cosigners"
    )
    if found["format"] != FORMAT:
        raise FormatError("cosigners.format", f"{found['format']!r:.40}, known is {FORMAT}")
    return CosignerPolicy(_group(found["witnesses"], "witnesses"), _group(found["auditors"], "auditors"))


def _group(value: Json, what: str) -> Group:
    found = canonical.members(value, ("threshold", "members"), of=what)
    members = tuple(_member(one) for one in canonical.list_of(found["members"], what, MEMBERS_MAX))
    group = Group(canonical.parse_decimal(found["threshold"], MEMBERS_MAX), members)
    _ = group.quorum  # refuses a threshold above the number of members
    return group


def _member(value: Json) -> Member:
    found = canonical.members(value, ("url", "key"), of="cosigner")
    url = canonical.text_of(found["url"], "url", URL_BYTES_MAX)
    if not url.startswith(("http://", "https://")):
        raise FormatError("cosigners.url", f"{url[:80]!r} is no http address")
    key = keys.parse_vkey(canonical.text_of(found["key"], "key", 400))
    if key.key_type is not KeyType.COSIGNATURE:
        raise FormatError("cosigners.key", f"{key.name} is of type {key.key_type:02x}")
    return Member(url, key)
