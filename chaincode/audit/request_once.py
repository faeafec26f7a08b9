"""A request takes effect once: the same id of one organisation never does anything twice."""

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records, Transaction
from tanhui.proofs.effects.proposals import ProposalMade


class RequestOnce(Check):
    """Proposing and approving are two steps of one request."""

    name = "requests.once"

    def __init__(self) -> None:
        self._report = Report(self.name, {"requests": 0, "repeats": 0})
        self._done: set[tuple[str, str, bool]] = set()

    def follow(self, transaction: Transaction) -> None:
        """Note what took effect."""
        if not transaction.effects:
            self._report.count("repeats")
            return
        request = str(transaction.field("request_id"))
        proposes = isinstance(transaction.effects[0], ProposalMade)
        step = (transaction.caller.organisation, request, proposes)
        if step in self._done:
            self._report.find(f"transaction {transaction.id}", f"request {request} took effect before")
        self._done.add(step)
        self._report.count("requests")

    def judge(self, records: Records) -> Report:
        """What was found while following."""
        return self._report
