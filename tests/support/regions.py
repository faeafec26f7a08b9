"""Two regions that recognise each other, without a network: each world's transactions in a log of its own.

The log stands for what k of n replay auditors signed (proofs.md): its leaves carry the effects that the ledger
stated, whatever ledger it is, so that one region's contract can judge proofs of the other's.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from tanhui.chaincode.contract.canonical import canonical_json
from tanhui.network.relay.side import Order, Refused
from tanhui.proofs import canonical, effects, keys, leaf, notes, rulings, same_person, tlog_proof
from tanhui.proofs.anchors import Anchors, LogKey
from tanhui.proofs.bundles import Bundle
from tanhui.proofs.checkpoints import Checkpoint
from tanhui.proofs.keys import KeyType, NoteSigner
from tanhui.proofs.policy import Quorum
from tanhui.proofs.tree import Tree
from tests.support.registry_world import MemoryBackend, Outcome, World

TIME = 1_795_219_300


def signer(name: str, key_type: KeyType = KeyType.ED25519) -> NoteSigner:
    return keys.signer_from_seed(name, key_type, sha256(b"region seed: " + name.encode()).digest())


AUTHORITY = signer("identity.example")
ARBITERS = tuple(signer(f"arbiter.example/{n}") for n in (1, 2, 3))


@dataclass
class Region:
    """A world with the log that its auditors keep."""

    name: str
    world: World
    region: str
    auditors_needed: int = 2
    leaves: list[leaf.Leaf] = field(default_factory=list)
    _documents: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    anchors_number: int = 1
    followed: int = 0
    log: NoteSigner = field(init=False)
    auditors: list[NoteSigner] = field(init=False)
    keepers: list[NoteSigner] = field(init=False)

    def __post_init__(self) -> None:
        self.log = signer(self.origin)
        self.auditors = [signer(f"auditor.{self.name}.example/{n}", KeyType.COSIGNATURE) for n in (1, 2, 3)]
        self.keepers = [signer(f"keeper.{self.name}.example/{n}") for n in (1, 2)]

    @property
    def genesis(self) -> bytes:
        return sha256(self.name.encode()).digest()

    @property
    def origin(self) -> str:
        return f"registry.{self.name}.example/credits"

    @property
    def anchors(self) -> Anchors:
        return Anchors(
            number=self.anchors_number,
            network=self.name,
            channel="credits",
            genesis=self.genesis,
            origin=self.origin,
            logs=(LogKey(self.log.key),),
            witnesses=Quorum(0, ()),
            auditors=Quorum(self.auditors_needed, tuple(one.key for one in self.auditors)),
            keepers=Quorum(2, tuple(one.key for one in self.keepers)),
        )

    def party(self, programme: str = "") -> dict[str, Any]:
        return {
            "region": self.region,
            "name": self.name,
            "regulator": self.world.names["regulator"],
            "programme": programme,
            "genesis": self.genesis.hex(),
            "channel": "credits",
            "origin": self.origin,
            "auditors": self.auditors_needed,
        }

    def witness(self, outcome: Outcome) -> int:
        """The leaf of a transaction, appended when it is not in the log yet."""
        known = self._documents.get(outcome.transaction_id)
        if known is not None:
            return known[0]
        assert outcome.refusal is None, outcome.refusal
        document = canonical.encode(outcome.payload["event"])
        at = len(self.leaves)
        self.leaves.append(
            leaf.Leaf(
                genesis=self.genesis,
                channel="credits",
                block=at + 1,
                tx=0,
                header=sha256(b"block %d" % at).digest(),
                txid=outcome.transaction_id,
                env=sha256(outcome.transaction_id.encode()).digest(),
                code=0,
                commit=sha256(b"commit %d" % at).digest(),
                events=effects.events_hash(document),
            )
        )
        self._documents[outcome.transaction_id] = (at, document)
        return at

    def covers(self, transaction_id: str) -> bool:
        return transaction_id in self._documents

    def bundle(
        self, transaction_id: str, auditors: Sequence[NoteSigner] | None = None, **changes: Any
    ) -> bytes:
        """The proof of a transaction that was witnessed, under the log's newest checkpoint."""
        at, document = self._documents[transaction_id]
        tree = Tree(one.hash() for one in self.leaves)
        text = Checkpoint(self.origin, len(self.leaves), tree.root()).text()
        by = self.auditors[: self.auditors_needed] if auditors is None else auditors
        lines = [notes.signature(text, self.log)]
        lines += [notes.signature(text, one, TIME + n) for n, one in enumerate(by)]
        proof = tlog_proof.TlogProof(at, tuple(tree.inclusion_proof(at)), notes.Note(text, tuple(lines)))
        made = Bundle("inclusion", self.leaves[at], proof, document)
        return made.encode()

    def bundle_of(self, outcome: Outcome) -> bytes:
        """The proof of a transaction, which is witnessed first."""
        self.witness(outcome)
        return self.bundle(outcome.transaction_id)

    def outcome_of(self, transfer: str) -> Outcome:
        """The lock that made a transfer, as its ledger has it."""
        backend = self.world.backend
        assert isinstance(backend, MemoryBackend)
        for done in backend.ledger.transactions:
            if done.event is not None and f'"transfer":"{transfer}"'.encode() in done.event[1]:
                return Outcome(
                    200, {"event": canonical.parse(done.event[1], 1 << 22)}, None, done.transaction_id
                )
        raise KeyError(transfer)

    def lie_in_leaf(self, transaction_id: str, what: str) -> None:
        """Let the log say that a transaction stands on another ledger."""
        at, _ = self._documents[transaction_id]
        changes: dict[str, Any] = {"genesis": bytes(32)} if what == "genesis" else {"channel": "other"}
        self.leaves[at] = replace(self.leaves[at], **changes)

    def prove(self, outcome: Outcome | None = None) -> str:
        """Base64 of the proof of a transaction, the world's last one by default."""
        found = outcome or self.world.last
        assert found is not None
        self.witness(found)
        return b64encode(self.bundle(found.transaction_id)).decode()


def make_terms(
    first: Region, second: Region, programmes: tuple[str, str] = ("", ""), **changes: Any
) -> dict[str, Any]:
    """Terms on credits, or on points where two programmes are named; without caps."""
    points = bool(programmes[0])
    terms: dict[str, Any] = {
        "agreement": "sc-jl",
        "version": 1,
        "parties": [first.party(programmes[0]), second.party(programmes[1])],
        "lane": "points" if points else "credits",
        "direction": "both",
        "methodologies": ["quiz"] if points else ["restored@1"],
        "vintage_since": 2025,
        "numerator": 2 if points else 1,
        "denominator": 5 if points else 1,
        "caps": {"per_transfer": 0, "per_person": 0, "per_day": 0, "per_year": 0, "total": 0, "shards": 1},
        "first_day": "2026-01-01",
        "last_day": "2027-12-31",
        "uses": ["redemption", "market"],
        "identity": [AUTHORITY.key.vkey] if points else [],
        "settlement": "month",
        "settlement_day": 10,
        "arbiter": {"threshold": 2, "keys": [one.key.vkey for one in ARBITERS]},
        "lock_hours": 72,
    }
    changes = dict(changes)
    caps = {**terms["caps"], **changes.pop("caps", {})}
    terms |= {**changes, "caps": caps}
    for at, party in enumerate(terms["parties"]):
        terms["parties"][at] = {"witnesses": 0, **party}
    return terms


def hash_of(terms: dict[str, Any]) -> str:
    return sha256(canonical_json(terms)).hexdigest()


def propose(one: Region, other: Region, own: int, terms: dict[str, Any]) -> Outcome:
    """Two persons of one region's regulator agree to the terms."""
    file = other.anchors.file().decode() if terms["version"] == 1 else ""
    one.world.by_two("Rui", "Ren", "recognition:ProposeAgreement", own=own, terms=terms, anchors=file)
    last = one.world.last
    assert last is not None
    one.witness(last)
    return last


def conclude(one: Region, other: Region, terms: dict[str, Any], proposed: Outcome) -> None:
    """Show one region the other's half."""
    one.world.done(
        "Rui",
        "recognition:ConcludeAgreement",
        agreement=terms["agreement"],
        terms=hash_of(terms),
        proof=other.prove(proposed),
    )


def agree(first: Region, second: Region, terms: dict[str, Any]) -> str:
    """Bring terms into force on both ledgers; their hash."""
    halves = propose(first, second, 0, terms), propose(second, first, 1, terms)
    conclude(first, second, terms, halves[1])
    conclude(second, first, terms, halves[0])
    return hash_of(terms)


def binding(
    terms: str,
    source: tuple[str, str],
    target: tuple[str, str],
    person: str = "Zhang",
    until: str = "2027-12-31",
    by: Sequence[NoteSigner] = (AUTHORITY,),
) -> str:
    """The statement that two accounts are one person's."""
    said = same_person.SamePerson(
        bytes.fromhex(terms), source, target, sha256(person.encode()).digest(), until
    ).text()
    return notes.Note(said, tuple(notes.signature(said, one) for one in by)).encode().decode()


def ruling(terms: str, source: bytes, transfer: str, by: Sequence[NoteSigner] = ARBITERS[:2]) -> str:
    """The arbiter's word that a transfer is never to be minted."""
    said = rulings.NeverMinted(bytes.fromhex(terms), source, transfer, TIME, "destination silent").text()
    return notes.Note(said, tuple(notes.signature(said, one) for one in by)).encode().decode()


def follow(region: Region) -> None:
    """Take in what the region's ledger committed since: what its auditors do."""
    backend = region.world.backend
    assert isinstance(backend, MemoryBackend)
    for done in backend.ledger.transactions[region.followed :]:
        region.followed += 1
        if done.event is not None:
            payload = {"event": canonical.parse(done.event[1], 1 << 22)}
            region.witness(Outcome(200, payload, None, done.transaction_id))


@dataclass
class MemorySide:
    """A region in memory as the relay sees it; `who` carries."""

    region: Region
    who: str = "Cai"

    @property
    def name(self) -> str:
        return self.region.name

    async def ask(self, function: str, order: Order) -> Any:
        world = self.region.world
        found = world.backend.evaluate(
            world.persons[self.who], function, canonical_json(dict(order)), world.seconds
        )
        return _answer(found)

    async def send(self, function: str, order: Order) -> None:
        world = self.region.world
        _answer(
            world.backend.submit(
                world.persons[self.who], function, canonical_json(dict(order)), world.seconds
            )
        )

    async def prove(self, transaction: str) -> bytes | None:
        follow(self.region)
        return self.region.bundle(transaction) if self.region.covers(transaction) else None


def _answer(outcome: Outcome) -> Any:
    if outcome.refusal is not None:
        refusal = outcome.refusal
        raise Refused(refusal["code"], refusal["field"], refusal["value"], refusal["params"])
    return outcome.payload
