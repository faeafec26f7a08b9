"""market:Grade."""

from datetime import date

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.market import require_validity
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import CitedOrder, HexHash, OrganisationId, Slug
from tanhui.chaincode.transactions.market.parties import require_other
from tanhui.chaincode.transactions.market.record import Grade
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.market import ParticipantGraded


class GradeOrder(Order, frozen=True, kw_only=True):
    """Whose grade it is, by which standard (and its document), for how long, and the report behind it."""

    participant: OrganisationId
    standard: Slug
    standard_document: HexHash
    grade: CitedOrder
    valid_from: date
    valid_until: date
    report: HexHash


@transaction("market:Grade", roles={Role.EXCHANGE, Role.VERIFIER, Role.REGULATOR})
async def grade(tx: Tx, order: GradeOrder) -> ParticipantGraded:
    """Grade another participant by a standard; a later grade by the same standard replaces it."""
    require_other(tx, "participant", order.participant)
    require_validity(order.valid_from, order.valid_until, order.participant)
    await tx.organisations.get(order.participant)
    issuer = tx.caller.organisation
    tx.grades.put(
        Grade(
            participant=order.participant,
            issuer=issuer,
            standard=order.standard,
            standard_document=order.standard_document,
            grade=order.grade,
            valid_from=order.valid_from,
            valid_until=order.valid_until,
            report=order.report,
        ),
        order.participant,
        order.standard,
    )
    return ParticipantGraded(
        participant=order.participant,
        issuer=issuer,
        standard=order.standard,
        grade=order.grade,
        valid_from=order.valid_from.isoformat(),
        valid_until=order.valid_until.isoformat(),
        report=bytes.fromhex(order.report),
    )
