"""Every code that Fabric gives a transaction, and the order in which the checks stand."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fabric_protos.common import common_pb2
from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.peer import transaction_pb2

from tanhui.network.protocol.blocks import build_block
from tanhui.network.protocol.policy_dsl import parse_signature_policy
from tanhui.network.protocol.range_query import RangeReads
from tanhui.network.protocol.transactions import envelope
from tanhui.node.ledger import Ledger, LedgerOptions
from tanhui.node.validation import (
    ConfigRefusedError,
    ConfigRules,
    ValidatedBlock,
    ValidationLimits,
    Validator,
)
from tests.support.chain import WriteTx, genesis_block, kv_write, read_write_set, txid, write_block
from tests.support.organisations import Organisation, sign_high_s
from tests.support.signed_chain import SignedChain, definition

SMALL = LedgerOptions(write_buffer_bytes=1 << 20, cache_bytes=1 << 20)
Code = transaction_pb2.TxValidationCode
WRITE_A = kv_rwset_pb2.KVRWSet(writes=[kv_write("a", b"1")])


@pytest.fixture(scope="module")
def chain() -> SignedChain:
    return SignedChain()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger", SMALL) as opened:
        opened.commit_block(genesis_block())
        writes = definition()
        writes.update(definition(name="other", policy="OR('CityMSP.peer')"))
        opened.commit_block(
            write_block(
                1,
                opened.header_hash,
                [
                    WriteTx(txid(0), writes, namespace="_lifecycle"),
                    WriteTx(txid(1), {f"k{n:03d}": b"v" for n in range(120)}),
                ],
            )
        )
        yield opened


@pytest.fixture
def validator() -> Iterator[Validator]:
    made = Validator(ValidationLimits(threads=2))
    yield made
    made.close()


@pytest.fixture
def judge(chain: SignedChain, ledger: Ledger, validator: Validator) -> Callable[..., ValidatedBlock]:
    def run(*envelopes: bytes) -> ValidatedBlock:
        block = build_block(ledger.height, ledger.header_hash, envelopes)
        return validator.validate(block, chain.rules(), ledger.state)

    return run


Judge = Callable[..., ValidatedBlock]


def edited(raw: bytes, chain: SignedChain, change: Callable[[common_pb2.Payload], None]) -> bytes:
    """The envelope with its payload changed and signed again by its creator."""
    payload = common_pb2.Payload.FromString(common_pb2.Envelope.FromString(raw).payload)
    change(payload)
    body = payload.SerializeToString()
    return envelope(body, chain.client.sign(body))


def with_channel_header(payload: common_pb2.Payload, **values: object) -> None:
    header = common_pb2.ChannelHeader.FromString(payload.header.channel_header)
    for name, value in values.items():
        setattr(header, name, value)
    payload.header.channel_header = header.SerializeToString()


def with_body(payload: common_pb2.Payload, change: Callable[[transaction_pb2.Transaction], None]) -> None:
    body = transaction_pb2.Transaction.FromString(payload.data)
    change(body)
    payload.data = body.SerializeToString()


def test_a_right_transaction_commits(chain: SignedChain, ledger: Ledger, judge: Judge) -> None:
    verdict = judge(chain.transaction(WRITE_A))
    assert verdict.codes == (Code.VALID,)
    ledger.commit_block(verdict.block, verdict.updates)
    found = ledger.get_state("registry", "a")
    assert found is not None
    assert (found.value, found.version) == (b"1", (2, 0))


def two_actions(body: transaction_pb2.Transaction) -> None:
    body.actions.add().CopyFrom(body.actions[0])


def garbled_proposal(body: transaction_pb2.Transaction) -> None:
    action = transaction_pb2.ChaincodeActionPayload.FromString(body.actions[0].payload)
    action.chaincode_proposal_payload += b"\x0a\x00"
    body.actions[0].payload = action.SerializeToString()


PAYLOAD_CHANGES: list[tuple[str, Callable[[common_pb2.Payload], None], int]] = [
    ("no header", lambda p: p.ClearField("header"), Code.BAD_COMMON_HEADER),
    ("epoch", lambda p: with_channel_header(p, epoch=1), Code.BAD_COMMON_HEADER),
    ("message type", lambda p: with_channel_header(p, type=0), Code.BAD_COMMON_HEADER),
    ("config update", lambda p: with_channel_header(p, type=2), Code.UNSUPPORTED_TX_PAYLOAD),
    ("channel", lambda p: with_channel_header(p, channel_id="else"), Code.BAD_CREATOR_SIGNATURE),
    ("txid", lambda p: with_channel_header(p, tx_id="00"), Code.BAD_PROPOSAL_TXID),
    ("extension", lambda p: with_channel_header(p, extension=b"\xff"), Code.INVALID_ENDORSER_TRANSACTION),
    ("two actions", lambda p: with_body(p, two_actions), Code.INVALID_ENDORSER_TRANSACTION),
    ("proposal", lambda p: with_body(p, garbled_proposal), Code.INVALID_ENDORSER_TRANSACTION),
    ("body", lambda p: setattr(p, "data", b"\xff"), Code.INVALID_ENDORSER_TRANSACTION),
]


@pytest.mark.parametrize(
    ("change", "code"), [case[1:] for case in PAYLOAD_CHANGES], ids=[c[0] for c in PAYLOAD_CHANGES]
)
def test_a_payload_that_does_not_hold_together(
    chain: SignedChain, judge: Judge, change: Callable[[common_pb2.Payload], None], code: int
) -> None:
    assert judge(edited(chain.transaction(WRITE_A), chain, change)).codes == (code,)


def test_bytes_that_are_no_envelope(chain: SignedChain, judge: Judge) -> None:
    broken = common_pb2.Envelope(payload=b"\xff", signature=b"s").SerializeToString()
    assert judge(b"\xff", broken, b"").codes == (
        Code.INVALID_OTHER_REASON,
        Code.BAD_PAYLOAD,
        Code.BAD_COMMON_HEADER,
    )


def test_the_creators_signature(chain: SignedChain, judge: Judge) -> None:
    right = common_pb2.Envelope.FromString(chain.transaction(WRITE_A))
    high_s = sign_high_s(chain.client.key, right.payload)  # type: ignore[arg-type]
    stranger = Organisation("StrangerMSP").member("client")
    flipped = bytearray(right.signature)
    flipped[-1] ^= 1
    verdict = judge(
        envelope(right.payload, high_s),
        envelope(right.payload, bytes(flipped)),
        envelope(right.payload, b""),
        chain.transaction(WRITE_A, creator=stranger),
        envelope(right.payload, right.signature),
    )
    assert verdict.codes == (Code.BAD_CREATOR_SIGNATURE,) * 4 + (Code.VALID,)


def test_a_revoked_creator(ledger: Ledger, validator: Validator) -> None:
    chain = SignedChain()
    right = chain.transaction(WRITE_A)
    first = validator.validate(build_block(2, ledger.header_hash, [right]), chain.rules(), ledger.state)
    chain.city.revoke(chain.client)
    second = validator.validate(build_block(2, ledger.header_hash, [right]), chain.rules(), ledger.state)
    assert (first.codes, second.codes) == ((Code.VALID,), (Code.BAD_CREATOR_SIGNATURE,))


def test_endorsements(chain: SignedChain, judge: Judge) -> None:
    city, platform = chain.peers
    other_city = chain.city.member("peer")
    verdict = judge(
        chain.transaction(WRITE_A, endorsers=[city]),
        chain.transaction(WRITE_A, endorsers=[city, city]),
        chain.transaction(WRITE_A, endorsers=[city, other_city]),
        chain.transaction(WRITE_A, endorsers=[city, chain.platform.member("client")]),
        chain.transaction(WRITE_A, endorsers=[]),
        chain.transaction(WRITE_A, endorsers=[platform, other_city, city]),
    )
    assert verdict.codes == (Code.ENDORSEMENT_POLICY_FAILURE,) * 5 + (Code.VALID,)


def test_the_invoked_namespace_and_each_written_one(chain: SignedChain, judge: Judge) -> None:
    city = chain.peers[0]
    both = read_write_set({"registry": WRITE_A, "other": WRITE_A})
    only_read = read_write_set({"registry": kv_rwset_pb2.KVRWSet(reads=[kv_rwset_pb2.KVRead(key="x")])})
    verdict = judge(
        chain.transaction_of(both, chaincode="other", endorsers=[city]),
        chain.transaction_of(only_read, chaincode="other", endorsers=[city]),
        chain.transaction_of(b"", chaincode="registry", endorsers=[city]),
        chain.transaction_of(b"", chaincode="missing"),
        chain.transaction_of(read_write_set({"registry": WRITE_A, "missing": WRITE_A})),
    )
    assert verdict.codes == (
        Code.ENDORSEMENT_POLICY_FAILURE,
        Code.VALID,
        Code.ENDORSEMENT_POLICY_FAILURE,
        Code.INVALID_CHAINCODE,
        Code.INVALID_CHAINCODE,
    )


def test_dispatch_codes(chain: SignedChain, judge: Judge) -> None:
    twice = rwset_pb2.TxReadWriteSet.FromString(read_write_set({"registry": WRITE_A}))
    twice.ns_rwset.add().CopyFrom(twice.ns_rwset[0])
    verdict = judge(
        chain.transaction_of(b"\xff"),
        chain.transaction_of(twice.SerializeToString()),
        chain.transaction(WRITE_A, named_chaincode="other"),
        chain.transaction(WRITE_A, version=""),
        chain.transaction(WRITE_A, event_chaincode="other"),
        chain.transaction(WRITE_A, event_chaincode="registry"),
    )
    assert verdict.codes == (
        Code.BAD_RWSET,
        Code.ILLEGAL_WRITESET,
        Code.INVALID_CHAINCODE,
        Code.INVALID_CHAINCODE,
        Code.INVALID_OTHER_REASON,
        Code.VALID,
    )


def test_duplicates_against_the_ledger_and_within_the_block(
    chain: SignedChain, ledger: Ledger, judge: Judge
) -> None:
    nonce = b"same" * 6
    failing = chain.transaction(WRITE_A, nonce=nonce, endorsers=[])
    right = chain.transaction(WRITE_A, nonce=nonce)
    verdict = judge(failing, right, right)
    # Only among those still valid: the failing first one leaves the id to the second.
    assert verdict.codes == (Code.ENDORSEMENT_POLICY_FAILURE, Code.VALID, Code.DUPLICATE_TXID)
    ledger.commit_block(verdict.block, verdict.updates)
    assert judge(right).codes == (Code.DUPLICATE_TXID,)


def test_an_invalid_transaction_uses_up_its_id(chain: SignedChain, ledger: Ledger, judge: Judge) -> None:
    failing = chain.transaction(WRITE_A, nonce=b"used" * 6, endorsers=[])
    verdict = judge(failing)
    ledger.commit_block(verdict.block, verdict.updates)
    assert judge(chain.transaction(WRITE_A, nonce=b"used" * 6)).codes == (Code.DUPLICATE_TXID,)


def read(key: str, block: int | None, tx: int = 1) -> kv_rwset_pb2.KVRead:
    version = None if block is None else kv_rwset_pb2.Version(block_num=block, tx_num=tx)
    return kv_rwset_pb2.KVRead(key=key, version=version)


def test_reads_that_no_longer_stand(chain: SignedChain, judge: Judge) -> None:
    def with_read(one: kv_rwset_pb2.KVRead, key: str) -> bytes:
        return chain.transaction(kv_rwset_pb2.KVRWSet(reads=[one], writes=[kv_write(key, b"x")]))

    verdict = judge(
        with_read(read("k001", 1), "k001"),
        with_read(read("k001", 1), "other"),
        with_read(read("k002", 0), "other"),
        with_read(read("k002", None), "other"),
        with_read(read("none", 1), "other"),
        with_read(read("none", None), "fresh"),
        with_read(read("fresh", None), "other"),
    )
    conflict = Code.MVCC_READ_CONFLICT
    assert verdict.codes == (Code.VALID, conflict, conflict, conflict, conflict, Code.VALID, conflict)


def ranged(
    chain: SignedChain, start: str, end: str, keys: list[str], *, exhausted: bool = True, hashed: bool = False
) -> bytes:
    query = kv_rwset_pb2.RangeQueryInfo(start_key=start, end_key=end, itr_exhausted=exhausted)
    if hashed:
        reads = RangeReads()
        for key in keys:
            reads.add(key, (1, 1))
        _, summary = reads.finish()
        assert summary is not None
        query.reads_merkle_hashes.max_degree = summary.max_degree
        query.reads_merkle_hashes.max_level = summary.max_level
        query.reads_merkle_hashes.max_level_hashes.extend(summary.max_level_hashes)
    elif keys:
        query.raw_reads.kv_reads.extend(read(key, 1) for key in keys)
    return chain.transaction(kv_rwset_pb2.KVRWSet(range_queries_info=[query]))


def test_phantoms(chain: SignedChain, judge: Judge) -> None:
    every = [f"k{n:03d}" for n in range(120)]
    insert = chain.transaction(kv_rwset_pb2.KVRWSet(writes=[kv_write("k0505", b"x")]))
    delete = chain.transaction(kv_rwset_pb2.KVRWSet(writes=[kv_write("k010", None)]))
    verdict = judge(
        ranged(chain, "k000", "k050", every[:50]),
        ranged(chain, "\x01", "", every, hashed=True),
        ranged(chain, "k000", "k050", every[:49]),
        ranged(chain, "k000", "k048", every[:49], exhausted=False),
        ranged(chain, "x", "y", []),
        insert,
        delete,
        ranged(chain, "\x01", "", every, hashed=True),
        ranged(chain, "k040", "k060", every[40:60]),
        ranged(chain, "k000", "k020", every[:20]),
        ranged(chain, "k000", "k010", every[:11], exhausted=False),
        ranged(chain, "k020", "k030", every[20:30]),
    )
    valid, phantom = Code.VALID, Code.PHANTOM_READ_CONFLICT
    assert verdict.codes == ((valid, valid, phantom, valid, valid, valid, valid) + (phantom,) * 4 + (valid,))


def test_a_config_transaction_makes_the_next_rules(chain: SignedChain, ledger: Ledger, judge: Judge) -> None:
    verdict = judge(chain.config_transaction())
    assert verdict.codes == (Code.VALID,)
    assert verdict.rules is not chain.rules()
    ledger.commit_block(verdict.block, verdict.updates)
    found = ledger.get_state("", "resourcesconfigtx.CHANNEL_CONFIG_KEY")
    assert found is not None
    assert found.version == (2, 0)
    assert isinstance(verdict.rules, ConfigRules)
    assert verdict.rules.config.acl_policy("qscc/GetChainInfo") == "/Channel/Application/Admins"
    with pytest.raises(ConfigRefusedError, match="Admins"):
        judge(chain.config_transaction_without_update())


def test_signatures_are_verified_once(
    chain: SignedChain, ledger: Ledger, validator: Validator, monkeypatch: pytest.MonkeyPatch
) -> None:
    envelopes = [chain.transaction(WRITE_A) for _ in range(5)]
    validator.prefetch(build_block(2, ledger.header_hash, envelopes), chain.rules())
    assert len(validator.verified_signatures) == 15

    def fail(*_: object) -> None:
        raise AssertionError("verified again")

    monkeypatch.setattr("tanhui.network.protocol.msp_identity.MspIdentity.verify", fail)
    verdict = validator.validate(build_block(2, ledger.header_hash, envelopes), chain.rules(), ledger.state)
    assert verdict.codes == (Code.VALID,) * 5


def test_a_keys_own_policy_replaces_the_chaincodes(chain: SignedChain, ledger: Ledger, judge: Judge) -> None:
    own = parse_signature_policy("OR('PlatformMSP.peer')").SerializeToString()
    guard = kv_rwset_pb2.KVRWSet(
        metadata_writes=[
            kv_rwset_pb2.KVMetadataWrite(
                key="k001", entries=[kv_rwset_pb2.KVMetadataEntry(name="VALIDATION_PARAMETER", value=own)]
            )
        ]
    )
    write = kv_rwset_pb2.KVRWSet(writes=[kv_write("k001", b"x")])
    other = kv_rwset_pb2.KVRWSet(writes=[kv_write("k001", b"x"), kv_write("k002", b"x")])
    city, platform = chain.peers
    verdict = judge(chain.transaction(guard), chain.transaction(write))
    assert verdict.codes == (Code.VALID, Code.ENDORSEMENT_POLICY_FAILURE)
    ledger.commit_block(verdict.block, verdict.updates)
    verdict = judge(
        chain.transaction(write, endorsers=[city]),
        chain.transaction(write, endorsers=[platform]),
        chain.transaction(other, endorsers=[platform]),
        chain.transaction(other),
    )
    failure = Code.ENDORSEMENT_POLICY_FAILURE
    assert verdict.codes == (failure, Code.VALID, failure, Code.VALID)
