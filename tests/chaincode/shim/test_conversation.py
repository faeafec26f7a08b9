"""The shim against the peer's side of the stream: many transactions at once, batches, errors, faults."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, cast

import pytest
from fabric_protos.peer.chaincode_pb2 import ChaincodeID
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage
from fabric_protos.peer.proposal_response_pb2 import Response as ResponseMessage

from tanhui.chaincode.contract.stub import Response, Stub
from tanhui.chaincode.shim import ChaincodeStub, PeerError, ProtocolError
from tanhui.chaincode.shim.conversation import Conversation
from tests.support.chaincode_peer import FakePeer, transaction

Body = Callable[[ChaincodeStub], Awaitable[bytes]]


class Running:
    """A chaincode made of one function."""

    def __init__(self, body: Body) -> None:
        self._body = body

    async def invoke(self, stub: Stub) -> Response:
        return Response(200, "", await self._body(cast("ChaincodeStub", stub)))


def converse(
    peer: FakePeer, body: Body, *messages: ChaincodeMessage, transactions_max: int = 1000
) -> list[ChaincodeMessage]:
    """Run the transactions at once against a chaincode made of `body`; their answers in order."""

    async def main() -> list[ChaincodeMessage]:
        talk = asyncio.create_task(Conversation(peer, Running(body), "label:01", transactions_max).run())
        answers = await asyncio.gather(*(peer.invoke(message) for message in messages))
        peer.close()
        await talk
        return list(answers)

    return run(main())


def run(main: Coroutine[Any, Any, list[ChaincodeMessage]]) -> list[ChaincodeMessage]:
    return asyncio.run(main)


def close_midway(peer: FakePeer, body: Body, begun: asyncio.Event) -> None:
    """The peer closes its stream while a transaction, which has `begun`, is under way."""

    async def main() -> list[ChaincodeMessage]:
        talk = asyncio.create_task(Conversation(peer, Running(body), "label:01", 10).run())
        waiting = asyncio.create_task(peer.invoke(transaction("t")))
        await begun.wait()
        await asyncio.sleep(0)
        peer.close()
        await talk
        await asyncio.sleep(0.05)
        waiting.cancel()
        return []

    run(main())


def payload(answer: ChaincodeMessage) -> bytes:
    assert answer.type == ChaincodeMessage.COMPLETED, answer
    return ResponseMessage.FromString(answer.payload).payload


def test_registers_under_the_package_id() -> None:
    peer = FakePeer()

    async def body(stub: ChaincodeStub) -> bytes:
        return stub.transaction_id.encode()

    (answer,) = converse(peer, body, transaction("t1"))
    assert ChaincodeID.FromString(peer.package_id).name == "label:01"
    assert payload(answer) == b"t1"


def test_two_hundred_transactions_ask_at_once_without_mixing_answers() -> None:
    peer = FakePeer()
    peer.state = {f"k{i}": str(i).encode() for i in range(200)}

    async def body(stub: ChaincodeStub) -> bytes:
        (own,) = await stub.get_states([stub.arguments[0].decode()])
        stub.put_state("seen" + stub.transaction_id, own or b"?")
        return own or b"?"

    answers = converse(peer, body, *(transaction(f"t{i}", f"k{i}".encode()) for i in range(200)))
    assert [payload(answer) for answer in answers] == [str(i).encode() for i in range(200)]
    assert all(peer.state[f"seent{i}"] == str(i).encode() for i in range(200))


def test_reads_and_writes_travel_in_batches_within_the_announced_limits() -> None:
    peer = FakePeer(write_batch_max=150, get_multiple_max=120)

    async def body(stub: ChaincodeStub) -> bytes:
        found = await stub.get_states([f"k{i}" for i in range(300)])
        for i in range(400):
            stub.put_state(f"k{i}", b"v")
        return str(len(found)).encode()

    (answer,) = converse(peer, body, transaction("t"))
    assert payload(answer) == b"300"
    assert peer.received["GET_STATE_MULTIPLE"] == 3
    assert peer.received["WRITE_BATCH_STATE"] == 3
    assert peer.received["PUT_STATE"] == peer.received["GET_STATE"] == 0
    assert len(peer.state) == 400


def test_single_calls_where_the_peer_announces_no_batches() -> None:
    peer = FakePeer(batches=False)
    peer.state = {"a": b"1", "gone": b"2"}

    async def body(stub: ChaincodeStub) -> bytes:
        found = await stub.get_states(["a", "b"])
        stub.put_state("b", b"3")
        stub.delete_state("gone")
        return repr(found).encode()

    (answer,) = converse(peer, body, transaction("t"))
    assert payload(answer) == b"[b'1', None]"
    assert peer.state == {"a": b"1", "b": b"3"}
    assert peer.received["GET_STATE"] == 2
    assert peer.received["PUT_STATE"] == peer.received["DEL_STATE"] == 1


def test_a_transaction_that_gathers_its_reads_asks_one_by_one() -> None:
    peer = FakePeer()
    peer.state = {"a": b"1", "b": b"2"}

    async def body(stub: ChaincodeStub) -> bytes:
        one, two = await asyncio.gather(stub.get_states(["a"]), stub.get_states(["b"]))
        return (one[0] or b"") + (two[0] or b"")

    assert [payload(answer) for answer in converse(peer, body, transaction("t"))] == [b"12"]


def test_a_range_comes_in_parts_and_is_closed_when_left_early() -> None:
    peer = FakePeer()
    peer.state = {f"k{i}": str(i).encode() for i in range(8)} | {"\x00composite": b"x"}

    async def body(stub: ChaincodeStub) -> bytes:
        everything = await stub.get_state_range("", "")
        iterator = stub.iterate_range("k2", "k9")
        async for entry in iterator:
            if entry.key == "k3":
                break
        await cast("Any", iterator).aclose()
        return ",".join(entry.key for entry in everything).encode()

    (answer,) = converse(peer, body, transaction("t"))
    assert payload(answer) == b"k0,k1,k2,k3,k4,k5,k6,k7"
    assert peer.open_queries == 0
    assert peer.received["QUERY_STATE_CLOSE"] == 1


def test_pages_follow_bookmarks_to_the_end() -> None:
    peer = FakePeer()
    peer.state = {f"k{i}": b"v" for i in range(5)}

    async def body(stub: ChaincodeStub) -> bytes:
        keys: list[str] = []
        bookmark = ""
        while True:
            page = await stub.get_state_page("", "", 2, bookmark)
            keys += [entry.key for entry in page.entries]
            bookmark = page.bookmark
            if not bookmark:
                return ",".join(keys).encode()

    assert [payload(answer) for answer in converse(peer, body, transaction("t"))] == [b"k0,k1,k2,k3,k4"]


def test_the_proposal_is_taken_apart() -> None:
    peer = FakePeer()

    async def body(stub: ChaincodeStub) -> bytes:
        stub.set_event("done", stub.transient["secret"])
        return b"%d %d %s" % (stub.timestamp.seconds, stub.timestamp.nanos, stub.creator)

    (answer,) = converse(peer, body, transaction("t", b"f", transient={"secret": b"s"}))
    assert payload(answer) == b"1795000000 7 creator"
    assert answer.chaincode_event.event_name == "done"
    assert answer.chaincode_event.payload == b"s"


def test_the_peers_error_is_an_error_and_reaches_the_client() -> None:
    async def careless(stub: ChaincodeStub) -> bytes:
        await stub.get_states(["forbidden"])
        return b"never"

    async def careful(stub: ChaincodeStub) -> bytes:
        with pytest.raises(PeerError) as caught:
            await stub.get_states(["forbidden"])
        return caught.value.request.encode()

    (answer,) = converse(FakePeer(batches=False), careless, transaction("t"))
    assert answer.type == ChaincodeMessage.ERROR
    assert b"no access to it" in answer.payload
    (answer,) = converse(FakePeer(batches=False), careful, transaction("t"))
    assert payload(answer) == b"GET_STATE"


def test_an_exception_is_answered_without_its_text() -> None:
    async def body(stub: ChaincodeStub) -> bytes:
        raise RuntimeError("transient secret 42")

    (answer,) = converse(FakePeer(), body, transaction("t"))
    assert answer.type == ChaincodeMessage.ERROR
    assert answer.payload == b"the chaincode failed: RuntimeError"


def test_a_refusal_writes_nothing() -> None:
    peer = FakePeer()

    class Refusing:
        async def invoke(self, stub: Stub) -> Response:
            stub.put_state("a", b"1")
            return Response(400, '{"code":"x"}', b"")

    async def main() -> list[ChaincodeMessage]:
        talk = asyncio.create_task(Conversation(peer, Refusing(), "label:01", 10).run())
        answer = await peer.invoke(transaction("t"))
        peer.close()
        await talk
        return [answer]

    (answer,) = run(main())
    assert ResponseMessage.FromString(answer.payload).status == 400
    assert peer.state == {}
    assert peer.received["WRITE_BATCH_STATE"] == 0


def test_more_transactions_than_allowed_are_told_so() -> None:
    async def body(stub: ChaincodeStub) -> bytes:
        await stub.get_states(["a"])
        return b"ok"

    answers = converse(FakePeer(), body, *(transaction(f"t{i}") for i in range(5)), transactions_max=3)
    kinds = [answer.type for answer in answers]
    assert kinds.count(ChaincodeMessage.COMPLETED) == 3
    assert kinds.count(ChaincodeMessage.ERROR) == 2
    assert all(b"busy" in a.payload for a in answers if a.type == ChaincodeMessage.ERROR)


def test_a_malformed_proposal_is_answered() -> None:
    async def body(stub: ChaincodeStub) -> bytes:
        return b"never"

    message = transaction("t")
    message.proposal.proposal_bytes = b"\xff\xff"
    (answer,) = converse(FakePeer(), body, message)
    assert answer.type == ChaincodeMessage.ERROR


def test_keepalive_is_answered_and_an_impossible_message_ends_the_stream() -> None:
    peer = FakePeer()

    async def body(stub: ChaincodeStub) -> bytes:
        return b"ok"

    async def main() -> list[ChaincodeMessage]:
        talk = asyncio.create_task(Conversation(peer, Running(body), "label:01", 10).run())
        await peer.invoke(transaction("t"))
        peer.say(ChaincodeMessage(type=ChaincodeMessage.KEEPALIVE))
        peer.say(ChaincodeMessage(type=ChaincodeMessage.REGISTER))
        with pytest.raises(ProtocolError, match="REGISTER from the peer"):
            await talk
        return []

    run(main())
    assert peer.received["KEEPALIVE"] == 1
    assert peer.received["ERROR"] == 1


def test_a_closed_stream_lets_go_of_waiting_transactions() -> None:
    peer = FakePeer()
    begun = asyncio.Event()
    ended: list[str] = []

    async def body(stub: ChaincodeStub) -> bytes:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(stub.transaction_id)
        return b"never"

    close_midway(peer, body, begun)
    assert ended == ["t"]


@pytest.mark.parametrize("garbage", [b"\xff\xff\xff", b"\x08", bytes(100)])
def test_what_cannot_be_parsed_ends_the_stream_with_a_word(garbage: bytes) -> None:
    peer = FakePeer()

    async def body(stub: ChaincodeStub) -> bytes:
        return b"ok"

    async def main() -> list[ChaincodeMessage]:
        talk = asyncio.create_task(Conversation(peer, Running(body), "label:01", 10).run())
        await peer.invoke(transaction("t"))
        peer.say_raw(garbage)
        with pytest.raises(ProtocolError):
            await asyncio.wait_for(talk, 5)
        return []

    run(main())
    assert peer.received["ERROR"] == 1


def test_a_reply_that_nobody_asked_for_harms_nobody() -> None:
    peer = FakePeer()
    peer.state = {"a": b"1"}
    strays = [
        ChaincodeMessage(type=kind, txid=txid, channel_id="credits", payload=b"wrong")
        for kind in (ChaincodeMessage.RESPONSE, ChaincodeMessage.ERROR)
        for txid in ("t", "nobody", "")
    ]

    async def body(stub: ChaincodeStub) -> bytes:
        for stray in strays:
            peer.say(stray)
        await asyncio.sleep(0.01)
        (found,) = await stub.get_states(["a"])
        return found or b""

    assert [payload(answer) for answer in converse(peer, body, transaction("t"))] == [b"1"]


def test_a_transaction_that_gave_up_waiting_gets_no_older_reply() -> None:
    """The peer's late reply to a request that timed out must not answer the next one."""
    peer = FakePeer(batches=False)
    peer.state = {"slow": b"late", "a": b"1"}
    peer.slow["slow"] = 0.05

    async def body(stub: ChaincodeStub) -> bytes:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(stub.get_states(["slow"]), 0.01)
        (found,) = await stub.get_states(["a"])  # in its turn, when the late one has come
        return found or b""

    assert [payload(answer) for answer in converse(peer, body, transaction("t"))] == [b"1"]


def test_the_peers_error_reaches_the_read_that_it_answers() -> None:
    """Asked by tasks of asyncio's, one after the other, and by the transaction itself."""

    async def body(stub: ChaincodeStub) -> bytes:
        found = await asyncio.gather(
            stub.get_states(["forbidden"]), stub.get_states(["a"]), return_exceptions=True
        )
        with pytest.raises(PeerError):
            await stub.get_states(["forbidden"])
        return repr([type(one).__name__ for one in found]).encode()

    peer = FakePeer(batches=False)
    peer.state = {"a": b"1"}
    assert [payload(answer) for answer in converse(peer, body, transaction("t"))] == [
        b"['PeerError', 'list']"
    ]


def test_a_stream_that_ends_lets_go_of_reads_that_wait_for_their_turn() -> None:
    peer = FakePeer()
    peer.slow["slow"] = 0.02
    begun = asyncio.Event()
    found: list[object] = []

    async def body(stub: ChaincodeStub) -> bytes:
        first = asyncio.ensure_future(stub.get_states(["slow"]))
        second = asyncio.ensure_future(stub.get_states(["a"]))
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            found.extend(await asyncio.gather(first, second, return_exceptions=True))
        return b"never"

    close_midway(peer, body, begun)
    assert [type(one).__name__ for one in found] == ["StreamClosedError", "StreamClosedError"]


@pytest.mark.parametrize(
    "fault", [SystemExit(3), asyncio.CancelledError(), RecursionError("deep"), TimeoutError()]
)
def test_whatever_a_chaincode_raises_is_answered(fault: BaseException) -> None:
    async def body(stub: ChaincodeStub) -> bytes:
        if stub.transaction_id == "t":
            raise fault
        return b"ok"

    answers = converse(FakePeer(), body, transaction("t"), transaction("other"))
    assert answers[0].payload == f"the chaincode failed: {type(fault).__name__}".encode()
    assert payload(answers[1]) == b"ok"


def test_an_answer_that_no_peer_would_take_is_an_error() -> None:
    async def body(stub: ChaincodeStub) -> bytes:
        return bytes(2_000) if stub.transaction_id == "t" else b"ok"

    async def main() -> list[ChaincodeMessage]:
        peer = FakePeer()
        talk = asyncio.create_task(Conversation(peer, Running(body), "label:01", 10, 1_000).run())
        answers = [await peer.invoke(transaction(name)) for name in ("t", "u")]
        peer.close()
        await talk
        return answers

    large, small = run(main())
    assert large.payload.startswith(b"the answer has 2")
    assert payload(small) == b"ok"
