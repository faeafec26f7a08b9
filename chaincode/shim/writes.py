"""What a transaction will write, kept until the chaincode returns.

The last write of a key wins, as it does in the peer's simulator; order between keys carries no meaning there.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage, WriteRecord

from tanhui.chaincode.shim.encoding import (
    FIELD_1,
    FIELD_2,
    FIELD_3,
    FIELD_4,
    ONE_BYTE,
    delimited,
    field,
    get_state,
    varint,
)
from tanhui.chaincode.shim.limits import PeerLimits

Request = tuple[ChaincodeMessage.Type.ValueType, bytes]
"""A message's type and payload."""

BATCH_BYTES_MAX: Final = 16 << 20
"""Of many records in one message, well below what a peer takes (100 MiB), whatever number of them it announces."""

_TYPE: Final = b"\x28"
"""WriteRecord.type, field 5."""
_PUT: Final = _TYPE + varint(WriteRecord.PUT_STATE)
_DELETE: Final = _TYPE + varint(WriteRecord.DEL_STATE)
_PURGE: Final = _TYPE + varint(WriteRecord.PURGE_PRIVATE_DATA)
_PUT_METADATA: Final = _TYPE + varint(WriteRecord.PUT_STATE_METADATA)


class PendingWrites:
    """Data and metadata writes by collection ("" is the public state) and key."""

    def __init__(self) -> None:
        # A value, or b"" for a delete, which no value is, or None for a purge.
        self._data: dict[str, dict[str, bytes | None]] = {}
        self._metadata: dict[tuple[str, str, str], bytes] = {}

    def put(self, collection: str, key: str, value: bytes) -> None:
        """Set a key. An empty value is refused: Fabric would read it as a delete."""
        if not key:
            raise ValueError("key: must not be empty")
        if not value:
            raise ValueError(f"value of {key!r}: must not be empty; delete the key instead")
        self._of(collection)[key] = value

    def delete(self, collection: str, key: str) -> None:
        """Delete a key; a no-op at commit when it is absent."""
        self._of(collection)[key] = b""

    def purge(self, collection: str, key: str) -> None:
        """Delete a private key and its history from every peer of the collection."""
        self._of(collection)[key] = None

    def put_metadata(self, collection: str, key: str, name: str, value: bytes) -> None:
        """Set one metadata entry of a key."""
        self._metadata[collection, key, name] = value

    def requests(self, limits: PeerLimits) -> Iterable[Request]:
        """What to send, in key order so that every endorser sends the same."""
        if not limits.batches_writes:
            return self._singles()
        records = self._records()
        if not records:
            return ()
        if len(records) > limits.write_batch_max or sum(map(len, records)) > BATCH_BYTES_MAX:
            return _batches(records, limits.write_batch_max)
        return ((ChaincodeMessage.WRITE_BATCH_STATE, b"".join(records)),)

    def _of(self, collection: str) -> dict[str, bytes | None]:
        found = self._data.get(collection)
        if found is None:
            found = self._data[collection] = {}
        return found

    def _records(self) -> list[bytes]:
        """WriteRecord: key, value, collection, metadata, type; each as an element of a repeated field 1."""
        records: list[bytes] = []
        for collection, data in sorted(self._data.items()):
            end = field(FIELD_3, collection.encode())
            put, delete, purge = end + _PUT, end + _DELETE, end + _PURGE
            for key in sorted(data):
                value = data[key]
                name = key.encode()
                # Lengths of one byte are looked up here: thousands of records make the calls count.
                size = len(name)
                content = FIELD_1 + (ONE_BYTE[size] if size < 128 else varint(size)) + name
                if value:
                    size = len(value)
                    content += FIELD_2 + (ONE_BYTE[size] if size < 128 else varint(size)) + value + put
                else:
                    content += purge if value is None else delete
                size = len(content)
                records.append(FIELD_1 + (ONE_BYTE[size] if size < 128 else varint(size)) + content)
        for (collection, key, kind), value in sorted(self._metadata.items()):
            records.append(delimited(FIELD_1, _metadata_put(collection, key, kind, value) + _PUT_METADATA))
        return records

    def _singles(self) -> Iterator[Request]:
        for collection, data in sorted(self._data.items()):
            for key, value in sorted(data.items()):
                if value:
                    put = (
                        field(FIELD_1, key.encode())
                        + field(FIELD_2, value)
                        + field(FIELD_3, collection.encode())
                    )
                    yield ChaincodeMessage.PUT_STATE, put
                else:
                    kind = (
                        ChaincodeMessage.PURGE_PRIVATE_DATA if value is None else ChaincodeMessage.DEL_STATE
                    )
                    yield kind, get_state(key, collection)
        for (collection, key, name), value in sorted(self._metadata.items()):
            yield ChaincodeMessage.PUT_STATE_METADATA, _metadata_put(collection, key, name, value)


def _batches(records: Iterable[bytes], records_max: int) -> Iterator[Request]:
    """WriteBatchState: WriteRecords as its field 1, up to BATCH_BYTES_MAX in one, or one alone that has more."""
    batch: list[bytes] = []
    size = 0
    for record in records:
        if batch and (len(batch) == records_max or size + len(record) > BATCH_BYTES_MAX):
            yield ChaincodeMessage.WRITE_BATCH_STATE, b"".join(batch)
            batch, size = [], 0
        batch.append(record)
        size += len(record)
    yield ChaincodeMessage.WRITE_BATCH_STATE, b"".join(batch)


def _metadata_put(collection: str, key: str, name: str, value: bytes) -> bytes:
    """PutStateMetadata; a WriteRecord's first fields have the same numbers."""
    metadata = field(FIELD_1, name.encode()) + field(FIELD_2, value)
    return field(FIELD_1, key.encode()) + field(FIELD_3, collection.encode()) + delimited(FIELD_4, metadata)
