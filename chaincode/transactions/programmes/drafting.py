"""What drafting a first version and a later one have in common."""

import msgspec

from tanhui.chaincode.contract.canonical import canonical_json
from tanhui.chaincode.rules.errors import programmes as codes
from tanhui.chaincode.rules.programmes import Rules, require_added_only, rules_hash
from tanhui.chaincode.transactions.programmes.record import (
    Programme,
    ProgrammeState,
    ProgrammeVersion,
    version_key,
)
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.governance import ProgrammeStatusChanged


def require_state(programme: Programme, *allowed: ProgrammeState) -> None:
    """Refuse a programme in another state.

    Raises:
        Refusal: programmes.state.
    """
    if programme.state not in allowed:
        raise codes.STATE.at("programme", programme.state, allowed=",".join(allowed))


async def rules_in_force(tx: Tx, programme: Programme) -> Rules | None:
    """The rules of the version in force, if there is one."""
    if not programme.in_force:
        return None
    return (await tx.programme_versions.get(programme.id, version_key(programme.in_force))).rules


async def require_rules(tx: Tx, programme: Programme, rules: Rules) -> None:
    """Refuse rules that contradict themselves, the parent's, or a scene's being the parent's alone.

    Raises:
        Refusal: programmes.scene_twice, programmes.rule_shape, programmes.scene_of_parent.
    """
    rules.require_consistent()
    if programme.parent:
        parent_rules = await rules_in_force(tx, await tx.programmes.get(programme.parent))
        if parent_rules is not None:
            require_added_only(rules, programme.parent, parent_rules)


def put_draft(tx: Tx, programme: Programme, rules: Rules) -> ProgrammeStatusChanged:
    """Write the programme's next version as a draft."""
    version = programme.drafted + 1
    drafted = msgspec.structs.replace(programme, drafted=version)
    tx.programmes.put(drafted, programme.id)
    record = ProgrammeVersion(programme.id, version, rules)
    tx.programme_versions.put(record, programme.id, version_key(version))
    return status_effect(programme.id, version, "draft", rules)


def status_effect(
    programme: str, version: int, status: ProgrammeState, rules: Rules
) -> ProgrammeStatusChanged:
    """The effect of a version's reaching a state."""
    return ProgrammeStatusChanged(
        programme=programme, version=version, status=status, rules=rules_hash(canonical_json(rules))
    )


async def change_state(
    tx: Tx, programme_id: str, *, allowed: tuple[ProgrammeState, ...], to: ProgrammeState
) -> ProgrammeStatusChanged:
    """Bring a programme with a version in force from one of `allowed` states `to` another."""
    programme = await tx.programmes.get(programme_id)
    require_state(programme, *allowed)
    rules = await rules_in_force(tx, programme)
    assert rules is not None, "what is in force or suspended has a version"
    tx.programmes.put(msgspec.structs.replace(programme, state=to), programme.id)
    return status_effect(programme.id, programme.in_force, to, rules)
