"""The market: listings, trades, payments, intents and prices against each other.

listed = available + Σ trades on the listing that stand or are settled (while it is open)
each settled trade has one payment and one transfer of its kilograms, each payment one settled trade
delivered on an intent = Σ settled trades that name it
"""

from collections import Counter

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records, Transaction
from tanhui.chaincode.transactions.market.record import (
    INTENT,
    LISTING,
    PAYMENT,
    PRICE_HEAD,
    REFERENCE_PRICE,
    TRADE,
    Trade,
)
from tanhui.proofs.effects.credits import CreditsTransferred
from tanhui.proofs.effects.market import ListingChanged


class Market(Check):
    """Everything that the market keeps."""

    name = "market.books"

    def __init__(self) -> None:
        self._listed: dict[str, int] = {}
        self._moved: Counter[str] = Counter()

    def follow(self, transaction: Transaction) -> None:
        """Note what was listed first, and what settlements moved."""
        for effect in transaction.effects:
            if isinstance(effect, ListingChanged):
                self._listed.setdefault(effect.listing, effect.available_kg)
            elif isinstance(effect, CreditsTransferred) and transaction.function == "market:SettleTrade":
                self._moved[effect.transfer] += effect.quantity_kg

    def judge(self, records: Records) -> Report:
        """Compare listings, trades, payments, intents and prices."""
        report = Report(self.name, {"trades": 0, "settled": 0, "settled_fen": 0})
        trades = {ids[0]: trade for ids, trade in records.all(TRADE)}
        drawn: Counter[str] = Counter()
        delivered: Counter[str] = Counter()
        payments = {ids[0]: payment.trade for ids, payment in records.all(PAYMENT)}
        for trade_id, trade in trades.items():
            report.count("trades")
            if trade.status in ("proposed", "agreed", "settled"):
                drawn[trade.listing] += trade.quantity
            if trade.intent:
                delivered[trade.intent] += trade.quantity
                report.equal(f"trade {trade_id}", "delivers while", trade.status, "settled")
            self._settled(report, trade, payments)
        for payment, trade_id in payments.items():
            paid = trades.get(trade_id)
            report.equal(
                f"payment {payment}", "pays", paid and (paid.status, paid.payment), ("settled", payment)
            )
        self._listings(report, records, drawn)
        for (intent_id,), intent in records.all(INTENT):
            where = f"intent {intent_id}"
            report.equal(where, "delivered", intent.delivered, delivered.pop(intent_id, 0))
            if (intent.delivered >= intent.quantity) != (intent.status == "fulfilled"):
                report.find(
                    where, f"{intent.status}, with {intent.delivered} of {intent.quantity} kg delivered"
                )
        for intent_id in delivered:
            report.find(f"intent {intent_id}", "delivered on, and not on the ledger")
        self._prices(report, records)
        return report

    def _settled(self, report: Report, trade: Trade, payments: dict[str, str]) -> None:
        where = f"trade {trade.id}"
        settled = trade.status == "settled"
        report.equal(where, "moved", self._moved[trade.id], trade.quantity if settled else 0)
        if settled:
            report.count("settled")
            report.count("settled_fen", trade.amount)
            report.equal(where, "payment", payments.get(trade.payment), trade.id)
        elif trade.payment:
            report.find(where, f"{trade.status}, and paid by {trade.payment}")

    def _listings(self, report: Report, records: Records, drawn: Counter[str]) -> None:
        """What a closed listing's ended trades gave back stays theirs, so there the sum may fall short."""
        for (listing_id,), listing in records.all(LISTING):
            where = f"listing {listing_id}"
            sum_kg, listed = listing.available + drawn[listing_id], self._listed.get(listing_id)
            if listing.status == "open":
                report.equal(where, "available and drawn", sum_kg, listed)
            elif listed is None or sum_kg > listed:
                report.find(where, f"{sum_kg} kg available and drawn, of {listed} listed")

    def _prices(self, report: Report, records: Records) -> None:
        for (product,), head in records.all(PRICE_HEAD):
            where = f"price {product}"
            versions = {one.version: one.status for _, one in records.all(REFERENCE_PRICE, product)}
            report.equal(where, "versions", sorted(versions), list(range(1, head.newest + 1)))
            approved = [version for version, status in versions.items() if status == "approved"]
            report.equal(where, "approved", head.approved, max(approved, default=0))
