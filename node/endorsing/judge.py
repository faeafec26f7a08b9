"""Whether a proposal may be run: authentic, in time, new, and from somebody who may propose.

Sources, in their order: core/handlers/auth/filter (expiration, timewindow), core/endorser/msgvalidation.go
(UnpackProposal, Validate), core/endorser/endorser.go (preProcess). Messages are Fabric's, word for word,
since clients of the Gateway compare them. Runs in any thread.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from tanhui.network.protocol.channel_config import ChannelConfig
from tanhui.network.protocol.errors import IdentityError, MessageError, ProtocolError
from tanhui.network.protocol.identities import parse_certificate, parse_identity
from tanhui.network.protocol.msp_identity import MspIdentity
from tanhui.network.protocol.policies import SignedData, Verify, verify_anew
from tanhui.network.protocol.proposals import ProposalView, compute_transaction_id, parse_signed_proposal
from tanhui.node.clock import NANOSECONDS
from tanhui.node.endorsing.outcome import ProposalRefused

CREATORS_REMEMBERED_MAX = 4096
"""Creators whose expiry is remembered."""
CREATOR_BYTES_REMEMBERED_MAX = 4096
"""Larger creators, which a caller may send, are read each time; one is about 1 KB."""

PROPOSE = "peer/Propose"


@dataclass(frozen=True, slots=True)
class Authentic:
    """A proposal whose creator is valid and did sign it."""

    proposal: ProposalView
    signature: bytes
    identity: MspIdentity

    @property
    def signed(self) -> SignedData:
        """As policies take it."""
        return SignedData(self.proposal.creator, self.proposal.raw, self.signature)


Deserialize = Callable[[bytes], MspIdentity]


def read_signed(raw: bytes) -> tuple[ProposalView, bytes]:
    """The proposal in peer.SignedProposal bytes, and its signature. Raises ProposalRefused."""
    try:
        return parse_signed_proposal(raw)
    except MessageError as error:
        raise ProposalRefused(f"error validating proposal: {error}") from None


def authenticate(
    proposal: ProposalView,
    signature: bytes,
    deserialize: Deserialize,
    now_ns: int,
    window_s: float,
    *,
    verify: Verify = verify_anew,
) -> Authentic:
    """Everything about a signed proposal that needs no channel but its MSPs. Raises ProposalRefused.

    `verify` may answer from what was verified before.
    """
    _check_expiry(proposal, now_ns)
    _check_time(proposal, now_ns, window_s)
    expected = compute_transaction_id(proposal.nonce, proposal.creator)
    if proposal.transaction_id != expected:
        raise ProposalRefused(
            "error validating proposal: incorrectly computed txid "
            f"'{proposal.transaction_id}' -- expected '{expected}'"
        )
    if not signature:
        raise ProposalRefused("error validating proposal: empty signature bytes")
    denied = f"error validating proposal: access denied: channel [{proposal.channel_id}]"
    try:
        identity = deserialize(proposal.creator)
    except ProtocolError:
        raise ProposalRefused(f"{denied} creator org unknown, creator is malformed") from None
    try:
        identity.validate()
        verify(identity, SignedData(proposal.creator, proposal.raw, signature))
    except IdentityError:
        raise ProposalRefused(f"{denied} creator org [{identity.msp_id}]") from None
    return Authentic(proposal, signature, identity)


def check_new_and_allowed(
    authentic: Authentic, config: ChannelConfig, has_transaction: Callable[[str], bool], *, is_system: bool
) -> None:
    """Refuse a replay, and a caller whom the channel does not let propose. Raises ProposalRefused.

    System chaincodes check their own access.
    """
    proposal = authentic.proposal
    if has_transaction(proposal.transaction_id):
        raise ProposalRefused(
            f"duplicate transaction found [{proposal.transaction_id}]. Creator [{proposal.creator.hex()}]"
        )
    if is_system:
        return
    path = config.acl_policy(PROPOSE)
    if not config.policy(path).is_satisfied_by([authentic.identity]):
        raise ProposalRefused(access_message(config.channel_id, path, authentic.identity.msp_id))


def access_message(channel_id: str, policy: str, who: str) -> str:
    """What is said when a policy is not satisfied (core/policy/policy.go)."""
    return (
        f"Failed evaluating policy on signed data during check policy on channel [{channel_id}] "
        f"with policy [{policy}]: [policy is not satisfied by {who}]"
    )


def expiry_ns(creator: bytes) -> int | None:
    """NotAfter of a creator's certificate, None when there is none to be read (common/crypto, ExpiresAt)."""
    return _known_expiry_ns(creator) if len(creator) <= CREATOR_BYTES_REMEMBERED_MAX else _expiry_ns(creator)


def _expiry_ns(creator: bytes) -> int | None:
    try:
        certificate = parse_certificate(parse_identity(creator).credentials)
    except ProtocolError:
        return None
    return int(certificate.not_valid_after_utc.timestamp()) * NANOSECONDS


_known_expiry_ns = lru_cache(CREATORS_REMEMBERED_MAX)(_expiry_ns)


def _check_expiry(proposal: ProposalView, now_ns: int) -> None:
    expires = expiry_ns(proposal.creator)
    if expires is not None and now_ns > expires:
        raise ProposalRefused("proposal client identity expired")


def _check_time(proposal: ProposalView, now_ns: int, window_s: float) -> None:
    stated = proposal.channel_header.timestamp
    stated_ns = stated.seconds * NANOSECONDS + stated.nanos
    if abs(now_ns - stated_ns) > window_s * NANOSECONDS:
        raise ProposalRefused(
            f"request unauthorized due to incorrect timestamp {_rfc3339(stated_ns)}, "
            f"peer time {_rfc3339(now_ns)}, peer.authentication.timewindow {window_s:g}s"
        )


def _rfc3339(nanoseconds: int) -> str:
    try:
        moment = datetime.datetime.fromtimestamp(nanoseconds // NANOSECONDS, datetime.UTC)
    except (OverflowError, ValueError, OSError):
        return f"{nanoseconds} ns"
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
