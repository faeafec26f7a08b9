"""Accounts: lots are sorted, positive and of known issues, each account fits its holder."""

from itertools import pairwise

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records
from tanhui.chaincode.rules.accounts import NO_UNIT, Account, Holder
from tanhui.chaincode.rules.lots import LOTS_MAX
from tanhui.chaincode.transactions.accounts.record import ACCOUNT
from tanhui.chaincode.transactions.programmes.record import ISSUE, PROGRAMME


class AccountRecords(Check):
    """Every account on its own, and the issues that its lots name."""

    name = "accounts.records"

    def judge(self, records: Records) -> Report:
        """Look at every issue and account."""
        report = Report(self.name, {"accounts": 0, "lots": 0, "issues": 0})
        issues = set()
        for (programme, issue_id), issue in records.all(ISSUE):
            report.count("issues")
            issues.add((programme, bytes.fromhex(issue_id)))
            report.equal(f"issue {programme}/{issue_id}", "id", issue_id, issue.id.hex())
            report.equal(f"issue {programme}/{issue_id}", "programme", issue.programme, programme)
        programmes = {ids[0] for ids, _ in records.all(PROGRAMME)}
        for (programme, account_id), account in records.all(ACCOUNT):
            where = f"account {programme}/{account_id}"
            report.count("accounts")
            if programme not in programmes:
                report.find(where, "its programme is unknown")
            report.equal(where, "is a unit's", account.holder is Holder.UNIT, bool(account.organisation))
            if account.unit != NO_UNIT and records.find(ACCOUNT, programme, account.unit.hex()) is None:
                report.find(where, f"its unit {account.unit.hex()} is unknown")
            self._lots(report, where, account)
            for lot in account.lots:
                if (programme, lot.issue) not in issues:
                    report.find(where, f"a lot of the unknown issue {lot.issue.hex()}")
        return report

    def _lots(self, report: Report, where: str, account: Account) -> None:
        report.count("lots", len(account.lots))
        if len(account.lots) > LOTS_MAX:
            report.find(where, f"{len(account.lots)} lots, at most {LOTS_MAX}")
        if any(lot.points <= 0 for lot in account.lots):
            report.find(where, "a lot without points")
        if any(left[:2] >= right[:2] for left, right in pairwise(account.lots)):
            report.find(where, "lots out of order, or two of one expiry and issue")
