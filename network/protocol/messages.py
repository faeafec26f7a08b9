"""Parsing one protobuf message with an error that names it. Parsed bytes are kept, never re-made.

Where a transaction is parsed, repeated messages are walked as `field[:]`: over the field itself Python's loop ends by
an exception, which costs more than the messages do.
"""

from typing import TypeVar

from google.protobuf.message import DecodeError, Message

from tanhui.network.protocol.errors import MessageError

MessageT = TypeVar("MessageT", bound=Message)


def parse(message_type: type[MessageT], data: bytes, field: str) -> MessageT:
    """Parse `data` as `message_type`. Empty bytes are the empty message, as in Fabric.

    Raises:
        MessageError: naming `field`, when the bytes are not such a message.
    """
    try:
        return message_type.FromString(data)
    except DecodeError:
        raise MessageError(field, f"is no {message_type.DESCRIPTOR.full_name} ({len(data)} bytes)") from None
