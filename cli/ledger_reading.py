"""A closed ledger's folder as an audit reads it: the registry's state, and its valid transactions in order."""

from collections.abc import Iterator

from fabric_protos.common import common_pb2

from tanhui.chaincode.audit.reading import Transaction
from tanhui.chaincode.contract.caller import read_caller
from tanhui.network.protocol.blocks import transactions_filter
from tanhui.network.protocol.envelopes import parse_envelope, parse_transaction
from tanhui.node.ledger import Ledger
from tanhui.proofs.effects import EVENT_NAME, parse
from tanhui.proofs.leaf import CODE_VALID


class LedgerState:
    """The registry's namespace in an open ledger."""

    def __init__(self, ledger: Ledger, chaincode: str) -> None:
        self._ledger = ledger
        self._chaincode = chaincode

    def scan(self, start: str, end: str) -> Iterator[tuple[str, bytes]]:
        """Entries with start <= key < end, in key order."""
        return ((key, one.value) for key, one in self._ledger.state_range(self._chaincode, start, end))

    def get(self, key: str) -> bytes | None:
        """The value under one key."""
        found = self._ledger.get_state(self._chaincode, key)
        return None if found is None else found.value


def transactions_of(ledger: Ledger, chaincode: str) -> Iterator[Transaction]:
    """The chaincode's valid transactions in the order of the chain, one block in memory at a time.

    Raises:
        LedgerError, MessageError, FormatError: a block, an envelope or effects that cannot be read.
    """
    for block in ledger.blocks():
        codes = transactions_filter(block)
        for at, raw in enumerate(block.data.data):
            if codes[at] == CODE_VALID:
                found = _transaction(raw, chaincode)
                if found is not None:
                    yield found


def _transaction(raw: bytes, chaincode: str) -> Transaction | None:
    """The registry's transaction in an envelope; None for another chaincode's, and for configuration."""
    envelope = parse_envelope(raw)
    if envelope.type != common_pb2.HeaderType.ENDORSER_TRANSACTION:
        return None
    view = parse_transaction(envelope.data)
    if view.action.chaincode_id.name != chaincode:
        return None
    event = view.event
    effects = parse(event.payload) if event is not None and event.event_name == EVENT_NAME else ()
    function, argument = view.invocation.chaincode_spec.input.args
    return Transaction(
        id=envelope.transaction_id,
        seconds=envelope.channel_header.timestamp.seconds,
        function=function.decode(),
        argument=argument,
        caller=read_caller(envelope.creator),
        effects=effects,
    )
