"""Protobuf's wire format for the few messages that every transaction sends.

The generated classes cost several times what their bytes do: an object a message, a check a field. Here the same bytes
are put together, fields in the order of their numbers and none that is empty, as the library writes them; the tests
compare the two. What arrives is parsed by the library.

Source: protobuf.dev, Encoding; fabric-protos, peer/chaincode_shim.proto and proposal_response.proto.
"""

from typing import Final

from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage

ONE_BYTE: Final = tuple(bytes((number,)) for number in range(128))
"""Varints below 128."""
_UINT64: Final = (1 << 64) - 1


def varint(number: int) -> bytes:
    """A number as base-128 groups, the lowest first; negative ones as 64 bits, like int32 fields."""
    if 0 <= number < 128:
        return ONE_BYTE[number]
    number &= _UINT64
    groups = bytearray()
    while number > 127:
        groups.append(number & 127 | 128)
        number >>= 7
    groups.append(number)
    return bytes(groups)


def field(tag: bytes, value: bytes) -> bytes:
    """A length-delimited field; nothing where it is empty, as proto3 has it."""
    if not value:
        return b""
    size = len(value)
    return tag + (ONE_BYTE[size] if size < 128 else varint(size)) + value


def delimited(tag: bytes, value: bytes) -> bytes:
    """The same for an element of a repeated field or a message, which is there even when it is empty."""
    return tag + varint(len(value)) + value


FIELD_1: Final = b"\x0a"
FIELD_2: Final = b"\x12"
FIELD_3: Final = b"\x1a"
FIELD_4: Final = b"\x22"
_FIELD_6: Final = b"\x32"
_FIELD_7: Final = b"\x3a"
_KINDS: Final = {kind: b"\x08" + varint(kind) for kind in ChaincodeMessage.Type.values()}
_RESPONSE: Final = _KINDS[ChaincodeMessage.RESPONSE]
_STATUS: Final = b"\x08"


class Messages:
    """ChaincodeMessages of one transaction: what they have in common is encoded once.

    Attributes:
        transaction_id: as the peer names it.
        tail: transaction and channel, as every reply about the transaction ends; of no other transaction.
    """

    __slots__ = ("_channel", "_transaction", "tail", "transaction_id")

    def __init__(self, channel_id: str, transaction_id: str) -> None:
        self.transaction_id = transaction_id
        self._channel = field(_FIELD_7, channel_id.encode())
        self._transaction = field(FIELD_4, transaction_id.encode())
        self.tail = self._transaction + self._channel

    def encoded(
        self, kind: ChaincodeMessage.Type.ValueType, payload: bytes, event: tuple[str, bytes] | None = None
    ) -> bytes:
        """A message's bytes; `event` is name and payload of a ChaincodeEvent."""
        told = b""
        if event is not None:
            name, content = event
            told = delimited(_FIELD_6, field(FIELD_3, name.encode()) + field(FIELD_4, content))
        return _KINDS[kind] + field(FIELD_3, payload) + self._transaction + told + self._channel


def response_payload(raw: bytes, tail_bytes: int) -> bytes | None:
    """The payload of a RESPONSE that is nothing but kind, payload and a tail of so many bytes; None for all else.

    The library would make an object, and two strings to look its transaction up by.
    """
    if not raw.startswith(_RESPONSE):
        return None
    at, end = len(_RESPONSE), len(raw) - tail_bytes
    if at == end:
        return b""
    for width in range(1, 6):
        start = at + 1 + width
        length = varint(end - start)
        if len(length) == width and raw.startswith(FIELD_3 + length, at):
            return raw[start:end]
    return None


def get_state(key: str, collection: str) -> bytes:
    """A GetState, or what has its shape: DelState, PurgePrivateState."""
    return field(FIELD_1, key.encode()) + field(FIELD_2, collection.encode())


def response(status: int, message: str, payload: bytes) -> bytes:
    """A peer.Response."""
    head = _STATUS + varint(status) if status else b""
    return head + field(FIELD_2, message.encode()) + field(FIELD_3, payload)
