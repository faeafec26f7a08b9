"""`OfflineSigning` over the Gateway client: the client's own key signs proposal and transaction."""

from collections.abc import Awaitable, Callable

from tanhui.crypto_config.identity import Identity
from tanhui.network.gateway import Gateway, Proposal, ProposalOptions, Transaction, connect
from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.transport import Transport
from tanhui.registry_api.gateway_errors import translated
from tanhui.registry_api.ledger import Committed, OfflineIdentity, PreparedMessage
from tanhui.registry_api.problems import MALFORMED, Problem


class GatewayOffline:
    """Three steps for one chaincode on one channel; a gateway for each, since no identity is the server's own.

    Args:
        commit_status: waits for a transaction's block. The client who signed is not here to ask, so the ledger's
            reader does.
    """

    def __init__(
        self,
        transport: Transport,
        channel: str,
        chaincode: str,
        commit_status: Callable[[str], Awaitable[Committed]],
    ) -> None:
        self._transport = transport
        self._channel = channel
        self._chaincode = chaincode
        self._commit_status = commit_status

    async def prepare(self, function: str, argument: bytes, identity: OfflineIdentity) -> PreparedMessage:
        """The proposal to sign."""
        async with connect(self._transport, Identity(identity.msp_id, identity.certificate)) as gateway:
            contract = gateway.network(self._channel).contract(self._chaincode)
            proposal = contract.new_proposal(function, ProposalOptions((argument,)))
            return _prepared(proposal)

    async def endorse(self, proposal: bytes, signature: bytes) -> PreparedMessage:
        """Endorse; the transaction to sign."""
        async with self._nobody() as gateway:
            signed = self._rebuilt(gateway, proposal, signature)
            return _prepared(await translated(signed.endorse()))

    async def submit(self, transaction: bytes, signature: bytes) -> Committed:
        """Order, and wait for the block."""
        async with self._nobody() as gateway:
            try:
                signed = gateway.rebuild_transaction(transaction, signature)
                answer = signed.result
            except MessageError as error:
                raise Problem(MALFORMED, name="transaction", params={"reason": str(error)}) from error
            await translated(signed.submit())
            outcome = await self._commit_status(signed.transaction_id)
            return Committed(outcome.transaction_id, outcome.block, answer)

    def _nobody(self) -> Gateway:
        return connect(self._transport, Identity("", b""))

    def _rebuilt(self, gateway: Gateway, proposal: bytes, signature: bytes) -> Proposal:
        try:
            return gateway.rebuild_proposal(proposal, signature)
        except MessageError as error:
            raise Problem(MALFORMED, name="proposal", params={"reason": str(error)}) from error


def _prepared(signable: Proposal | Transaction) -> PreparedMessage:
    return PreparedMessage(signable.serialize(), signable.digest(), signable.transaction_id)
