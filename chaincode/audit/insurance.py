"""Carbon insurance: a policy's settled kilograms are what its insurer replaced, and a claim stands while it asks.

settled = Σ replaced under certificates + Σ given as units, by insurance:Settle of that policy
claimed = what the open claim asked for, less what was settled of it
"""

from collections import Counter

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records, Transaction
from tanhui.chaincode.rules.insurance import quantity_of
from tanhui.chaincode.transactions.insurance.record import POLICY
from tanhui.proofs.effects.insurance import PolicyChanged
from tanhui.proofs.effects.recalls import RecallCompensated, RecallReplaced


class Insurance(Check):
    """Every policy against what was paid on it."""

    name = "credits.insurance"

    def __init__(self) -> None:
        self._paid: Counter[str] = Counter()
        self._asked: Counter[str] = Counter()

    def follow(self, transaction: Transaction) -> None:
        """Add up what insurers replaced, and what every claim still asks for."""
        for effect in transaction.effects:
            settles = transaction.function == "insurance:Settle"
            if isinstance(effect, PolicyChanged) and not settles:
                self._asked[effect.policy] = effect.claimed_kg
            elif isinstance(effect, RecallReplaced | RecallCompensated) and settles:
                policy = str(transaction.field("policy"))
                self._paid[policy] += effect.quantity_kg
                self._asked[policy] -= effect.quantity_kg

    def judge(self, records: Records) -> Report:
        """Compare policies with the sums."""
        report = Report(self.name, {"policies": 0, "covered_kg": 0, "settled_kg": 0})
        known = set()
        for (policy_id,), policy in records.all(POLICY):
            where = f"policy {policy_id}"
            report.count("policies")
            report.count("covered_kg", policy.covered)
            report.count("settled_kg", policy.settled)
            report.equal(where, "settled", policy.settled, self._paid[policy_id])
            spans = [(one.batch, int(one.first), int(one.last)) for one in policy.spans]
            report.equal(where, "covered", policy.covered, quantity_of(spans))
            report.equal(where, "claimed", policy.claimed, self._asked[policy_id])
            claimed = policy.status == "claimed"
            report.equal(where, "asks for units", policy.claimed > 0, claimed)
            report.equal(where, "names a recall", bool(policy.recall), claimed)
            known.add(policy_id)
        for policy_id in sorted(set(self._paid) - known):
            report.find(f"policy {policy_id}", "paid, and not on the ledger")
        return report
