"""The contract: what every function gets without asking. Over small functions of its own, without carbon."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
import pytest
from msgspec import Meta

from tanhui.chaincode.contract import codes
from tanhui.chaincode.contract.canonical import canonical_json
from tanhui.chaincode.contract.context import Context
from tanhui.chaincode.contract.contract import Contract
from tanhui.chaincode.contract.functions import query, transaction
from tanhui.chaincode.contract.metadata import METADATA_FUNCTION
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.contract.paging import Page, PageOrder
from tanhui.chaincode.contract.proposals import Proposal
from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType, Stored
from tanhui.chaincode.contract.unit import WriteInQuery
from tests.support.callers import creator
from tests.support.memory_ledger import Committed, MemoryLedger
from tests.support.registry_world import START_SECONDS

Name = Annotated[str, Meta(max_length=20)]


class Box(msgspec.Struct, frozen=True):
    content: str


BOX = KeyType("box", ("name",), JsonCodec(Box))


class BoxContext(Context):
    boxes = Stored(BOX)

    def proposed(self, proposal: Proposal) -> str:
        return f"proposed {proposal.function}"

    def approved(self, proposal: Proposal) -> str:
        return f"approved {proposal.function}"


class PutOrder(Order, frozen=True, kw_only=True):
    name: Name
    content: Name


class Shown(PageOrder, frozen=True, kw_only=True):
    pass


@transaction("boxes:Put", roles={"keeper"}, reads=lambda context, order: (context.boxes.at(order.name),))
async def put(context: BoxContext, order: PutOrder) -> str:
    """Put something into a box."""
    before = await context.boxes.find(order.name)
    context.boxes.put(Box(order.content), order.name)
    after = await context.boxes.get(order.name)
    return f"{before and before.content} -> {after.content}"


@transaction("boxes:Break", roles={"keeper"})
async def broken(context: BoxContext, order: PutOrder) -> str:
    """Fail in a way that nobody expected."""
    context.boxes.put(Box(order.content), order.name)
    raise RuntimeError("a secret stands here")


@transaction("boxes:Seal", roles={"keeper"}, persons=2)
async def seal(context: BoxContext, order: PutOrder) -> str:
    """Close a box for good."""
    context.boxes.put(Box("sealed"), order.name)
    return f"sealed {order.name}"


@query("boxes:Show")
async def show(context: BoxContext, order: Shown) -> Page[Box]:
    """All boxes."""
    return await context.boxes.page(order)


@query("boxes:Meddle")
async def meddle(context: BoxContext, _order: Shown) -> Page[Box]:
    """Write where only reading is allowed."""
    context.boxes.put(Box("x"), "x")
    return Page((), "")


def encode(effects: Sequence[Any]) -> bytes:
    return canonical_json({"effects": list(effects)})


FUNCTIONS = [
    function
    for function in (getattr(one, "__contract_function__", None) for one in (put, broken, seal, show, meddle))
    if function is not None
]
CONTRACT = Contract(
    "boxes", "1.0.0", FUNCTIONS, context=BoxContext, encode_effects=encode, status_of=lambda _: 400
)
KEEPER = creator("BoxMSP", "box-org", "keeper", "Kai")
SECOND_KEEPER = creator("BoxMSP", "box-org", "keeper", "Mei")


class Bench:
    def __init__(self) -> None:
        self.ledger = MemoryLedger()
        self.caller = KEEPER

    def send(self, name: str, *arguments: bytes) -> Committed:
        return self.ledger.submit(CONTRACT, self.caller, (name.encode(), *arguments), START_SECONDS)

    def put(self, name: str, content: str, request: str = "20261121-1") -> Committed:
        order = {"request_id": request, "name": name, "content": content}
        return self.send("boxes:Put", canonical_json(order))


def refusal(done: Committed) -> dict[str, Any]:
    assert done.response.status >= 400
    found: dict[str, Any] = json.loads(done.response.message)
    assert canonical_json(found).decode() == done.response.message
    return found


def test_a_function_reads_its_own_writes_and_everything_leaves_once() -> None:
    done = Bench().put("b", "x")
    assert json.loads(done.response.payload)["event"] == {"effects": ["None -> x"]}
    assert done.stub.event == ("tanhui.v1", b'{"effects":["None -> x"]}')
    assert list(done.stub.writes) == sorted(done.stub.writes)
    assert done.stub.multi_gets == 1


def test_the_same_request_answers_as_before_and_writes_nothing() -> None:
    bench = Bench()
    first = bench.put("b", "x")
    again = bench.put("b", "x")
    assert again.response == first.response
    assert not again.stub.writes
    assert again.stub.event is None


def test_the_same_id_with_another_body_or_function_is_refused() -> None:
    bench = Bench()
    bench.put("b", "x")
    assert refusal(bench.put("b", "y"))["code"] == codes.REQUEST_REUSED
    order = canonical_json({"request_id": "20261121-1", "name": "b", "content": "x"})
    assert refusal(bench.send("boxes:Break", order))["code"] == codes.REQUEST_REUSED


def test_two_copies_in_flight_conflict_and_two_requests_do_not() -> None:
    bench = Bench()
    order = canonical_json({"request_id": "20261121-1", "name": "b", "content": "x"})
    other = canonical_json({"request_id": "20261121-2", "name": "c", "content": "x"})
    stubs = [
        bench.ledger.simulate(CONTRACT, KEEPER, (b"boxes:Put", one), START_SECONDS)[0]
        for one in (order, order, other)
    ]
    assert [bench.ledger.commit(stub) for stub in stubs] == ["VALID", "MVCC_READ_CONFLICT", "VALID"]


def test_a_fault_shows_nothing_of_the_inside_and_writes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    order = canonical_json({"request_id": "20261121-1", "name": "b", "content": "x"})
    done = Bench().send("boxes:Break", order)
    assert done.response.status == 500
    assert refusal(done)["code"] == codes.FAULT
    assert "secret" not in done.response.message
    assert not done.stub.writes
    assert "a secret stands here" in caplog.text


def test_what_needs_two_persons_is_told_in_the_words_of_the_layer_above() -> None:
    bench = Bench()
    order = canonical_json({"request_id": "20261121-1", "name": "b", "content": "x"})
    first = bench.send("boxes:Seal", order)
    assert json.loads(first.response.payload)["event"] == {"effects": ["proposed boxes:Seal"]}
    bench.caller = SECOND_KEEPER
    second = bench.send("boxes:Seal", order)
    assert json.loads(second.response.payload)["event"] == {"effects": ["approved boxes:Seal", "sealed b"]}


def test_a_query_cannot_write(caplog: pytest.LogCaptureFixture) -> None:
    done = Bench().send("boxes:Meddle", b"{}")
    assert done.response.status == 500
    assert not done.stub.writes
    assert WriteInQuery.__name__ in caplog.text


def test_pages_follow_each_other() -> None:
    bench = Bench()
    for at in range(5):
        bench.put(f"b{at}", f"c{at}", f"20261121-{at}")
    seen, bookmark = [], ""
    while True:
        order = canonical_json({"page_size": 2, "bookmark": bookmark})
        page = json.loads(bench.send("boxes:Show", order).response.payload)
        seen += [item["content"] for item in page["items"]]
        bookmark = page["bookmark"]
        if not bookmark:
            break
    assert seen == [f"c{at}" for at in range(5)]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((b"boxes:Nothing", b"{}"), codes.FUNCTION_UNKNOWN),
        ((b"\xff", b"{}"), codes.FUNCTION_UNKNOWN),
        ((b"boxes:Put",), codes.ARGUMENT_COUNT),
        ((b"boxes:Put", b"{}", b"{}"), codes.ARGUMENT_COUNT),
        ((b"boxes:Put", b""), codes.ARGUMENT_MALFORMED),
        ((b"boxes:Put", b"{}"), codes.ARGUMENT_VALUE),
    ],
)
def test_calls_that_are_none(arguments: tuple[bytes, ...], code: str) -> None:
    bench = Bench()
    done = bench.ledger.submit(CONTRACT, KEEPER, arguments, START_SECONDS)
    assert refusal(done)["code"] == code


@pytest.mark.parametrize(
    ("caller", "code"),
    [
        (b"\xff", codes.CALLER_UNREADABLE),
        (b"", codes.CALLER_UNREADABLE),
        (b"x" * 20_000, codes.CALLER_UNREADABLE),
        (creator("BoxMSP", "", "keeper", "Kai"), codes.CALLER_ATTRIBUTE),
        (creator("BoxMSP", "box-org", "", "Kai"), codes.CALLER_ATTRIBUTE),
        (creator("BoxMSP", "box-org", "keeper", ""), codes.CALLER_ATTRIBUTE),
        (creator("BoxMSP", "box-org", "reader", "Kai"), codes.CALLER_ROLE),
    ],
)
def test_callers_that_may_not(caller: bytes, code: str) -> None:
    bench = Bench()
    bench.caller = caller
    assert refusal(bench.put("b", "x"))["code"] == code


def test_metadata_has_the_shape_that_fabric_gives_it() -> None:
    payload = Bench().send(METADATA_FUNCTION).response.payload
    found = json.loads(payload)
    assert canonical_json(found) == payload
    assert found["info"] == {"title": "boxes", "version": "1.0.0"}
    listed = {one["name"]: one for one in found["contracts"]["boxes"]["transactions"]}
    assert set(listed) == {"Put", "Break", "Seal", "Show", "Meddle"}
    assert "SUBMIT" in listed["Put"]["tag"]
    assert "EVALUATE" in listed["Show"]["tag"]
    parameter = listed["Put"]["parameters"][0]
    assert set(parameter) <= {"name", "description", "required", "schema"}
    reference = parameter["schema"]["$ref"].removeprefix("#/components/schemas/")
    schema = found["components"]["schemas"][reference]
    assert schema["$id"] == reference
    assert set(schema["properties"]) == {"request_id", "name", "content"}


def test_a_function_needs_a_lane_an_order_and_two_parameters() -> None:
    async def no_order(context: BoxContext, order: Shown) -> str:
        return ""

    async def alone(context: BoxContext) -> str:
        return ""

    with pytest.raises(TypeError, match="takes an Order"):
        transaction("boxes:Bad", roles=None)(no_order)
    with pytest.raises(TypeError, match="lane:Verb"):
        query("bad")(show)
    with pytest.raises(TypeError, match="one annotated record"):
        query("boxes:Bad")(alone)  # type: ignore[arg-type]
