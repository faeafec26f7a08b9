"""What an endorser transaction's action says, before any state or policy is asked.

Source: core/committer/txvalidator/v20/plugindispatcher/dispatcher.go, up to where policies are asked for.
"""

from typing import NamedTuple

from fabric_protos.peer import chaincode_event_pb2, proposal_pb2, transaction_pb2

from tanhui.network.protocol.envelopes import EnvelopeView, TransactionView
from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.rwset import KnownParts, NamespaceRwset, parse_rwset

Code = transaction_pb2.TxValidationCode


class Refused(Exception):  # noqa: N818 - carries a code, is no fault
    """The transaction's code is known."""

    def __init__(self, code: int) -> None:
        super().__init__(Code.Name(Code.ValueType(code)))
        self.code = code


class Action(NamedTuple):
    """The invoked chaincode, what it read and wants to write, and its event, None without one."""

    chaincode: str
    rwset: tuple[NamespaceRwset, ...]
    event: chaincode_event_pb2.ChaincodeEvent | None


class ActionReader:
    """Reads one block's actions; keeps what stands in many of them, as long as the block."""

    def __init__(self) -> None:
        self._invoked: dict[bytes, str | None] = {}
        """Names of chaincodes by the header extensions that invoke them, None where they name none."""
        self._parsed: KnownParts = {}
        """Parts of read-write sets: what is read of `_lifecycle`."""

    def read(self, envelope: EnvelopeView, transaction: TransactionView) -> Action:
        """Raises Refused."""
        invoked = self._invoked_by(envelope.channel_header.extension)
        action = transaction.parsed_action
        if action is None:
            raise Refused(Code.BAD_RESPONSE_PAYLOAD)
        try:
            rwset = parse_rwset(action.results, self._parsed)
        except MessageError:
            raise Refused(Code.BAD_RWSET) from None
        if invoked is None or not action.HasField("chaincode_id"):
            raise Refused(Code.INVALID_OTHER_REASON)
        endorsed = action.chaincode_id
        if not invoked or invoked != endorsed.name or not endorsed.version:
            raise Refused(Code.INVALID_CHAINCODE)
        events = action.events
        event = _event(events, invoked) if events else None
        if len(rwset) > 1 and len({one.namespace for one in rwset}) != len(rwset):
            raise Refused(Code.ILLEGAL_WRITESET)
        return Action(invoked, rwset, event)

    def _invoked_by(self, extension: bytes) -> str | None:
        """The chaincode that a header's extension names, "" for an empty name. Most of a block's are equal."""
        if extension not in self._invoked:
            try:
                parsed = parse(proposal_pb2.ChaincodeHeaderExtension, extension, "extension")
            except MessageError:
                raise Refused(Code.BAD_HEADER_EXTENSION) from None
            self._invoked[extension] = parsed.chaincode_id.name if parsed.HasField("chaincode_id") else None
        return self._invoked[extension]


def _event(events: bytes, chaincode: str) -> chaincode_event_pb2.ChaincodeEvent:
    try:
        event = parse(chaincode_event_pb2.ChaincodeEvent, events, "events")
    except MessageError:
        raise Refused(Code.INVALID_OTHER_REASON) from None
    if event.chaincode_id != chaincode:
        raise Refused(Code.INVALID_OTHER_REASON)
    return event
