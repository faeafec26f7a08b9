"""One writing transaction, from admission to its writes and its event."""

from typing import Any

import msgspec

from tanhui.chaincode.contract import codes
from tanhui.chaincode.contract.context import Context
from tanhui.chaincode.contract.effects import EVENT_NAME, EffectsEncoder, answer_payload
from tanhui.chaincode.contract.function import Function
from tanhui.chaincode.contract.orders import request_day
from tanhui.chaincode.contract.proposals import Proposal
from tanhui.chaincode.contract.refusal import Refusal
from tanhui.chaincode.contract.requests import Request, body_hash, require_same_body


class Execution:
    """Runs one declared function for one order; made and used once."""

    def __init__(
        self,
        function: Function,
        context: Context,
        order: Any,
        argument: bytes,
        encode_effects: EffectsEncoder,
    ) -> None:
        self._function = function
        self._context = context
        self._order = order
        self._argument = argument
        self._encode_effects = encode_effects
        self._body = body_hash(function.name, argument)
        day = request_day(order.request_id, context.days)
        self._request_ids = (day, context.caller.organisation, order.request_id)
        self._proposal_ids = (day, self._body.hex())

    async def answer(self) -> bytes:
        """The payload to answer with: of this transaction, or of the one that already did it."""
        context, function = self._context, self._function
        await context.unit.load(self._first_keys())
        await context.admit(function)
        request = await context.requests.find(*self._request_ids)
        if request is not None:
            require_same_body(request, self._body, self._order.request_id)
        if function.persons == 2:
            return await self._by_two_persons()
        return request.answer if request is not None else self._finish(await self._effects())

    def _first_keys(self) -> list[str]:
        context, function = self._context, self._function
        keys = [context.requests.at(*self._request_ids), *context.admission_keys()]
        if function.persons == 2:
            keys.append(context.proposals.at(*self._proposal_ids))
        if function.reads is not None:
            keys += function.reads(context, self._order)
        return keys

    async def _effects(self) -> tuple[Any, ...]:
        result = await self._function.handler(self._context, self._order)
        return result if isinstance(result, tuple) else (result,)

    def _finish(self, effects: tuple[Any, ...], proposal: Proposal | None = None) -> bytes:
        context = self._context
        document = self._encode_effects(effects)
        answer = answer_payload(document, context.transaction_id)
        if proposal is not None:
            answered = msgspec.structs.replace(proposal, answer=answer.decode())
            context.proposals.put(answered, *self._proposal_ids)
        context.requests.put(Request(self._body, answer), *self._request_ids)
        context.unit.write_all()
        context.stub.set_event(EVENT_NAME, document)
        return answer

    async def _by_two_persons(self) -> bytes:
        context, caller = self._context, self._context.caller
        proposal = await context.proposals.find(*self._proposal_ids)
        if proposal is None:
            return await self._propose()
        if proposal.state == "rejected":
            raise Refusal(codes.PROPOSAL_CLOSED, "proposal", proposal.id, state=proposal.state)
        if proposal.state == "approved" or proposal.proposed_by_person == caller.person:
            return proposal.answer.encode()
        approved = msgspec.structs.replace(
            proposal,
            state="approved",
            closed_by_organisation=caller.organisation,
            closed_by_person=caller.person,
            closed_in=context.transaction_id,
        )
        return self._finish((context.approved(approved), *await self._effects()), approved)

    async def _propose(self) -> bytes:
        context, caller = self._context, self._context.caller
        await self._effects()
        context.unit.discard()
        proposal = Proposal(
            id=self._body.hex(),
            function=self._function.name,
            argument=self._argument.decode(),
            state="open",
            proposed_by_organisation=caller.organisation,
            proposed_by_person=caller.person,
            proposed_in=context.transaction_id,
            closed_by_organisation="",
            closed_by_person="",
            closed_in="",
            answer="",
        )
        return self._finish((context.proposed(proposal),), proposal)
