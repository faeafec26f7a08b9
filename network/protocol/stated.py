"""What an endorser transaction's envelope states of itself: its event, and what it wrote."""

from fabric_protos.common import common_pb2

from tanhui.network.protocol.envelopes import EnvelopeView, TransactionView, parse_transaction
from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.rwset import parse_rwset


def event_payload(
    envelope: EnvelopeView,
    name: str,
    chaincode: str | None = None,
    transaction: TransactionView | None = None,
) -> bytes:
    """The payload of its event of that name, b"" without one.

    Args:
        envelope: of any type.
        name: of the event.
        chaincode: whose event alone counts; None: anybody's.
        transaction: the envelope's body, where it was parsed already.
    """
    if envelope.type != common_pb2.ENDORSER_TRANSACTION:
        return b""
    try:
        event = (transaction or parse_transaction(envelope.data)).event
    except MessageError:
        return b""
    if event is None or event.event_name != name or chaincode not in (None, event.chaincode_id):
        return b""
    payload: bytes = event.payload
    return payload


def written_values(envelope: EnvelopeView) -> tuple[bytes, ...]:
    """Every public value that it wrote, in the write set's order; none where it cannot be read."""
    if envelope.type != common_pb2.ENDORSER_TRANSACTION:
        return ()
    try:
        namespaces = parse_rwset(parse_transaction(envelope.data).results)
    except MessageError:
        return ()
    return tuple(write.value for one in namespaces for write in one.writes if write.value is not None)
