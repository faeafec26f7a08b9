"""A peer that speaks to the shim frame by frame, and says exactly what it is told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fabric_protos.peer.chaincode_pb2 import ChaincodeInput
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage

from tanhui.chaincode.shim import ServiceSettings
from tanhui.chaincode.shim.service import METHOD, ChaincodeService
from tanhui.network.http2 import frames
from tests.support.bare_http2 import BareClient, request
from tests.support.kit_chaincode import KitChaincode

M = ChaincodeMessage
REQUEST = request(METHOD)


class Peer(BareClient):
    """A peer of one chaincode."""

    def call(self, stream: int = 1) -> None:
        self.ask(REQUEST, stream)

    def send(self, *messages: ChaincodeMessage, stream: int = 1) -> None:
        for message in messages:
            self.data(message.SerializeToString(), stream=stream)

    async def message(self, stream: int = 1) -> ChaincodeMessage:
        """The next message, which is alone in what arrives."""
        while True:
            found = await self.hear(frames.DATA)
            assert found.stream == stream
            arrived = self.messages.feed(found.payload)
            if arrived:
                (raw,) = arrived
                return M.FromString(raw)

    async def register(self, windows: dict[int, int] | None = None) -> None:
        self.begin(windows)
        self.call()
        assert (await self.message()).type == M.REGISTER
        self.send(M(type=M.REGISTERED), M(type=M.READY))


@asynccontextmanager
async def talking(time_window_s: int | None = None, **options: float) -> AsyncIterator[Peer]:
    settings = ServiceSettings("kit:1", "127.0.0.1:0", None, time_window_s=time_window_s)
    service = ChaincodeService(KitChaincode(), settings, **options)
    port = await service.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Peer(reader, writer)
    finally:
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)
        await service.stop(0.1)


def echo(size: int, txid: str = "t") -> ChaincodeMessage:
    payload = ChaincodeInput(args=[b"blow", str(size).encode()]).SerializeToString()
    return M(type=M.TRANSACTION, txid=txid, channel_id="c", payload=payload)
