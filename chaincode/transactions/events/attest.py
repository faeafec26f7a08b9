"""events:Attest."""

from typing import Literal

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import events as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import EVENT as MACHINE
from tanhui.chaincode.transactions.events.dossier import EventOrder
from tanhui.chaincode.transactions.fields import HexHash
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.events import EventAttested


class AttestEventOrder(EventOrder, frozen=True, kw_only=True):
    """The accounts that were seen, by the hash of their report, and what came of it."""

    accounts: HexHash
    verdict: Literal["attested", "returned"]
    report: HexHash


@transaction("events:Attest", roles={Role.VERIFIER})
async def attest(tx: Tx, order: AttestEventOrder) -> EventAttested:
    """Attest the accounts of another's event, or return them to be done again."""
    event = await tx.events.get(order.event)
    if event.organiser == tx.caller.organisation:
        raise codes.VERIFIER.at("event", event.organiser)
    MACHINE.require_in(event.status, "accounted")
    if event.verifier:
        raise codes.ATTESTED.at("event", event.id)
    if order.accounts != event.report:
        raise codes.OTHER_ACCOUNTS.at("accounts", order.accounts, report=event.report)
    if order.verdict == "attested":
        changed = msgspec.structs.replace(event, verifier=tx.caller.organisation)
    else:
        MACHINE.require_move(event.status, "held")
        changed = msgspec.structs.replace(event, status="held", lines=(), report="")
    tx.events.put(changed, event.id)
    return EventAttested(
        event=event.id,
        verifier=tx.caller.organisation,
        verdict=order.verdict,
        report=bytes.fromhex(order.report),
    )
