"""methodologies:File."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import identity as identity_codes
from tanhui.chaincode.rules.errors import methodologies as codes
from tanhui.chaincode.rules.formula import load
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.slots import Crediting, group_number
from tanhui.chaincode.rules.states import METHODOLOGY as MACHINE
from tanhui.chaincode.transactions.methodologies.record import ExclusionGroup, version_key
from tanhui.chaincode.transactions.methodologies.status import StatusOrder, pinned, put_status
from tanhui.chaincode.transactions.notices.gate import require_noticed
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.governance import MethodologyStatusChanged


@transaction("methodologies:File", roles={Role.REGULATOR})
async def file(tx: Tx, order: StatusOrder) -> tuple[MethodologyStatusChanged, ...]:
    """Put an assessed version into force, or a suspended one back; the version filed before is superseded.

    The stored formula is loaded anew: its text must still have the identity that was assessed, and its test
    vectors run on the ledger, on every endorser.
    """
    found = await pinned(tx, order)
    MACHINE.require_in(found.status, "assessed", "suspended")
    if found.status == "assessed":
        await require_noticed(tx, "methodology", f"{found.methodology}@{found.version}")
    head = await tx.methodologies.get(order.methodology)
    formula = load((await tx.formulas.get(found.formula)).canonical.decode())
    if formula.identity != found.formula:
        raise codes.PIN_DIFFERS.at("formula", formula.identity, version=found.version, expected=found.formula)
    if found.crediting is not None:
        await _join_group(tx, found.crediting)
    effects = [put_status(tx, found, "filed", note=order.note)]
    if head.filed and head.filed != found.version:
        before = await tx.methodology_versions.get(head.id, version_key(head.filed))
        effects.append(put_status(tx, before, "superseded", note=order.note))
    tx.methodologies.put(msgspec.structs.replace(head, filed=found.version), head.id)
    return tuple(effects)


async def _join_group(tx: Tx, crediting: Crediting) -> None:
    """The first methodology of an exclusion group fixes its slots, the others must agree.

    Raises:
        Refusal: methodologies.group_taken, methodologies.group_terms, identity.authority_role.
    """
    number = f"{group_number(crediting.exclusion_group):08x}"
    wanted = ExclusionGroup(
        name=crediting.exclusion_group,
        slot=crediting.slot,
        claim_days=crediting.claim_days,
        authority=crediting.authority,
        identity=crediting.identity,
    )
    if crediting.authority:
        authority = await tx.organisations.find(crediting.authority)
        if (
            authority is None
            or authority.status != "active"
            or Role.IDENTITY_AUTHORITY not in authority.roles
        ):
            raise identity_codes.AUTHORITY_ROLE.at("authority", crediting.authority)
    group = await tx.exclusion_groups.find(number)
    if group is None:
        tx.exclusion_groups.put(wanted, number)
    elif group.name != wanted.name:
        raise codes.GROUP_TAKEN.at("exclusion_group", wanted.name, other=group.name)
    elif msgspec.structs.replace(group, authority=group.newest_authority, changes=()) != wanted:
        raise codes.GROUP_TERMS.at(
            "exclusion_group", wanted.name, slot=group.slot, claim_days=group.claim_days
        )
