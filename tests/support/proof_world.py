"""A small ledger's log with its keys, anchors and bundles, from fixed seeds: the same bytes in every run."""

from collections.abc import Sequence
from hashlib import sha256

from tanhui.proofs import canonical, certificate, effects, keys, leaf, notes, records, tlog_proof
from tanhui.proofs.anchors import Anchors, Issuer, LogKey
from tanhui.proofs.bundles import Bundle, NamedOpening
from tanhui.proofs.checkpoints import Checkpoint
from tanhui.proofs.ed25519 import MemorySigner
from tanhui.proofs.effects.activities import ActivitiesRecorded, ActivitiesSubmitted
from tanhui.proofs.effects.credits import CreditsTransferred
from tanhui.proofs.effects.retirements import CreditsRetired, Purpose
from tanhui.proofs.keys import KeyType, NoteSigner
from tanhui.proofs.merkle import packed_root
from tanhui.proofs.policy import Quorum
from tanhui.proofs.tree import Tree

ORIGIN = "registry.example/credits"
CHANNEL = "credits"
GENESIS = sha256(b"genesis").digest()
TIME = 1_795_000_000
SIZE = 21
RECORD_BYTES = 96
COSIGNATURE, ED25519 = KeyType.COSIGNATURE, KeyType.ED25519


def seed(name: str) -> bytes:
    return sha256(b"test seed: " + name.encode()).digest()


def signer(name: str, key_type: KeyType) -> NoteSigner:
    return keys.signer_from_seed(name, key_type, seed(name))


LOG = signer(ORIGIN, ED25519)
WITNESSES = [signer(f"witness.example/w{n}", COSIGNATURE) for n in (1, 2, 3)]
AUDITORS = [signer(f"auditor.example/a{n}", COSIGNATURE) for n in (1, 2, 3)]
KEEPERS = [signer(f"keeper.example/k{n}", ED25519) for n in (1, 2, 3)]
ISSUER = MemorySigner(seed("issuer"))
CLIENT_SALT = seed("client salt")
PERSON = "张三，510100"
RECORD_SALT = effects.salt_at(seed("batch salt"), 3)
RECORD_VALUE = "person 4711"


def quorum(threshold: int, signers: Sequence[NoteSigner]) -> Quorum:
    return Quorum(threshold, tuple(one.key for one in signers))


ANCHORS = Anchors(
    number=1,
    network="四川（样例）",
    channel=CHANNEL,
    genesis=GENESIS,
    origin=ORIGIN,
    logs=(LogKey(LOG.key),),
    witnesses=quorum(2, WITNESSES),
    auditors=quorum(2, AUDITORS),
    issuers=(Issuer("registry", ISSUER.public_key),),
    keepers=quorum(2, KEEPERS),
)

RETIRED = CreditsRetired(
    retirement="R-2026-0001",
    holder="91510100MA61RLKF4L",
    beneficiary=effects.Party(person=effects.commit(effects.salt_at(CLIENT_SALT, 0), PERSON)),
    purpose=Purpose.EVENT,
    day="2026-11-21",
    ranges=(effects.SerialRange("510000-P-M-0001-2025-1", 1, 1000),),
    quantity_kg=1000,
    reason="城市马拉松",
    reference="event-7",
)
TRANSFERRED = CreditsTransferred(
    "91510100MA61RLKF4L",
    "91220100MA0Y1A2B3C",
    (effects.SerialRange("510000-P-M-0001-2025-1", 1001, 1200),),
    200,
    "t1",
)


def record(n: int) -> bytes:
    hidden = effects.commit(RECORD_SALT if n == 3 else seed(f"salt {n}"), RECORD_VALUE)
    return sha256(b"record %d" % n).digest() + hidden + sha256(b"inputs %d" % n).digest()


BLOB = b"".join(record(n) for n in range(11))
RECORDED = ActivitiesRecorded(
    batch="B1",
    programme="510100",
    programme_version=1,
    scene="green-travel",
    methodology="510100-bike",
    methodology_version=2,
    data_source="bike-share",
    count=11,
    record_bytes=RECORD_BYTES,
    records_root=packed_root(BLOB, RECORD_BYTES),
    reduction_g=5500,
    points=55,
    debt_repaid=0,
    expires="2027-11-20",
)
SUBMITTED = ActivitiesSubmitted(
    batch="B2",
    programme="510100",
    programme_version=1,
    scene="sorting",
    methodology="510100-sorting",
    methodology_version=1,
    data_source="camera",
    count=11,
    record_bytes=RECORD_BYTES,
    records_root=packed_root(BLOB[::-1], RECORD_BYTES),
    reduction_g=5500,
    points=55,
)
AT_RETIREMENT, AT_RECORDS, AT_TRANSFER, AT_SUBMITTED, AT_UNKNOWN, AT_NOTHING = 5, 7, 9, 13, 15, 17
DOCUMENTS = {
    AT_RETIREMENT: effects.encode([TRANSFERRED, RETIRED]),
    AT_RECORDS: effects.encode([RECORDED]),
    AT_TRANSFER: effects.encode([TRANSFERRED]),
    AT_SUBMITTED: effects.encode([SUBMITTED]),
    # What no contract of today states: a kind of tomorrow, and an entry that is nothing.
    AT_UNKNOWN: canonical.encode({"effects": [{"kind": "tomorrow.done", "what": "x"}], "v": "1"}),
    AT_NOTHING: canonical.encode({"effects": [None], "v": "1"}),
}
INVALID_AT = 11


def leaf_at(n: int) -> leaf.Leaf:
    """Transaction `n`; number INVALID_AT failed with code 11 (MVCC_READ_CONFLICT)."""
    return leaf.Leaf(
        genesis=GENESIS,
        channel=CHANNEL,
        block=n // 3,
        tx=n % 3,
        header=sha256(b"block %d" % (n // 3)).digest(),
        txid=sha256(b"tx %d" % n).hexdigest() if n else "",
        env=sha256(b"envelope %d" % n).digest(),
        code=11 if n == INVALID_AT else 0,
        commit=sha256(b"commit %d" % (n // 3)).digest() if n > 2 else b"",
        events=effects.events_hash(DOCUMENTS.get(n, b"")),
    )


LEAVES = [leaf_at(n) for n in range(SIZE)]


def tree(size: int = SIZE) -> Tree:
    return Tree(one.hash() for one in LEAVES[:size])


def cosigned(
    size: int = SIZE,
    *,
    log: NoteSigner = LOG,
    witnesses: Sequence[NoteSigner] = WITNESSES[:2],
    auditors: Sequence[NoteSigner] = AUDITORS[:2],
    origin: str = ORIGIN,
    root: bytes | None = None,
) -> notes.Note:
    """A checkpoint with exactly the quorums, so that no signature on it is superfluous."""
    text = Checkpoint(origin, size, tree(size).root() if root is None else root).text()
    lines = [notes.signature(text, log)]
    lines += [notes.signature(text, one, TIME + n) for n, one in enumerate([*witnesses, *auditors])]
    return notes.Note(text, tuple(lines))


def proof(n: int, size: int = SIZE, checkpoint: notes.Note | None = None) -> tlog_proof.TlogProof:
    return tlog_proof.TlogProof(n, tuple(tree(size).inclusion_proof(n)), checkpoint or cosigned(size))


def inclusion() -> Bundle:
    return Bundle("inclusion", LEAVES[9], proof(9), DOCUMENTS[9])


def own_record() -> Bundle:
    opened = records.open_record(BLOB, RECORD_BYTES, 3, effects.Opening(RECORD_SALT, RECORD_VALUE))
    return Bundle("inclusion", LEAVES[7], proof(7), DOCUMENTS[7], 0, record=opened)


def transfer() -> Bundle:
    return Bundle("transfer", LEAVES[9], proof(9), DOCUMENTS[9], 0)


def retirement() -> Bundle:
    return Bundle(
        "retirement",
        LEAVES[5],
        proof(5),
        DOCUMENTS[5],
        1,
        (NamedOpening("beneficiary.person", effects.Opening(effects.salt_at(CLIENT_SALT, 0), PERSON)),),
        certificate=certificate.issue(LEAVES[5], 1, RETIRED, "2026-11-21T04:00:00Z", ISSUER),
    )


BUNDLES = {"inclusion": inclusion, "own_record": own_record, "transfer": transfer, "retirement": retirement}
