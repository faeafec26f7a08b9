"""A peer in the same process that a Gateway client can be tested against.

It is strict where a peer is: it verifies every signature, transaction id and header, endorses with a real
signature, keeps a chain of blocks. It is lenient where tests need it: failures can be ordered in advance.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterable
from typing import cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2
from fabric_protos.orderer import ab_pb2
from fabric_protos.peer import chaincode_event_pb2, events_pb2, proposal_response_pb2, transaction_pb2

from tanhui.network.protocol import blocks, endorsements, transactions
from tanhui.network.protocol.envelopes import parse_envelope, parse_transaction
from tanhui.network.protocol.gateway_errors import ErrorDetail, encode_status
from tanhui.network.protocol.identities import parse_certificate, parse_identity
from tanhui.network.protocol.proposals import ProposalView, check_transaction_id, parse_signed_proposal
from tanhui.network.protocol.requests import parse_seek
from tanhui.network.protocol.transport import TransportError
from tests.support.organisations import P256_ORDER, P384_ORDER, Member

CHANNEL = "credits"
CHAINCODE = "basic"

Answer = tuple[int, str, bytes]


def failure(code: int, message: str, *details: tuple[str, str, str]) -> TransportError:
    """A gRPC error with gateway.ErrorDetail (address, MSP id, message) in its trailer."""
    encoded = encode_status(code, message, [ErrorDetail(*detail) for detail in details])
    return TransportError(code, message, encoded)


def verify(creator: bytes, message: bytes, signature: bytes, hash_name: str = "sha256") -> bool:
    """Whether `creator` signed `message`, by Fabric's rules: low S, Ed25519 over the whole message."""
    key = parse_certificate(parse_identity(creator).credentials).public_key()
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, message)
            return True
        assert isinstance(key, ec.EllipticCurvePublicKey)
        order = P256_ORDER if key.curve.name == "secp256r1" else P384_ORDER
        if decode_dss_signature(signature)[1] > order // 2:
            return False
        used = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha3_256": hashes.SHA3_256()}[
            hash_name
        ]
        key.verify(signature, message, ec.ECDSA(used))
    except (InvalidSignature, ValueError):
        return False
    return True


class FakePeer:
    """`Transport` to itself; `calls` counts them by method, `requests` keeps them."""

    def __init__(self, endorser: Member, address: str = "peer0:7051", hash_name: str = "sha256") -> None:
        self.endorser = endorser
        self.address = address
        self.hash_name = hash_name
        self.calls: Counter[str] = Counter()
        self.requests: defaultdict[str, list[bytes]] = defaultdict(list)
        self.timeouts_s: defaultdict[str, list[float | None]] = defaultdict(list)
        self.failures: defaultdict[str, list[TransportError]] = defaultdict(list)
        self.codes: list[int] = []
        self.hold_commits = False
        self.open_streams = 0
        self.chain: list[common_pb2.Block] = [blocks.build_block(0, b"", [b"genesis"])]
        self._ordered: list[bytes] = []
        self._disconnects = 0
        self._disconnect_code = 14
        self._changed = asyncio.Condition()
        self._methods: dict[str, Callable[[bytes], bytes]] = {
            "/gateway.Gateway/Evaluate": self._evaluate,
            "/gateway.Gateway/Endorse": self._endorse,
        }

    async def unary(self, method: str, request: bytes, timeout_s: float | None) -> bytes:
        self._note(method, request, timeout_s)
        if method in self._methods:
            return self._methods[method](request)
        if method == "/gateway.Gateway/Submit":
            return await self._submit(request)
        if method == "/gateway.Gateway/CommitStatus":
            return await self._commit_status(request)
        raise failure(12, f"unknown method {method}")

    async def stream(self, method: str, request: bytes, timeout_s: float | None) -> AsyncIterator[bytes]:
        self._note(method, request, timeout_s)
        answers = self._chaincode_events if method == "/gateway.Gateway/ChaincodeEvents" else self._deliver
        self.open_streams += 1
        try:
            async for answer in answers(method, request):
                yield answer
        finally:
            self.open_streams -= 1

    async def disconnect(self, code: int = 14) -> None:
        """Break every open stream."""
        async with self._changed:
            self._disconnects += 1
            self._disconnect_code = code
            self._changed.notify_all()

    async def cut_block(self) -> None:
        """Commit what was ordered, even nothing."""
        codes = [self.codes.pop(0) if self.codes else 0 for _ in self._ordered]
        previous = blocks.block_hash(self.chain[-1].header)
        block = blocks.build_block(len(self.chain), previous, self._ordered)
        blocks.set_commit(block, codes, b"")
        self._ordered = []
        async with self._changed:
            self.chain.append(block)
            self._changed.notify_all()

    def _note(self, method: str, request: bytes, timeout_s: float | None) -> None:
        self.calls[method] += 1
        self.requests[method].append(request)
        self.timeouts_s[method].append(timeout_s)
        if self.failures[method]:
            raise self.failures[method].pop(0)

    def _checked(self, signed: bytes, channel: str, transaction_id: str) -> ProposalView:
        view, signature = parse_signed_proposal(signed)
        check_transaction_id(view.transaction_id, view.nonce, view.creator)
        assert view.transaction_id == transaction_id
        assert view.channel_id == channel == CHANNEL
        assert len(view.nonce) == 24
        if not verify(view.creator, view.raw, signature, self.hash_name):
            raise PermissionError("the creator's signature over the proposal is not valid")
        return view

    def _detail(self, message: str) -> tuple[str, str, str]:
        return (self.address, self.endorser.msp_id, message)

    def _evaluate(self, data: bytes) -> bytes:
        request = gateway_pb2.EvaluateRequest.FromString(data)
        signed = request.proposed_transaction.SerializeToString()
        try:
            view = self._checked(signed, request.channel_id, request.transaction_id)
        except PermissionError as reason:
            raise failure(
                9, f"evaluate call to endorser returned error: {reason}", self._detail(str(reason))
            ) from None
        (status, message, payload), _ = self._run(view, request.target_organizations)
        if status >= 400:
            text = f"chaincode response {status}, {message}"
            raise failure(2, f"evaluate call to endorser returned error: {text}", self._detail(text))
        response = proposal_response_pb2.Response(status=status, message=message, payload=payload)
        return gateway_pb2.EvaluateResponse(result=response).SerializeToString()

    def _endorse(self, data: bytes) -> bytes:
        request = gateway_pb2.EndorseRequest.FromString(data)
        signed = request.proposed_transaction.SerializeToString()
        aborted = "failed to endorse transaction, see attached details for more info"
        try:
            view = self._checked(signed, request.channel_id, request.transaction_id)
        except PermissionError as reason:
            raise failure(10, aborted, self._detail(str(reason))) from None
        (status, message, payload), event = self._run(view, request.endorsing_organizations)
        if status >= 400:
            raise failure(10, aborted, self._detail(f"chaincode response {status}, {message}"))
        response = endorsements.response_payload(
            proposal_hash=view.hash,
            results=b"",
            events=event,
            status=status,
            message=message,
            payload=payload,
            chaincode=view.chaincode_id.name,
            chaincode_version="1",
        )
        endorsement = endorsements.endorse(response, self.endorser.creator, self.endorser.sign)
        transaction = transactions.transaction_payload(view, response, [endorsement])
        return gateway_pb2.EndorseResponse(
            prepared_transaction=common_pb2.Envelope(payload=transaction)
        ).SerializeToString()

    def _run(self, view: ProposalView, organisations: Iterable[str]) -> tuple[Answer, bytes]:
        function, *arguments = (argument.decode() for argument in view.arguments)
        name = function.rpartition(":")[2]
        if name == "echo":
            return (200, "", "|".join([function, *arguments]).encode()), b""
        if name == "transient":
            return (200, "", view.transient[arguments[0]]), b""
        if name == "organisations":
            return (200, "", ",".join(organisations).encode()), b""
        if name == "event":
            event = endorsements.chaincode_event(
                view.chaincode_id.name, view.transaction_id, arguments[0], arguments[1].encode()
            )
            return (200, "", b""), event
        return (500, f"no function {function}", b""), b""

    async def _submit(self, data: bytes) -> bytes:
        request = gateway_pb2.SubmitRequest.FromString(data)
        raw = request.prepared_transaction.SerializeToString()
        view = parse_envelope(raw)
        assert view.transaction_id == request.transaction_id
        assert view.channel_id == request.channel_id
        if not verify(view.creator, view.payload, view.signature, self.hash_name):
            raise failure(10, "failed to submit", ("orderer:7050", "OrdererMSP", "FORBIDDEN"))
        self._ordered.append(raw)
        if not self.hold_commits:
            await self.cut_block()
        return gateway_pb2.SubmitResponse().SerializeToString()

    async def _commit_status(self, data: bytes) -> bytes:
        signed = gateway_pb2.SignedCommitStatusRequest.FromString(data)
        request = gateway_pb2.CommitStatusRequest.FromString(signed.request)
        if not verify(request.identity, signed.request, signed.signature, self.hash_name):
            raise failure(7, "access denied")
        assert request.channel_id == CHANNEL
        while True:
            for block in self.chain[1:]:
                for raw, code in zip(block.data.data, blocks.transactions_filter(block), strict=True):
                    if parse_envelope(raw).transaction_id == request.transaction_id:
                        return gateway_pb2.CommitStatusResponse(
                            result=cast("transaction_pb2.TxValidationCode.ValueType", code),
                            block_number=block.header.number,
                        ).SerializeToString()
            async with self._changed:
                await self._changed.wait()

    async def _chaincode_events(self, _method: str, data: bytes) -> AsyncIterator[bytes]:
        signed = gateway_pb2.SignedChaincodeEventsRequest.FromString(data)
        request = gateway_pb2.ChaincodeEventsRequest.FromString(signed.request)
        if not verify(request.identity, signed.request, signed.signature, self.hash_name):
            raise failure(7, "access denied")
        after = request.after_transaction_id
        first, last = self._range(request.start_position, None)
        async for block in self._blocks(first, last):
            found = []
            for transaction in filtered(block).filtered_transactions:
                event = transaction.transaction_actions.chaincode_actions[0].chaincode_event
                if transaction.tx_validation_code == 0 and event.chaincode_id == request.chaincode_id:
                    found.append(full_event(block, transaction.txid))
            ids = [event.tx_id for event in found]
            if after and block.header.number == first:
                found = found[ids.index(after) + 1 :] if after in ids else found
            if found:
                yield gateway_pb2.ChaincodeEventsResponse(
                    events=found, block_number=block.header.number
                ).SerializeToString()

    async def _deliver(self, method: str, data: bytes) -> AsyncIterator[bytes]:
        view, seek = parse_seek(data)
        refusal = 0
        if not verify(view.creator, view.payload, view.signature, self.hash_name):
            refusal = common_pb2.FORBIDDEN
        elif view.channel_id != CHANNEL:
            refusal = common_pb2.NOT_FOUND
        if refusal:
            yield events_pb2.DeliverResponse(status=refusal).SerializeToString()  # type: ignore[arg-type]
            return
        async for block in self._blocks(*self._range(seek.start, seek.stop)):
            if method.endswith("/DeliverFiltered"):
                answer = events_pb2.DeliverResponse(filtered_block=filtered(block))
            elif method.endswith("/DeliverWithPrivateData"):
                both = events_pb2.BlockAndPrivateData(block=block)
                answer = events_pb2.DeliverResponse(block_and_private_data=both)
            else:
                answer = events_pb2.DeliverResponse(block=block)
            yield answer.SerializeToString()
        yield events_pb2.DeliverResponse(status=common_pb2.SUCCESS).SerializeToString()

    def _range(self, start: ab_pb2.SeekPosition, stop: ab_pb2.SeekPosition | None) -> tuple[int, int]:
        def number(position: ab_pb2.SeekPosition) -> int:
            kind = position.WhichOneof("Type")
            if kind == "specified":
                return position.specified.number
            return {"oldest": 0, "newest": len(self.chain) - 1, "next_commit": len(self.chain)}[str(kind)]

        return number(start), 2**64 - 1 if stop is None else number(stop)

    async def _blocks(self, first: int, last: int) -> AsyncIterator[common_pb2.Block]:
        seen = self._disconnects
        number = first
        while number <= last:
            async with self._changed:
                while len(self.chain) <= number and self._disconnects == seen:
                    await self._changed.wait()
            if self._disconnects > seen:
                if self._disconnect_code == 0:
                    return
                raise failure(self._disconnect_code, "the connection broke")
            yield self.chain[number]
            number += 1


def filtered(block: common_pb2.Block) -> events_pb2.FilteredBlock:
    """The filtered form: ids, codes and event names, no payloads (core/peer/deliverevents.go)."""
    result = events_pb2.FilteredBlock(channel_id=CHANNEL, number=block.header.number)
    if block.header.number == 0:
        return result
    for raw, code in zip(block.data.data, blocks.transactions_filter(block), strict=True):
        transaction_id = parse_envelope(raw).transaction_id
        event = full_event(block, transaction_id)
        transaction = result.filtered_transactions.add(
            txid=transaction_id,
            type=common_pb2.ENDORSER_TRANSACTION,
            tx_validation_code=cast("transaction_pb2.TxValidationCode.ValueType", code),
        )
        action = transaction.transaction_actions.chaincode_actions.add()
        action.chaincode_event.CopyFrom(event)
        action.chaincode_event.payload = b""
    return result


def full_event(block: common_pb2.Block, transaction_id: str) -> chaincode_event_pb2.ChaincodeEvent:
    for raw in block.data.data:
        view = parse_envelope(raw)
        if view.transaction_id == transaction_id:
            return parse_transaction(view.data).event or chaincode_event_pb2.ChaincodeEvent()
    raise LookupError(transaction_id)
