"""What a transaction will write, kept until the chaincode returns.

The last write of a key wins, as it does in the peer's simulator; order between keys carries no meaning there.
"""

from collections.abc import Iterator
from itertools import islice

from fabric_protos.peer.chaincode_shim_pb2 import (
    ChaincodeMessage,
    DelState,
    PurgePrivateState,
    PutState,
    PutStateMetadata,
    StateMetadata,
    WriteBatchState,
    WriteRecord,
)

from tanhui.chaincode.shim.limits import PeerLimits

Request = tuple[ChaincodeMessage.Type.ValueType, bytes]
"""A message's type and payload."""


class PendingWrites:
    """Data and metadata writes by collection ("" is the public state) and key."""

    def __init__(self) -> None:
        self._data: dict[tuple[str, str], WriteRecord] = {}
        self._metadata: dict[tuple[str, str, str], WriteRecord] = {}

    def put(self, collection: str, key: str, value: bytes) -> None:
        """Set a key. An empty value is refused: Fabric would read it as a delete."""
        if not key:
            raise ValueError("key: must not be empty")
        if not value:
            raise ValueError(f"value of {key!r}: must not be empty; delete the key instead")
        self._data[collection, key] = WriteRecord(
            type=WriteRecord.PUT_STATE, collection=collection, key=key, value=value
        )

    def delete(self, collection: str, key: str) -> None:
        """Delete a key; a no-op at commit when it is absent."""
        self._data[collection, key] = WriteRecord(type=WriteRecord.DEL_STATE, collection=collection, key=key)

    def purge(self, collection: str, key: str) -> None:
        """Delete a private key and its history from every peer of the collection."""
        self._data[collection, key] = WriteRecord(
            type=WriteRecord.PURGE_PRIVATE_DATA, collection=collection, key=key
        )

    def put_metadata(self, collection: str, key: str, name: str, value: bytes) -> None:
        """Set one metadata entry of a key."""
        self._metadata[collection, key, name] = WriteRecord(
            type=WriteRecord.PUT_STATE_METADATA,
            collection=collection,
            key=key,
            metadata=StateMetadata(metakey=name, value=value),
        )

    def requests(self, limits: PeerLimits) -> Iterator[Request]:
        """What to send, in key order so that every endorser sends the same."""
        records = [record for _, record in sorted(self._data.items())]
        records += [record for _, record in sorted(self._metadata.items())]
        if limits.batches_writes:
            remaining = iter(records)
            while part := list(islice(remaining, limits.write_batch_max)):
                batch = WriteBatchState(rec=part)
                yield ChaincodeMessage.WRITE_BATCH_STATE, batch.SerializeToString()
        else:
            yield from (_single(record) for record in records)


def _single(record: WriteRecord) -> Request:
    if record.type == WriteRecord.PUT_STATE:
        put = PutState(collection=record.collection, key=record.key, value=record.value)
        return ChaincodeMessage.PUT_STATE, put.SerializeToString()
    if record.type == WriteRecord.DEL_STATE:
        delete = DelState(collection=record.collection, key=record.key)
        return ChaincodeMessage.DEL_STATE, delete.SerializeToString()
    if record.type == WriteRecord.PURGE_PRIVATE_DATA:
        purge = PurgePrivateState(collection=record.collection, key=record.key)
        return ChaincodeMessage.PURGE_PRIVATE_DATA, purge.SerializeToString()
    metadata = PutStateMetadata(collection=record.collection, key=record.key, metadata=record.metadata)
    return ChaincodeMessage.PUT_STATE_METADATA, metadata.SerializeToString()
