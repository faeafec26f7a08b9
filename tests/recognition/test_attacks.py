"""Attacks on mutual recognition: whatever is brought, by whomever, no refused order changes a ledger by one byte."""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest

from tanhui.proofs import canonical, notes, rotation, rulings
from tanhui.proofs.keys import KeyType, VerifierKey
from tests.conftest import Counts
from tests.support import projects
from tests.support.audits import MemoryAudit, broken
from tests.support.recognising import Two, two_regions
from tests.support.regions import (
    ARBITERS,
    TIME,
    Region,
    agree,
    follow,
    make_terms,
    propose,
    ruling,
    signer,
)
from tests.support.registry_world import MemoryBackend, Outcome, World

LIES = 400
SPOILT: set[str] = set()
"""Regions whose ledger a test changed by hand: an audit would rightly find it."""


@pytest.fixture
def two() -> Iterator[Two]:
    made = two_regions(per_transfer=60, per_person=80, per_day=100)
    SPOILT.clear()
    yield made
    for region in made.regions:
        if region.name in SPOILT:
            continue
        assert broken(MemoryAudit(ledger_of(region)).reports()) == {}


def ledger_of(region: Region) -> Any:
    backend = region.world.backend
    assert isinstance(backend, MemoryBackend)
    return backend.ledger


def locked(two: Two, transfer: str = "t-1", first: int = 1, last: int = 30) -> Outcome:
    """Sichuan locks serials for Jilin's holder."""
    outcome = two.lock_credits(two.sichuan, [(transfer, "holder", projects.pieces((first, first, last)))])
    assert outcome.refusal is None, outcome.refusal
    found: Outcome = outcome
    return found


def proof(region: Region, outcome: Outcome, **options: Any) -> str:
    follow(region)
    return b64encode(region.bundle(outcome.transaction_id, **options)).decode()


def refusal(region: Region, function: str, who: str = "Cai", **order: Any) -> str:
    """With which code the order is refused, while not a byte of the state changes."""
    ledger = ledger_of(region)
    before = dict(ledger.state)
    outcome = region.world.submit(who, function, **order)
    assert outcome.refusal is not None, outcome.payload
    assert ledger.state == before
    return str(outcome.refusal["code"])


def mint(two: Two, shown: str, transfer: str = "t-1") -> dict[str, Any]:
    return {"agreement": "sc-jl", "proof": shown, "items": [{"transfer": transfer}]}


def close(shown: str, transfer: str = "t-1") -> dict[str, Any]:
    return {"agreement": "sc-jl", "proof": shown, "transfers": [transfer]}


def test_a_forged_proof(two: Two) -> None:
    honest = two.sichuan.bundle_of(locked(two))
    for before, after in (
        (b'"last":"30"', b'"last":"99"'),
        (two.jilin.world.names["holder"].encode(), two.jilin.world.names["broker"].encode()),
        (b'"transfer":"t-1"', b'"transfer":"t-9"'),
        (b'"code":"0"', b'"code":"9"'),
    ):
        forged = honest.replace(before, after)
        assert forged != honest
        shown = b64encode(forged).decode()
        assert refusal(two.jilin, "recognition:Mint", **mint(two, shown)) == "recognition.proof_invalid"
        assert (
            refusal(two.jilin, "recognition:Mint", **mint(two, shown, "t-9")) == "recognition.proof_invalid"
        )


def test_a_proof_signed_by_a_ledger_of_ones_own(two: Two) -> None:
    """Whole and sound, of a ledger that says what the forger likes: no key of it is known."""
    outcome = locked(two)
    forger = Region("forger", two.sichuan.world, "510000")
    shown = proof(forger, outcome)
    assert refusal(two.jilin, "recognition:Mint", **mint(two, shown)) == "recognition.proof_invalid"


@pytest.mark.parametrize("lie", ["genesis", "channel"])
def test_a_proof_from_another_genesis_or_channel(two: Two, lie: str) -> None:
    """The log's and the auditors' own signatures, over a leaf of another ledger."""
    outcome = locked(two)
    follow(two.sichuan)
    two.sichuan.lie_in_leaf(outcome.transaction_id, lie)
    shown = proof(two.sichuan, outcome)
    assert refusal(two.jilin, "recognition:Mint", **mint(two, shown)) == "recognition.proof_invalid"


def test_a_quorum_minus_one(two: Two) -> None:
    outcome = locked(two)
    one = proof(two.sichuan, outcome, auditors=two.sichuan.auditors[:1])
    assert refusal(two.jilin, "recognition:Mint", **mint(two, one)) == "recognition.proof_insufficient"
    none = proof(two.sichuan, outcome, auditors=())
    assert refusal(two.jilin, "recognition:Mint", **mint(two, none)) == "recognition.proof_insufficient"
    twice = proof(two.sichuan, outcome, auditors=[two.sichuan.auditors[0]] * 2)
    assert refusal(two.jilin, "recognition:Mint", **mint(two, twice)) == "recognition.proof_insufficient"


def test_stale_anchors(two: Two) -> None:
    """Auditors who were withdrawn sign on: from the rotation on their word is worth nothing."""
    outcome = locked(two)
    old = two.sichuan.anchors
    withdrawn = list(two.sichuan.auditors)
    two.sichuan.anchors_number += 1
    two.sichuan.auditors = [signer(f"auditor.sichuan.example/new{n}", KeyType.COSIGNATURE) for n in (1, 2, 3)]
    approval = rotation.approve(old, two.sichuan.anchors, two.sichuan.keepers)
    two.jilin.world.by_two(
        "Rui",
        "Ren",
        "recognition:RotateAnchors",
        agreement="sc-jl",
        anchors=two.sichuan.anchors.file().decode(),
        approval=approval.encode().decode(),
    )
    stale = proof(two.sichuan, outcome, auditors=withdrawn)
    assert refusal(two.jilin, "recognition:Mint", **mint(two, stale)) == "recognition.proof_insufficient"
    two.jilin.world.done("Cai", "recognition:Mint", **mint(two, proof(two.sichuan, outcome)))


def test_anchors_cannot_be_rotated_by_whoever_stole_the_log(two: Two) -> None:
    old = two.sichuan.anchors
    thief = Region("sichuan", two.sichuan.world, "510000")
    thief.anchors_number = 2
    thief.keepers = [signer("thief.example/1"), signer("thief.example/2")]
    text = rotation.statement(old, thief.anchors)
    approval = notes.Note(text, tuple(notes.signature(text, one) for one in thief.keepers))
    for who in ("Rui", "Ren"):
        assert (
            refusal(
                two.jilin,
                "recognition:RotateAnchors",
                who,
                agreement="sc-jl",
                anchors=thief.anchors.file().decode(),
                approval=approval.encode().decode(),
            )
            == "recognition.anchors_unreadable"
        )


def test_a_replayed_lock(two: Two) -> None:
    shown = proof(two.sichuan, locked(two))
    two.jilin.world.done("Cai", "recognition:Mint", **mint(two, shown))
    locked(two, "t-2", 31, 40)
    for again in (shown, proof(two.sichuan, two.sichuan.outcome_of("t-1"))):
        assert refusal(two.jilin, "recognition:Mint", **mint(two, again)) == "recognition.transfer_status"


def test_the_same_transfer_twice_in_one_order(two: Two) -> None:
    shown = proof(two.sichuan, locked(two))
    order: dict[str, Any] = mint(two, shown) | {"items": [{"transfer": "t-1"}, {"transfer": "t-1"}]}
    assert refusal(two.jilin, "recognition:Mint", **order) == "recognition.transfer_status"


def test_a_re_targeted_destination(two: Two) -> None:
    """A third region with an agreement of its own, or of the same name, mints nothing of Jilin's."""
    world = World(MemoryBackend())
    world.found()
    projects.people(world)
    world.organisation("carrier", "auditor", person="Cai")
    third = Region("yunnan", world, "530000")
    agree(two.sichuan, third, make_terms(two.sichuan, third, agreement="sc-yn"))
    shown = proof(two.sichuan, locked(two))
    order: dict[str, Any] = {"agreement": "sc-yn", "proof": shown, "items": [{"transfer": "t-1"}]}
    assert refusal(third, "recognition:Mint", **order) == "recognition.not_proven"
    propose(third, two.sichuan, 1, make_terms(two.sichuan, third))
    assert refusal(third, "recognition:Mint", **mint(two, shown)) == "recognition.terms_unknown"


def test_a_mint_after_an_abort_and_an_abort_after_a_mint(two: Two) -> None:
    shown = proof(two.sichuan, locked(two))
    two.jilin.world.done("Hu", "recognition:Abort", **close(shown), reason="not ordered")
    assert refusal(two.jilin, "recognition:Mint", **mint(two, shown)) == "recognition.transfer_status"
    other = proof(two.sichuan, locked(two, "t-2", 31, 40))
    two.jilin.world.done("Cai", "recognition:Mint", **mint(two, other, "t-2"))
    assert (
        refusal(
            two.jilin,
            "recognition:Abort",
            "Hu",
            **close(other, "t-2"),
            reason="late",
        )
        == "recognition.transfer_status"
    )


def test_an_unlock_after_a_mint_and_a_finalise_after_an_abort(two: Two) -> None:
    shown = proof(two.sichuan, locked(two))
    two.jilin.world.done("Cai", "recognition:Mint", **mint(two, shown))
    minted = proof(two.jilin, last(two.jilin))
    assert refusal(two.sichuan, "recognition:Unlock", **close(minted)) == "recognition.not_proven"
    other = proof(two.sichuan, locked(two, "t-2", 31, 40))
    two.jilin.world.done("Hu", "recognition:Abort", **close(other, "t-2"), reason="not ordered")
    aborted = proof(two.jilin, last(two.jilin))
    assert refusal(two.sichuan, "recognition:Finalise", **close(aborted, "t-2")) == "recognition.not_proven"
    assert refusal(two.sichuan, "recognition:Unlock", **close(aborted, "t-1")) == "recognition.not_proven"


def test_a_lock_proof_as_finalise_or_unlock(two: Two) -> None:
    locked(two)
    theirs = two.lock_credits(two.jilin, [("t-1", "holder", projects.pieces((1, 1, 30)))])
    shown = proof(two.jilin, theirs)
    for function in ("recognition:Finalise", "recognition:Unlock"):
        assert refusal(two.sichuan, function, **close(shown)) == "recognition.not_proven"
    own = proof(two.sichuan, two.sichuan.outcome_of("t-1"))
    for function in ("recognition:Finalise", "recognition:Unlock"):
        assert refusal(two.sichuan, function, **close(own)) == "recognition.proof_invalid"


def test_a_mint_of_one_agreement_finalises_nothing_of_another(two: Two) -> None:
    outcome = two.lock_points(two.sichuan, [("t-1", "A", 50)])
    assert outcome.refusal is None
    shown = proof(two.sichuan, locked(two))
    two.jilin.world.done("Cai", "recognition:Mint", **mint(two, shown))
    minted = proof(two.jilin, last(two.jilin))
    order = close(minted) | {"agreement": "sc-jl-p"}
    assert refusal(two.sichuan, "recognition:Finalise", **order) == "recognition.not_proven"


def test_over_the_cap_by_splitting_or_by_a_source_that_does_not_count(two: Two) -> None:
    locked(two, "t-1", 1, 60)
    order: dict[str, Any] = {
        "agreement": "sc-jl",
        "shard": 0,
        "transfers": [
            {
                "transfer": "t-2",
                "receiver": two.jilin.world.names["holder"],
                "pieces": projects.pieces((61, 61, 85)),
            }
        ],
    }
    assert refusal(two.sichuan, "recognition:LockCredits", "Ono", **order) == "recognition.cap"
    # Sichuan's ledger forgets its counters; Jilin counts for itself.
    ledger = ledger_of(two.sichuan)
    kept = {key: value for key, value in ledger.state.items() if "recognition_counter" in key}
    for key in kept:
        del ledger.state[key]
    lying = two.sichuan.world.submit("Ono", "recognition:LockCredits", **order)
    assert lying.refusal is None
    two.jilin.world.done(
        "Cai", "recognition:Mint", **mint(two, proof(two.sichuan, two.sichuan.outcome_of("t-1")))
    )
    assert (
        refusal(two.jilin, "recognition:Mint", **mint(two, proof(two.sichuan, lying), "t-2"))
        == "recognition.cap"
    )
    two.jilin.world.done(
        "Hu", "recognition:Abort", **close(proof(two.sichuan, lying), "t-2"), reason="over the cap"
    )
    for key, value in kept.items():  # so that giving back finds what an honest source has
        spoilt, version = ledger.state[key]
        ledger.state[key] = (value[0].replace(b'"60"', b'"85"'), version)
        assert spoilt
    two.sichuan.world.done("Cai", "recognition:Unlock", **close(proof(two.jilin, last(two.jilin)), "t-2"))


def test_points_to_another_persons_account(two: Two) -> None:
    outcome = two.lock_points(two.sichuan, [("t-1", "A", 50)])
    shown = proof(two.sichuan, outcome)
    for binding in (two.binding(two.sichuan, "B"), two.binding(two.jilin, "A")):
        order: dict[str, Any] = {
            "agreement": "sc-jl-p",
            "proof": shown,
            "items": [{"transfer": "t-1", "binding": binding}],
        }
        assert refusal(two.jilin, "recognition:Mint", **order) == "recognition.differs"


def test_a_serial_comes_home_once(two: Two) -> None:
    """A partner whose ledger let one mirror go home twice: the second finds nothing that is away."""
    shown = proof(two.sichuan, locked(two))
    two.jilin.world.done("Cai", "recognition:Mint", **mint(two, shown))
    two.sichuan.world.done("Cai", "recognition:Finalise", **close(proof(two.jilin, last(two.jilin))))
    mirror = projects.pieces((1, 1, 10), batch=f"m.sc-jl.{projects.BATCH}.t-1")
    first = two.lock_credits(two.jilin, [("home-1", "owner", mirror)], who="Hu")
    ledger = ledger_of(two.jilin)
    for key, (value, version) in list(ledger.state.items()):
        if key.startswith("\x00range\x00m.") and b'"lock"' in value:
            ledger.state[key] = (
                value.replace(value[value.index(b'"holds":[') : value.index(b"]") + 1], b'"holds":[]'),
                version,
            )
    second = two.lock_credits(two.jilin, [("home-2", "owner", mirror)], who="Hu")
    assert (first.refusal, second.refusal) == (None, None)
    pieces = projects.pieces((1, 1, 10))
    for transfer, outcome, code in (("home-1", first, ""), ("home-2", second, "recognition.not_exported")):
        order = mint(two, proof(two.jilin, outcome), transfer)
        order["items"] = [{"transfer": transfer, "pieces": pieces}]
        if code:
            assert refusal(two.sichuan, "recognition:Mint", **order) == code
        else:
            two.sichuan.world.done("Cai", "recognition:Mint", **order)
    SPOILT.add("jilin")


def test_a_relay_that_lies_about_everything(two: Two, counts: Counts) -> None:
    """Random changes to proofs, ids, receivers and pieces: refused, or harmless because nothing was changed."""
    random = Random(20_261_121)
    honest: dict[str, tuple[Region, str, Callable[[str], dict[str, Any]]]] = {}
    shown = proof(two.sichuan, locked(two))
    honest["recognition:Mint"] = (two.jilin, shown, lambda text: mint(two, text))
    honest["recognition:Abort"] = (two.jilin, shown, lambda text: close(text) | {"reason": "lie"})
    honest["recognition:Finalise"] = (two.sichuan, shown, close)
    honest["recognition:Unlock"] = (two.sichuan, shown, close)
    lies = 0
    for _ in range(LIES):
        function = random.choice(sorted(honest))
        region, text, order_of = honest[function]
        order = order_of(_lied(random, text))
        if random.random() < 0.3:
            order = _renamed(random, order)
        ledger = ledger_of(region)
        before = dict(ledger.state)
        outcome = region.world.submit("Cai", function, **order)
        assert outcome.refusal is not None, (function, order)
        assert ledger.state == before
        lies += 1
    counts.note("a relay that lies", lies=lies, accepted=0)


def _lied(random: Random, text: str) -> str:
    data = bytearray(b64decode(text))
    for _ in range(random.randint(1, 3)):
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return b64encode(bytes(data)).decode()


def _renamed(random: Random, order: dict[str, Any]) -> dict[str, Any]:
    name = random.choice(("t-2", "nobody", "home-1"))
    if "items" in order:
        return order | {"items": [{"transfer": name}]}
    return order | {"transfers": [name]}


def last(region: Region) -> Outcome:
    found = region.world.last
    assert found is not None
    return found


def test_a_bundle_of_any_other_json_is_no_proof(two: Two) -> None:
    documents: tuple[canonical.Json, ...] = ({}, {"kind": "inclusion"}, [], "x")
    for document in documents:
        shown = b64encode(canonical.encode(document)).decode()
        assert refusal(two.jilin, "recognition:Mint", **mint(two, shown)) == "recognition.proof_invalid"


def mirrored(two: Two) -> list[dict[str, str]]:
    """Jilin has minted t-1: where it lies there."""
    shown = proof(two.sichuan, locked(two))
    two.jilin.world.done("Cai", "recognition:Mint", **mint(two, shown))
    return projects.pieces((1, 1, 30), batch=f"m.sc-jl.{projects.BATCH}.t-1")


def test_over_a_cap_by_cutting_it_anew_with_the_next_version(two: Two) -> None:
    """All of a cap is used in one shard; a version with four would have three empty ones."""
    locked(two, "t-1", 1, 60)
    cut = make_terms(two.sichuan, two.jilin, version=2, caps={"per_day": 60, "shards": 4})
    for who in ("Rui", "Ren"):
        assert (
            refusal(
                two.sichuan,
                "recognition:ProposeAgreement",
                who,
                own=0,
                terms=cut,
                anchors="",
            )
            == "recognition.shards"
        )


def test_a_disputed_units_holder_names_nothing_to_freeze(two: Two) -> None:
    """Whoever is first brings the proof of a dispute: it must not be the holder, with no serials."""
    mirror = mirrored(two)
    opened = {"evidence": "ab" * 32, "deadline": "2027-01-31", "reason": "sold twice"}
    two.sichuan.world.done(
        "Rui",
        "recognition:OpenDispute",
        agreement="sc-jl",
        dispute="d-1",
        transfer="t-1",
        ours=True,
        **opened,
    )
    order = {"agreement": "sc-jl", "dispute": "d-1", "proof": proof(two.sichuan, last(two.sichuan))}
    for who in ("Hu", "Cai"):
        assert refusal(two.jilin, "recognition:ReceiveDispute", who, **order) == "contract.caller_role"
    two.jilin.world.done("Rui", "recognition:ReceiveDispute", **order, pieces=mirror)
    home = two.lock_credits(two.jilin, [("h-1", "owner", mirror)], who="Hu")
    assert home.refusal is not None
    assert home.refusal["code"] == "credits.held"


def ruled(two: Two, source: Region, transfer: str, version: str = "") -> str:
    """The arbiter upholds dispute d-1 on a transfer; in an older form of the note, where `version` gives it."""
    terms = bytes.fromhex(two.terms["sc-jl"])
    said = rulings.DisputeRuling(
        terms, source.genesis, transfer, "d-1", "upheld", two.jilin.genesis, 5, TIME, "heard both"
    ).text()
    if version:
        form, named, _, _, *rest = said.decode().split("\n")
        said = "\n".join((form.replace("v3", version), named, *rest)).encode()
    return notes.Note(said, tuple(notes.signature(said, one) for one in ARBITERS[:2])).encode().decode()


def test_one_ruling_ends_no_second_dispute_of_the_same_id(two: Two) -> None:
    """Whoever opens a dispute chooses its id: each ledger opens d-1, on two transfers; the arbiter ruled on one."""
    for transfer, first, last_one in (("t-1", 1, 30), ("t-2", 31, 40)):
        shown = proof(two.sichuan, locked(two, transfer, first, last_one))
        two.jilin.world.done("Cai", "recognition:Mint", **mint(two, shown, transfer))
    why = {"evidence": "ab" * 32, "deadline": "2027-01-31", "reason": "sold twice"}
    for region, transfer in ((two.sichuan, "t-1"), (two.jilin, "t-2")):
        order = {"agreement": "sc-jl", "dispute": "d-1", "transfer": transfer, "ours": region is two.sichuan}
        region.world.done("Rui", "recognition:OpenDispute", **order, **why)
    about: dict[str, Any] = {"agreement": "sc-jl", "dispute": "d-1"}
    foreign = (
        ruled(two, two.sichuan, "t-2"),
        ruled(two, two.jilin, "t-1"),  # one of the same id that went the other way
    )
    for note in foreign:
        assert (
            refusal(two.sichuan, "recognition:RuleDispute", **about, ruling=note) == "recognition.not_about"
        )
    nameless = ruled(two, two.sichuan, "t-1", "v2")
    assert (
        refusal(two.sichuan, "recognition:RuleDispute", **about, ruling=nameless) == "recognition.tombstone"
    )
    own = ruled(two, two.sichuan, "t-1")
    assert refusal(two.jilin, "recognition:RuleDispute", **about, ruling=own) == "recognition.not_about"
    two.sichuan.world.done("Cai", "recognition:RuleDispute", **about, ruling=own)
    two.jilin.world.done("Cai", "recognition:RuleDispute", **about, ruling=ruled(two, two.sichuan, "t-2"))


def test_a_ruling_takes_back_no_mint_by_which_the_source_finalised(two: Two) -> None:
    """Else units burned there would be cancelled here too, and be nowhere."""
    mirror = mirrored(two)
    minted = proof(two.jilin, last(two.jilin))
    two.sichuan.world.done("Cai", "recognition:Finalise", **close(minted))
    finalised = proof(two.sichuan, last(two.sichuan))
    note = ruling(two.terms["sc-jl"], two.sichuan.genesis, "t-1")
    order: dict[str, Any] = {"agreement": "sc-jl", "ruling": note}
    assert refusal(two.sichuan, "recognition:UnlockByRuling", **order) == "recognition.transfer_status"
    for shown in ({}, {"proof": finalised}, {"proof": proof(two.sichuan, two.sichuan.outcome_of("t-1"))}):
        assert (
            refusal(two.jilin, "recognition:HonourRuling", **order, **shown, pieces=mirror)
            == "recognition.not_proven"
        )


def test_a_mirror_on_its_way_home_that_a_ruling_cancelled_is_not_stuck(two: Two) -> None:
    mirror = mirrored(two)
    home = two.lock_credits(two.jilin, [("h-1", "owner", mirror)], who="Hu")
    order: dict[str, Any] = {
        "agreement": "sc-jl",
        "ruling": ruling(two.terms["sc-jl"], two.sichuan.genesis, "t-1"),
    }
    two.sichuan.world.done("Cai", "recognition:UnlockByRuling", **order)
    unlocked = proof(two.sichuan, last(two.sichuan))
    two.jilin.world.done("Cai", "recognition:HonourRuling", **order, proof=unlocked, pieces=mirror)
    shown = proof(two.jilin, home)
    item = {"transfer": "h-1", "pieces": projects.pieces((1, 1, 30))}
    assert (
        refusal(
            two.sichuan,
            "recognition:Mint",
            agreement="sc-jl",
            proof=shown,
            items=[item],
        )
        == "recognition.not_exported"
    )
    two.pass_hours(80)
    two.sichuan.world.done("Cai", "recognition:Abort", **close(shown, "h-1"), reason="never left")
    two.jilin.world.done("Cai", "recognition:Unlock", **close(proof(two.sichuan, last(two.sichuan)), "h-1"))
    assert two.jilin.world.ask("Rui", "recognition:Queue", agreement="sc-jl")["items"] == []


def test_one_key_under_two_names_is_not_two_authorities(two: Two) -> None:
    key = signer("identity.example").key
    again = VerifierKey("other.example", KeyType.ED25519, key.public_key)
    terms = make_terms(
        two.sichuan, two.jilin, ("tianfu", "jilin"), agreement="twice", identity=[key.vkey, again.vkey]
    )
    assert (
        refusal(
            two.sichuan,
            "recognition:ProposeAgreement",
            "Rui",
            own=0,
            terms=terms,
            anchors=two.jilin.anchors.file().decode(),
        )
        == "recognition.key"
    )
