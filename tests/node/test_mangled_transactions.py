"""Transactions that a member mangled after their endorsement and signed again: ordered, judged, never effective."""

import asyncio
import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from fabric_protos.common import common_pb2
from fabric_protos.peer import proposal_response_pb2, transaction_pb2

from tanhui.network.protocol.transport import TransportError
from tests.conftest import Counts
from tests.support.kv_node import kv_node
from tests.support.raw_calls import RawClient

DAMAGED = 300
UNKNOWN_FIELD = b"\xfa\x3f\x03abc"
"""Field 1023, which no message here has."""

Action = transaction_pb2.ChaincodeActionPayload
Edit = Callable[[Action], None]


def edited(payload: bytes, edit: Edit) -> bytes:
    """The payload with its chaincode action edited, every layer around it written anew."""
    message = common_pb2.Payload.FromString(payload)
    transaction = transaction_pb2.Transaction.FromString(message.data)
    action = Action.FromString(transaction.actions[0].payload)
    edit(action)
    transaction.actions[0].payload = action.SerializeToString()
    message.data = transaction.SerializeToString()
    return message.SerializeToString()


def _other_writes(action: Action) -> None:
    response = proposal_response_pb2.ProposalResponsePayload.FromString(
        action.action.proposal_response_payload
    )
    response.extension = response.extension.replace(b"honest", b"forged")
    action.action.proposal_response_payload = response.SerializeToString()


def _glued_writes(action: Action) -> None:
    raw = action.action.proposal_response_payload
    response = proposal_response_pb2.ProposalResponsePayload.FromString(raw)
    forged = response.extension.replace(b"honest", b"forged")
    second = proposal_response_pb2.ProposalResponsePayload(extension=forged)
    action.action.proposal_response_payload = raw + second.SerializeToString()


def _unknown_field_in_response(action: Action) -> None:
    action.action.proposal_response_payload += UNKNOWN_FIELD


def _one_twice(action: Action) -> None:
    endorsements = action.action.endorsements
    endorsements[1].CopyFrom(endorsements[0])


def _signatures_swapped(action: Action) -> None:
    first, second = action.action.endorsements
    first.signature, second.signature = second.signature, first.signature


def _endorsers_swapped(action: Action) -> None:
    first, second = action.action.endorsements
    first.endorser, second.endorser = second.endorser, first.endorser


def _one_only(action: Action) -> None:
    del action.action.endorsements[1:]


def _none(action: Action) -> None:
    del action.action.endorsements[:]


def _other_proposal(action: Action) -> None:
    action.chaincode_proposal_payload = action.chaincode_proposal_payload.replace(b"honest", b"forged")


EDITS: tuple[Edit, ...] = (
    _other_writes,
    _glued_writes,
    _unknown_field_in_response,
    _one_twice,
    _signatures_swapped,
    _endorsers_swapped,
    _one_only,
    _none,
    _other_proposal,
)


def _without_data(payload: bytes) -> bytes:
    message = common_pb2.Payload.FromString(payload)
    return common_pb2.Payload(header=message.header).SerializeToString()


def _action_twice(payload: bytes) -> bytes:
    message = common_pb2.Payload.FromString(payload)
    action = transaction_pb2.Transaction.FromString(message.data).actions[0]
    message.data = transaction_pb2.Transaction(actions=[action, action]).SerializeToString()
    return message.SerializeToString()


def _damaged(payload: bytes, number: int, chance: random.Random) -> bytes:
    """Behind the header: a bit flipped, bytes cut out, or bytes put in."""
    header = common_pb2.Payload.FromString(payload).header.ByteSize()
    at = chance.randrange(header, len(payload))
    if number % 3 == 0:
        return payload[:at] + bytes((payload[at] ^ 1 << chance.randrange(8),)) + payload[at + 1 :]
    if number % 3 == 1:
        return payload[:at] + payload[at + chance.randrange(1, 40) :]
    return payload[:at] + chance.randbytes(chance.randrange(1, 40)) + payload[at:]


def manglings() -> Iterator[Callable[[bytes], bytes]]:
    """What is done to one payload each."""
    for edit in EDITS:
        yield partial(edited, edit=edit)
    yield _without_data
    yield _action_twice
    chance = random.Random(7)
    for number in range(DAMAGED):
        yield partial(_damaged, number=number, chance=chance)


def test_a_mangled_transaction_changes_nothing_and_stops_nobody(tmp_path: Path, counts: Counts) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node:
            identity = node.network.organisations["OneMSP"].signing_identity("client", "alice")
            alice = RawClient(node.transport, identity)
            turned_away = tried = 0
            for tried, mangle in enumerate(manglings(), start=1):
                # Each its own transaction, or all but the first would only be duplicates.
                _, honest = await alice.prepare("put", f"key{tried:03d}", "honest")
                payload = mangle(honest.payload)
                assert payload != honest.payload
                turned_away += not await _ordered(alice, payload)
            last_id, last = await alice.prepare("put", "after", "1")
            await alice.submit(last)
            assert (await alice.status(last_id))[0] == transaction_pb2.VALID
            value = await alice.evaluate(alice.signed(alice.proposal("keys")))
            assert value == b'["after"]', f"a mangled transaction took effect: {value!r}"
            counts.note("mangled transactions", tried=tried, refused_by_orderer=turned_away, effective=0)

    asyncio.run(run())


async def _ordered(alice: RawClient, payload: bytes) -> bool:
    try:
        await alice.submit(common_pb2.Envelope(payload=payload, signature=alice.signing.sign(payload)))
    except TransportError as error:
        if "the node failed" in error.message:
            pytest.fail(f"a fault inside for {payload.hex()}")
        return False
    return True
