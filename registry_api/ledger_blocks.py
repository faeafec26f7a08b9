"""Fabric's blocks as the read model wants them: the valid transactions of one chaincode, who made them and when."""

from fabric_protos.common import common_pb2
from fabric_protos.peer import transaction_pb2

from tanhui.chaincode.contract.caller import read_caller
from tanhui.network.protocol import blocks
from tanhui.network.protocol.envelopes import parse_envelope, parse_transaction
from tanhui.registry_api.ledger import LedgerBlock, LedgerTransaction


def read_block(block: common_pb2.Block, chaincode: str) -> LedgerBlock:
    """Its number and transactions. Raises MessageError for a valid transaction that cannot be read."""
    codes = blocks.transactions_filter(block)
    found = [
        _transaction(raw, chaincode)
        for code, raw in zip(codes, block.data.data, strict=True)
        if code == transaction_pb2.VALID
    ]
    return LedgerBlock(
        block.header.number,
        tuple(one for one in found if one is not None),
        blocks.block_hash(block.header).hex(),
        block.header.previous_hash.hex(),
    )


def _transaction(raw: bytes, chaincode: str) -> LedgerTransaction | None:
    view = parse_envelope(raw)
    if view.type != common_pb2.ENDORSER_TRANSACTION:
        return None
    transaction = parse_transaction(view.data)
    if transaction.action.chaincode_id.name != chaincode:
        return None
    arguments = transaction.invocation.chaincode_spec.input.args
    event = transaction.event
    caller = read_caller(view.creator)
    return LedgerTransaction(
        id=view.transaction_id,
        function=arguments[0].decode("utf-8", "replace") if arguments else "",
        argument=arguments[1] if len(arguments) > 1 else b"",
        organisation=caller.organisation,
        person=caller.person,
        msp_id=caller.msp_id,
        at=view.channel_header.timestamp.seconds,
        payload=b"" if event is None else event.payload,
    )
