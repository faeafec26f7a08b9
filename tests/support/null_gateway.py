"""A gateway that does nothing but answer, so that what is measured is the client: `python -m … FOLDER`.

It serves TLS on loopback with the certificate in FOLDER, prints its port, and ends with its standard input.
Endorse answers with one prepared transaction, whatever was proposed; blocks name what was submitted.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2
from fabric_protos.peer import events_pb2

from tanhui.network.protocol import endorsements, transactions
from tanhui.network.protocol.proposals import build_proposal, parse_proposal

CHANNEL = "credits"
CHAINCODE = "null"
BLOCK_EVERY_S = 0.02


def prepared_transaction() -> bytes:
    """gateway.EndorseResponse with a transaction of realistic size."""
    view = parse_proposal(
        build_proposal(
            creator=b"c" * 900,
            channel_id=CHANNEL,
            chaincode=CHAINCODE,
            arguments=[b"f", b"x" * 200],
            timestamp_ns=0,
        ).raw
    )
    payload = endorsements.response_payload(
        proposal_hash=view.hash,
        results=b"r" * 300,
        events=b"",
        status=200,
        message="",
        payload=b"answer",
        chaincode=CHAINCODE,
        chaincode_version="1",
    )
    envelope = transactions.transaction_payload(
        view, payload, [endorsements.Endorsement(b"e" * 900, b"s" * 71)]
    )
    return gateway_pb2.EndorseResponse(
        prepared_transaction=common_pb2.Envelope(payload=envelope)
    ).SerializeToString()


class NullGateway(grpc.GenericRpcHandler):
    """Canned answers; submitted ids go into the next filtered block."""

    def __init__(self) -> None:
        self._endorsed = prepared_transaction()
        self._committed = gateway_pb2.CommitStatusResponse(block_number=1).SerializeToString()
        self._submitted: list[str] = []

    def service(self, call: Any) -> Any:
        match call.method:
            case "/gateway.Gateway/Endorse":
                return grpc.unary_unary_rpc_method_handler(self._endorse)
            case "/gateway.Gateway/Submit":
                return grpc.unary_unary_rpc_method_handler(self._submit)
            case "/gateway.Gateway/CommitStatus":
                return grpc.unary_unary_rpc_method_handler(self._commit_status)
            case "/protos.Deliver/DeliverFiltered":
                return grpc.unary_stream_rpc_method_handler(self._blocks)
        return None

    async def _endorse(self, _request: bytes, _context: object) -> bytes:
        return self._endorsed

    async def _submit(self, request: bytes, _context: object) -> bytes:
        self._submitted.append(gateway_pb2.SubmitRequest.FromString(request).transaction_id)
        return b""

    async def _commit_status(self, _request: bytes, _context: object) -> bytes:
        return self._committed

    async def _blocks(self, _request: bytes, _context: object) -> AsyncIterator[bytes]:
        number = 0
        self._submitted.clear()
        while True:
            ids, self._submitted = self._submitted, []
            block = events_pb2.FilteredBlock(channel_id=CHANNEL, number=number)
            for transaction_id in ids:
                block.filtered_transactions.add(txid=transaction_id)
            yield events_pb2.DeliverResponse(filtered_block=block).SerializeToString()
            number += 1
            await asyncio.sleep(BLOCK_EVERY_S)


async def serve(folder: Path) -> None:
    """Until standard input ends."""
    pair = ((folder / "server.key").read_bytes(), (folder / "server.pem").read_bytes())
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((NullGateway(),))
    port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([pair]))
    await server.start()
    print(port, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await server.stop(0)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
