"""events:FileRules, by two persons."""

import hashlib

from tanhui.chaincode.contract.canonical import canonical_json
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import events as codes
from tanhui.chaincode.rules.events import EventRules
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.events.record import EventRulesVersion, Version, rules_key
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.events import EventRulesFiled


class FileEventRulesOrder(Order, frozen=True, kw_only=True):
    """The next version of the rules."""

    version: Version
    rules: EventRules


@transaction("events:FileRules", roles={Role.REGULATOR}, persons=2)
async def file_rules(tx: Tx, order: FileEventRulesOrder) -> EventRulesFiled:
    """File the next version of the rules. Dossiers keep the version that they named in their plan."""
    order.rules.require_consistent()
    if await tx.event_rules.find(rules_key(order.version)) is not None:
        raise codes.EXISTS.at("rules", order.version)
    if order.version > 1 and await tx.event_rules.find(rules_key(order.version - 1)) is None:
        raise codes.RULES_ABSENT.at("version", order.version, expected="the next one")
    tx.event_rules.put(EventRulesVersion(version=order.version, rules=order.rules), rules_key(order.version))
    return EventRulesFiled(version=order.version, rules=hashlib.sha256(canonical_json(order.rules)).digest())
