"""The two-person rule: what needs two persons was proposed by one and approved by another."""

from functools import cache

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records, Transaction
from tanhui.chaincode.contract.proposals import PROPOSAL
from tanhui.chaincode.contract.requests import body_hash
from tanhui.chaincode.transactions.registry import registry_contract
from tanhui.proofs.effects.proposals import ProposalApproved, ProposalMade


class TwoPersons(Check):
    """Persons are those of the certificates that signed, not those that effects claim."""

    name = "governance.two_persons"

    def __init__(self) -> None:
        self._by_two = _by_two()
        self._report = Report(self.name, {"proposed": 0, "approved": 0})
        self._made: dict[str, str] = {}

    def follow(self, transaction: Transaction) -> None:
        """Judge the order of events: first one person's proposal, then another's approval."""
        if not transaction.effects:
            return
        report, where = self._report, f"transaction {transaction.id}"
        first, rest = transaction.effects[0], transaction.effects[1:]
        person = transaction.caller.person
        if not isinstance(first, ProposalMade | ProposalApproved):
            if transaction.function in self._by_two:
                report.find(where, f"{transaction.function} by one person")
            return
        proposal = first.proposal.hex()
        report.equal(where, "person", first.person, person)
        report.equal(where, "function", first.function, transaction.function)
        expected = body_hash(transaction.function, transaction.argument).hex()
        report.equal(where, "proposal", proposal, expected)
        if isinstance(first, ProposalMade):
            report.count("proposed")
            if rest:
                report.find(where, "a proposal that already took effect")
            if proposal in self._made:
                report.find(where, "proposed twice")
            self._made[proposal] = person
            return
        report.count("approved")
        report.equal(where, "proposed by", first.proposed_by, self._made.get(proposal))
        if self._made.get(proposal) == person:
            report.find(where, f"{person} approved their own proposal")

    def judge(self, records: Records) -> Report:
        """Look at every proposal that stands on the ledger."""
        report = Report(
            self.name, dict(self._report.figures), list(self._report.findings), self._report.broken
        )
        for (_, proposal_id), proposal in records.all(PROPOSAL):
            where = f"proposal {proposal_id}"
            expected = body_hash(proposal.function, proposal.argument.encode()).hex()
            report.equal(where, "id", proposal_id, expected)
            report.equal(where, "proposed by", proposal.proposed_by_person, self._made.get(proposal_id))
            if proposal.state == "approved" and proposal.closed_by_person in {
                "",
                proposal.proposed_by_person,
            }:
                report.find(where, f"approved by {proposal.closed_by_person!r}, who proposed it")
        report.figures["open"] = report.figures["proposed"] - report.figures["approved"]
        return report


@cache
def _by_two() -> frozenset[str]:
    """The functions that need two persons."""
    functions = registry_contract().functions.values()
    return frozenset(function.name for function in functions if function.persons == 2)
