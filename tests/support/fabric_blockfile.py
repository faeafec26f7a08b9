"""A real peer's block file (common/ledger/blkstorage/block_serialization.go), for comparisons."""

from collections.abc import Iterator
from pathlib import Path

from fabric_protos.common import common_pb2


def read_blocks(path: Path) -> Iterator[common_pb2.Block]:
    data, place = path.read_bytes(), 0

    def varint() -> int:
        nonlocal place
        value = shift = 0
        while True:
            byte = data[place]
            place += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def raw() -> bytes:
        nonlocal place
        length = varint()
        place += length
        return data[place - length : place]

    while place < len(data) and (length := varint()):
        end = place + length
        block = common_pb2.Block()
        block.header.number = varint()
        block.header.data_hash, block.header.previous_hash = raw(), raw()
        block.data.data.extend([raw() for _ in range(varint())])
        block.metadata.metadata.extend([raw() for _ in range(varint())])
        assert place == end
        yield block
