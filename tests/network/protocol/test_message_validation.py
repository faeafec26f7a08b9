"""The first judgement at commit: each refusal has Fabric's code. And what gateways say of their failures."""

import pytest
from fabric_protos.common import common_pb2
from hypothesis import given
from hypothesis import strategies as st

from tanhui.network.protocol import endorsements, gateway_errors, lifecycle, proposals, transactions
from tanhui.network.protocol.envelopes import envelope_payload
from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.message_validation import validate_envelope
from tanhui.network.protocol.msp import Msp, MspManager
from tests.support.organisations import Member, Organisation

ORGANISATION = Organisation("AMSP")
CLIENT, PEER = ORGANISATION.member(), ORGANISATION.member("peer")
CHANNEL = MspManager([Msp.from_config(ORGANISATION.msp_config())])


def transaction(*, proposal_hash: bytes | None = None, transaction_id: str | None = None) -> bytes:
    built = proposals.build_proposal(
        creator=CLIENT.creator, channel_id="c", chaincode="kv", arguments=[b"f"], timestamp_ns=1
    )
    raw = built.raw
    if transaction_id is not None:
        raw = raw.replace(built.transaction_id.encode(), transaction_id.encode())
    view = proposals.parse_proposal(raw)
    payload = endorsements.response_payload(
        proposal_hash=view.hash if proposal_hash is None else proposal_hash,
        results=b"",
        events=b"",
        status=200,
        message="",
        payload=b"",
        chaincode="kv",
        chaincode_version="1",
    )
    endorsed = endorsements.endorse(payload, PEER.creator, PEER.sign)
    return transactions.transaction_payload(view, payload, [endorsed])


def envelope(payload: bytes, signer: Member = CLIENT) -> bytes:
    return transactions.envelope(payload, signer.sign(payload))


def other(header_type: int, *, nonce: bytes = b"n", creator: bytes = CLIENT.creator) -> bytes:
    return envelope(envelope_payload(header_type, "c", b"", creator=creator, nonce=nonce))


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (envelope(transaction()), 0),
        (other(common_pb2.CONFIG), 0),
        (b"\xff", 255),
        (common_pb2.Envelope(payload=b"\xff", signature=b"s").SerializeToString(), 2),
        (b"", 3),
        (other(common_pb2.DELIVER_SEEK_INFO), 3),
        (other(common_pb2.CONFIG, nonce=b""), 3),
        (other(common_pb2.CONFIG, creator=b""), 3),
        (envelope(transaction(), PEER), 4),
        (transactions.envelope(transaction(), b""), 4),
        (other(common_pb2.CONFIG, creator=b"nobody"), 4),
        (envelope(transaction(transaction_id="0" * 64)), 8),
        (envelope(transaction(proposal_hash=b"other")), 5),
        (other(common_pb2.CONFIG_UPDATE), 7),
    ],
)
def test_codes(raw: bytes, code: int) -> None:
    verdict = validate_envelope(raw, "c", CHANNEL)
    assert verdict.code == code, verdict.reason
    assert bool(verdict.reason) is (code != 0)


@given(st.binary(max_size=200))
def test_never_raises(raw: bytes) -> None:
    assert validate_envelope(raw, "c", CHANNEL).code != 0


def test_a_result_that_cannot_be_read_is_noticed_late() -> None:
    raw = envelope(transaction())
    found = validate_envelope(raw, "c", CHANNEL).transaction
    assert found is not None
    assert found.action.chaincode_id.name == "kv"
    assert found.event is None


def test_error_details_read_back() -> None:
    details = (gateway_errors.ErrorDetail("peer0:7051", "AMSP", "为什么"),)
    trailer = gateway_errors.encode_status(10, "failed", details)
    assert gateway_errors.decode_details(trailer) == details
    assert gateway_errors.encode_status(10, "failed", ()) == b""
    assert gateway_errors.decode_details(b"\xff") == ()


def test_definitions_change_one_sequence_at_a_time() -> None:
    first = lifecycle.ChaincodeDefinition(1, "1").with_defaults()
    state = dict(lifecycle.definition_writes("kv", first, lambda _: None))
    assert lifecycle.read_definition("other", state.get) is None
    with pytest.raises(MessageError, match="is 1, the next one of kv is 2"):
        lifecycle.definition_writes("kv", first, state.get)
    second = lifecycle.ChaincodeDefinition(2, "1").with_defaults()
    writes = lifecycle.definition_writes("kv", second, state.get)
    assert [key for key, _ in writes] == ["namespaces/fields/kv/Sequence"]
    state.update(writes)
    assert lifecycle.read_definition("kv", state.get) == second
    state["namespaces/metadata/kv"] = b"\x0a\x05Other"
    with pytest.raises(MessageError, match="is a Other"):
        lifecycle.read_definition("kv", state.get)


def test_approvals_compare_by_hash() -> None:
    definition = lifecycle.ChaincodeDefinition(1, "1").with_defaults()
    writes = dict(lifecycle.approval_writes("kv", definition, "kv:abc", lambda _: None))
    assert "chaincode-sources/fields/kv#1/PackageID" in writes
    assert lifecycle.approval_mismatches("kv", definition, lambda _: None) == (lifecycle.PARAMETERS_TYPE,)
