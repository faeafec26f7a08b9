"""A client that states another day than today's is refused before the contract runs, whatever the peer let through."""

import asyncio

import pytest
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage

from tanhui.chaincode.contract.stub import Response, Stub
from tanhui.chaincode.shim.conversation import Conversation
from tanhui.chaincode.shim.time_window import NANOSECONDS, TimeWindow
from tests.support.bare_peer import M, talking
from tests.support.chaincode_peer import FakePeer, transaction

STATED_NS = 1_795_000_000 * NANOSECONDS + 7
"""As the peer's transactions of the tests have it."""


class Counting:
    """A chaincode that counts its runs."""

    def __init__(self) -> None:
        self.runs = 0

    async def invoke(self, stub: Stub) -> Response:
        del stub
        self.runs += 1
        return Response(200, "", b"")


def answer(clock_ns: int) -> tuple[ChaincodeMessage, int]:
    """What a transaction gets where the service's clock shows `clock_ns`, and how often the chaincode ran."""
    chaincode = Counting()

    async def main() -> ChaincodeMessage:
        peer = FakePeer()
        window = TimeWindow(chaincode, 900, lambda: clock_ns)
        talk = asyncio.create_task(Conversation(peer, window, "label:01", 10).run())
        got = await peer.invoke(transaction("t1"))
        peer.close()
        await talk
        return got

    return asyncio.run(main()), chaincode.runs


@pytest.mark.parametrize("off_ns", [0, 900 * NANOSECONDS, -900 * NANOSECONDS])
def test_within_the_window_the_chaincode_runs(off_ns: int) -> None:
    got, runs = answer(STATED_NS + off_ns)
    assert (got.type, runs) == (ChaincodeMessage.COMPLETED, 1)


@pytest.mark.parametrize(
    ("off_ns", "said"), [(900 * NANOSECONDS + 1, "-901 s"), (-86_400 * NANOSECONDS, "86400 s")]
)
def test_beyond_it_nothing_runs_and_the_peer_is_told(off_ns: int, said: str) -> None:
    got, runs = answer(STATED_NS + off_ns)
    assert (got.type, runs) == (ChaincodeMessage.ERROR, 0)
    assert (
        f"timestamp of transaction t1: {said} from the chaincode's clock, at most 900" in got.payload.decode()
    )


def test_a_service_looks_by_itself() -> None:
    async def main() -> ChaincodeMessage:
        async with talking(time_window_s=900) as peer:
            await peer.register()
            sent = transaction("t2", b"get", b"k")
            peer.send(sent)
            return await peer.message()

    got = asyncio.run(main())
    assert got.type == M.ERROR
    assert "from the chaincode's clock" in got.payload.decode()
