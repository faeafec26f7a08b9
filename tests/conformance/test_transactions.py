"""Transactions as the official clients make them."""

from tests.conformance.client import Client, fresh


def test_evaluate_answers_with_what_the_chaincode_says(client: Client) -> None:
    assert client.evaluate("echo", "积分", "two") == "echo|积分|two"


def test_evaluate_changes_nothing(client: Client) -> None:
    key = fresh("key")
    assert client.evaluate("put", key, "value") == "value"
    assert client.evaluate("get", key) == ""


def test_submit_changes_the_ledger_and_tells_where(client: Client) -> None:
    key = fresh("key")
    done = client.submit("put", key, "value")
    assert (done["payload"], done["code"], done["successful"]) == ("value", 0, True)
    assert len(done["transaction_id"]) == 64
    assert client.evaluate("get", key) == "value"
    again = client.submit("delete", key)
    assert again["block_number"] > done["block_number"]
    assert client.evaluate("get", key) == ""


def test_a_contract_inside_a_chaincode_is_named_before_its_function(client: Client) -> None:
    assert client.evaluate("echo", "1", contract="points") == "points:echo|1"


def test_transient_data_reaches_the_chaincode(client: Client) -> None:
    assert client.evaluate("transient", "k", transient={"k": "secret", "other": "x"}) == "secret"
    assert client.submit("transient", "k", transient={"k": "secret"})["payload"] == "secret"


def test_endorsing_organisations_are_asked(client: Client) -> None:
    both = client.msp_ids[:2]
    done = client.submit("put", fresh("key"), "v", endorsing_organisations=both)
    assert done["successful"]
    for msp_id in both:
        assert client.evaluate("echo", endorsing_organisations=[msp_id]) == "echo"


def test_endorsements_short_of_the_policy_are_found_invalid_at_commit(client: Client) -> None:
    done = client.submit("put", fresh("key"), "v", endorsing_organisations=client.msp_ids[:1])
    assert (done["code"], done["successful"]) == (10, False)


def test_of_two_transactions_on_the_same_state_the_second_is_invalid(client: Client) -> None:
    key = fresh("counter")
    winner, loser = client.conflict("increment", key)
    assert (winner["code"], winner["payload"]) == (0, "1")
    assert (loser["code"], loser["payload"], loser["successful"]) == (11, "1", False)
    assert loser["block_number"] >= winner["block_number"]
    assert client.evaluate("get", key) == "1"


def test_an_ed25519_identity_acts_like_any_other(client: Client) -> None:
    key = fresh("key")
    assert client.ed25519.submit("put", key, "by ed25519")["code"] == 0
    assert client.ed25519.evaluate("get", key) == "by ed25519"


def test_identities_of_every_organisation_act(client: Client) -> None:
    for organisation in client.profile.organisations:
        one = client.acting_as(organisation.msp_id, organisation.identities[0].name)
        assert one.submit("put", fresh("key"), "v")["successful"]
