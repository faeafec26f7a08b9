"""Our own client under the same commands as the official one."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from fabric_protos.common import common_pb2
from fabric_protos.peer import events_pb2

from tanhui.crypto_config.identity import Identity
from tanhui.crypto_config.keys import PrivateKeySigner, read_private_key
from tanhui.network.connection import ConnectionProfile, read_profile
from tanhui.network.gateway import (
    BlockEventsRequest,
    ChaincodeEvent,
    ChaincodeEventsRequest,
    Checkpointer,
    CommitError,
    EventStream,
    FileCheckpointer,
    Gateway,
    GatewayError,
    GrpcTransport,
    InMemoryCheckpointer,
    Network,
    NoSignerError,
    Proposal,
    ProposalOptions,
    Signable,
    Status,
    TlsOptions,
    TransactionError,
    connect,
)
from tanhui.network.gateway.loop_thread import LoopThread
from tanhui.network.protocol import blocks
from tanhui.network.protocol.envelopes import parse_envelope
from tests.conformance.drivers import Answer, Driver, RefusedError

EVENT_TIMEOUT_S = 30.0
Pair = list[str]
AnyStream = EventStream[Any]


class PythonDriver(Driver):
    """Our client, in a loop of its own."""

    def __init__(self, profile: Path, *, share_commit_stream: bool = False) -> None:
        self._profile = read_profile(profile)
        self._share = share_commit_stream
        self._loop = LoopThread()
        self._transport = self._loop.run(_transport(self._profile, _tls(self._profile)))
        self._gateways: dict[tuple[str, str, bool], Gateway] = {}
        self._streams: dict[str, AnyStream] = {}
        self._checkpointers: dict[str, Checkpointer] = {}
        self._actions: dict[str, Callable[[Answer], Awaitable[Answer]]] = {
            "evaluate": self._evaluate,
            "submit": self._submit,
            "conflict": self._conflict,
            "checkpointer": self._checkpointer,
            "open_events": self._open_events,
            "next_event": self._next_event,
            "close_events": self._close_events,
        }

    def run(self, do: str, **command: Any) -> Answer:
        try:
            return self._loop.run(_awaited(self._actions[do](command)))
        except (GatewayError, CommitError, NoSignerError) as error:
            raise RefusedError(_described(error)) from error

    def close(self) -> None:
        self._loop.run(self._closed())
        self._loop.close()

    async def _closed(self) -> None:
        for gateway in self._gateways.values():
            await gateway.close()
        await self._transport.close()

    async def _evaluate(self, command: Answer) -> Answer:
        proposal = self._proposal(command)
        if "signed_by" in command:
            signature = self._sign(command, proposal)
            proposal = self._gateway(command).rebuild_proposal(proposal.serialize(), signature)
        return {"payload": (await proposal.evaluate()).decode()}

    async def _submit(self, command: Answer) -> Answer:
        proposal = self._proposal(command)
        if "signed_by" not in command:
            submitted = await (await proposal.endorse()).submit()
            return _outcome(submitted.result, await submitted.status())
        gateway = self._gateway(command)
        proposal = gateway.rebuild_proposal(proposal.serialize(), self._sign(command, proposal))
        endorsed = await proposal.endorse()
        transaction = gateway.rebuild_transaction(endorsed.serialize(), self._sign(command, endorsed))
        sent = await transaction.submit()
        commit = gateway.rebuild_commit(sent.serialize(), self._sign(command, sent))
        return _outcome(transaction.result, await commit.status())

    async def _conflict(self, command: Answer) -> Answer:
        first = await self._proposal(command).endorse()
        second = await self._proposal(command).endorse()
        submitted = await first.submit()
        winner = await submitted.status()
        late = await second.submit()
        return {
            "winner": _outcome(submitted.result, winner),
            "loser": _outcome(late.result, await late.status()),
        }

    async def _checkpointer(self, command: Answer) -> Answer:
        path = command.get("path")
        self._checkpointers[command["name"]] = FileCheckpointer(path) if path else InMemoryCheckpointer()
        return {}

    async def _open_events(self, command: Answer) -> Answer:
        network = self._network(command)
        options = {
            "start_block": command.get("start_block"),
            "checkpoint": self._checkpointers.get(command.get("checkpoint", "")),
        }
        if "signed_by" in command:
            stream = self._signed_stream(network, command, options)
        else:
            stream = self._stream(network, command, options)
        self._streams[command["stream"]] = await stream.open()
        return {}

    def _stream(self, network: Network, command: Answer, options: dict[str, Any]) -> AnyStream:
        match command["kind"]:
            case "chaincode":
                return network.chaincode_events(self._chaincode(command), **options)
            case "block":
                return network.block_events(**options)
            case "filtered_block":
                return network.filtered_block_events(**options)
        return network.block_and_private_data_events(**options)

    def _signed_stream(self, network: Network, command: Answer, options: dict[str, Any]) -> AnyStream:
        gateway = self._gateway(command)
        request: ChaincodeEventsRequest | BlockEventsRequest[Any]
        match command["kind"]:
            case "chaincode":
                request = network.new_chaincode_events_request(self._chaincode(command), **options)
                rebuild: Callable[..., Any] = gateway.rebuild_chaincode_events_request
            case "block":
                request = network.new_block_events_request(**options)
                rebuild = gateway.rebuild_block_events_request
            case "filtered_block":
                request = network.new_filtered_block_events_request(**options)
                rebuild = gateway.rebuild_filtered_block_events_request
            case _:
                request = network.new_block_and_private_data_events_request(**options)
                rebuild = gateway.rebuild_block_and_private_data_events_request
        stream: AnyStream = rebuild(request.serialize(), self._sign(command, request)).events()
        return stream

    async def _next_event(self, command: Answer) -> Answer:
        async with asyncio.timeout(EVENT_TIMEOUT_S):
            event = await anext(self._streams[command["stream"]])
        checkpointer = self._checkpointers.get(command.get("checkpoint", ""))
        if isinstance(event, ChaincodeEvent):
            if checkpointer is not None:
                checkpointer.checkpoint_chaincode_event(event)
            return {
                "block_number": event.block_number,
                "transaction_id": event.transaction_id,
                "chaincode": event.chaincode_name,
                "name": event.event_name,
                "payload": event.payload.decode(),
            }
        described = _described_block(event)
        if checkpointer is not None:
            checkpointer.checkpoint_block(described["block_number"])
        return described

    async def _close_events(self, command: Answer) -> Answer:
        await self._streams.pop(command["stream"]).close()
        return {}

    def _proposal(self, command: Answer) -> Proposal:
        contract = self._network(command).contract(self._chaincode(command), command.get("contract"))
        options = ProposalOptions(
            command.get("arguments", ()),
            command.get("transient", {}),
            command.get("endorsing_organisations", ()),
        )
        return contract.new_proposal(command["function"], options)

    def _chaincode(self, command: Answer) -> str:
        return str(command.get("chaincode", self._profile.chaincode))

    def _network(self, command: Answer) -> Network:
        return self._gateway(command).network(command.get("channel", self._profile.channel))

    def _gateway(self, command: Answer) -> Gateway:
        msp_id, name = command["identity"]
        key = (msp_id, name, "signed_by" in command)
        if key not in self._gateways:
            identity, signer = self._credentials(command["identity"])
            self._gateways[key] = connect(
                self._transport,
                identity,
                None if key[2] else signer,
                hash_name=signer.hash_name,
                share_commit_stream=self._share and not key[2],
            )
        return self._gateways[key]

    def _sign(self, command: Answer, message: Signable) -> bytes:
        _, signer = self._credentials(command["signed_by"])
        return signer.sign(message.digest())

    def _credentials(self, pair: Pair) -> tuple[Identity, PrivateKeySigner]:
        named = self._profile.identity(*pair)
        key = read_private_key(Path(named.private_key_path))
        return Identity(pair[0], Path(named.certificate_path).read_bytes()), PrivateKeySigner(key)


def _tls(profile: ConnectionProfile) -> TlsOptions | None:
    roots = profile.gateway.tls_root_pem_path
    return None if roots is None else TlsOptions(Path(roots).read_bytes(), profile.gateway.server_name)


async def _transport(profile: ConnectionProfile, tls: TlsOptions | None) -> GrpcTransport:
    return GrpcTransport(profile.gateway.endpoint, tls)


async def _awaited(work: Awaitable[Answer]) -> Answer:
    return await work


def _outcome(result: bytes, status: Status) -> Answer:
    return {
        "payload": result.decode(),
        "transaction_id": status.transaction_id,
        "block_number": status.block_number,
        "code": status.code,
        "successful": status.successful,
    }


def _described(error: GatewayError | CommitError | NoSignerError) -> Answer:
    details = error.details if isinstance(error, GatewayError) else ()
    return {
        "type": type(error).__name__,
        "message": str(error),
        "code": None if isinstance(error, NoSignerError) else error.code,
        "details": [
            {"address": one.address, "msp_id": one.msp_id, "message": one.message} for one in details
        ],
        "transaction_id": error.transaction_id if isinstance(error, TransactionError | CommitError) else None,
    }


def _described_block(event: object) -> Answer:
    if isinstance(event, events_pb2.FilteredBlock):
        return {
            "block_number": event.number,
            "transactions": [
                {"id": one.txid, "code": one.tx_validation_code} for one in event.filtered_transactions
            ],
        }
    block = event.block if isinstance(event, events_pb2.BlockAndPrivateData) else event
    assert isinstance(block, common_pb2.Block)
    return {
        "block_number": block.header.number,
        "transactions": [
            {"id": parse_envelope(raw).transaction_id, "code": code}
            for raw, code in zip(block.data.data, blocks.transactions_filter(block), strict=True)
        ],
    }
