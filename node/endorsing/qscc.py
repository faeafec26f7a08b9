"""qscc: blocks and transactions by number, hash and id (core/scc/qscc/query.go, answers word for word)."""

from collections.abc import Callable, Mapping

from fabric_protos.common import common_pb2, ledger_pb2
from fabric_protos.peer import transaction_pb2

from tanhui.chaincode.contract.stub import Response
from tanhui.node.endorsing.access import AccessDenied
from tanhui.node.endorsing.system import LedgerView, SystemCall, error, success, text
from tanhui.node.ledger import BlockNotFoundError

NEWEST = 2**64 - 1
"""Asks for the newest block (common/ledger/blkstorage, retrieveBlockByNumber)."""


def query_ledger(call: SystemCall) -> Response:  # noqa: PLR0911 - refusals, each its own
    """GetChainInfo, GetBlockByNumber, GetBlockByHash, GetTransactionByID, GetBlockByTxID."""
    arguments = call.arguments
    if len(arguments) < 2:
        return error(f"Incorrect number of arguments, {len(arguments)}")
    function, channel_id = text(arguments[0]), text(arguments[1])
    if function != "GetChainInfo" and len(arguments) < 3:
        return error(f"missing 3rd argument for {function}")
    channel = call.channels.get(channel_id)
    if channel is None:
        return error(f"Invalid chain ID, {channel_id}")
    try:
        channel.check_access(f"qscc/{function}", call.signed)
    except AccessDenied as denied:
        return error(f"access denied for [{function}][{channel_id}]: [{denied}]")
    if function == "GetChainInfo":
        return success(_chain_info(channel.ledger))
    query = _QUERIES.get(function)
    if query is None:
        return error(f"Requested function {function} not found.")
    return query(channel.ledger, arguments[2])


def _chain_info(ledger: LedgerView) -> bytes:
    height = ledger.height
    newest = ledger.block(height - 1)
    return ledger_pb2.BlockchainInfo(
        height=height,
        currentBlockHash=ledger.header_hash if ledger.height == height else _hash_before(ledger, height),
        previousBlockHash=newest.header.previous_hash,
    ).SerializeToString()


def _hash_before(ledger: LedgerView, height: int) -> bytes:
    """Header hash of block `height` − 1, when another block came in between."""
    return ledger.block(height).header.previous_hash


def _block_by_number(ledger: LedgerView, argument: bytes) -> Response:
    shown = text(argument)
    if not (shown.isascii() and shown.isdigit()) or int(shown) > NEWEST:
        reason = "value out of range" if shown.isdigit() else "invalid syntax"
        return error(
            f'Failed to parse block number with error strconv.ParseUint: parsing "{shown}": {reason}'
        )
    number = int(shown)
    try:
        return success(ledger.block_bytes(ledger.height - 1 if number == NEWEST else number))
    except BlockNotFoundError:
        return error(f"Failed to get block number {number}, error no such block number [{number}] in index")


def _block_by_hash(ledger: LedgerView, argument: bytes) -> Response:
    try:
        return success(ledger.block_bytes(ledger.block_number_by_hash(argument)))
    except BlockNotFoundError:
        return error(
            f"Failed to get block hash {text(argument)}, error no such block hash [{argument.hex()}] in index"
        )


def _transaction_by_id(ledger: LedgerView, argument: bytes) -> Response:
    transaction_id = text(argument)
    found = ledger.find_transaction(transaction_id)
    if found is None:
        return error(
            f"Failed to get transaction with id {transaction_id}, "
            f"error no such transaction ID [{transaction_id}] in index"
        )
    envelope = common_pb2.Envelope.FromString(ledger.block(found.block).data.data[found.index])
    return success(
        transaction_pb2.ProcessedTransaction(
            transactionEnvelope=envelope, validationCode=found.code
        ).SerializeToString()
    )


def _block_by_transaction_id(ledger: LedgerView, argument: bytes) -> Response:
    transaction_id = text(argument)
    found = ledger.find_transaction(transaction_id)
    if found is None:
        return error(
            f"Failed to get block for txID {transaction_id}, "
            f"error no such transaction ID [{transaction_id}] in index"
        )
    return success(ledger.block_bytes(found.block))


_QUERIES: Mapping[str, Callable[[LedgerView, bytes], Response]] = {
    "GetBlockByNumber": _block_by_number,
    "GetBlockByHash": _block_by_hash,
    "GetTransactionByID": _transaction_by_id,
    "GetBlockByTxID": _block_by_transaction_id,
}
