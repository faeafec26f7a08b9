"""What became of a transaction: a plain value. Source: peer/transaction.proto, TxValidationCode."""

from dataclasses import dataclass
from enum import IntEnum

from fabric_protos.peer import transaction_pb2

VALID = int(transaction_pb2.VALID)


class GrpcCode(IntEnum):
    """Status codes of gRPC (grpc/status.proto) that a call can end with."""

    OK = 0
    CANCELLED = 1
    UNKNOWN = 2
    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    ABORTED = 10
    OUT_OF_RANGE = 11
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    DATA_LOSS = 15
    UNAUTHENTICATED = 16


def validation_code_name(code: int) -> str:
    """The name of a validation code, `MVCC_READ_CONFLICT` for 11; the number where Fabric knows no name."""
    value = transaction_pb2.TxValidationCode.DESCRIPTOR.values_by_number.get(code)
    return str(code) if value is None else str(value.name)


@dataclass(frozen=True, slots=True)
class Status:
    """The outcome of a transaction that stands in a block.

    Attributes:
        code: validation code, 0 is VALID.
        block_number: the block that holds the transaction.
        transaction_id: 64 lowercase hex digits.
    """

    code: int
    block_number: int
    transaction_id: str

    @property
    def successful(self) -> bool:
        """Whether the ledger took the transaction's writes."""
        return self.code == VALID

    @property
    def code_name(self) -> str:
        """The validation code by name."""
        return validation_code_name(self.code)
