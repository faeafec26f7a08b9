"""`tests/vectors/recognition.json`: what an implementation of mutual recognition must compute, sign and refuse.

`python -m tests.support.recognition_vectors` writes the file again, byte for byte: keys come from published seeds.
"""

import json
from base64 import b64encode
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import msgspec

from tanhui.chaincode.contract.canonical import canonical_json
from tanhui.chaincode.rules.days import Day
from tanhui.chaincode.rules.errors.code import Refusal
from tanhui.chaincode.rules.recognition.caps import counters
from tanhui.chaincode.rules.recognition.judging import target_quantity
from tanhui.chaincode.rules.recognition.terms import Terms, mirror_id, terms_hash
from tanhui.proofs import canonical, effects, notes, rulings, same_person
from tanhui.proofs.effects import Effect, SerialRange
from tanhui.proofs.effects.agreements import AgreementProposed
from tanhui.proofs.effects.transfers import (
    CreditsFinalised,
    CreditsLocked,
    CreditsMinted,
    Parcel,
    PointsLocked,
    Portion,
    TransferAborted,
)
from tanhui.proofs.errors import ProofError
from tanhui.proofs.policy import Quorum
from tanhui.proofs.verdicts import Insufficient, Invalid
from tanhui.proofs.verify import verify
from tests.support.regions import ARBITERS, AUTHORITY, Region, make_terms
from tests.support.registry_world import MemoryBackend, Outcome, World, uscc

FILE: Final = Path(__file__).parents[1] / "vectors/recognition.json"
FORMAT: Final = "tanhui-recognition-vectors/v1"
SECONDS: Final = 1_795_219_200
BATCH: Final = "510000-forests-restored-grove-2026-001"


class Vectors:
    """Two regions' logs with one transaction of each kind, and everything judged by the product's own code."""

    def __init__(self) -> None:
        self.sichuan, self.jilin = _region("sichuan", "510000", 1), _region("jilin", "220000", 2)
        self.credits = make_terms(self.sichuan, self.jilin)
        self.points = make_terms(
            self.sichuan,
            self.jilin,
            ("tianfu", "jilin"),
            agreement="sc-jl-p",
            caps={
                "per_transfer": 100,
                "per_person": 300,
                "per_day": 1_001,
                "per_year": 0,
                "total": 9_999,
                "shards": 2,
            },
        )
        self.hash = terms_hash(canonical_json(self.credits))
        self.points_hash = terms_hash(canonical_json(self.points))

    def document(self) -> dict[str, Any]:
        """The file's content."""
        return {
            "format": FORMAT,
            "terms": [
                {"terms": one, "canonical": canonical_json(one).decode(), "hash": digest.hex()}
                for one, digest in ((self.credits, self.hash), (self.points, self.points_hash))
            ],
            "anchors": {one.name: one.anchors.to_json() for one in (self.sichuan, self.jilin)},
            "proofs": self._proofs(),
            "same_person": self._same_person(),
            "rulings": self._rulings(),
            "ratio": self._ratio(),
            "caps": self._caps(),
            "mirror": {
                "agreement": "sc-jl",
                "batch": BATCH,
                "transfer": "t-1",
                "mirror": mirror_id("sc-jl", BATCH, "t-1"),
            },
        }

    def _proofs(self) -> list[dict[str, Any]]:
        shown = [
            ("an agreement proposed", self.sichuan, self._proposed()),
            ("credits locked", self.sichuan, self._credits_locked()),
            ("points locked", self.sichuan, self._points_locked()),
            ("credits minted", self.jilin, self._minted()),
            ("a tombstone", self.jilin, self._aborted()),
            ("credits finalised", self.sichuan, self._finalised()),
        ]
        cases = [
            _case(name, region, region.bundle_of(_outcome(name, found))) for name, region, found in shown
        ]
        lock = self.sichuan.bundle_of(_outcome("credits locked", self._credits_locked()))
        cases.append(_case("another quantity", self.sichuan, lock.replace(b'"last":"40"', b'"last":"41"')))
        cases.append(_case("the other ledger's anchors", self.jilin, lock))
        found = _outcome("credits locked", self._credits_locked()).transaction_id
        one = self.sichuan.bundle(found, self.sichuan.auditors[:1])
        cases.append(_case("a quorum minus one", self.sichuan, one))
        return cases

    def _proposed(self) -> Effect:
        return AgreementProposed(
            agreement="sc-jl",
            version=1,
            terms=self.hash,
            genesis=self.sichuan.genesis,
            partner=self.jilin.genesis,
            anchors=self.jilin.anchors.fingerprint(),
        )

    def _credits_locked(self) -> Effect:
        parcel = Parcel(BATCH, self.sichuan.genesis, "grove", "restored@1", 2026, 11, 40)
        return CreditsLocked(
            terms=self.hash,
            agreement="sc-jl",
            transfer="t-1",
            holder=uscc(11),
            parcels=(parcel,),
            quantity=30,
            receiver=uscc(12, "220000"),
            shard=0,
            seconds=SECONDS,
            deadline=SECONDS + 72 * 3_600,
        )

    def _points_locked(self) -> Effect:
        portion = Portion("quiz", 2026, "00" * 8, "2026-12-31", 25)
        return PointsLocked(
            terms=self.points_hash,
            agreement="sc-jl-p",
            transfer="p-1",
            programme="tianfu",
            account="aa" * 16,
            portions=(portion,),
            quantity=25,
            target_programme="jilin",
            target_account="bb" * 16,
            target_quantity=10,
            person=sha256(b"person").digest(),
            binding=sha256(self._binding().encode()).digest(),
            shard=1,
            seconds=SECONDS,
            deadline=SECONDS + 72 * 3_600,
        )

    def _minted(self) -> Effect:
        return CreditsMinted(
            terms=self.hash,
            agreement="sc-jl",
            transfer="t-1",
            holder=uscc(12, "220000"),
            ranges=(SerialRange(mirror_id("sc-jl", BATCH, "t-1"), 11, 40),),
            quantity=30,
            seconds=SECONDS + 60,
        )

    def _aborted(self) -> Effect:
        return TransferAborted(
            terms=self.hash, agreement="sc-jl", transfer="t-2", reason="not ordered", seconds=SECONDS + 60
        )

    def _finalised(self) -> Effect:
        return CreditsFinalised(
            terms=self.hash,
            agreement="sc-jl",
            transfer="t-1",
            holder=uscc(11),
            ranges=(SerialRange(BATCH, 11, 40),),
            quantity=30,
        )

    def _binding(self) -> notes.Note:
        said = same_person.SamePerson(
            self.points_hash,
            ("tianfu", "aa" * 16),
            ("jilin", "bb" * 16),
            sha256(b"person").digest(),
            "2027-12-31",
        ).text()
        return notes.Note(said, (notes.signature(said, AUTHORITY),))

    def _same_person(self) -> list[dict[str, Any]]:
        text = self._binding().encode()
        tried = (
            ("signed by the authority", text),
            ("another account", text.replace(b"tianfu/aa", b"tianfu/ab")),
            ("unsigned", text.partition(b"\n\n")[0] + b"\n"),
        )
        return [
            {"name": name, "note": note.decode(), "keys": [AUTHORITY.key.vkey]}
            | {"expect": _checked(lambda raw: same_person.check(raw, [AUTHORITY.key]).person.hex(), note)}
            for name, note in tried
        ]

    def _rulings(self) -> list[dict[str, Any]]:
        quorum = Quorum(2, tuple(one.key for one in ARBITERS))
        never = rulings.NeverMinted(
            self.hash, self.sichuan.genesis, "t-1", SECONDS, "destination silent"
        ).text()
        dispute = rulings.DisputeRuling(
            self.hash,
            self.sichuan.genesis,
            "t-1",
            "d-1",
            "upheld",
            self.jilin.genesis,
            5,
            SECONDS,
            "heard both",
        ).text()
        made = []
        for name, text, signers, check in (
            ("never minted", never, 2, rulings.check),
            ("never minted, one key too few", never, 1, rulings.check),
            ("a dispute upheld", dispute, 2, rulings.check_dispute),
            ("a dispute's ruling as a tombstone", dispute, 2, rulings.check),
        ):
            note = notes.Note(text, tuple(notes.signature(text, one) for one in ARBITERS[:signers])).encode()
            made.append(
                {
                    "name": name,
                    "note": note.decode(),
                    "threshold": "2",
                    "keys": [key.vkey for key in quorum.keys],
                    "expect": _checked(partial(_reason, check, quorum), note),
                }
            )
        return made

    def _ratio(self) -> list[dict[str, Any]]:
        terms = msgspec.convert(self.points, Terms)
        made = []
        for source, points in ((0, 25), (0, 5), (0, 12), (1, 8), (1, 3)):
            case: dict[str, Any] = {"source": str(source), "points": str(points)}
            try:
                case["expect"] = str(target_quantity(terms, source, points))
            except Refusal as refused:
                case["expect"] = refused.code
            made.append(case)
        return made

    def _caps(self) -> list[dict[str, Any]]:
        terms = msgspec.convert(self.points, Terms)
        person = sha256(b"person").hexdigest()
        return [
            {
                "day": "2026-11-21",
                "shard": str(shard),
                "person": person,
                "counters": [
                    {"scope": one.scope, "limit": str(one.limit), "cap": one.cap}
                    for one in counters(terms.caps, shard, person, Day(20_778))
                ],
            }
            for shard in (0, 1)
        ]


def _region(name: str, code: str, number: int) -> Region:
    world = World(MemoryBackend())
    world.names["regulator"] = uscc(number, code)
    return Region(name, world, code)


def _outcome(name: str, found: Effect) -> Outcome:
    event = canonical.parse(effects.encode([found]), 1 << 20)
    return Outcome(200, {"event": event}, None, sha256(name.encode()).hexdigest())


def _case(name: str, region: Region, bundle: bytes) -> dict[str, Any]:
    verdict = verify(bundle, region.anchors)
    if isinstance(verdict, Invalid):
        expect: dict[str, Any] = {"outcome": "invalid", "reason": verdict.reason}
    elif isinstance(verdict, Insufficient):
        expect = {"outcome": "insufficient", "missing": list(verdict.missing)}
    else:
        expect = {"outcome": "valid", "transaction": verdict.leaf.txid, "effects": list(verdict.effects)}
    return {
        "name": name,
        "anchors": region.name,
        "bundle": b64encode(bundle).decode(),
        "expect": expect,
    }


def _reason(check: Callable[[bytes, Quorum], Any], quorum: Quorum, note: bytes) -> str:
    return str(check(note, quorum).reason)


def _checked(check: Callable[[bytes], str], note: bytes) -> dict[str, str]:
    try:
        return {"outcome": "valid", "says": check(note)}
    except ProofError as error:
        return {"outcome": "invalid", "reason": error.reason}


def render() -> str:
    """The file's text."""
    return json.dumps(Vectors().document(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(render(), "utf-8")
