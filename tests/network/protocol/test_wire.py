"""What is put together by hand has the library's bytes."""

from fabric_protos.common import common_pb2
from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from hypothesis import given, settings
from hypothesis import strategies as st

from tanhui.network.protocol.rwset import RwsetBuilder, Version, rwset_bytes
from tanhui.network.protocol.rwset_encoding import kvrwset_bytes
from tanhui.network.protocol.wire import bytes_field, message_field

TEXTS = st.text(max_size=200)
BYTES = st.binary(max_size=20) | st.sampled_from([b"x" * 127, b"x" * 128, b"x" * 16_383, b"x" * 16_384])
NUMBERS = st.integers(0, 2**64 - 1) | st.integers(0, 300)
VERSIONS = st.none() | st.builds(Version, NUMBERS, NUMBERS)
READS = st.dictionaries(TEXTS, VERSIONS, max_size=4)
WRITES = st.dictionaries(TEXTS, st.none() | BYTES, max_size=4)
METADATA = st.dictionaries(TEXTS, st.dictionaries(TEXTS, BYTES, max_size=2), max_size=2)


def library_kvrwset(
    reads: dict[str, Version | None],
    writes: dict[str, bytes | None],
    metadata: dict[str, dict[str, bytes]],
) -> bytes:
    message = kv_rwset_pb2.KVRWSet()
    for key, at in reads.items():
        version = None if at is None else kv_rwset_pb2.Version(block_num=at.block, tx_num=at.transaction)
        message.reads.add(key=key, version=version)
    for key, value in writes.items():
        message.writes.add(key=key, is_delete=value is None, value=value or b"")
    for key, entries in metadata.items():
        message.metadata_writes.add(
            key=key,
            entries=[kv_rwset_pb2.KVMetadataEntry(name=name, value=value) for name, value in entries.items()],
        )
    return message.SerializeToString()


@settings(deadline=None)
@given(BYTES)
def test_fields(value: bytes) -> None:
    assert bytes_field(1, value) == common_pb2.Envelope(payload=value).SerializeToString()
    inner = common_pb2.Header(channel_header=value)
    assert message_field(1, inner.SerializeToString()) == common_pb2.Payload(header=inner).SerializeToString()


@settings(deadline=None)
@given(READS, WRITES, METADATA)
def test_a_namespace_s_reads_and_writes(
    reads: dict[str, Version | None], writes: dict[str, bytes | None], metadata: dict[str, dict[str, bytes]]
) -> None:
    made = kvrwset_bytes(
        reads.items(), (), writes.items(), [(key, tuple(one.items())) for key, one in metadata.items()]
    )
    assert made == library_kvrwset(reads, writes, metadata)


@settings(deadline=None)
@given(st.dictionaries(TEXTS, st.tuples(READS, WRITES), max_size=3))
def test_a_whole_set(
    namespaces: dict[str, tuple[dict[str, Version | None], dict[str, bytes | None]]],
) -> None:
    builder = RwsetBuilder()
    expected = rwset_pb2.TxReadWriteSet(data_model=rwset_pb2.TxReadWriteSet.KV)
    for name, (reads, writes) in sorted(namespaces.items()):
        for key, at in reads.items():
            builder.add_read(name, key, at)
        for key, value in writes.items():
            builder.add_write(name, key, value)
        if reads or writes:
            changes = {key: writes[key] or None for key in sorted(writes)}
            data = library_kvrwset({key: reads[key] for key in sorted(reads)}, changes, {})
            expected.ns_rwset.add(namespace=name, rwset=data)
    assert builder.to_bytes() == expected.SerializeToString() == rwset_bytes(builder.build())
