"""The demo's scenes and figures, each with its source.

What is taken from documents: how many people, units and tonnes (Shandong), and which classes of scenes there
are (Chengdu's six, Shandong's offices and 碳惠小屋). What no document of ours states is illustrative and says
so: the factors, how people divide their activities among the scenes, points per gram.
"""

import json
from dataclasses import dataclass
from typing import Final

PEOPLE: Final = 53_000
UNITS: Final = 30
CUMULATIVE_GRAMS: Final = 700_000_000
MONTHS: Final = 12
"""The assumed length of the time in which the 700 t came together, see SOURCES."""

SOURCES: Final = (
    "公共机构碳普惠——绿色管理与文化创新的山东实践: 30余家省直单位, 超5.3万名职工, 累计减碳超700吨, 平台2024年8月上线",
    (
        "assumption: the document has no date and tells of June 2025 as past, so its 700 t are taken as those of "
        f"{MONTHS} months (August 2024 to July 2025); one month's share is 700 t / {MONTHS}"
    ),
    "成办函〔2022〕85号 三(一): six classes of scenes; factors, shares and rewards of the demo are illustrative",
)
ILLUSTRATIVE: Final = "illustrative factor of the demo, from no published methodology"


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene with the methodology that measures it.

    Attributes:
        label: as pages show it.
        group: exclusion group; scenes of one group cannot claim the same time twice.
        low, high: what one activity brings, in `unit`, both included.
        factor: grams CO2e per `denominator` units, rounded down.
        share: of the month's grams, in thousandths.
        hour: of day (UTC+8) at which the generator lets it happen; scenes of one group have different ones.
    """

    id: str
    label: str
    group: str
    input: str
    unit: str
    low: int
    high: int
    factor: int
    denominator: int
    share: int
    hour: int

    def grams(self, amount: int) -> int:
        """What the filed formula makes of one activity; the demo checks its ledger against this."""
        return amount * self.factor // self.denominator

    @property
    def formula(self) -> str:
        """The methodology's formula with its test vectors (chaincode/rules/formula)."""
        vectors = sorted({self.low, (self.low + self.high) // 2, self.high})
        document = {
            "v": "1",
            "inputs": [{"name": self.input, "unit": self.unit, "low": str(self.low), "high": str(self.high)}],
            "factors": {
                "saved": {
                    "numerator": str(self.factor),
                    "denominator": str(self.denominator),
                    "unit": f"gCO2e/{self.unit}",
                    "source": ILLUSTRATIVE,
                    "date": "2024-08-01",
                }
            },
            "tables": {},
            "grams": {"scale": [{"input": self.input}, "saved"]},
            "vectors": [{"inputs": [str(one)], "grams": str(self.grams(one))} for one in vectors],
        }
        return json.dumps(document, ensure_ascii=False)


SCENES: Final = (
    Scene("walk", "步行 (绿色出行)", "trip", "distance", "m", 800, 5_000, 5, 100, 150, 7),
    Scene("cycle", "骑行 (绿色出行)", "trip", "distance", "m", 1_500, 9_000, 6, 100, 200, 12),
    Scene("bus", "公交地铁 (绿色出行)", "trip", "distance", "m", 3_000, 20_000, 4, 100, 250, 18),
    Scene("tray", "光盘 (低碳消费)", "meal", "meals", "meal", 1, 2, 45, 1, 60, 13),
    Scene("greenway", "绿道漫步 (低碳休闲)", "leisure", "distance", "m", 1_000, 6_000, 3, 100, 50, 20),
    Scene("library", "图书馆 (低碳文教)", "culture", "visits", "visit", 1, 1, 120, 1, 40, 15),
    Scene("online", "线上办事 (线上低碳办事)", "service", "procedures", "procedure", 1, 3, 90, 1, 60, 10),
    Scene("recycle", "碳惠小屋投递 (低碳社区)", "recycling", "mass", "g", 500, 6_000, 9, 100, 190, 17),
)
BY_ID: Final = {scene.id: scene for scene in SCENES}
assert sum(scene.share for scene in SCENES) == 1_000
