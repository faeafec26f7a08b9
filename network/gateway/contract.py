"""A chaincode on a channel, or one contract inside it, whose functions are called."""

from tanhui.network.gateway.calls import GatewayCalls
from tanhui.network.gateway.errors import CommitError
from tanhui.network.gateway.proposal import Argument, Proposal, ProposalOptions, new_proposal
from tanhui.network.gateway.signing import MessageSigner
from tanhui.network.gateway.transaction import CommitWatch, SubmittedTransaction

NO_OPTIONS = ProposalOptions()


class Contract:
    """Calls functions; opened by `Network.contract`."""

    def __init__(
        self,
        calls: GatewayCalls,
        signer: MessageSigner,
        *,
        channel_id: str,
        chaincode: str,
        name: str | None,
        watch: CommitWatch | None,
    ) -> None:
        self._calls = calls
        self._signer = signer
        self._channel_id = channel_id
        self._chaincode = chaincode
        self._name = name
        self._watch = watch

    @property
    def chaincode_name(self) -> str:
        """The name under which the chaincode's definition is committed."""
        return self._chaincode

    @property
    def contract_name(self) -> str | None:
        """The contract inside the chaincode; None is the default one."""
        return self._name

    async def evaluate_transaction(self, function: str, *arguments: Argument) -> bytes:
        """Ask one peer; the ledger stays as it is. Raises GatewayError."""
        return await self.new_proposal(function, ProposalOptions(arguments)).evaluate()

    async def submit_transaction(self, function: str, *arguments: Argument) -> bytes:
        """Change the ledger and wait for the block: see `submit`."""
        return await self.submit(function, ProposalOptions(arguments))

    async def evaluate(self, function: str, options: ProposalOptions = NO_OPTIONS) -> bytes:
        """Ask one peer, with transient data or chosen organisations. Raises GatewayError."""
        return await self.new_proposal(function, options).evaluate()

    async def submit(self, function: str, options: ProposalOptions = NO_OPTIONS) -> bytes:
        """Change the ledger: endorse, order, and wait for the block; the chaincode's answer.

        Raises:
            EndorseError: refused; nothing was ordered.
            SubmitError: not ordered, or nobody knows.
            CommitStatusError: ordered, outcome unknown.
            CommitError: ordered and found invalid.
        """
        submitted = await self.submit_async(function, options)
        status = await submitted.status()
        if not status.successful:
            raise CommitError(status)
        return submitted.result

    async def submit_async(
        self, function: str, options: ProposalOptions = NO_OPTIONS
    ) -> SubmittedTransaction:
        """Endorse and order, without waiting for the block. Raises EndorseError, SubmitError."""
        transaction = await self.new_proposal(function, options).endorse()
        return await transaction.submit()

    def new_proposal(self, function: str, options: ProposalOptions = NO_OPTIONS) -> Proposal:
        """A proposal to be endorsed step by step, or signed elsewhere."""
        return new_proposal(
            self._calls,
            self._signer,
            channel_id=self._channel_id,
            chaincode=self._chaincode,
            function=function if self._name is None else f"{self._name}:{function}",
            options=options,
            watch=self._watch,
        )
