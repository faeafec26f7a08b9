"""qscc, cscc and _lifecycle through Evaluate, with their access checks; definitions on the chain."""

import asyncio
from pathlib import Path

import pytest
from fabric_protos.common import common_pb2, configtx_pb2, ledger_pb2
from fabric_protos.peer import proposal_pb2, proposal_response_pb2, query_pb2, transaction_pb2
from fabric_protos.peer.lifecycle import lifecycle_pb2

from tanhui.network.protocol.transport import TransportError
from tanhui.node.bootstrap import BootstrapFailed
from tanhui.node.endorsing.outcome import Concern
from tanhui.node.node import Node
from tanhui.node.services.status import Code
from tests.support.kv_node import kv_node, topology
from tests.support.raw_calls import RawClient


def client(node: Node, user: str = "alice") -> RawClient:
    role = "admin" if user == "Admin" else "client"
    organisation = node.network.organisations["OneMSP"]
    return RawClient(
        node.transport, organisation.signing_identity("admin" if role == "admin" else "client", user)
    )


async def ask(caller: RawClient, chaincode: str, *arguments: str | bytes) -> bytes:
    return await caller.evaluate(caller.signed(caller.proposal(*arguments, chaincode=chaincode)))


async def refusal(caller: RawClient, chaincode: str, *arguments: str | bytes) -> str:
    with pytest.raises(TransportError) as error:
        await ask(caller, chaincode, *arguments)
    assert error.value.code == Code.UNKNOWN
    return error.value.message.removeprefix("evaluate call to endorser returned error: ")


def test_qscc_answers_from_the_ledger(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node:
            alice, ledger = client(node), node.channel.ledger
            transaction_id, transaction = await alice.prepare("put", "a", "1")
            await alice.submit(transaction)
            _, number = await alice.status(transaction_id)
            info = ledger_pb2.BlockchainInfo.FromString(await ask(alice, "qscc", "GetChainInfo", "credits"))
            assert (info.height, info.currentBlockHash) == (number + 1, ledger.header_hash)
            assert info.previousBlockHash == ledger.block(number).header.previous_hash
            raw = ledger.block_bytes(number)
            assert await ask(alice, "qscc", "GetBlockByNumber", "credits", str(number)) == raw
            assert await ask(alice, "qscc", "GetBlockByNumber", "credits", str(2**64 - 1)) == raw
            assert await ask(alice, "qscc", "GetBlockByHash", "credits", ledger.header_hash) == raw
            assert await ask(alice, "qscc", "GetBlockByTxID", "credits", transaction_id) == raw
            found = transaction_pb2.ProcessedTransaction.FromString(
                await ask(alice, "qscc", "GetTransactionByID", "credits", transaction_id)
            )
            assert found.transactionEnvelope == transaction
            assert found.validationCode == 0

    asyncio.run(run())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("GetChainInfo",), "Incorrect number of arguments, 1"),
        (("GetBlockByNumber", "credits"), "missing 3rd argument for GetBlockByNumber"),
        (("GetChainInfo", "nowhere"), "Invalid chain ID, nowhere"),
        (
            ("GetBlockByNumber", "credits", "99"),
            "Failed to get block number 99, error no such block number [99] in index",
        ),
        (
            ("GetBlockByNumber", "credits", "-1"),
            'Failed to parse block number with error strconv.ParseUint: parsing "-1": invalid syntax',
        ),
        (
            ("GetTransactionByID", "credits", "x"),
            "Failed to get transaction with id x, error no such transaction ID [x] in index",
        ),
        (
            ("Nothing", "credits", "x"),
            "access denied for [Nothing][credits]: [Unmapped policy for qscc/Nothing]",
        ),
    ],
)
def test_qscc_says_what_it_cannot_answer(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node:
            assert await refusal(client(node), "qscc", *arguments) == f"chaincode response 500, {message}"

    asyncio.run(run())


def test_cscc_knows_channels_and_configuration_and_joins_none(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node:
            alice = client(node)
            channels = query_pb2.ChannelQueryResponse.FromString(await ask(alice, "cscc", "GetChannels"))
            assert [one.channel_id for one in channels.channels] == ["credits"]
            block = await ask(alice, "cscc", "GetConfigBlock", "credits")
            assert block == node.channel.ledger.block_bytes(0)
            config = configtx_pb2.Config.FromString(await ask(alice, "cscc", "GetChannelConfig", "credits"))
            assert config == node.channel.config.config
            joining = await refusal(alice, "cscc", "JoinChain", block)
            assert joining.endswith(
                '"JoinChain" is refused: this node serves the channels it was started with'
            )

    asyncio.run(run())


def test_channels_can_be_asked_for_without_a_channel(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node:
            alice = client(node)
            signed = alice.signed(alice.proposal("GetChannels", chaincode="cscc", channel=""))
            raw = await node.transport.unary(
                "/protos.Endorser/ProcessProposal", signed.SerializeToString(), 5
            )
            response = proposal_response_pb2.ProposalResponse.FromString(raw)
            channels = query_pb2.ChannelQueryResponse.FromString(response.response.payload)
            assert [one.channel_id for one in channels.channels] == ["credits"]
            assert not response.HasField("endorsement")

    asyncio.run(run())


def test_the_definition_stands_on_the_chain_endorsed_by_a_majority(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node:
            alice = client(node)
            arguments = lifecycle_pb2.QueryChaincodeDefinitionArgs(name="kv").SerializeToString()
            found = lifecycle_pb2.QueryChaincodeDefinitionResult.FromString(
                await ask(alice, "_lifecycle", "QueryChaincodeDefinition", arguments)
            )
            assert (found.sequence, found.version, dict(found.approvals)) == (
                1,
                "1.0",
                {"OneMSP": True, "TwoMSP": True},
            )
            everything = lifecycle_pb2.QueryChaincodeDefinitionsResult.FromString(
                await ask(alice, "_lifecycle", "QueryChaincodeDefinitions", b"")
            )
            assert [one.name for one in everything.chaincode_definitions] == ["kv"]
            installed = lifecycle_pb2.QueryInstalledChaincodesResult.FromString(
                await ask(client(node, "Admin"), "_lifecycle", "QueryInstalledChaincodes", b"")
            )
            assert [one.label for one in installed.installed_chaincodes] == ["kv_1.0"]
            denied = await refusal(alice, "_lifecycle", "QueryInstalledChaincodes", b"")
            assert "Failed to authorize invocation due to failed ACL check" in denied
            unknown = lifecycle_pb2.QueryChaincodeDefinitionArgs(name="other").SerializeToString()
            assert await refusal(alice, "_lifecycle", "QueryChaincodeDefinition", unknown) == (
                "chaincode response 404, namespace other is not defined"
            )
            assert _endorsers(node.channel.ledger.block(1)) == 2

    asyncio.run(run())


def _endorsers(block: common_pb2.Block) -> int:
    payload = common_pb2.Payload.FromString(common_pb2.Envelope.FromString(block.data.data[0]).payload)
    (action,) = transaction_pb2.Transaction.FromString(payload.data).actions
    body = transaction_pb2.ChaincodeActionPayload.FromString(action.payload)
    proposed = proposal_pb2.ChaincodeProposalPayload.FromString(body.chaincode_proposal_payload)
    assert b"CommitChaincodeDefinition" in proposed.input
    return len(body.action.endorsements)


def test_a_definition_that_the_operators_did_not_agree_to_is_not_endorsed(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node:
            alice = client(node)
            other = lifecycle_pb2.CommitChaincodeDefinitionArgs(sequence=2, name="kv", version="2.0")
            message = await refusal(
                alice, "_lifecycle", "CommitChaincodeDefinition", other.SerializeToString()
            )
            assert message.endswith("chaincode definition not agreed to by this org")
            other.sequence = 5
            message = await refusal(
                alice, "_lifecycle", "CommitChaincodeDefinition", other.SerializeToString()
            )
            assert (
                "'CommitChaincodeDefinition': definition.sequence: is 5, the next one of kv is 2" in message
            )
            install = await refusal(client(node, "Admin"), "_lifecycle", "InstallChaincode", b"")
            assert install.endswith(
                "chaincodes are part of this node: none is installed or approved by proposal"
            )

    asyncio.run(run())


def test_the_next_sequence_upgrades_and_a_skipped_one_does_not_start(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path):
            pass
        upgraded = topology(version="1.1", sequence=2, policy="OR('OneMSP.peer', 'TwoMSP.peer')")
        async with kv_node(tmp_path, upgraded) as node:
            definition = node.channel.definition("kv")
            assert definition is not None
            assert (definition.version, definition.sequence) == ("1.1", 2)
            assert node.channel.layout([Concern("kv")], "TwoMSP") == ("TwoMSP",)
        with pytest.raises(BootstrapFailed, match="give the new one sequence 3 instead of 9"):
            async with kv_node(tmp_path, topology(version="2.0", sequence=9)):
                pass

    asyncio.run(run())
