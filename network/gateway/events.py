"""A chaincode event, as its reader sees it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChaincodeEvent:
    """What a valid transaction announced; a transaction has at most one.

    Attributes:
        block_number: the block that holds the transaction.
        transaction_id: 64 lowercase hex digits.
        chaincode_name: the chaincode that set the event.
        event_name: the name that the chaincode gave.
        payload: the bytes that the chaincode gave, often JSON.
    """

    block_number: int
    transaction_id: str
    chaincode_name: str
    event_name: str
    payload: bytes
