"""A short history of a ledger, as its blocks tell it: five transactions of two organisations."""

import json
from typing import Any

from tanhui.registry_api.ledger import LedgerBlock, LedgerTransaction

OWNER, BUYER = "91510100MA6000001R", "91510100MA6000002W"
DAY_S = 86_400


def made(
    number: int, *listed: dict[str, Any], by: str = OWNER, order: dict[str, Any] | None = None
) -> LedgerTransaction:
    payload = json.dumps({"effects": list(listed), "v": "1"}).encode() if listed else b""
    argument = json.dumps(order or {}, ensure_ascii=False).encode()
    return LedgerTransaction(
        f"{number:064x}", "credits:Do", argument, by, "p1", "OwnerMSP", number * DAY_S, payload
    )


def moved(kind: str, first: int, last: int, **more: str) -> dict[str, Any]:
    ranges = [{"batch": "b1", "first": str(first), "last": str(last)}]
    return {"kind": f"credits.{kind}", "ranges": ranges, "quantity_kg": str(last - first + 1), **more}


POINTS = {"kind": "points.issued", "account": "aa", "points": "5", "programme": "pr"}
HISTORY = [
    LedgerBlock(0, ()),
    LedgerBlock(1, ()),
    LedgerBlock(
        2,
        (made(1, moved("issued", 1, 100, holder=OWNER, project="p1"), order={"title": "天府竹林碳汇项目"}),),
    ),
    LedgerBlock(
        3,
        (
            made(2, moved("transferred", 1, 40, sender=OWNER, receiver=BUYER)),
            made(3, POINTS, by=BUYER, order={"reason": "Bamboo forest, ｗａｌｋｉｎｇ 10 km"}),
        ),
    ),
    LedgerBlock(4, (made(5, by=BUYER, order={"note": "竹、林"}),)),
    LedgerBlock(
        5,
        (
            made(
                4,
                moved("retired", 11, 20, holder=BUYER, reason="办公碳中和"),
                moved("cancelled", 50, 60, holder=OWNER),
            ),
        ),
    ),
]
