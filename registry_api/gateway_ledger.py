"""The API's ledger over the Gateway client: one transport, one gateway for each identity in custody.

What is sent again, and why that has one effect: a proposal that was refused, or whose endorsements differ, is in no
block; a transaction that lost a race stands in a block as invalid; and whatever became of the one before, the same
request id takes effect once, because the contract keeps it. Everything else is the caller's to repeat.
"""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from fabric_protos.common.ledger_pb2 import BlockchainInfo

from tanhui.chaincode.contract.metadata import METADATA_FUNCTION
from tanhui.crypto_config.identity import SigningIdentity
from tanhui.network.gateway import (
    CallOptions,
    CommitError,
    Contract,
    Gateway,
    GatewayError,
    ProposalOptions,
    connect,
)
from tanhui.network.protocol.transport import Transport
from tanhui.registry_api.gateway_errors import is_undecided, refusal_in, translate, translated
from tanhui.registry_api.gateway_offline import GatewayOffline
from tanhui.registry_api.ledger import Committed, LedgerBlock, LedgerEvent, OfflineSigning
from tanhui.registry_api.ledger_blocks import read_block
from tanhui.registry_api.problems import CONFLICT, FORBIDDEN, NOT_FOUND, Problem
from tanhui.registry_api.settings import ApiSettings

CONFLICT_ATTEMPTS_MAX = 8
"""How often a write that lost a race for a key is proposed anew; its request id keeps the effect single."""
CONFLICT_PAUSE_S = 0.02
"""The first pause at most; each is twice the one before."""
PAUSE_MAX_S = 1.0

_RETRIED_CODES = frozenset({"MVCC_READ_CONFLICT", "PHANTOM_READ_CONFLICT"})
_ABSENT = re.compile(r"no such transaction|not found", re.IGNORECASE)


def _until(deadline_s: float) -> CallOptions:
    """The time that a write has left, in the loop's clock."""
    return CallOptions(max(0.001, deadline_s - asyncio.get_running_loop().time()))


async def _nothing_behind() -> bool:
    """One gateway, or a node in the same process: it has what it announced."""
    return False


class GatewayLedger:
    """Calls one chaincode on one channel.

    Args:
        identities: signing identities in the server's custody, by name.
        reader: name of the identity that reads blocks, statuses and events.
        catch_up: waits until every gateway has what one of them announced; answers whether one was behind.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        channel: str,
        chaincode: str,
        identities: Mapping[str, SigningIdentity],
        reader: str,
        settings: ApiSettings,
        catch_up: Callable[[], Awaitable[bool]] = _nothing_behind,
    ) -> None:
        self._transport = transport
        self._catch_up = catch_up
        self._channel = channel
        self._chaincode = chaincode
        self._identities = identities
        self._reader = reader
        self._settings = settings
        self._gateways: dict[str, Gateway] = {}
        self._writes = 0
        self._stack = AsyncExitStack()
        self._evaluate = CallOptions(settings.evaluate_timeout_s)
        self._write = CallOptions(settings.submit_timeout_s)

    async def __aenter__(self) -> Self:
        """Ready to call; nothing is sent yet."""
        await self._stack.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every gateway; the transport stays open."""
        await self._stack.aclose()

    @property
    def writes(self) -> int:
        """How many writes this process has made."""
        return self._writes

    async def submit(self, function: str, argument: bytes, identity: str) -> Committed:
        """Write, and write again with the same request id while another transaction wins the race."""
        try:
            return await self._submit(function, argument, identity)
        finally:
            self._writes += 1

    async def _submit(self, function: str, argument: bytes, identity: str) -> Committed:
        contract = await self._contract(identity)
        deadline_s = asyncio.get_running_loop().time() + self._settings.submit_timeout_s
        lost = attempt = 0
        while True:
            try:
                return await self._submit_once(contract, function, argument, deadline_s)
            except CommitError as error:
                reason, lost = error.status.code_name, lost + 1
                if reason not in _RETRIED_CODES or lost == CONFLICT_ATTEMPTS_MAX:
                    raise Problem(CONFLICT, value=error.transaction_id, params={"reason": reason}) from error
                await self._catch_up()
            except GatewayError as error:
                behind = await self._catch_up()
                # A refusal stands when everybody who could be asked had the newest block.
                again = is_undecided(error) or (behind and refusal_in(error) is not None)
                if not again or asyncio.get_running_loop().time() > deadline_s:
                    raise translate(error) from error
            # Spread out those who lost together; the pause decides nothing that is written.
            pause_s = min(CONFLICT_PAUSE_S * 2**attempt, PAUSE_MAX_S)
            await asyncio.sleep(pause_s * (0.5 + random.random() / 2))  # noqa: S311
            attempt += 1

    async def _submit_once(
        self, contract: Contract, function: str, argument: bytes, deadline_s: float
    ) -> Committed:
        proposal = contract.new_proposal(function, ProposalOptions((argument,)))
        transaction = await proposal.endorse(_until(deadline_s))
        submitted = await transaction.submit(_until(deadline_s))
        status = await submitted.status(_until(deadline_s))
        if not status.successful:
            raise CommitError(status)
        return Committed(status.transaction_id, status.block_number, submitted.result)

    async def evaluate(self, function: str, argument: bytes, identity: str) -> bytes:
        """Read as `identity`."""
        contract = await self._contract(identity)
        proposal = contract.new_proposal(function, ProposalOptions((argument,)))
        return await translated(proposal.evaluate(self._evaluate))

    async def metadata(self) -> bytes:
        """The contract's own description."""
        contract = await self._contract(self._reader)
        return await translated(contract.evaluate_transaction(METADATA_FUNCTION))

    async def processed_transaction(self, transaction_id: str) -> bytes:
        """By qscc GetTransactionByID."""
        return await self._ask_qscc("GetTransactionByID", transaction_id)

    async def block_of(self, transaction_id: str) -> bytes:
        """By qscc GetBlockByTxID."""
        return await self._ask_qscc("GetBlockByTxID", transaction_id)

    async def block(self, number: int) -> bytes:
        """The common.Block of a number, by qscc GetBlockByNumber."""
        return await self._ask_qscc("GetBlockByNumber", str(number))

    async def height(self) -> int:
        """By qscc GetChainInfo."""
        gateway = await self._gateway(self._reader)
        qscc = gateway.network(self._channel).contract("qscc")
        answer = await translated(qscc.evaluate_transaction("GetChainInfo", self._channel))
        return BlockchainInfo.FromString(answer).height

    async def events(
        self, start_block: int | None, after_transaction: str | None
    ) -> AsyncIterator[LedgerEvent]:
        """The chaincode's events; recovers by itself after a disconnect."""
        gateway = await self._gateway(self._reader)
        stream = gateway.network(self._channel).chaincode_events(self._chaincode, start_block=start_block)
        skipping = after_transaction is not None
        async with stream as events:
            async for event in events:
                if skipping and event.block_number == start_block:
                    skipping = event.transaction_id != after_transaction
                    continue
                skipping = False
                yield LedgerEvent(event.block_number, event.transaction_id, event.event_name, event.payload)

    async def blocks(self, start_block: int) -> AsyncIterator[LedgerBlock]:
        """Whole blocks, read for the chaincode's transactions; recovers by itself after a disconnect."""
        gateway = await self._gateway(self._reader)
        async with gateway.network(self._channel).block_events(start_block=start_block) as blocks:
            async for block in blocks:
                yield read_block(block, self._chaincode)

    @property
    def offline(self) -> OfflineSigning:
        """Signing by the client."""
        return GatewayOffline(self._transport, self._channel, self._chaincode, self.commit_status)

    async def commit_status(self, transaction_id: str) -> Committed:
        """Wait for a transaction's block as the reader, for whom it need not be his own."""
        try:
            return await self._commit_status(transaction_id)
        finally:
            self._writes += 1

    async def _commit_status(self, transaction_id: str) -> Committed:
        gateway = await self._gateway(self._reader)
        commit = gateway.network(self._channel).new_commit(transaction_id)
        status = await translated(commit.status(self._write))
        if not status.successful:
            raise Problem(CONFLICT, value=transaction_id, params={"reason": status.code_name})
        return Committed(transaction_id, status.block_number, b"")

    async def _ask_qscc(self, function: str, transaction_id: str) -> bytes:
        gateway = await self._gateway(self._reader)
        qscc = gateway.network(self._channel).contract("qscc")
        try:
            return await qscc.evaluate_transaction(function, self._channel, transaction_id)
        except GatewayError as error:
            if _ABSENT.search(str(error)):
                raise Problem(NOT_FOUND, name="transaction", value=transaction_id) from error
            raise translate(error) from error

    async def _contract(self, identity: str) -> Contract:
        return (await self._gateway(identity)).network(self._channel).contract(self._chaincode)

    async def _gateway(self, name: str) -> Gateway:
        gateway = self._gateways.get(name)
        if gateway is None:
            signing = self._identities.get(name)
            if signing is None:
                raise Problem(FORBIDDEN, name="identity", value=name)
            gateway = connect(self._transport, signing.identity, signing.signer)
            self._gateways[name] = await self._stack.enter_async_context(gateway)
        return gateway
