"""What came from before the platform: balances of a former registry, points that expire, points that are converted.

Points issued in the month cannot have expired in it; those of a former registry keep their last days. So its manifest
of balances is imported first, and what expired since its cut-off is booked as expired.
"""

import base64
from hashlib import sha256
from typing import Any, Final

import msgspec

from tanhui.chaincode.contract.canonical import decode_amount
from tanhui.chaincode.rules.days import Day, day_text
from tanhui.chaincode.rules.opening import LINE
from tanhui.chaincode.transactions.opening.announce import signed_bytes
from tanhui.chaincode.transactions.opening.record import Manifest
from tanhui.cli.demo.clerk import RECORDER, REGISTRAR, Clerk
from tanhui.cli.demo.month import Month
from tanhui.cli.demo.setting import OPERATOR_ID, PROGRAMME, REGION, document_hash
from tanhui.proofs.ed25519 import MemorySigner

FORMER: Final = "former-registry"
SHOP: Final = "shop"
PEOPLE_MAX: Final = 100
"""People with a balance in the former registry, at most."""
EXPIRED_POINTS: Final = 30
KEPT_POINTS: Final = 20
CUT_OFF_DAYS: Final = 30
SHOP_RULES: Final[dict[str, Any]] = {
    "kind": "merchant",
    "scenes": [{"scene": "bought", "award": "flat", "points": 1}],
    "expiry": {"kind": "year_end", "after": 1},
    "transfer": {"kind": "forbidden"},
}


class FormerRegistry:
    """Imports, expires, converts.

    Args:
        month: whose first people had a balance before.
    """

    def __init__(self, clerk: Clerk, month: Month) -> None:
        self._clerk = clerk
        self._people = [one.account for one in month.people[:PEOPLE_MAX]]

    async def take_over(self) -> None:
        """Two persons of the regulator pin the signed manifest; the operator imports its one chunk of balances."""
        day = self._clerk.day
        lines = b"".join(
            LINE.pack(account, last_day, points)
            for account in self._people
            for last_day, points in ((day - 1, EXPIRED_POINTS), (day + 365, KEPT_POINTS))
        )
        await self._clerk.by_regulator("opening:Announce", "manifest", **self._manifest(lines))
        await self._clerk.send(
            RECORDER,
            "opening:ImportBalances",
            "balances",
            registry=FORMER,
            part=0,
            lines=base64.b64encode(lines).decode(),
        )

    def _manifest(self, lines: bytes) -> dict[str, Any]:
        signer = MemorySigner(sha256(b"tanhui demo former registry").digest())
        order: dict[str, Any] = {
            "registry": FORMER,
            "name": "原登记簿(示例)",
            "cut_off": day_text(Day(self._clerk.day - CUT_OFF_DAYS)),
            "import_until": day_text(Day(self._clerk.day + CUT_OFF_DAYS)),
            "document": document_hash("former registry"),
            "key": signer.public_key.hex(),
            "programme": PROGRAMME,
            "balances": [sha256(lines).hexdigest()],
            "batches": [],
            "points": str(len(self._people) * (EXPIRED_POINTS + KEPT_POINTS)),
            "kilograms": "0",
        }
        manifest = msgspec.convert(order | {"signature": ""}, Manifest, dec_hook=decode_amount)
        signed = signed_bytes(manifest)
        return order | {"signature": base64.b64encode(signer.sign(signed)).decode()}

    async def expire(self) -> None:
        """Book what has expired since the former registry's cut-off."""
        accounts = [one.hex() for one in self._people]
        await self._clerk.send(RECORDER, "points:Expire", "expire", programme=PROGRAMME, accounts=accounts)

    async def convert(self) -> None:
        """A tenth of the people turn what is left of those points into a shop's, at two for one."""
        draft = {"name": "商家积分(示例)", "region": REGION, "parent": "", "operator": OPERATOR_ID}
        clerk = self._clerk
        await clerk.send(REGISTRAR, "programmes:Draft", "shop", programme=SHOP, rules=SHOP_RULES, **draft)
        await clerk.by_regulator("programmes:PutInForce", "shop-in-force", programme=SHOP, version=1)
        agreed = {"source": PROGRAMME, "target": SHOP, "numerator": 1, "denominator": 2, "cap": "0"}
        until = day_text(Day(clerk.day + 365))
        await clerk.by_regulator("programmes:AgreeConversion", "shop-agreed", **agreed, until=until)
        wanting = [one.hex() for one in self._people[:: max(len(self._people) // 10, 1)]]
        shoppers = {one: sha256(b"shop" + bytes.fromhex(one)).hexdigest()[:32] for one in wanting}
        opened = [{"account": one, "holder": "person"} for one in shoppers.values()]
        await clerk.send(RECORDER, "accounts:Open", "shop-accounts", programme=SHOP, accounts=opened)
        for number, (account, there) in enumerate(shoppers.items()):
            await clerk.send(
                RECORDER,
                "points:Convert",
                f"convert-{number}",
                source_programme=PROGRAMME,
                account=account,
                target_programme=SHOP,
                target_account=there,
                points=str(KEPT_POINTS),
            )
