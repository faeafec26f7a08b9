"""Ties: everything open names its parties under their ids, and nothing else does."""

from collections.abc import Callable
from typing import Any, Final

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.rules.accounts import State
from tanhui.chaincode.rules.serials import RangeState
from tanhui.chaincode.transactions.accounts.record import ACCOUNT
from tanhui.chaincode.transactions.credits.record import OFFER, RANGE
from tanhui.chaincode.transactions.energy_contracts.record import ENERGY_CONTRACT
from tanhui.chaincode.transactions.insurance.record import POLICY
from tanhui.chaincode.transactions.market.record import INTENT, LISTING, TRADE
from tanhui.chaincode.transactions.organisations import ties
from tanhui.chaincode.transactions.organisations.record import ORGANISATION
from tanhui.chaincode.transactions.pledges.record import PLEDGE
from tanhui.chaincode.transactions.programmes.record import PROGRAMME
from tanhui.chaincode.transactions.projects.record import PROJECT
from tanhui.chaincode.transactions.trusts.record import TRUST

PARTIES: Final[tuple[tuple[KeyType[Any], Callable[[Any], frozenset[str]]], ...]] = (
    (ENERGY_CONTRACT, ties.of_energy_contract),
    (INTENT, ties.of_intent),
    (LISTING, ties.of_listing),
    (OFFER, ties.of_offer),
    (PLEDGE, ties.of_pledge),
    (POLICY, ties.of_policy),
    (PROGRAMME, ties.of_programme),
    (PROJECT, ties.of_project),
    (TRADE, ties.of_trade),
    (TRUST, ties.of_trust),
)


class Ties(Check):
    """The index of open records by organisation, and that nothing is left with one that closed."""

    name = "organisations.ties"

    def judge(self, records: Records) -> Report:
        """Compare every tie with what is open, and with the organisation's status."""
        report = Report(self.name, {"ties": 0})
        expected = set()
        for key_type, parties in PARTIES:
            for ids, record in records.all(key_type):
                expected |= {(party, key_type.name, "/".join(ids)) for party in parties(record)}
        for ids, account in records.all(ACCOUNT):
            if account.organisation and account.state is not State.CLOSED:
                expected.add((account.organisation, ties.ACCOUNT_KIND, "/".join(ids)))
        found = {ids for ids, _ in records.all(ties.TIE)}
        report.count("ties", len(found))
        for left in sorted(found - expected):
            report.find("/".join(left), "tied, and nothing open names it")
        for missing in sorted(expected - found):
            report.find("/".join(missing), "open, and not tied")
        closed = {ids[0] for ids, one in records.all(ORGANISATION) if one.status == "closed"}
        for organisation, kind, reference in sorted(found):
            if organisation in closed:
                report.find(f"organisation {organisation}", f"closed, and part of {kind} {reference}")
        for _, one in records.all(RANGE):
            if one.state is RangeState.ACTIVE and one.holder in closed:
                report.find(f"range {one.name}", f"active, and its holder {one.holder} is closed")
        return report
