"""Statements that both regions signed, recomputed from the transfers that this ledger records.

A co-signed statement of what left here is recomputed whole: its root, and every figure. Of one that came from the
other region this ledger knows what it minted; what was aborted or is in flight stands on the other chain too, and
`tanhui reconcile` compares both.
"""

from collections import defaultdict

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records
from tanhui.chaincode.transactions.recognition.lines import line_of_incoming, line_of_outgoing
from tanhui.chaincode.transactions.recognition.record import (
    AGREEMENT,
    RECOGNITION_STATEMENT,
    TRANSFER_IN,
    TRANSFER_OUT,
    Statement,
)
from tanhui.proofs.statements.lines import Flow, Line, lines_of
from tanhui.proofs.statements.periods import parse_period
from tanhui.proofs.statements.sum_tree import SumTree


class RecognitionStatements(Check):
    """Figures and roots of co-signed statements."""

    name = "recognition.statements"

    def judge(self, records: Records) -> Report:
        """Recompute each."""
        report = Report(self.name, {"filed": 0, "cosigned": 0, "lines": 0})
        own = {agreement: found.own for (agreement,), found in records.all(AGREEMENT)}
        gone: defaultdict[str, list[Line]] = defaultdict(list)
        come: defaultdict[str, list[Line]] = defaultdict(list)
        for (agreement, _), sent in records.all(TRANSFER_OUT):
            gone[agreement].append(line_of_outgoing(sent))
        for (agreement, _), received in records.all(TRANSFER_IN):
            come[agreement].append(line_of_incoming(received))
        for _, statement in records.all(RECOGNITION_STATEMENT):
            report.count("filed")
            where = f"statement {statement.agreement}/{statement.source}/{statement.period}"
            report.equal(where, "balance", flow_of(statement).balanced, expected=True)
            if not statement.cosigned:
                continue
            report.count("cosigned")
            report.count("lines", statement.lines)
            period = parse_period(statement.period)
            if statement.source == own.get(statement.agreement):
                tree = SumTree(lines_of(period, gone[statement.agreement]))
                report.equal(where, "flow", flow_of(statement), tree.label.flow)
                report.equal(where, "root", statement.root, tree.label.hash.hex())
            else:
                flow = Flow()
                for _, one in lines_of(period, come[statement.agreement]):
                    flow = flow.plus(one)
                report.equal(where, "minted", int(statement.minted), flow.minted)
        return report


def flow_of(statement: Statement) -> Flow:
    """The figures of a statement."""
    return Flow(
        statement.lines,
        int(statement.opening),
        int(statement.out),
        int(statement.minted),
        int(statement.aborted),
        int(statement.closing),
    )
