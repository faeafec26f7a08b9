"""Bad input: each a clear typed error with Fabric's code, and nothing changed."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2
from fabric_protos.peer import proposal_pb2

from tanhui.crypto_config.organisation import Organisation
from tanhui.crypto_config.organisation_spec import OrganisationSpec
from tanhui.network.protocol.gateway_errors import ErrorDetail, decode_details
from tanhui.network.protocol.proposals import Proposal
from tanhui.network.protocol.transport import TransportError
from tanhui.node.clock import NANOSECONDS, system_clock
from tanhui.node.node import Node
from tanhui.node.services.status import Code
from tanhui.node.settings import NodeSettings
from tests.support.kv_node import kv_node, years_later
from tests.support.raw_calls import RawClient

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
PEER_ONE = "peer0.one.example:7051"
NOT_ORDERED = "received unsuccessful response from orderer: status=BAD_REQUEST, info="
DENIED = "error validating proposal: access denied: channel [credits] creator org [OneMSP]"


def client(node: Node, msp_id: str = "OneMSP", user: str = "alice") -> RawClient:
    return RawClient(node.transport, node.network.organisations[msp_id].signing_identity("client", user))


def with_high_s(signature: bytes) -> bytes:
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, P256_ORDER - s)


def run_refusals(
    folder: Path, *cases: Callable[[Node], Awaitable[None]], settings: NodeSettings | None = None
) -> None:
    """Run cases against one node; whatever they tried, the ledger must stand where it stood."""

    async def run() -> None:
        async with kv_node(folder, settings=settings) as node:
            before = node.channel.ledger.commit_hash, node.health.height
            for case in cases:
                await case(node)
            transaction_id, transaction = await client(node).prepare("put", "after", "1")
            assert (node.channel.ledger.commit_hash, node.health.height) == before
            await client(node).submit(transaction)
            assert (await client(node).status(transaction_id))[0] == 0

    asyncio.run(run())


Failure = tuple[int, str, tuple[ErrorDetail, ...]]
"""Code, message and details of a refusal."""


async def failure(call: Awaitable[object]) -> Failure:
    """How a call is refused."""
    with pytest.raises(TransportError) as error:
        await call
    return error.value.code, error.value.message, decode_details(error.value.details)


async def refusal(call: Awaitable[object]) -> tuple[int, str]:
    """Code and message with which a call is refused."""
    code, message, _ = await failure(call)
    return code, message


async def refused_otherwise(
    node: Node, signed: proposal_pb2.SignedProposal, reason: str, caller: RawClient | None = None
) -> list[Failure]:
    """What the doors say that is not what Fabric's say.

    Evaluate says FAILED_PRECONDITION, Endorse ABORTED, the Endorser UNKNOWN, each with the reason.
    """
    used = client(node) if caller is None else caller
    detail = (ErrorDetail(PEER_ONE, "OneMSP", reason),)
    evaluating = f"evaluate call to endorser returned error: {reason}"
    endorsing = "failed to endorse transaction, see attached details for more info"
    direct = node.transport.unary("/protos.Endorser/ProcessProposal", signed.SerializeToString(), 5)
    doors: tuple[tuple[Awaitable[object], Failure], ...] = (
        (used.evaluate(signed), (Code.FAILED_PRECONDITION, evaluating, detail)),
        (used.endorse(signed), (Code.ABORTED, endorsing, detail)),
        (direct, (Code.UNKNOWN, reason, ())),
    )
    found = [(await failure(call), wanted) for call, wanted in doors]
    return [said for said, wanted in found if said != wanted]


def test_signatures_that_are_wrong_high_or_missing(tmp_path: Path) -> None:
    async def wrong(node: Node) -> None:
        alice = client(node)
        proposal = alice.proposal("put", "a", "1")
        for signature in (
            alice.signing.sign(proposal.raw + b"."),
            client(node, user="bob").signing.sign(proposal.raw),
            with_high_s(alice.signing.sign(proposal.raw)),
            b"no signature",
        ):
            assert await refused_otherwise(node, alice.signed(proposal, signature), DENIED) == []
        assert (
            await refused_otherwise(
                node, alice.signed(proposal, b""), "error validating proposal: empty signature bytes"
            )
            == []
        )

    run_refusals(tmp_path, wrong)


def test_a_stranger_and_a_creator_that_is_no_identity(tmp_path: Path) -> None:
    unknown = "error validating proposal: access denied: channel [credits] creator org unknown, creator is malformed"

    async def foreign(node: Node) -> None:
        made = Organisation.create(tmp_path / "foreign", OrganisationSpec("ForeignMSP", "foreign.example"))
        made.add_user("mallory")
        mallory = RawClient(node.transport, made.signing_identity("client", "mallory"))
        assert (
            await refused_otherwise(node, mallory.signed(mallory.proposal("get", "a")), unknown, mallory)
            == []
        )
        claimed = Organisation.create(tmp_path / "claimed", OrganisationSpec("OneMSP", "one.example"))
        claimed.add_user("mallory")
        impostor = RawClient(node.transport, claimed.signing_identity("client", "mallory"))
        signed = impostor.signed(impostor.proposal("get", "a"))
        with pytest.raises(TransportError, match="access denied") as error:
            await impostor.evaluate(signed)
        assert error.value.code == Code.FAILED_PRECONDITION

    async def malformed(node: Node) -> None:
        alice = client(node)
        proposal = alice.proposal("get", "a", creator=b"\x0a\x06OneMSP\x12\x03abc")
        assert await refused_otherwise(node, alice.signed(proposal), unknown) == []

    run_refusals(tmp_path / "node", foreign, malformed)


def test_timestamps_beyond_fifteen_minutes(tmp_path: Path) -> None:
    async def stale(node: Node) -> None:
        alice = client(node)
        for minutes in (-16, 16):
            proposal = alice.proposal("get", "a", timestamp_ns=system_clock() + minutes * 60 * NANOSECONDS)
            with pytest.raises(
                TransportError, match="request unauthorized due to incorrect timestamp"
            ) as error:
                await alice.evaluate(alice.signed(proposal))
            assert error.value.code == Code.FAILED_PRECONDITION
        near = alice.proposal("keys", timestamp_ns=system_clock() - 14 * 60 * NANOSECONDS)
        assert await alice.evaluate(alice.signed(near)) == b"[]"

    run_refusals(tmp_path, stale)


def test_an_expired_certificate_is_refused_at_every_door(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path):
            pass
        clock = years_later(40)
        async with kv_node(tmp_path, clock=clock) as node:
            alice = client(node)
            proposal = alice.proposal("get", "a", timestamp_ns=clock())
            assert (
                await refused_otherwise(node, alice.signed(proposal), "proposal client identity expired")
                == []
            )
            envelope = common_pb2.Envelope.FromString(alice.seek())
            assert await refusal(alice.submit(envelope)) == (
                Code.ABORTED,
                f"{NOT_ORDERED}broadcast client identity expired",
            )

    asyncio.run(run())


def test_a_replayed_or_miscomputed_transaction_id(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node:
            alice = client(node)
            proposal = alice.proposal("put", "a", "1")
            transaction = await alice.endorse(alice.signed(proposal))
            transaction.signature = alice.signing.sign(transaction.payload)
            await alice.submit(transaction)
            assert await alice.status(proposal.transaction_id) == (0, 2)
            found = (
                f"duplicate transaction found [{proposal.transaction_id}]. Creator [{alice.creator.hex()}]"
            )
            assert await refused_otherwise(node, alice.signed(proposal), found) == []
            await alice.submit(transaction)
            last_id, last = await alice.prepare("put", "b", "1")
            await alice.submit(last)
            _, block = await alice.status(last_id)
            codes = [code for number in range(3, block + 1) for code in _codes(node, number)]
            assert sorted(codes) == [0, 9]
            assert (await alice.status(proposal.transaction_id)) == (0, 2)

            other = alice.proposal("put", "a", "1")
            header = common_pb2.Header.FromString(proposal_pb2.Proposal.FromString(other.raw).header)
            channel_header = common_pb2.ChannelHeader.FromString(header.channel_header)
            channel_header.tx_id = "00" * 32
            header.channel_header = channel_header.SerializeToString()
            message = proposal_pb2.Proposal.FromString(other.raw)
            message.header = header.SerializeToString()
            forged: Proposal = replace(other, raw=message.SerializeToString())
            reason = (
                "error validating proposal: incorrectly computed txid "
                f"'{'00' * 32}' -- expected '{other.transaction_id}'"
            )
            assert await refused_otherwise(node, alice.signed(forged), reason) == []

    asyncio.run(run())


def _codes(node: Node, number: int) -> bytes:
    return node.channel.ledger.block(number).metadata.metadata[common_pb2.TRANSACTIONS_FILTER]


def test_messages_that_cannot_be_read(tmp_path: Path) -> None:
    async def unreadable(node: Node) -> None:
        alice, call = client(node), node.transport.unary
        assert await refusal(alice.evaluate(proposal_pb2.SignedProposal())) == (
            Code.INVALID_ARGUMENT,
            "failed to unpack transaction proposal: a signed proposal is required",
        )
        assert await refusal(alice.endorse(proposal_pb2.SignedProposal())) == (
            Code.INVALID_ARGUMENT,
            "the proposed transaction must contain a signed proposal",
        )
        for method in ("Evaluate", "Endorse"):
            broken = gateway_pb2.EvaluateRequest(
                proposed_transaction=proposal_pb2.SignedProposal(proposal_bytes=b"\xff\xff", signature=b"s")
            )
            with pytest.raises(TransportError, match="error unmarshalling Proposal") as error:
                await call(f"/gateway.Gateway/{method}", broken.SerializeToString(), 5)
            assert error.value.code == Code.INVALID_ARGUMENT
        with pytest.raises(TransportError, match="error unmarshalling request") as error:
            await call("/gateway.Gateway/Submit", b"\xff\xff\xff", 5)
        assert error.value.code == Code.INTERNAL
        assert await refusal(call("/gateway.Gateway/Submit", b"", 5)) == (
            Code.INVALID_ARGUMENT,
            "a prepared transaction is required",
        )
        assert await refusal(alice.submit(common_pb2.Envelope(payload=b"p"))) == (
            Code.INVALID_ARGUMENT,
            "prepared transaction must be signed",
        )
        assert await refusal(call("/gateway.Gateway/CommitStatus", b"", 5)) == (
            Code.INVALID_ARGUMENT,
            "a commit status request is required",
        )
        with pytest.raises(TransportError) as error:
            await call("/gateway.Gateway/Nothing", b"", 5)
        assert error.value.code == Code.UNIMPLEMENTED

    run_refusals(tmp_path, unreadable)


def test_unknown_channel_chaincode_function_and_organisation(tmp_path: Path) -> None:
    no_channel = "failed to get config for channel [nowhere]: could not get last config for channel nowhere"
    unsatisfied = "no combination of peers can be derived which satisfy the endorsement policy: "

    async def unknown(node: Node) -> None:
        alice = client(node)
        elsewhere = alice.signed(alice.proposal("get", "a", channel="nowhere"))
        assert await refusal(alice.evaluate(elsewhere)) == (Code.UNAVAILABLE, no_channel)
        assert await refusal(alice.endorse(elsewhere)) == (
            Code.FAILED_PRECONDITION,
            unsatisfied + "No metadata was found for chaincode kv in channel nowhere",
        )
        _, transaction = await alice.prepare("put", "a", "1")
        assert await refusal(alice.submit(transaction, "nowhere")) == (Code.FAILED_PRECONDITION, no_channel)
        nobody = alice.signed(alice.proposal("get", "a", chaincode="nobody"))
        assert await refusal(alice.evaluate(nobody)) == (
            Code.FAILED_PRECONDITION,
            "no peers available to evaluate chaincode nobody in channel credits",
        )
        assert await refusal(alice.endorse(nobody)) == (
            Code.FAILED_PRECONDITION,
            unsatisfied + "No metadata was found for chaincode nobody in channel credits",
        )
        assert await refusal(
            alice.endorse(alice.signed(alice.proposal("put", "a", "1")), ["TwoMSP", "ThreeMSP"])
        ) == (
            Code.UNAVAILABLE,
            "failed to find any endorsing peers for org(s): ThreeMSP",
        )
        function = alice.signed(alice.proposal("dance"))
        said = "chaincode response 500, no function dance with 0 arguments"
        detail = (ErrorDetail(PEER_ONE, "OneMSP", said),)
        assert await failure(alice.evaluate(function)) == (
            Code.UNKNOWN,
            f"evaluate call to endorser returned error: {said}",
            detail,
        )
        assert await failure(alice.endorse(function)) == (
            Code.ABORTED,
            "failed to endorse transaction, see attached details for more info",
            detail,
        )

    run_refusals(tmp_path, unknown)


def test_a_chaincode_that_refuses_or_fails_tells_no_inner_detail(tmp_path: Path) -> None:
    async def refuse(node: Node) -> None:
        alice = client(node)
        said = "chaincode response 409, not now"
        refusing = alice.signed(alice.proposal("refuse", "409", "not now"))
        code, message, details = await failure(alice.endorse(refusing, ["TwoMSP", "OneMSP"]))
        assert (code, message) == (
            Code.ABORTED,
            "failed to collect enough transaction endorsements, see attached details for more info",
        )
        assert [(one.msp_id, one.message) for one in details] == [("TwoMSP", said), ("OneMSP", said)]
        crashed = "error in simulation: the chaincode failed; the node's log says why"
        code, message, details = await failure(alice.evaluate(alice.signed(alice.proposal("crash"))))
        assert (code, message) == (
            Code.ABORTED,
            "failed to evaluate transaction, see attached details for more info",
        )
        assert [(one.msp_id, one.message) for one in details] == [("OneMSP", crashed), ("TwoMSP", crashed)]

    run_refusals(tmp_path, refuse)


def test_messages_that_are_too_large(tmp_path: Path) -> None:
    async def oversize(node: Node) -> None:
        alice = client(node)
        _, transaction = await alice.prepare("put", "a", "x" * 1_048_576)
        size = len(transaction.payload) + len(transaction.signature)
        assert await refusal(alice.submit(transaction)) == (
            Code.ABORTED,
            f"{NOT_ORDERED}message payload is {size} bytes and exceeds maximum allowed 1048576 bytes",
        )
        with pytest.raises(TransportError, match="received message larger than max") as error:
            await alice.evaluate(alice.signed(alice.proposal("get", "x" * (5 * 1_048_576))))
        assert error.value.code == Code.RESOURCE_EXHAUSTED

    run_refusals(tmp_path, oversize, settings=NodeSettings(request_bytes_max=4 * 1024 * 1024))


def test_the_orderer_refuses_who_may_not_write(tmp_path: Path) -> None:
    async def unauthorised(node: Node) -> None:
        alice = client(node)
        _, transaction = await alice.prepare("put", "a", "1")
        transaction.signature = client(node, user="bob").signing.sign(transaction.payload)
        with pytest.raises(TransportError, match=r"status=FORBIDDEN.*permission denied") as error:
            await alice.submit(transaction)
        assert error.value.code == Code.ABORTED
        transaction.signature = with_high_s(alice.signing.sign(transaction.payload))
        with pytest.raises(TransportError, match="status=FORBIDDEN"):
            await alice.submit(transaction)

    run_refusals(tmp_path, unauthorised)
