"""The peer's side of the stream against a chaincode that says what it should not: every case over a wire double."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from fabric_protos.peer.chaincode_pb2 import (
    ChaincodeAdditionalParams,
    ChaincodeID,
    ChaincodeInput,
    ChaincodeSpec,
)
from fabric_protos.peer.chaincode_shim_pb2 import (
    ChaincodeMessage,
    GetState,
    QueryStateNext,
    WriteBatchState,
    WriteRecord,
)
from fabric_protos.peer.proposal_response_pb2 import Response as ResponseMessage

from tanhui.chaincode.contract.stub import Response, Timestamp
from tanhui.node.chaincode.errors import StreamFault
from tanhui.node.chaincode.settings import StreamSettings
from tanhui.node.chaincode.stream import ChaincodeStream
from tanhui.node.simulation import (
    ChaincodeError,
    Invocation,
    SimulationLimits,
    SimulationStub,
    TransactionSimulator,
)
from tests.support.asynchronous import asynchronous
from tests.support.empty_state import EmptyState

M = ChaincodeMessage
DONE = ResponseMessage(status=200, payload=b"done").SerializeToString()


class Talk:
    """A chaincode's end of a wire."""

    def __init__(self) -> None:
        self.sent: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.heard: asyncio.Queue[ChaincodeMessage] = asyncio.Queue()
        self.blocked = asyncio.Event()
        self.blocked.set()

    async def read(self) -> bytes | None:
        return await self.sent.get()

    async def write(self, message: bytes) -> None:
        await self.blocked.wait()
        self.heard.put_nowait(M.FromString(message))

    def say(self, kind: "ChaincodeMessage.Type.ValueType", payload: bytes = b"", txid: str = "t") -> None:
        message = M(type=kind, payload=payload, txid=txid, channel_id="credits")
        self.sent.put_nowait(message.SerializeToString())

    async def hear(self) -> ChaincodeMessage:
        return await asyncio.wait_for(self.heard.get(), 5)


def stub(txid: str = "t", *arguments: bytes) -> SimulationStub:
    invocation = Invocation("credits", txid, "cc", Timestamp(1, 0), b"creator", arguments or (b"f",))
    return SimulationStub(invocation, TransactionSimulator(EmptyState(), lambda *_: (), SimulationLimits()))


@asynccontextmanager
async def registered(
    settings: StreamSettings | None = None,
) -> AsyncIterator[tuple[Talk, ChaincodeStream, "asyncio.Task[None]"]]:
    talk = Talk()
    ready: asyncio.Future[ChaincodeStream] = asyncio.get_running_loop().create_future()
    stream = ChaincodeStream(talk, settings or StreamSettings(keepalive_s=0), "label:1", ready)
    task = asyncio.create_task(stream.run())
    talk.say(M.REGISTER, ChaincodeID(name="label:1").SerializeToString())
    assert await asyncio.wait_for(ready, 5) is stream
    assert [(await talk.hear()).type for _ in range(2)] == [M.REGISTERED, M.READY]
    try:
        yield talk, stream, task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def refusal(first: bytes) -> str:
    """Why a stream ends whose chaincode begins so."""
    talk = Talk()
    ready: asyncio.Future[ChaincodeStream] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(ChaincodeStream(talk, StreamSettings(), "label:1", ready).run())
    talk.sent.put_nowait(first)
    with pytest.raises(StreamFault) as caught:
        await asyncio.wait_for(ready, 5)
    await task
    return str(caught.value)


@asynchronous
async def test_a_chaincode_that_does_not_register_as_it_should_is_refused() -> None:
    other = M(type=M.REGISTER, payload=ChaincodeID(name="other:1").SerializeToString())
    nameless = M(type=M.REGISTER, payload=ChaincodeID().SerializeToString())
    broken = M(type=M.REGISTER, payload=b"\xff")
    early = M(type=M.GET_STATE, txid="t")
    assert "registers as 'other:1', expected 'label:1'" in await refusal(other.SerializeToString())
    assert "registers as ''" in await refusal(nameless.SerializeToString())
    assert "could not unmarshal" in await refusal(broken.SerializeToString())
    assert "(GET_STATE) while in created state" in await refusal(early.SerializeToString())
    assert "cannot be parsed" in await refusal(b"\xff\xff")


@asynchronous
async def test_limits_are_announced_or_not_as_in_2_5() -> None:
    for settings in (StreamSettings(write_batch_max=7, get_multiple_max=9), StreamSettings(batches=False)):
        talk = Talk()
        ready: asyncio.Future[ChaincodeStream] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(ChaincodeStream(talk, settings, "", ready).run())
        talk.say(M.REGISTER, ChaincodeID(name="any").SerializeToString())
        assert (await talk.hear()).type == M.REGISTERED
        params = ChaincodeAdditionalParams.FromString((await talk.hear()).payload)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if settings.batches:
            assert (params.max_size_write_batch, params.max_size_get_multiple_keys) == (7, 9)
        else:
            assert params == ChaincodeAdditionalParams()


@pytest.mark.parametrize("kind", [M.REGISTER, M.REGISTERED, M.READY, M.TRANSACTION, M.INIT, M.RESPONSE, 99])
@asynchronous
async def test_a_type_that_no_ready_chaincode_may_send_ends_the_stream_and_tells_who_waits(
    kind: "ChaincodeMessage.Type.ValueType",
) -> None:
    async with registered() as (talk, stream, task):
        waiting = [asyncio.create_task(stream.execute(stub(f"t{at}"))) for at in range(3)]
        for _ in range(3):
            assert (await talk.hear()).type == M.TRANSACTION
        talk.say(kind)
        await asyncio.wait_for(task, 5)
        for one in await asyncio.gather(*waiting, return_exceptions=True):
            assert "chaincode stream terminated" in str(one)
        with pytest.raises(ChaincodeError, match="chaincode stream terminated"):
            await stream.execute(stub())


@asynchronous
async def test_garbage_in_a_request_is_answered_and_the_transaction_goes_on() -> None:
    async with registered() as (talk, stream, _):
        execution = asyncio.create_task(stream.execute(stub()))
        assert (await talk.hear()).type == M.TRANSACTION
        requests = [
            M.GET_STATE, M.GET_STATE_MULTIPLE, M.PUT_STATE, M.DEL_STATE, M.GET_STATE_BY_RANGE,
            M.GET_QUERY_RESULT, M.GET_HISTORY_FOR_KEY, M.QUERY_STATE_NEXT, M.QUERY_STATE_CLOSE,
            M.GET_STATE_METADATA, M.PUT_STATE_METADATA, M.GET_PRIVATE_DATA_HASH, M.PURGE_PRIVATE_DATA,
            M.WRITE_BATCH_STATE, M.INVOKE_CHAINCODE,
        ]  # fmt: skip
        for kind in requests:
            talk.say(kind, b"\xff\xff")
            answer = await talk.hear()
            assert answer.type == M.ERROR, kind
            assert answer.payload.startswith(f"{M.Type.Name(kind)} failed: transaction ID: t: ".encode())
        talk.say(M.COMPLETED, DONE)
        assert await execution == Response(200, "", b"done")


@asynchronous
async def test_what_a_request_may_not_ask_is_said() -> None:
    cases = [
        (M.GET_STATE, GetState(key="").SerializeToString(), "key: is empty"),
        (M.GET_STATE, GetState(key="k", collection="c").SerializeToString(), "private data"),
        (M.QUERY_STATE_NEXT, QueryStateNext(id="7").SerializeToString(), "query iterator not found"),
        (M.GET_QUERY_RESULT, b"", "ExecuteQuery not supported for leveldb"),
        (
            M.WRITE_BATCH_STATE,
            WriteBatchState(rec=[WriteRecord()]).SerializeToString(),
            "unknown operation type",
        ),
        (
            M.INVOKE_CHAINCODE,
            ChaincodeSpec(chaincode_id=ChaincodeID(name="x")).SerializeToString(),
            "runs no other",
        ),
    ]
    async with registered() as (talk, stream, _):
        execution = asyncio.create_task(stream.execute(stub()))
        await talk.hear()
        for kind, payload, reason in cases:
            talk.say(kind, payload)
            assert reason.encode() in (await talk.hear()).payload
        talk.say(M.ERROR, b"enough")
        with pytest.raises(ChaincodeError, match="enough"):
            await execution


@asynchronous
async def test_messages_out_of_order_touch_nobody_else() -> None:
    """For no transaction, for one that is over, twice, or while a call is under way."""
    async with registered() as (talk, stream, task):
        execution = asyncio.create_task(stream.execute(stub()))
        opening = await talk.hear()
        assert ChaincodeInput.FromString(opening.payload).args == [b"f"]
        talk.say(M.COMPLETED, DONE, txid="nobody")
        talk.say(M.ERROR, b"x", txid="")
        talk.say(M.GET_STATE, GetState(key="k").SerializeToString(), txid="nobody")
        assert b"no ledger context" in (await talk.hear()).payload
        talk.say(M.COMPLETED, DONE)
        talk.say(M.COMPLETED, b"again")
        talk.say(M.GET_STATE, GetState(key="k").SerializeToString())
        assert await execution == Response(200, "", b"done")
        assert b"no ledger context" in (await talk.hear()).payload
        talk.say(M.KEEPALIVE)
        await asyncio.sleep(0.01)
        assert not task.done()
        assert stream.under_way == 0


@asynchronous
async def test_a_second_request_during_a_call_is_dropped_as_by_a_peer() -> None:
    calling = asyncio.Event()

    async def never(*_: object) -> ChaincodeMessage:
        calling.set()
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")

    async with registered(StreamSettings(keepalive_s=0, execute_timeout_s=0.2)) as (talk, stream, _):
        invocation = Invocation("credits", "t", "cc", Timestamp(1, 0), b"creator", (b"f",), calls=never)
        asked = SimulationStub(
            invocation, TransactionSimulator(EmptyState(), lambda *_: (), SimulationLimits())
        )
        execution = asyncio.create_task(stream.execute(asked))
        await talk.hear()
        talk.say(M.INVOKE_CHAINCODE, ChaincodeSpec(chaincode_id=ChaincodeID(name="x")).SerializeToString())
        await asyncio.wait_for(calling.wait(), 5)
        talk.say(M.GET_STATE, GetState(key="k").SerializeToString())
        with pytest.raises(ChaincodeError, match="timeout expired while executing transaction"):
            await execution
        assert talk.heard.empty()


@asynchronous
async def test_a_response_that_cannot_be_parsed_is_the_chaincodes_fault() -> None:
    async with registered() as (talk, stream, _):
        execution = asyncio.create_task(stream.execute(stub()))
        await talk.hear()
        talk.say(M.COMPLETED, b"\xff\xff")
        with pytest.raises(ChaincodeError, match="cannot be parsed"):
            await execution


@asynchronous
async def test_an_id_is_at_the_chaincode_once_and_no_more_than_may_be() -> None:
    async with registered(StreamSettings(keepalive_s=0, transactions_max=2)) as (talk, stream, _):
        running = [asyncio.create_task(stream.execute(stub(name))) for name in ("t", "u")]
        await talk.hear()
        await talk.hear()
        with pytest.raises(ChaincodeError, match="2 transactions are at the chaincode"):
            await stream.execute(stub("v"))
        talk.say(M.COMPLETED, DONE, txid="u")
        await running[1]
        with pytest.raises(ChaincodeError, match=r"txid: t\(credits\) exists"):
            await stream.execute(stub("t"))
        talk.say(M.COMPLETED, DONE)
        assert (await running[0]).status == 200


@asynchronous
async def test_keepalive_goes_out_for_as_long_as_nothing_else_does() -> None:
    async with registered(StreamSettings(keepalive_s=0.02)) as (talk, stream, task):
        kinds = [(await talk.hear()).type for _ in range(20)]
        assert set(kinds) == {M.KEEPALIVE}
        assert not task.done()
        execution = asyncio.create_task(stream.execute(stub()))
        while (await talk.hear()).type != M.TRANSACTION:
            pass
        talk.say(M.COMPLETED, DONE)
        assert (await execution).payload == b"done"


@asynchronous
async def test_a_chaincode_that_does_not_read_holds_up_nobody_but_itself() -> None:
    async with registered(StreamSettings(keepalive_s=0, execute_timeout_s=0.1)) as (talk, stream, _):
        talk.blocked.clear()
        started = asyncio.get_running_loop().time()
        with pytest.raises(ChaincodeError, match="timeout expired"):
            await stream.execute(stub())
        assert asyncio.get_running_loop().time() - started < 2


@asynchronous
async def test_a_message_that_grpc_would_not_take_ends_its_transaction_alone() -> None:
    async with registered(StreamSettings(keepalive_s=0, message_bytes_max=500)) as (talk, stream, task):
        with pytest.raises(ChaincodeError, match="bytes, at most 500"):
            await stream.execute(stub("t", bytes(1_000)))
        execution = asyncio.create_task(stream.execute(stub()))
        await talk.hear()
        talk.say(M.COMPLETED, DONE)
        assert (await execution).payload == b"done"
        assert not task.done()
