"""SmartBFT's ViewMetadata, which BFT orderers put into each block and the published packages lack.

Source: SmartBFT smartbftprotos/messages.proto. Declared here as a descriptor, so that protobuf encodes it.
"""

from dataclasses import dataclass
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

from tanhui.network.protocol.errors import MessageError

_FIELD = descriptor_pb2.FieldDescriptorProto


def _declare() -> Any:
    """The message class, in a pool of its own: another package may declare the same name one day."""
    file = descriptor_pb2.FileDescriptorProto(
        name="smartbftprotos/messages.proto", package="smartbftprotos", syntax="proto3"
    )
    message = file.message_type.add(name="ViewMetadata")
    once, many = _FIELD.LABEL_OPTIONAL, _FIELD.LABEL_REPEATED
    for number, (name, kind, label) in enumerate(
        (
            ("view_id", _FIELD.TYPE_UINT64, once),
            ("latest_sequence", _FIELD.TYPE_UINT64, once),
            ("decisions_in_view", _FIELD.TYPE_UINT64, once),
            ("black_list", _FIELD.TYPE_UINT64, many),
            ("prev_commit_signature_digest", _FIELD.TYPE_BYTES, once),
        ),
        start=1,
    ):
        message.field.add(name=name, number=number, type=kind, label=label)
    pool: Any = descriptor_pool.DescriptorPool()  # its methods are untyped
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("smartbftprotos.ViewMetadata"))


_ViewMetadata = _declare()


@dataclass(frozen=True, slots=True)
class ViewMetadata:
    """Where BFT consensus stands at a block: the leader's view, and which nodes it leaves out."""

    view_id: int
    latest_sequence: int
    decisions_in_view: int = 0
    black_list: tuple[int, ...] = ()
    previous_commit_signature_digest: bytes = b""

    def to_bytes(self) -> bytes:
        """smartbftprotos.ViewMetadata bytes: the consenter metadata of a BFT block."""
        encoded: bytes = _ViewMetadata(
            view_id=self.view_id,
            latest_sequence=self.latest_sequence,
            decisions_in_view=self.decisions_in_view,
            black_list=self.black_list,
            prev_commit_signature_digest=self.previous_commit_signature_digest,
        ).SerializeToString()
        return encoded


def parse_view_metadata(data: bytes) -> ViewMetadata:
    """From a BFT block's consenter metadata. Raises MessageError."""
    try:
        message = _ViewMetadata.FromString(data)
    except DecodeError:
        raise MessageError(
            "view_metadata", f"is no smartbftprotos.ViewMetadata ({len(data)} bytes)"
        ) from None
    return ViewMetadata(
        message.view_id,
        message.latest_sequence,
        message.decisions_in_view,
        tuple(message.black_list),
        message.prev_commit_signature_digest,
    )
