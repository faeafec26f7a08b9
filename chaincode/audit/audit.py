"""Every invariant over one ledger."""

from collections.abc import Iterable, Sequence

from tanhui.chaincode.audit.account_records import AccountRecords
from tanhui.chaincode.audit.accounting import Accounting
from tanhui.chaincode.audit.activity_mass import ActivityMass
from tanhui.chaincode.audit.aggregate_backing import AggregateBacking
from tanhui.chaincode.audit.bundle_shares import BundleShares
from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.conversions import Conversions
from tanhui.chaincode.audit.credit_mass import CreditMass
from tanhui.chaincode.audit.energy_budgets import EnergyBudgets
from tanhui.chaincode.audit.energy_savings import EnergySavings
from tanhui.chaincode.audit.identity_slots import IdentitySlots
from tanhui.chaincode.audit.insurance import Insurance
from tanhui.chaincode.audit.market import Market
from tanhui.chaincode.audit.monitoring_periods import MonitoringPeriods
from tanhui.chaincode.audit.neutral_years import NeutralYears
from tanhui.chaincode.audit.notices_kept import NoticesKept
from tanhui.chaincode.audit.offsets import Offsets
from tanhui.chaincode.audit.opening_import import OpeningImport
from tanhui.chaincode.audit.point_limits import PointLimits
from tanhui.chaincode.audit.points_supply import PointsSupply
from tanhui.chaincode.audit.reading import Records, State, Transaction
from tanhui.chaincode.audit.recalls import Recalls
from tanhui.chaincode.audit.recognition import Recognition
from tanhui.chaincode.audit.recognition_statements import RecognitionStatements
from tanhui.chaincode.audit.request_once import RequestOnce
from tanhui.chaincode.audit.reward_draws import RewardDraws
from tanhui.chaincode.audit.reward_stock import RewardStock
from tanhui.chaincode.audit.rights import Rights
from tanhui.chaincode.audit.serials import Serials
from tanhui.chaincode.audit.site_claims import SiteClaims
from tanhui.chaincode.audit.target_records import TargetRecords
from tanhui.chaincode.audit.ties import Ties
from tanhui.chaincode.audit.two_persons import TwoPersons

CHECKS: tuple[type[Check], ...] = (
    AccountRecords,
    Accounting,
    ActivityMass,
    AggregateBacking,
    BundleShares,
    Conversions,
    CreditMass,
    EnergyBudgets,
    EnergySavings,
    IdentitySlots,
    Insurance,
    Market,
    MonitoringPeriods,
    NeutralYears,
    NoticesKept,
    Offsets,
    OpeningImport,
    PointLimits,
    PointsSupply,
    Recalls,
    Recognition,
    RecognitionStatements,
    RequestOnce,
    RewardDraws,
    RewardStock,
    Rights,
    Serials,
    SiteClaims,
    TargetRecords,
    Ties,
    TwoPersons,
)
"""Every invariant; a lane adds its own file and its line here."""


class Audit:
    """One reading of a ledger: follow its transactions, then judge its state."""

    def __init__(self, checks: Sequence[type[Check]] = CHECKS) -> None:
        self._checks = [check() for check in checks]
        self.transactions = 0

    def follow(self, transactions: Iterable[Transaction]) -> None:
        """Take in transactions, in the order of the chain."""
        for transaction in transactions:
            self.transactions += 1
            for check in self._checks:
                check.follow(transaction)

    def judge(self, state: State) -> list[Report]:
        """One report for each invariant, over the state after the last transaction followed."""
        return self.judge_records(Records(state))

    def judge_records(self, records: Records) -> list[Report]:
        """The same over records that the caller reads, for example with what it has decoded before."""
        return [check.judge(records) for check in self._checks]
