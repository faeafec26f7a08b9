"""The offline verifier: a bundle and one's own anchors in, a verdict out. No clock, no network.

In the order of the design: strict parse → log signature and quorums → leaf and inclusion → genesis,
channel, code → effects hash → openings and record → certificate derived from the effects → consistency with
a saved checkpoint.

What no stateless verifier catches, and who does: a fork, by witnesses and by comparing checkpoints
(tanhui.proofs.gossip); truncation and rollback, by a saved checkpoint; a transfer replayed or re-targeted,
by the receiving ledger's nullifiers.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from tanhui.proofs import bundles, canonical, certificate, checkpoints, effects, merkle, notes
from tanhui.proofs.anchors import Anchors
from tanhui.proofs.bundles import Bundle
from tanhui.proofs.canonical import Json
from tanhui.proofs.checkpoints import Checkpoint
from tanhui.proofs.effects.commitments import open_commitment
from tanhui.proofs.effects.retirements import CreditsRetired
from tanhui.proofs.errors import ProofError, SignatureError
from tanhui.proofs.leaf import CODE_VALID
from tanhui.proofs.records import BATCH_KINDS, Batch
from tanhui.proofs.verdicts import Insufficient, Invalid, ValidAsOf, Verdict

TRANSFER_KINDS = ("credits.transferred", "points.transferred", "points.converted")
TRANSFER_PREFIX = "recognition."
CLOCK_SKEW_S = 300
_COMMITMENT = re.compile(r"[0-9a-f]{64}\Z", re.ASCII)


def is_transfer_kind(kind: str) -> bool:
    """Whether an effect of this kind moves something from one holder or ledger to another."""
    return kind in TRANSFER_KINDS or kind.startswith(TRANSFER_PREFIX)


@dataclass(frozen=True, slots=True)
class Saved:
    """A checkpoint that this verifier saw before, and the proof from it to the bundle's (or back)."""

    checkpoint: Checkpoint
    consistency: Sequence[bytes] = ()


def verify(
    bundle: bytes,
    anchors: Anchors,
    *,
    saved: Saved | None = None,
    now: int | None = None,
    expect: str | None = None,
) -> Verdict:
    """Judge a bundle by the verifier's own anchors.

    Args:
        bundle: the file's bytes.
        anchors: whom this verifier trusts.
        saved: a checkpoint seen before: the bundle's must be of the same log, grown by appending.
        now: POSIX seconds; cosignatures more than 5 minutes later are refused. None: times are not judged.
        expect: the kind of effect the bundle must be about, for example "retirements.retired".

    Returns:
        ValidAsOf, Invalid or Insufficient; bad input never raises.
    """
    try:
        return _verify(bundle, anchors, saved, now, expect)
    except ProofError as error:
        return Invalid(error.reason, error.detail)


def _verify(
    data: bytes, anchors: Anchors, saved: Saved | None, now: int | None, expect: str | None
) -> Verdict:
    bundle = bundles.parse(data)
    checkpoint, times, missing = _signatures(bundle, anchors, now)
    leaf = bundle.leaf
    bundle.proof.check_inclusion(leaf.hash())
    if leaf.genesis != anchors.genesis:
        raise ProofError("leaf.genesis", f"genesis {leaf.genesis.hex()}, not {anchors.genesis.hex()}")
    if leaf.channel != anchors.channel:
        raise ProofError("leaf.channel", f"channel {leaf.channel[:60]!r}, not {anchors.channel!r}")
    if leaf.code != CODE_VALID:
        raise ProofError("leaf.code", f"the transaction is invalid, code {leaf.code}")
    entries = _effects(bundle)
    about = _about(bundle, entries, expect)
    opened = _openings(bundle, about)
    issuer = _certificate(bundle, about, anchors)
    if saved is not None:
        _consistent(saved, checkpoint)
    if missing:
        return Insufficient(missing)
    return ValidAsOf(
        size=checkpoint.size,
        time=anchors.witnesses.as_of(times),
        leaf=leaf,
        effects=entries,
        effect=bundle.effect,
        opened=opened,
        issuer=issuer,
    )


def _signatures(
    bundle: Bundle, anchors: Anchors, now: int | None
) -> tuple[Checkpoint, list[int], tuple[str, ...]]:
    """The checkpoint, once the log signed it; the witnesses' times; the quorums not reached."""
    quorums = {"witnesses": anchors.witnesses, "auditors": anchors.auditors}
    known = [one.key for one in anchors.logs] + [key for one in quorums.values() for key in one.keys]
    verified = notes.verify(bundle.proof.checkpoint, known)
    checkpoint = checkpoints.parse(bundle.proof.checkpoint.text)
    if checkpoint.origin != anchors.origin:
        raise ProofError("checkpoint.origin", f"origin {checkpoint.origin[:80]!r}, not {anchors.origin!r}")
    if checkpoint.extensions:
        raise ProofError("checkpoint.extension", "this log's checkpoints have three lines")
    signed = {one.key for one in verified}
    log_keys = [one for one in anchors.logs if one.key in signed]
    if not log_keys:
        raise SignatureError("log.unsigned", "no key of the log signed the checkpoint")
    if not any(one.holds_at(checkpoint.size) for one in log_keys):
        raise SignatureError("log.key_span", f"the log's key does not hold at size {checkpoint.size}")
    if now is not None and any(one.time is not None and one.time > now + CLOCK_SKEW_S for one in verified):
        raise ProofError("cosignature.future", f"a cosignature later than {now} and {CLOCK_SKEW_S} s")
    missing = tuple(
        f"{name}: {len(quorum.signers(signed))} of {quorum.threshold}"
        for name, quorum in quorums.items()
        if not quorum.reached(signed)
    )
    times = [one.time for one in verified if one.time is not None and one.key in anchors.witnesses.keys]
    return checkpoint, times, missing


def _effects(bundle: Bundle) -> tuple[Json, ...]:
    """The effects' entries, once the document hashes to the leaf's `events`."""
    if bundle.effects is None:
        return ()
    if effects.events_hash(bundle.effects) != bundle.leaf.events:
        raise ProofError("effects.hash", "the effects are not those of the leaf")
    return effects.entries(bundle.effects)


def _about(bundle: Bundle, entries: tuple[Json, ...], expect: str | None) -> Mapping[str, Json] | None:
    """The effect that the bundle is about, of a kind that the bundle may be about.

    A kind that this version does not know is what it says it is: only what is derived from it needs its fields.
    """
    if bundle.effect is None:
        if expect is not None:
            raise ProofError("bundle.effect_kind", f"the bundle is about no {expect}")
        return None
    if bundle.effect >= len(entries):
        raise ProofError("bundle.effect", f"effect {bundle.effect} of {len(entries)}")
    found = cast("Mapping[str, Json]", entries[bundle.effect])
    kind = str(found["kind"])
    fits = {
        "inclusion": True,
        "retirement": kind == CreditsRetired.kind,
        "transfer": is_transfer_kind(kind),
    }[bundle.kind]
    if not fits or expect not in (None, kind):
        raise ProofError("bundle.effect_kind", f"a {bundle.kind} bundle about {kind}")
    return found


def _openings(bundle: Bundle, about: Mapping[str, Json] | None) -> dict[str, str]:
    opened: dict[str, str] = {}
    for one in bundle.openings:
        target: Json = about
        for name in one.field.split("."):
            target = target.get(name) if isinstance(target, Mapping) else None
        if not isinstance(target, str) or not _COMMITMENT.match(target) or one.field in opened:
            raise ProofError("opening.field", f"{one.field!r} is no commitment, or is opened twice")
        opened[one.field] = open_commitment(bytes.fromhex(target), one.opening)
    if bundle.record is not None:
        if about is None or about["kind"] not in BATCH_KINDS:
            raise ProofError("record.batch", "the record's effect is no batch of activities")
        bundle.record.check(cast("Batch", effects.from_json(about)))
        if bundle.record.opening is not None:
            opened["record"] = bundle.record.opening.value
    return opened


def _certificate(bundle: Bundle, about: Mapping[str, Json] | None, anchors: Anchors) -> str | None:
    if bundle.kind != "retirement":
        return None
    assert bundle.certificate is not None
    assert bundle.effect is not None
    retired = cast("CreditsRetired", effects.from_json(about))
    issuer = certificate.check(bundle.certificate, bundle.leaf, bundle.effect, retired, anchors.issuers)
    canonical.encode(bundle.certificate)
    return issuer.name


def _consistent(saved: Saved, found: Checkpoint) -> None:
    old, new = saved.checkpoint, found
    if old.origin != new.origin:
        raise ProofError("saved.origin", f"the saved checkpoint is of {old.origin[:80]!r}")
    if old.size > new.size:
        old, new = new, old
    merkle.verify_consistency(old.size, new.size, saved.consistency, old.root, new.root)
