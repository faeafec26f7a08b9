"""How `_lifecycle` lays a record out in state: one key a field, and one that lists the fields.

Source: core/chaincode/lifecycle/serializer.go. `<namespace>/metadata/<name>` holds the type and the fields'
names; `<namespace>/fields/<name>/<field>` holds each value. Works for public state and for private state,
where only hashes can be compared.
"""

import hashlib
from collections.abc import Callable, Mapping

from fabric_protos.peer.lifecycle import db_pb2

from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.messages import parse

GetState = Callable[[str], bytes | None]
"""A key's committed value, None where absent; or its hash, for private state."""

FieldValue = int | str | bytes
"""What a field holds: an int64, a text, or bytes (marshalled messages among them)."""


def metadata_key(namespace: str, name: str) -> str:
    """Where a record's type and fields stand."""
    return f"{namespace}/metadata/{name}"


def field_key(namespace: str, name: str, field: str) -> str:
    """Where one field's value stands."""
    return f"{namespace}/fields/{name}/{field}"


def encode_field(value: FieldValue) -> bytes:
    """lifecycle.StateData bytes."""
    if isinstance(value, int):
        return db_pb2.StateData(Int64=value).SerializeToString()
    if isinstance(value, str):
        return db_pb2.StateData(String=value).SerializeToString()
    return db_pb2.StateData(Bytes=value).SerializeToString()


def encode_metadata(datatype: str, fields: Mapping[str, FieldValue]) -> bytes:
    """lifecycle.StateMetadata bytes; the fields in their declared order."""
    return db_pb2.StateMetadata(datatype=datatype, fields=list(fields)).SerializeToString()


def serialize(
    namespace: str, name: str, datatype: str, fields: Mapping[str, FieldValue], get_state: GetState
) -> list[tuple[str, bytes | None]]:
    """The writes that store a record: fields that changed, the list if it changed, fields no longer there.

    Args:
        namespace: "namespaces" or "chaincode-sources".
        name: the chaincode's name, with `#sequence` for an organisation's approval.
        datatype: the record's type, in Fabric's words.
        fields: in declared order.
        get_state: reads state; every key asked for belongs into the read set.

    Returns:
        Key and value, None to delete, in the order of Fabric's calls.
    """
    known = read_metadata(namespace, name, get_state) or db_pb2.StateMetadata()
    existing = {key: get_state(key) for key in (field_key(namespace, name, one) for one in known.fields)}
    writes: list[tuple[str, bytes | None]] = []
    for field, value in fields.items():
        key, encoded = field_key(namespace, name, field), encode_field(value)
        if key not in existing or existing[key] != encoded:
            writes.append((key, encoded))
        existing.pop(key, None)
    if existing or known.datatype != datatype or len(known.fields) != len(fields):
        writes.append((metadata_key(namespace, name), encode_metadata(datatype, fields)))
    writes.extend((key, None) for key in sorted(existing))
    return writes


def read_metadata(namespace: str, name: str, get_state: GetState) -> db_pb2.StateMetadata | None:
    """A record's type and fields, None where it does not exist. Raises MessageError."""
    key = metadata_key(namespace, name)
    data = get_state(key)
    return None if data is None else parse(db_pb2.StateMetadata, data, key)


def _read(namespace: str, name: str, field: str, get_state: GetState) -> db_pb2.StateData | None:
    key = field_key(namespace, name, field)
    data = get_state(key)
    return None if data is None else parse(db_pb2.StateData, data, key)


def read_int(namespace: str, name: str, field: str, get_state: GetState) -> int:
    """An int64 field, 0 where absent. Raises MessageError for another type."""
    found = _read(namespace, name, field, get_state)
    if found is None:
        return 0
    if found.WhichOneof("Type") != "Int64":
        raise MessageError(field_key(namespace, name, field), "is no int64")
    return found.Int64


def read_text(namespace: str, name: str, field: str, get_state: GetState) -> str:
    """A text field, "" where absent. Raises MessageError for another type."""
    found = _read(namespace, name, field, get_state)
    if found is None:
        return ""
    if found.WhichOneof("Type") != "String":
        raise MessageError(field_key(namespace, name, field), "is no text")
    return found.String


def read_bytes(namespace: str, name: str, field: str, get_state: GetState) -> bytes:
    """A bytes field, b"" where absent. Raises MessageError for another type."""
    found = _read(namespace, name, field, get_state)
    if found is None:
        return b""
    if found.WhichOneof("Type") != "Bytes":
        raise MessageError(field_key(namespace, name, field), "is not bytes")
    return found.Bytes


def mismatches(
    namespace: str, name: str, datatype: str, fields: Mapping[str, FieldValue], get_hash: GetState
) -> tuple[str, ...]:
    """The fields of private state whose hashes differ from these; the type alone when the list differs.

    Args:
        namespace: "namespaces" or "chaincode-sources".
        name: the record's name.
        datatype: the type that is expected.
        fields: the values that are expected, in declared order.
        get_hash: SHA256 of a private value by its key, None where absent.
    """
    listed = hashlib.sha256(encode_metadata(datatype, fields)).digest()
    if get_hash(metadata_key(namespace, name)) != listed:
        return (datatype,)
    return tuple(
        field
        for field, value in fields.items()
        if get_hash(field_key(namespace, name, field)) != hashlib.sha256(encode_field(value)).digest()
    )
