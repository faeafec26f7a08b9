"""Every message leaves as bytes and a digest, is signed elsewhere, and comes back."""

import pytest

from tests.conformance.client import Client, fresh

IDENTITIES = ["the usual one", "ed25519"]


def offline(client: Client, name: str) -> Client:
    chosen = client if name == IDENTITIES[0] else client.ed25519
    return chosen.without_signer(chosen.identity)


@pytest.mark.parametrize("name", IDENTITIES)
def test_evaluate_and_submit(client: Client, name: str) -> None:
    key = fresh("key")
    one = offline(client, name)
    done = one.submit("put", key, "signed elsewhere")
    assert (done["code"], done["payload"]) == (0, "signed elsewhere")
    assert one.evaluate("get", key) == "signed elsewhere"


@pytest.mark.parametrize("name", IDENTITIES)
@pytest.mark.parametrize("kind", ["chaincode", "block", "filtered_block", "block_and_private_data"])
def test_event_requests(client: Client, name: str, kind: str) -> None:
    done = client.submit("event", "signed", "elsewhere")
    with offline(client, name).events(kind, start_block=done["block_number"]) as events:
        assert events.until(done["transaction_id"])["block_number"] == done["block_number"]
