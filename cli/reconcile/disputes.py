"""What the arbiter's rulings of a period left to be paid, from both ledgers."""

from dataclasses import dataclass

from tanhui.cli.reconcile.drawing import Parties, all_of
from tanhui.proofs.statements.netting import Claim
from tanhui.proofs.statements.periods import Period


@dataclass(frozen=True, slots=True, order=True)
class Owed:
    """One upheld dispute: how many of the transfer's source units which party owes the other."""

    dispute: str
    transfer: str
    source: int
    debtor: int
    quantity: int
    transactions: tuple[str, str] = ("", "")
    """In which each party's ledger took the ruling; "" where it was not shown yet."""

    @property
    def agreed(self) -> bool:
        """Whether both ledgers have the ruling."""
        return all(self.transactions)


async def owed_in(parties: Parties, period: Period) -> tuple[Owed, ...]:
    """Upheld disputes whose ruling the arbiter dated in the period, by their ids.

    A ruling dated so counts in its period whenever it is brought; until both ledgers have it, it is no claim.
    """
    found: dict[str, Owed] = {}
    for at, side in enumerate(parties.sides):
        for one in await all_of(side, "recognition:Disputes", parties.agreement):
            if one["status"] != "upheld" or not period.start <= one["ruled_seconds"] < period.end:
                continue
            if not int(one["owed"]):
                continue
            debtor = 0 if bytes.fromhex(one["owed_by"]) == parties.genesis[0] else 1
            known = found.get(one["id"])
            transactions = ["", ""] if known is None else list(known.transactions)
            transactions[at] = one["ruled_in"]
            found[one["id"]] = Owed(
                one["id"],
                one["transfer"],
                one["source"],
                debtor,
                int(one["owed"]),
                (transactions[0], transactions[1]),
            )
    return tuple(found[name] for name in sorted(found))


def dispute_claims(parties: Parties, owed: tuple[Owed, ...]) -> list[Claim]:
    """What both ledgers have as owed, in the first party's units; a part of such a unit is not claimed."""
    numerator, denominator = parties.ratio
    found = []
    for one in owed:
        amount = one.quantity if one.source == 0 else one.quantity * denominator // numerator
        if one.agreed and amount:
            found.append(Claim(str(one.debtor), str(1 - one.debtor), amount))
    return found
