"""Events: received, replayed, gone on with from a checkpoint; one stream's end is not another's."""

import json
from pathlib import Path

import pytest

from tests.conformance.client import Client, fresh
from tests.conformance.drivers import Answer, RefusedError

BLOCK_KINDS = ["block", "filtered_block", "block_and_private_data"]
KINDS = ["chaincode", *BLOCK_KINDS]
PERMISSION_DENIED = 7


def announce(client: Client) -> Answer:
    return client.submit("event", fresh("event"), "payload")


def height(client: Client) -> int:
    """The number that the next block will have, if nobody else writes."""
    return int(announce(client)["block_number"]) + 1


@pytest.mark.parametrize("kind", KINDS)
def test_received_as_they_are_committed(client: Client, kind: str) -> None:
    with client.events(kind, start_block=height(client)) as events:
        done = announce(client)
        assert events.until(done["transaction_id"])["block_number"] == done["block_number"]


@pytest.mark.parametrize("kind", KINDS)
def test_replayed_from_a_block(client: Client, kind: str) -> None:
    first, second = announce(client), announce(client)
    with client.events(kind, start_block=first["block_number"]) as events:
        assert events.until(first["transaction_id"])["block_number"] == first["block_number"]
        assert events.until(second["transaction_id"])["block_number"] == second["block_number"]


def test_a_chaincode_event_has_name_and_payload(client: Client) -> None:
    name = fresh("event")
    done = client.submit("event", name, "载荷")
    with client.events("chaincode", start_block=done["block_number"]) as events:
        assert events.until(done["transaction_id"]) == {
            "block_number": done["block_number"],
            "transaction_id": done["transaction_id"],
            "chaincode": client.profile.chaincode,
            "name": name,
            "payload": "载荷",
        }


def test_invalid_transactions_announce_nothing(client: Client) -> None:
    first = height(client)
    refused = client.submit("event", fresh("event"), "", endorsing_organisations=client.msp_ids[:1])
    assert refused["code"] == 10
    done = announce(client)
    with client.events("chaincode", start_block=first) as events:
        while (event := events.next())["transaction_id"] != done["transaction_id"]:
            assert event["transaction_id"] != refused["transaction_id"]


@pytest.mark.parametrize("kind", BLOCK_KINDS)
def test_a_block_names_its_transactions_and_their_codes(client: Client, kind: str) -> None:
    valid = announce(client)
    refused = client.submit("event", fresh("event"), "", endorsing_organisations=client.msp_ids[:1])
    with client.events(kind, start_block=valid["block_number"]) as events:
        for done, code in ((valid, 0), (refused, 10)):
            block = events.until(done["transaction_id"])
            assert {"id": done["transaction_id"], "code": code} in block["transactions"]


@pytest.mark.parametrize("kind", BLOCK_KINDS)
def test_every_block_from_the_first_in_its_order(client: Client, kind: str) -> None:
    announce(client)
    with client.events(kind, start_block=0) as events:
        assert [events.next()["block_number"] for _ in range(3)] == [0, 1, 2]


@pytest.mark.parametrize("kind", KINDS)
def test_gone_on_with_after_closing(client: Client, kind: str) -> None:
    first = announce(client)
    with client.events(kind, start_block=first["block_number"]) as events:
        events.until(first["transaction_id"])
    second = announce(client)
    with client.events(kind, start_block=second["block_number"]) as events:
        assert events.until(second["transaction_id"])["block_number"] == second["block_number"]


@pytest.mark.parametrize("kind", KINDS)
def test_closing_one_leaves_the_other(client: Client, kind: str) -> None:
    start = height(client)
    with client.events(kind, start_block=start) as one, client.events(kind, start_block=start) as other:
        first = announce(client)
        one.until(first["transaction_id"])
        other.until(first["transaction_id"])
        one.close()
        second = announce(client)
        assert other.until(second["transaction_id"])["block_number"] == second["block_number"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("where", ["memory", "file"])
def test_a_checkpoint_is_where_the_next_stream_begins(
    client: Client, tmp_path: Path, kind: str, where: str
) -> None:
    path = tmp_path / "checkpoint.json" if where == "file" else None
    checkpoint = client.checkpointer(path)
    first = announce(client)
    with client.events(kind, start_block=first["block_number"], checkpoint=checkpoint) as events:
        events.until(first["transaction_id"])
    second = announce(client)
    if path is not None:
        checkpoint = client.checkpointer(path)  # as after a restart
    with client.events(kind, start_block=0, checkpoint=checkpoint) as events:
        event = events.next()
        assert event["block_number"] > 0
        while second["transaction_id"] not in str(event):
            assert first["transaction_id"] not in str(event)
            event = events.next()


def test_a_checkpoint_file_is_the_same_for_every_client(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.json"
    checkpoint = client.checkpointer(path)
    done = announce(client)
    with client.events("chaincode", start_block=done["block_number"], checkpoint=checkpoint) as events:
        events.until(done["transaction_id"])
    assert json.loads(path.read_text()) == {
        "blockNumber": str(done["block_number"]),
        "transactionId": done["transaction_id"],
    }
    with client.events(
        "block", start_block=done["block_number"], checkpoint=client.checkpointer(path)
    ) as blocks:
        blocks.until(done["transaction_id"])
    assert json.loads(path.read_text()) == {"blockNumber": str(done["block_number"] + 1)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_signature_of_somebody_else_is_refused(client: Client, kind: str) -> None:
    organisation = client.profile.organisations[1]
    other = client.without_signer((organisation.msp_id, organisation.identities[0].name))
    with pytest.raises(RefusedError) as refused, other.events(kind, start_block=0) as events:
        events.next()
    official_block_stream = refused.value.type == "Error"
    if official_block_stream:
        assert refused.value.message == "Unexpected status response: 403"
    else:
        assert refused.value.code == PERMISSION_DENIED
