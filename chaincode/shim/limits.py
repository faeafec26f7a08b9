"""What a peer lets a chaincode ask for in one message.

Fabric 3 announces it in the payload of READY (ChaincodeAdditionalParams; sendReady in
core/chaincode/handler.go). Fabric 2.5 sends READY without a payload, and then every key travels in a message
of its own.
"""

from dataclasses import dataclass

from fabric_protos.peer.chaincode_pb2 import ChaincodeAdditionalParams
from google.protobuf.message import DecodeError

BATCH_MIN = 100
"""The official shims raise a smaller announced limit to this one (fabric-chaincode-go/shim/handler.go)."""

MESSAGE_BYTES_MAX = 100 * 1024 * 1024
"""Largest message on the stream: Fabric's own limit for peers (comm.MaxRecvMsgSize)."""


@dataclass(frozen=True, slots=True)
class PeerLimits:
    """Keys in one message; 1 where the peer knows no batches."""

    write_batch_max: int = 1
    get_multiple_max: int = 1

    @property
    def batches_writes(self) -> bool:
        """Whether WRITE_BATCH_STATE may be sent."""
        return self.write_batch_max > 1

    @property
    def batches_reads(self) -> bool:
        """Whether GET_STATE_MULTIPLE may be sent."""
        return self.get_multiple_max > 1

    @classmethod
    def from_ready(cls, payload: bytes) -> "PeerLimits":
        """Read READY's payload; one that does not parse means single calls, as in the official shims."""
        if not payload:
            return cls()
        try:
            params = ChaincodeAdditionalParams.FromString(payload)
        except DecodeError:
            return cls()
        return cls(
            write_batch_max=max(params.max_size_write_batch, BATCH_MIN) if params.use_write_batch else 1,
            get_multiple_max=(
                max(params.max_size_get_multiple_keys, BATCH_MIN) if params.use_get_multiple_keys else 1
            ),
        )
