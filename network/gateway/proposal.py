"""A proposal: the question to the peers what a transaction would do."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2
from fabric_protos.peer import proposal_pb2

from tanhui.network.gateway.call_options import CallOptions
from tanhui.network.gateway.calls import GatewayCalls
from tanhui.network.gateway.errors import UnexpectedMessageError
from tanhui.network.gateway.signing import MessageSigner, Signable
from tanhui.network.gateway.transaction import CommitWatch, SignedTransaction, Transaction
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.proposals import build_proposal

Argument = str | bytes
"""Text travels as UTF-8."""


@dataclass(frozen=True, slots=True)
class ProposalOptions:
    """What a proposal says besides the function's name.

    Attributes:
        arguments: in the order that the function takes them.
        transient: input that endorsers see and the ledger never does.
        endorsing_organisations: MSP ids that are to endorse; left empty, the Gateway chooses by policy.
    """

    arguments: Sequence[Argument] = ()
    transient: Mapping[str, Argument] = field(default_factory=dict)
    endorsing_organisations: Sequence[str] = ()


class Proposal(Signable, Protocol):
    """Asked once or more, either without effect or towards a transaction."""

    @property
    def transaction_id(self) -> str:
        """64 lowercase hex digits."""

    async def evaluate(self, options: CallOptions | None = None) -> bytes:
        """The chaincode's answer from one peer; the ledger stays as it is.

        Raises:
            GatewayError: the chaincode refused, or no peer could run it.
            NoSignerError: no signature was attached and the gateway has no signer.
        """

    async def endorse(self, options: CallOptions | None = None) -> Transaction:
        """The endorsements that the policy asks for.

        Raises:
            EndorseError: not enough peers endorsed; its details say who said what.
            NoSignerError: no signature was attached and the gateway has no signer.
        """


class SignedProposal:
    """`Proposal` that keeps its bytes: they are what was signed."""

    def __init__(
        self,
        calls: GatewayCalls,
        signer: MessageSigner,
        *,
        channel_id: str,
        transaction_id: str,
        proposal: bytes,
        endorsing_organisations: Sequence[str],
        watch: CommitWatch | None = None,
    ) -> None:
        self._calls = calls
        self._signer = signer
        self._channel_id = channel_id
        self._transaction_id = transaction_id
        self._proposal = proposal
        self._organisations = tuple(endorsing_organisations)
        self._signature = b""
        self._watch = watch

    @property
    def transaction_id(self) -> str:
        """The id that the transaction will have."""
        return self._transaction_id

    def serialize(self) -> bytes:
        """gateway.ProposedTransaction."""
        return gateway_pb2.ProposedTransaction(
            transaction_id=self._transaction_id,
            proposal=self._signed(),
            endorsing_organizations=self._organisations,
        ).SerializeToString()

    def digest(self) -> bytes:
        """The hash of peer.Proposal."""
        return self._signer.digest(self._proposal)

    def set_signature(self, signature: bytes) -> None:
        """Attach a signature made elsewhere."""
        self._signature = signature

    async def evaluate(self, options: CallOptions | None = None) -> bytes:
        """Sign once, then ask one peer."""
        await self._sign()
        request = gateway_pb2.EvaluateRequest(
            transaction_id=self._transaction_id,
            channel_id=self._channel_id,
            proposed_transaction=self._signed(),
            target_organizations=self._organisations,
        )
        answer = await self._calls.evaluate(request.SerializeToString(), options)
        return answer.result.payload

    async def endorse(self, options: CallOptions | None = None) -> SignedTransaction:
        """Sign once, then collect endorsements."""
        await self._sign()
        request = gateway_pb2.EndorseRequest(
            transaction_id=self._transaction_id,
            channel_id=self._channel_id,
            proposed_transaction=self._signed(),
            endorsing_organizations=self._organisations,
        )
        answer = await self._calls.endorse(request.SerializeToString(), self._transaction_id, options)
        payload = answer.prepared_transaction.payload
        if not payload:
            raise UnexpectedMessageError(f"no transaction came back for {self._transaction_id}")
        return SignedTransaction(
            self._calls,
            self._signer,
            channel_id=self._channel_id,
            transaction_id=self._transaction_id,
            payload=payload,
            watch=self._watch,
        )

    async def _sign(self) -> None:
        if not self._signature:
            self._signature = await self._signer.sign(self._proposal)

    def _signed(self) -> proposal_pb2.SignedProposal:
        return proposal_pb2.SignedProposal(proposal_bytes=self._proposal, signature=self._signature)


def new_proposal(
    calls: GatewayCalls,
    signer: MessageSigner,
    *,
    channel_id: str,
    chaincode: str,
    function: str,
    options: ProposalOptions,
    watch: CommitWatch | None,
) -> SignedProposal:
    """A proposal with a fresh nonce and the machine's time, not yet signed."""
    built = build_proposal(
        creator=signer.creator,
        channel_id=channel_id,
        chaincode=chaincode,
        arguments=[function.encode(), *map(_as_bytes, options.arguments)],
        timestamp_ns=time.time_ns(),
        transient={key: _as_bytes(value) for key, value in options.transient.items()},
    )
    return SignedProposal(
        calls,
        signer,
        channel_id=channel_id,
        transaction_id=built.transaction_id,
        proposal=built.raw,
        endorsing_organisations=options.endorsing_organisations,
        watch=watch,
    )


def rebuild_proposal(
    calls: GatewayCalls, signer: MessageSigner, data: bytes, watch: CommitWatch | None
) -> SignedProposal:
    """The proposal that `serialize` gave. Raises MessageError."""
    proposed = parse(gateway_pb2.ProposedTransaction, data, "proposed_transaction")
    raw = proposed.proposal.proposal_bytes
    header = parse(common_pb2.Header, parse(proposal_pb2.Proposal, raw, "proposal").header, "proposal.header")
    channel = parse(common_pb2.ChannelHeader, header.channel_header, "channel_header")
    proposal = SignedProposal(
        calls,
        signer,
        channel_id=channel.channel_id,
        transaction_id=proposed.transaction_id,
        proposal=raw,
        endorsing_organisations=proposed.endorsing_organizations,
        watch=watch,
    )
    proposal.set_signature(proposed.proposal.signature)
    return proposal


def _as_bytes(value: Argument) -> bytes:
    return value.encode() if isinstance(value, str) else value
