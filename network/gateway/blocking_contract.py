"""A contract's transactions for programs without an event loop: each step waits for its asyncio twin."""

from tanhui.network.gateway.call_options import CallOptions
from tanhui.network.gateway.commit import Commit
from tanhui.network.gateway.contract import NO_OPTIONS, Contract
from tanhui.network.gateway.loop_thread import LoopThread
from tanhui.network.gateway.proposal import Argument, Proposal, ProposalOptions
from tanhui.network.gateway.status import Status
from tanhui.network.gateway.transaction import SubmittedTransaction, Transaction


class BlockingCommit:
    """`Commit`, waiting."""

    def __init__(self, loop: LoopThread, commit: Commit) -> None:
        self._loop = loop
        self.commit = commit

    @property
    def transaction_id(self) -> str:
        """The transaction's id."""
        return self.commit.transaction_id

    def status(self, options: CallOptions | None = None) -> Status:
        """Wait for the block. Raises CommitStatusError."""
        return self._loop.run(self.commit.status(options))


class BlockingSubmitted(BlockingCommit):
    """`SubmittedTransaction`, waiting."""

    def __init__(self, loop: LoopThread, submitted: SubmittedTransaction) -> None:
        super().__init__(loop, submitted)
        self._submitted = submitted

    @property
    def result(self) -> bytes:
        """The chaincode's answer at endorsement."""
        return self._submitted.result


class BlockingTransaction:
    """`Transaction`, waiting; `transaction` is the one to serialise and sign."""

    def __init__(self, loop: LoopThread, transaction: Transaction) -> None:
        self._loop = loop
        self.transaction = transaction

    def submit(self, options: CallOptions | None = None) -> BlockingSubmitted:
        """Hand to the orderers. Raises SubmitError."""
        return BlockingSubmitted(self._loop, self._loop.run(self.transaction.submit(options)))


class BlockingProposal:
    """`Proposal`, waiting; `proposal` is the one to serialise and sign."""

    def __init__(self, loop: LoopThread, proposal: Proposal) -> None:
        self._loop = loop
        self.proposal = proposal

    def evaluate(self, options: CallOptions | None = None) -> bytes:
        """The chaincode's answer. Raises GatewayError."""
        return self._loop.run(self.proposal.evaluate(options))

    def endorse(self, options: CallOptions | None = None) -> BlockingTransaction:
        """The endorsements. Raises EndorseError."""
        return BlockingTransaction(self._loop, self._loop.run(self.proposal.endorse(options)))


class BlockingContract:
    """`Contract`, waiting; raises what `Contract` raises."""

    def __init__(self, loop: LoopThread, contract: Contract) -> None:
        self._loop = loop
        self.contract = contract

    def evaluate_transaction(self, function: str, *arguments: Argument) -> bytes:
        """Ask one peer; the ledger stays as it is."""
        return self._loop.run(self.contract.evaluate_transaction(function, *arguments))

    def submit_transaction(self, function: str, *arguments: Argument) -> bytes:
        """Change the ledger and wait for the block."""
        return self._loop.run(self.contract.submit_transaction(function, *arguments))

    def evaluate(self, function: str, options: ProposalOptions = NO_OPTIONS) -> bytes:
        """Ask one peer, with transient data or chosen organisations."""
        return self._loop.run(self.contract.evaluate(function, options))

    def submit(self, function: str, options: ProposalOptions = NO_OPTIONS) -> bytes:
        """Change the ledger and wait for the block, with transient data or chosen organisations."""
        return self._loop.run(self.contract.submit(function, options))

    def submit_async(self, function: str, options: ProposalOptions = NO_OPTIONS) -> BlockingSubmitted:
        """Endorse and order, without waiting for the block."""
        return BlockingSubmitted(self._loop, self._loop.run(self.contract.submit_async(function, options)))

    def new_proposal(self, function: str, options: ProposalOptions = NO_OPTIONS) -> BlockingProposal:
        """A proposal to be endorsed step by step."""
        return BlockingProposal(self._loop, self.contract.new_proposal(function, options))
