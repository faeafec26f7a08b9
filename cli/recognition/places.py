"""The provinces that take part, and each one's organisations."""

from dataclasses import dataclass
from typing import Any, Final

import msgspec

from tanhui.chaincode.rules.uscc import check_character
from tanhui.network.channel.topology import Topology

BATCH_MS: Final = 10
_REGION: Final = slice(2, 8)
"""Where the GB/T 2260 code stands in a unified social credit code (GB 32100)."""


@dataclass(frozen=True, slots=True)
class Place:
    """A province: its name in folders, its title, its GB/T 2260 code."""

    name: str
    title: str
    code: str


PLACES: Final = (
    Place("sichuan", "四川省（示例）", "510000"),
    Place("jilin", "吉林省（示例）", "220000"),
    Place("shandong", "山东省（示例）", "370000"),
    Place("zhejiang", "浙江省（示例）", "330000"),
    Place("shanghai", "上海市（示例）", "310000"),
)


def topology_of(place: Place, described: Topology) -> Topology:
    """The described topology with organisations of this province, and blocks that nobody waits for."""
    organisations = [
        msgspec.structs.replace(
            one, users=[msgspec.structs.replace(user, attributes=_moved(user, place)) for user in one.users]
        )
        for one in described.organisations
    ]
    batch = msgspec.structs.replace(described.channel.batch, timeout_ms=BATCH_MS)
    channel = msgspec.structs.replace(described.channel, batch=batch)
    return msgspec.structs.replace(described, organisations=organisations, channel=channel)


def _moved(user: Any, place: Place) -> dict[str, str]:
    attributes: dict[str, str] = dict(user.attributes)
    known = attributes.get("tanhui.org", "")
    if known:
        body = known[: _REGION.start] + place.code + known[_REGION.stop : -1]
        attributes["tanhui.org"] = body + check_character(body)
    return attributes
