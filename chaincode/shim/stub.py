"""The stub over a peer's stream: the contract layer's port, and what else Fabric offers a chaincode.

Names follow the port, chaincode/contract/stub.py; the official one is fabric-chaincode-go/shim/interfaces.go.
"""

from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping, Sequence
from typing import Protocol

from fabric_protos.peer.chaincode_pb2 import ChaincodeID, ChaincodeInput, ChaincodeSpec
from fabric_protos.peer.chaincode_shim_pb2 import (
    ChaincodeMessage,
    GetStateMetadata,
    GetStateMultiple,
    GetStateMultipleResult,
    StateMetadataResult,
)
from fabric_protos.peer.proposal_response_pb2 import Response as ResponseMessage

from tanhui.chaincode.contract.stub import KeyModification, Response, StateEntry, StatePage, Timestamp
from tanhui.chaincode.shim import encoding
from tanhui.chaincode.shim.errors import PeerError
from tanhui.chaincode.shim.limits import PeerLimits
from tanhui.chaincode.shim.proposal import Invocation
from tanhui.chaincode.shim.queries import Query, history_of, key_range, page_of, rich_query
from tanhui.chaincode.shim.writes import PendingWrites, Request

VALIDATION_PARAMETER = "VALIDATION_PARAMETER"
"""Metadata name of a key-level endorsement policy (peer.MetaDataKeys)."""


class Asker(Protocol):
    """What a stub needs of the conversation with the peer."""

    limits: PeerLimits

    def ask(
        self, kind: ChaincodeMessage.Type.ValueType, payload: bytes, messages: encoding.Messages
    ) -> Awaitable[bytes]:
        """The payload of the peer's reply; see Conversation.ask. Raises PeerError, StreamClosedError."""


class ChaincodeStub:
    """One transaction's view of the ledger through a peer.

    `collection` selects a private data collection; "" is the public state. Every read may raise PeerError.
    """

    def __init__(self, asker: Asker, invocation: Invocation, messages: encoding.Messages) -> None:
        self._asker = asker
        self._invocation = invocation
        self._messages = messages
        self._writes = PendingWrites()
        self.event: tuple[str, bytes] | None = None

    @property
    def channel_id(self) -> str:
        """The channel on which the transaction was proposed."""
        return self._invocation.channel_id

    @property
    def transaction_id(self) -> str:
        """64 lowercase hex digits."""
        return self._invocation.transaction_id

    @property
    def timestamp(self) -> Timestamp:
        """The time that the client put into the proposal, UTC."""
        return self._invocation.timestamp

    @property
    def creator(self) -> bytes:
        """msp.SerializedIdentity of the client."""
        return self._invocation.creator

    @property
    def arguments(self) -> Sequence[bytes]:
        """The chaincode input: function name first."""
        return self._invocation.arguments

    @property
    def transient(self) -> Mapping[str, bytes]:
        """Input that endorsers see and the ledger never does."""
        return self._invocation.transient

    @property
    def decorations(self) -> Mapping[str, bytes]:
        """What the peer's decorators added to the input."""
        return self._invocation.decorations

    @property
    def binding(self) -> bytes:
        """SHA256(nonce ‖ creator ‖ epoch)."""
        return self._invocation.binding

    @property
    def signed_proposal(self) -> bytes:
        """peer.SignedProposal as the client sent it."""
        return self._invocation.signed_proposal

    async def get_states(self, keys: Sequence[str], collection: str = "") -> list[bytes | None]:
        """Committed values in the order of `keys`, None where absent."""
        limits = self._asker.limits
        values: list[bytes | None] = []
        if len(keys) == 1 or not limits.batches_reads:
            for key in keys:  # no comprehension: that would be one more coroutine for each reply to pass
                request = encoding.get_state(key, collection)
                reply = await self._asker.ask(ChaincodeMessage.GET_STATE, request, self._messages)
                values.append(reply or None)
            return values
        for start in range(0, len(keys), limits.get_multiple_max):
            part = keys[start : start + limits.get_multiple_max]
            several = GetStateMultiple(keys=part, collection=collection)
            reply = await self._ask(ChaincodeMessage.GET_STATE_MULTIPLE, several.SerializeToString())
            found = GetStateMultipleResult.FromString(reply).values
            if len(found) != len(part):
                reason = f"{len(found)} values for {len(part)} keys"
                raise PeerError("GET_STATE_MULTIPLE", self.transaction_id, reason)
            values += (value or None for value in found)
        return values

    async def get_private_data_hash(self, collection: str, key: str) -> bytes | None:
        """SHA256 of a private value, which every peer of the channel knows; None where absent."""
        request = encoding.get_state(key, collection)
        return await self._ask(ChaincodeMessage.GET_PRIVATE_DATA_HASH, request) or None

    async def get_state_range(self, start: str, end: str, collection: str = "") -> tuple[StateEntry, ...]:
        """Entries with start <= key < end; an empty start leaves composite keys out."""
        return tuple([entry async for entry in self.iterate_range(start, end, collection)])

    def iterate_range(self, start: str, end: str, collection: str = "") -> AsyncIterator[StateEntry]:
        """The same, entry by entry; close the iterator when leaving it early."""
        return key_range(self._query, start, end, collection)

    async def get_state_page(self, start: str, end: str, page_size: int, bookmark: str) -> StatePage:
        """One page of a range. Fabric forbids writes in a transaction that read a page."""
        return await page_of(self._query, start, end, page_size, bookmark)

    async def get_history(self, key: str) -> tuple[KeyModification, ...]:
        """Committed versions of a key, newest first."""
        return tuple([version async for version in self.iterate_history(key)])

    def iterate_history(self, key: str) -> AsyncIterator[KeyModification]:
        """The same, version by version."""
        return history_of(self._query, key)

    def iterate_rich_query(self, query: str, collection: str = "") -> AsyncIterator[StateEntry]:
        """A CouchDB query: no phantom protection, so nothing that is written may depend on it."""
        return rich_query(self._query, query, collection)

    async def get_validation_parameter(self, key: str, collection: str = "") -> bytes | None:
        """The key-level endorsement policy, None when the chaincode's policy holds."""
        request = GetStateMetadata(key=key, collection=collection)
        reply = await self._ask(ChaincodeMessage.GET_STATE_METADATA, request.SerializeToString())
        entries = StateMetadataResult.FromString(reply).entries
        return next((entry.value for entry in entries if entry.metakey == VALIDATION_PARAMETER), None)

    async def invoke_chaincode(self, name: str, arguments: Sequence[bytes], channel_id: str = "") -> Response:
        """Call another chaincode in the same transaction; on another channel its writes are discarded."""
        spec = ChaincodeSpec(
            chaincode_id=ChaincodeID(name=f"{name}/{channel_id}" if channel_id else name),
            input=ChaincodeInput(args=arguments),
        )
        reply = await self._ask(ChaincodeMessage.INVOKE_CHAINCODE, spec.SerializeToString())
        message = ChaincodeMessage.FromString(reply)
        if message.type != ChaincodeMessage.COMPLETED:
            reason = message.payload.decode("utf-8", "replace")
            raise PeerError("INVOKE_CHAINCODE", self.transaction_id, reason)
        response = ResponseMessage.FromString(message.payload)
        return Response(response.status, response.message, response.payload)

    def put_state(self, key: str, value: bytes, collection: str = "") -> None:
        """Write `value`, which must not be empty. Raises ValueError."""
        self._writes.put(collection, key, value)

    def delete_state(self, key: str, collection: str = "") -> None:
        """Delete a key; a no-op at commit when it is absent."""
        self._writes.delete(collection, key)

    def purge_private_data(self, collection: str, key: str) -> None:
        """Delete a private key and its history (capability V2_5)."""
        self._writes.purge(collection, key)

    def set_validation_parameter(self, key: str, policy: bytes, collection: str = "") -> None:
        """Give a key an endorsement policy of its own (common.SignaturePolicyEnvelope); b"" takes it away."""
        self._writes.put_metadata(collection, key, VALIDATION_PARAMETER, policy)

    def set_event(self, name: str, payload: bytes) -> None:
        """The transaction's one event; a second call replaces the first. Raises ValueError without a name."""
        if not name:
            raise ValueError("event name: must not be empty")
        self.event = (name, payload)

    def writes(self) -> Iterable[Request]:
        """What is to be written; the shim sends it once, after the chaincode has returned."""
        return self._writes.requests(self._asker.limits)

    def _ask(self, kind: ChaincodeMessage.Type.ValueType, payload: bytes) -> Awaitable[bytes]:
        return self._asker.ask(kind, payload, self._messages)

    async def _query(self, query: Query) -> bytes:
        return await self._ask(query.kind, query.payload)
