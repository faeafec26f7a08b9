"""Refusals: status code, message and details as Fabric's gateway gives them.

The texts are Fabric v3.1.5's own (internal/pkg/gateway); programs of users match on them.
"""

import re

import pytest

from tests.conformance.client import Client
from tests.conformance.drivers import RefusedError

UNKNOWN, FAILED_PRECONDITION, ABORTED, UNAVAILABLE = 2, 9, 10, 14
SEE_DETAILS = "failed to endorse transaction, see attached details for more info"
REFUSALS = [
    (("refuse", "500", "不足"), "chaincode response 500, 不足"),
    (("refuse", "400", "no"), "chaincode response 400, no"),
    (("nothing",), "chaincode response 500, no function nothing"),
    (("fault",), "chaincode response 500, the chaincode failed: RuntimeError"),
]


def check_details(error: RefusedError, client: Client, message: str) -> None:
    assert error.details
    for detail in error.details:
        assert re.fullmatch(r"[\w.-]+:\d+", detail["address"])
        assert detail["msp_id"] in client.msp_ids
        assert detail["message"] == message


@pytest.mark.parametrize(("call", "message"), REFUSALS)
def test_what_the_chaincode_refuses_at_evaluate(client: Client, call: tuple[str, ...], message: str) -> None:
    with pytest.raises(RefusedError) as refused:
        client.evaluate(*call)
    assert (refused.value.type, refused.value.code) == ("GatewayError", UNKNOWN)
    assert f"evaluate call to endorser returned error: {message}" in refused.value.message
    check_details(refused.value, client, message)


@pytest.mark.parametrize(("call", "message"), REFUSALS)
def test_what_the_chaincode_refuses_at_endorse(client: Client, call: tuple[str, ...], message: str) -> None:
    with pytest.raises(RefusedError) as refused:
        client.submit(*call)
    assert (refused.value.type, refused.value.code) == ("EndorseError", ABORTED)
    assert SEE_DETAILS in refused.value.message
    assert refused.value.transaction_id is not None
    assert len(refused.value.transaction_id) == 64
    check_details(refused.value, client, message)


def test_an_unknown_chaincode(client: Client) -> None:
    channel = client.profile.channel
    with pytest.raises(RefusedError) as refused:
        client.evaluate("echo", chaincode="nope")
    assert (refused.value.type, refused.value.code) == ("GatewayError", FAILED_PRECONDITION)
    assert f"no peers available to evaluate chaincode nope in channel {channel}" in refused.value.message
    with pytest.raises(RefusedError) as refused:
        client.submit("echo", chaincode="nope")
    assert (refused.value.type, refused.value.code) == ("EndorseError", FAILED_PRECONDITION)
    assert (
        "no combination of peers can be derived which satisfy the endorsement policy: "
        f"No metadata was found for chaincode nope in channel {channel}"
    ) in refused.value.message
    assert refused.value.details == []


def test_an_unknown_channel(client: Client) -> None:
    with pytest.raises(RefusedError) as refused:
        client.evaluate("echo", channel="nowhere")
    assert refused.value.code == UNAVAILABLE
    assert (
        "failed to get config for channel [nowhere]: could not get last config for channel nowhere"
    ) in refused.value.message
    with pytest.raises(RefusedError) as refused:
        client.submit("echo", channel="nowhere")
    assert (refused.value.type, refused.value.code) == ("EndorseError", FAILED_PRECONDITION)
    chaincode = client.profile.chaincode
    assert f"No metadata was found for chaincode {chaincode} in channel nowhere" in refused.value.message


def test_an_organisation_without_peers(client: Client) -> None:
    chaincode, channel = client.profile.chaincode, client.profile.channel
    with pytest.raises(RefusedError) as refused:
        client.submit("echo", endorsing_organisations=["NoMSP"])
    assert (refused.value.type, refused.value.code) == ("EndorseError", UNAVAILABLE)
    assert "failed to find any endorsing peers for org(s): NoMSP" in refused.value.message
    with pytest.raises(RefusedError) as refused:
        client.evaluate("echo", endorsing_organisations=["NoMSP"])
    assert refused.value.code == FAILED_PRECONDITION
    assert (
        f"no peers available to evaluate chaincode {chaincode} in channel {channel}" in refused.value.message
    )


def test_a_signature_of_somebody_else(client: Client) -> None:
    msp_id = client.profile.organisations[1].msp_id
    other = client.without_signer((msp_id, client.profile.organisations[1].identities[0].name))
    denied = (
        f"error validating proposal: access denied: channel [{client.profile.channel}] "
        f"creator org [{client.identity[0]}]"
    )
    with pytest.raises(RefusedError) as refused:
        other.evaluate("echo")
    assert (refused.value.type, refused.value.code) == ("GatewayError", FAILED_PRECONDITION)
    assert f"evaluate call to endorser returned error: {denied}" in refused.value.message
    check_details(refused.value, client, denied)
    with pytest.raises(RefusedError) as refused:
        other.submit("echo")
    assert (refused.value.type, refused.value.code) == ("EndorseError", ABORTED)
    check_details(refused.value, client, denied)
