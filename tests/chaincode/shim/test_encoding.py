"""What is put together by hand has the library's own bytes."""

from typing import cast

from fabric_protos.peer.chaincode_event_pb2 import ChaincodeEvent
from fabric_protos.peer.chaincode_shim_pb2 import (
    ChaincodeMessage,
    DelState,
    GetState,
    PurgePrivateState,
    PutState,
    PutStateMetadata,
    StateMetadata,
    WriteBatchState,
    WriteRecord,
)
from fabric_protos.peer.proposal_response_pb2 import Response
from hypothesis import given
from hypothesis import strategies as st

from tanhui.chaincode.shim import encoding
from tanhui.chaincode.shim.limits import PeerLimits
from tanhui.chaincode.shim.writes import BATCH_BYTES_MAX, PendingWrites

TEXT = st.text(max_size=200)
NAMES = st.text(min_size=1, max_size=20)
BYTES = st.binary(max_size=400)
KINDS = st.sampled_from(ChaincodeMessage.Type.values())
EVENTS = st.none() | st.tuples(NAMES, BYTES)
PUT, DELETE, PURGE = "put", "delete", "purge"
WRITES = st.lists(
    st.tuples(st.sampled_from([PUT, DELETE, PURGE]), st.sampled_from(["", "shared"]), NAMES, BYTES),
    max_size=12,
)
METADATA = st.lists(st.tuples(st.sampled_from(["", "shared"]), NAMES, BYTES), max_size=4)


@given(KINDS, BYTES, TEXT, TEXT, EVENTS)
def test_a_message(
    kind: int, payload: bytes, channel: str, transaction: str, event: tuple[str, bytes] | None
) -> None:
    value = cast("ChaincodeMessage.Type.ValueType", kind)
    wanted = ChaincodeMessage(type=value, payload=payload, txid=transaction, channel_id=channel)
    if event is not None:
        wanted.chaincode_event.CopyFrom(ChaincodeEvent(event_name=event[0], payload=event[1]))
    made = encoding.Messages(channel, transaction).encoded(value, payload, event)
    assert ChaincodeMessage.FromString(made) == wanted
    if kind:  # number 0, which nobody sends, is written all the same
        assert made == wanted.SerializeToString()


LONG_PAYLOADS = BYTES | st.sampled_from([0, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152]).map(bytes)


@given(LONG_PAYLOADS, TEXT, NAMES)
def test_a_reply_is_found_by_its_end(payload: bytes, channel: str, transaction: str) -> None:
    reply = ChaincodeMessage(
        type=ChaincodeMessage.RESPONSE, payload=payload, txid=transaction, channel_id=channel
    )
    tail = encoding.Messages(channel, transaction).tail
    raw = reply.SerializeToString()
    assert raw.endswith(tail)
    assert encoding.response_payload(raw, len(tail)) == payload


REPLIES = st.builds(
    ChaincodeMessage, type=KINDS, payload=BYTES, txid=st.sampled_from(["", "a", "b"]), channel_id=NAMES
)
# A payload of one byte whose length would fit two to five bytes as well, were it not written in one.
SHIFTED = [b"\x08\x0d\x1a\x01P" + b"\x2a\x00" * count for count in (1, 2)]


@given(REPLIES | st.binary(max_size=60) | st.sampled_from(SHIFTED), st.sampled_from(["", "a", "b"]), NAMES)
def test_what_is_taken_for_a_reply_is_one(
    said: ChaincodeMessage | bytes, transaction: str, channel: str
) -> None:
    raw = said if isinstance(said, bytes) else said.SerializeToString()
    tail = encoding.Messages(channel, transaction).tail
    for whole in (raw, raw + tail):
        payload = encoding.response_payload(whole, len(tail)) if whole.endswith(tail) else None
        if payload is not None:
            found = ChaincodeMessage.FromString(whole)
            assert found == ChaincodeMessage(
                type=ChaincodeMessage.RESPONSE, payload=payload, txid=transaction, channel_id=channel
            )


@given(st.integers(-(2**31), 2**31 - 1), TEXT, BYTES)
def test_a_response(status: int, message: str, payload: bytes) -> None:
    wanted = Response(status=status, message=message, payload=payload)
    assert encoding.response(status, message, payload) == wanted.SerializeToString()


@given(TEXT, TEXT)
def test_a_read(key: str, collection: str) -> None:
    made = encoding.get_state(key, collection)
    assert made == GetState(key=key, collection=collection).SerializeToString()
    assert made == DelState(key=key, collection=collection).SerializeToString()
    assert made == PurgePrivateState(key=key, collection=collection).SerializeToString()


def written(
    writes: list[tuple[str, str, str, bytes]], metadata: list[tuple[str, str, bytes]]
) -> PendingWrites:
    pending = PendingWrites()
    for kind, collection, key, value in writes:
        if kind == PUT:
            pending.put(collection, key, value or b"-")
        elif kind == DELETE:
            pending.delete(collection, key)
        else:
            pending.purge(collection, key)
    for collection, key, value in metadata:
        pending.put_metadata(collection, key, "NAME", value)
    return pending


def records(
    writes: list[tuple[str, str, str, bytes]], metadata: list[tuple[str, str, bytes]]
) -> list[WriteRecord]:
    """What the library would be given: the last write of a key, in key order, metadata behind."""
    kinds = {PUT: WriteRecord.PUT_STATE, DELETE: WriteRecord.DEL_STATE, PURGE: WriteRecord.PURGE_PRIVATE_DATA}
    last = {(collection, key): (kind, value or b"-") for kind, collection, key, value in writes}
    found = [
        WriteRecord(type=kinds[kind], collection=collection, key=key, value=value if kind == PUT else b"")
        for (collection, key), (kind, value) in sorted(last.items())
    ]
    named = {(collection, key): value for collection, key, value in metadata}
    return found + [
        WriteRecord(
            type=WriteRecord.PUT_STATE_METADATA,
            collection=collection,
            key=key,
            metadata=StateMetadata(metakey="NAME", value=value),
        )
        for (collection, key), value in sorted(named.items())
    ]


@given(WRITES, METADATA, st.integers(2, 5))
def test_batches_of_writes(
    writes: list[tuple[str, str, str, bytes]], metadata: list[tuple[str, str, bytes]], size: int
) -> None:
    wanted = records(writes, metadata)
    made = list(written(writes, metadata).requests(PeerLimits(write_batch_max=size)))
    assert [kind for kind, _ in made] == [ChaincodeMessage.WRITE_BATCH_STATE] * len(made)
    assert [payload for _, payload in made] == [
        WriteBatchState(rec=wanted[at : at + size]).SerializeToString() for at in range(0, len(wanted), size)
    ]


@given(WRITES, METADATA)
def test_writes_one_by_one(
    writes: list[tuple[str, str, str, bytes]], metadata: list[tuple[str, str, bytes]]
) -> None:
    wanted = []
    for one in records(writes, metadata):
        where = {"key": one.key, "collection": one.collection}
        if one.type == WriteRecord.PUT_STATE:
            wanted.append(PutState(**where, value=one.value).SerializeToString())
        elif one.type == WriteRecord.DEL_STATE:
            wanted.append(DelState(**where).SerializeToString())
        elif one.type == WriteRecord.PURGE_PRIVATE_DATA:
            wanted.append(PurgePrivateState(**where).SerializeToString())
        else:
            wanted.append(PutStateMetadata(**where, metadata=one.metadata).SerializeToString())
    made = list(written(writes, metadata).requests(PeerLimits()))
    assert [payload for _, payload in made] == wanted


def test_a_batch_is_cut_by_bytes_too_and_one_large_record_goes_alone() -> None:
    writes = PendingWrites()
    sizes = (BATCH_BYTES_MAX // 2, BATCH_BYTES_MAX // 3, BATCH_BYTES_MAX // 3, BATCH_BYTES_MAX + 1, 1)
    for number, size in enumerate(sizes):
        writes.put("", f"key{number}", bytes(size))
    made = [
        WriteBatchState.FromString(payload) for _, payload in writes.requests(PeerLimits(write_batch_max=9))
    ]
    assert [[len(record.value) for record in batch.rec] for batch in made] == [
        list(sizes[:2]),
        [sizes[2]],
        [sizes[3]],
        [sizes[4]],
    ]


def test_a_length_in_fewer_bytes_is_no_reply() -> None:
    tail = encoding.Messages("credits", "a").tail
    kind = b"\x08" + encoding.varint(ChaincodeMessage.RESPONSE)
    for strange in (b"\x2a\x00", b"\x0a\x00", b"\x10\x01"):  # fields between the payload and the tail
        whole = kind + b"\x1a\x01P" + strange + tail
        assert encoding.response_payload(whole, len(tail)) is None
    assert encoding.response_payload(kind + b"\x1a\x01P" + tail, len(tail)) == b"P"
    for other in ("", "ab"):
        reply = ChaincodeMessage(
            type=ChaincodeMessage.RESPONSE, payload=b"P", txid="a", channel_id="credits"
        ).SerializeToString()
        short = encoding.Messages("credits", other).tail
        assert not reply.endswith(short) or encoding.response_payload(reply, len(short)) is None
