"""Energy-management contracts: a year's saving from a whole year of settled readings, shared to the fen.

saved = baseline − what the contract's meters counted; provider's fen + institution's fen = the benefit
"""

from dataclasses import dataclass

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.meter_readings import MeterReadings, Used, in_grams
from tanhui.chaincode.audit.reading import Records, Transaction
from tanhui.chaincode.rules.quantities import share
from tanhui.chaincode.rules.states import ENERGY_CONTRACT as MACHINE
from tanhui.chaincode.transactions.energy_contracts.record import ENERGY_CONTRACT, ENERGY_SAVING, EnergySaving
from tanhui.proofs.effects.energy_contracts import EnergyContractChanged, SavingVerified


@dataclass(frozen=True, slots=True)
class Verified:
    """A saving as it was verified, and what the contract's meters had counted then."""

    effect: SavingVerified
    used: Used
    unsettled: int


class EnergySavings(Check):
    """Replays contracts and readings."""

    name = "energy_contracts.savings"

    def __init__(self) -> None:
        self._report = Report(self.name)
        self._readings = MeterReadings()
        self._meters: dict[str, list[str]] = {}
        self._contracts: dict[str, EnergyContractChanged] = {}
        self._verified: dict[tuple[str, str], Verified] = {}

    def follow(self, transaction: Transaction) -> None:
        """Note contracts, readings and savings."""
        self._readings.follow(transaction)
        for effect in transaction.effects:
            if isinstance(effect, EnergyContractChanged):
                self._contract(transaction, effect)
            elif isinstance(effect, SavingVerified):
                self._saving(f"transaction {transaction.id}", effect)

    def _contract(self, transaction: Transaction, effect: EnergyContractChanged) -> None:
        where, before = f"transaction {transaction.id}", self._contracts.get(effect.contract)
        if before is None:
            self._meters[effect.contract] = [str(one) for one in transaction.field("meters")]
        elif effect.status not in (before.status, *MACHINE.moves[before.status]):
            self._report.find(
                where, f"contract {effect.contract} went from {before.status} to {effect.status}"
            )
        elif before.lienholder and effect.lienholder and before.lienholder != effect.lienholder:
            self._report.find(where, f"a second lien on contract {effect.contract}")
        self._contracts[effect.contract] = effect

    def _saving(self, where: str, effect: SavingVerified) -> None:
        key = (effect.contract, effect.year)
        if key in self._verified:
            self._report.find(where, f"saving of {'/'.join(key)} verified twice")
        contract = self._contracts[effect.contract]
        if effect.verifier in (contract.institution, contract.provider):
            self._report.find(where, "verified by a party")
        used, unsettled = self._readings.used(
            contract.institution, effect.year, self._meters[effect.contract]
        )
        self._verified[key] = Verified(effect, used, unsettled)

    def judge(self, records: Records) -> Report:
        """Compare contracts and savings with what was replayed."""
        figures = {"contracts": 0, "savings": 0, "saved_gce": 0, "saved_fen": 0}
        report = Report(self.name, figures, list(self._report.findings), self._report.broken)
        for (contract_id,), contract in records.all(ENERGY_CONTRACT):
            report.count("contracts")
            told = self._contracts.get(contract_id)
            stated = None if told is None else (told.status, told.lienholder or "")
            report.equal(f"contract {contract_id}", "stands", (contract.status, contract.lienholder), stated)
        for (contract_id, year), saving in records.all(ENERGY_SAVING):
            self._judge_saving(report, records, (contract_id, year), saving)
        report.equal("savings", "standing", report.figures["savings"], len(self._verified))
        return report

    def _judge_saving(
        self, report: Report, records: Records, key: tuple[str, str], saving: EnergySaving
    ) -> None:
        where, told = f"saving {'/'.join(key)}", self._verified.get(key)
        contract = records.find(ENERGY_CONTRACT, key[0])
        report.count("savings")
        report.count("saved_gce", saving.saved_gce)
        report.count("saved_fen", saving.saved_fen)
        grams = None if told is None else in_grams(records, told.used)
        if told is None or contract is None or grams is None:
            report.find(where, "its contract, its verification or a factor is missing")
            return
        report.equal(where, "unsettled months", told.unsettled, 0)
        report.equal(where, "used", saving.used_gce, grams[0])
        report.equal(where, "saved", saving.saved_gce, contract.baseline_gce - saving.used_gce)
        report.equal(where, "saved, as stated", told.effect.saved_gce, saving.saved_gce)
        provider = share(saving.saved_fen, contract.provider_basis_points)
        parts = (saving.provider_fen, saving.institution_fen)
        report.equal(where, "shares", parts, (provider, saving.saved_fen - provider))
        report.equal(
            where, "shares, as stated", (told.effect.provider_fen, told.effect.institution_fen), parts
        )
