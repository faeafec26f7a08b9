"""Bundles: one canonical JSON document that carries all that a verifier needs, except what he trusts.

    {"kind","v","leaf","proof"[,"effects"][,"effect"][,"openings"][,"record"][,"certificate"]}

    kind         inclusion, retirement or transfer
    leaf         the log's entry, an object
    proof        C2SP tlog-proof text, without extra data
    effects      the transaction's effects document; absent where it has none
    effect       which of them the bundle is about, counted from 0: retirement, transfer, or with a record
    openings     what opens commitments to persons: [{"field","salt","value"}], fields of that effect
    record       one record of a bulk effect (tanhui.proofs.records)
    certificate  the retirement's certificate, a Verifiable Credential

The whole file is RFC 8785, so that no byte of it is free. No key is ever taken from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from tanhui.proofs import canonical, leaf, records, tlog_proof
from tanhui.proofs.canonical import Json
from tanhui.proofs.effects.commitments import Opening
from tanhui.proofs.errors import FormatError

Kind = Literal["inclusion", "retirement", "transfer"]

VERSION = "1"
BUNDLE_BYTES_MAX = 8 << 20
OPENINGS_MAX = 16
_REQUIRED: Mapping[Kind, tuple[str, ...]] = {
    "inclusion": (),
    "retirement": ("effects", "effect", "certificate"),
    "transfer": ("effects", "effect"),
}
_OPTIONAL: Mapping[Kind, tuple[str, ...]] = {
    "inclusion": ("effects", "effect", "record"),
    "retirement": ("openings",),
    "transfer": ("openings",),
}


@dataclass(frozen=True, slots=True)
class NamedOpening:
    """What opens one commitment of the effect; `field` is its path, like beneficiary.person."""

    field: str
    opening: Opening


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle as written: well formed, nothing verified. `effects` is the document's bytes."""

    kind: Kind
    leaf: leaf.Leaf
    proof: tlog_proof.TlogProof
    effects: bytes | None = None
    effect: int | None = None
    openings: tuple[NamedOpening, ...] = ()
    record: records.OpenedRecord | None = None
    certificate: Mapping[str, Any] | None = None

    def encode(self) -> bytes:
        """The bundle's bytes.

        Raises:
            FormatError: beyond BUNDLE_BYTES_MAX, or a part that its kind does not have.
        """
        value: dict[str, Any] = {
            "kind": self.kind,
            "v": VERSION,
            "leaf": self.leaf.to_json(),
            "proof": self.proof.encode().decode(),
        }
        if self.effects is not None:
            value["effects"] = canonical.parse(self.effects, BUNDLE_BYTES_MAX)
        if self.effect is not None:
            value["effect"] = canonical.decimal(self.effect)
        if self.openings:
            value["openings"] = [_opening_json(one) for one in self.openings]
        if self.record is not None:
            value["record"] = self.record.to_json()
        if self.certificate is not None:
            value["certificate"] = self.certificate
        _shape(value)
        data = canonical.encode(value)
        if len(data) > BUNDLE_BYTES_MAX:
            raise FormatError("bundle.too_long", f"{len(data)} bytes, at most {BUNDLE_BYTES_MAX}")
        return data


def parse(data: bytes) -> Bundle:
    """The bundle in `data`: strictly formed, nothing verified.

    Raises:
        FormatError: anything but the one encoding.
    """
    value = canonical.parse(data, BUNDLE_BYTES_MAX)
    found = _shape(value)
    proof = tlog_proof.parse(canonical.text_of(found["proof"], "proof", tlog_proof.BYTES_MAX).encode())
    if proof.extra is not None:
        raise FormatError("bundle.extra", "a bundle's proof carries no extra data")
    return Bundle(
        kind=cast("Kind", found["kind"]),
        leaf=leaf.from_json(found["leaf"]),
        proof=proof,
        effects=canonical.encode(found["effects"]) if "effects" in found else None,
        effect=canonical.parse_decimal(found["effect"], 10_000) if "effect" in found else None,
        openings=_openings(found["openings"]) if "openings" in found else (),
        record=records.from_json(found["record"]) if "record" in found else None,
        certificate=cast("Mapping[str, Any]", found["certificate"]) if "certificate" in found else None,
    )


def _shape(value: Json) -> dict[str, Json]:
    """The members, once the kind has all and only those that it may have."""
    named = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(named, str) or named not in _REQUIRED:
        raise FormatError("bundle.kind", "neither inclusion, retirement nor transfer")
    kind = cast("Kind", named)
    required = ("kind", "v", "leaf", "proof", *_REQUIRED[kind])
    found = canonical.members(value, required, _OPTIONAL[kind], f"{kind} bundle")
    if found["v"] != VERSION:
        raise FormatError("bundle.version", f"version {found['v']!r:.20}, known is {VERSION}")
    if "record" in found and ("effect" not in found or "effects" not in found):
        raise FormatError("bundle.record", "a record needs the effect of its batch")
    if not isinstance(found.get("certificate", {}), dict):
        raise FormatError("bundle.certificate", "the certificate is no object")
    return found


def _openings(value: Json) -> tuple[NamedOpening, ...]:
    found = canonical.list_of(value, "openings", OPENINGS_MAX)
    if not found:
        raise FormatError("bundle.openings", "an empty list of openings")
    return tuple(_opening(one) for one in found)


def _opening(value: Json) -> NamedOpening:
    found = canonical.members(value, ("field", "salt", "value"), of="opening")
    opening = records.opening_from_json({"salt": found["salt"], "value": found["value"]})
    return NamedOpening(canonical.text_of(found["field"], "field", 100), opening)


def _opening_json(one: NamedOpening) -> Json:
    return {"field": one.field, "salt": one.opening.salt.hex(), "value": one.opening.value}
