"""Several regions that recognise each other in pairs: what crossed among all of them in a period, and who pays whom.

Made of statements that were checked (document.py), so that a hub needs no region's server and no region's trust. Only
kilograms are netted among all: points are in each pair's own units, and are netted in the pair.

Format tanhui-hub/v1, one object of canonical JSON, numbers as decimal strings:

    {"format", "period",
     "regions": [{"name", "genesis"}],
     "ways": [{"agreement", "lane", "source", "destination", "root", "cosigned", "flow": {...}}],
     "positions": {NAME: kg}, "payments": [{"debtor", "creditor", "amount"}]}

`source` and `destination` are names of regions.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from tanhui.proofs import canonical
from tanhui.proofs.canonical import Json
from tanhui.proofs.errors import FormatError
from tanhui.proofs.statements.document import Checked
from tanhui.proofs.statements.lines import Flow
from tanhui.proofs.statements.netting import Claim, net, positions
from tanhui.proofs.statements.periods import parse_period

FORMAT: Final = "tanhui-hub/v1"
HUB_BYTES_MAX: Final = 4 << 20
REGIONS_MAX: Final = 64
WAYS_MAX: Final = REGIONS_MAX * (REGIONS_MAX - 1) * 2
"""Credits and points, each way of each pair."""


@dataclass(frozen=True, slots=True, order=True)
class Way:
    """What left one region for another under one agreement."""

    agreement: str
    lane: str
    """credits or points; "" where nothing crossed, so that no proof shows it."""
    source: str
    destination: str
    root: str
    cosigned: bool
    flow: Flow


@dataclass(frozen=True, slots=True)
class Hub:
    """A period of all regions."""

    period: str
    regions: tuple[tuple[str, str], ...]
    """Name and genesis hash, by name."""
    ways: tuple[Way, ...]

    @property
    def claims(self) -> list[Claim]:
        """What each way's minted kilograms come to: the region that they left owes it."""
        return [
            Claim(one.source, one.destination, one.flow.minted)
            for one in self.ways
            if one.lane == "credits" and one.flow.minted
        ]

    @property
    def positions(self) -> dict[str, int]:
        """Kilograms that each region is owed in all, or owes (negative)."""
        return {name: 0 for name, _ in self.regions} | positions(self.claims)

    @property
    def payments(self) -> list[Claim]:
        """Fewer than there are regions, and every region is left with its position."""
        return net(self.claims)

    def encode(self) -> bytes:
        """The file."""
        return canonical.encode(
            {
                "format": FORMAT,
                "period": self.period,
                "regions": [{"genesis": genesis, "name": name} for name, genesis in self.regions],
                "ways": [_way_json(one) for one in self.ways],
                "positions": {name: str(amount) for name, amount in self.positions.items()},
                "payments": [
                    {"debtor": one.debtor, "creditor": one.creditor, "amount": str(one.amount)}
                    for one in self.payments
                ],
            }
        )


def gather(checked: Iterable[Checked], names: Mapping[bytes, str]) -> Hub:
    """One hub out of statements of one period.

    Args:
        checked: statements that hold, each way of an agreement once.
        names: of the regions, by genesis hash.

    Raises:
        FormatError: hub.period, hub.twice, hub.names, hub.regions.
    """
    if len(set(names.values())) < len(names):
        raise FormatError("hub.names", "two regions have one name")
    ways: dict[tuple[str, str], Way] = {}
    periods = set()
    for one in checked:
        header = one.header
        periods.add(header.period)
        way = Way(
            header.agreement,
            one.lane,
            names[header.source],
            names[header.destination],
            header.root.hash.hex(),
            one.cosigned,
            header.root.flow,
        )
        if ways.setdefault((way.agreement, way.source), way) is not way:
            raise FormatError("hub.twice", f"{way.agreement} from {way.source}")
    if len(periods) != 1:
        raise FormatError("hub.period", f"{len(periods)} periods: {', '.join(sorted(periods))}")
    if len(names) > REGIONS_MAX:
        raise FormatError("hub.regions", f"more than {REGIONS_MAX}")
    listed = tuple(sorted((name, genesis.hex()) for genesis, name in names.items()))
    return Hub(periods.pop(), listed, tuple(sorted(ways.values())))


def parse(data: bytes) -> Hub:
    """Read the file; positions and payments must be those that its ways give.

    Raises:
        FormatError: another form, or figures that contradict each other.
    """
    row = canonical.parse(data, HUB_BYTES_MAX)
    found = canonical.members(row, ("format", "period", "regions", "ways", "positions", "payments"), of="hub")
    if found["format"] != FORMAT:
        raise FormatError("hub.format", f"not a {FORMAT}")
    period = canonical.text_of(found["period"], "period", 16)
    parse_period(period)
    regions = []
    for one in canonical.list_of(found["regions"], "regions", REGIONS_MAX):
        region = canonical.members(one, ("genesis", "name"), of="region")
        name = canonical.text_of(region["name"], "name", 200)
        regions.append((name, canonical.parse_hex(region["genesis"], 32).hex()))
    ways = tuple(_way(one) for one in canonical.list_of(found["ways"], "ways", WAYS_MAX))
    hub = Hub(period, tuple(regions), ways)
    if canonical.parse(hub.encode(), HUB_BYTES_MAX) != row:
        raise FormatError("hub.sums", "positions or payments are not what the ways give")
    return hub


def _way_json(one: Way) -> Json:
    return {
        "agreement": one.agreement,
        "lane": one.lane,
        "source": one.source,
        "destination": one.destination,
        "root": one.root,
        "cosigned": one.cosigned,
        "flow": {name: str(value) for name, value in one.flow._asdict().items()},
    }


def _way(row: Json) -> Way:
    names = ("agreement", "lane", "source", "destination", "root", "cosigned", "flow")
    found = canonical.members(row, names, of="way")
    if not isinstance(found["cosigned"], bool):
        raise FormatError("hub.cosigned", "is neither true nor false")
    flow = canonical.members(found["flow"], Flow._fields, of="flow")
    return Way(
        canonical.text_of(found["agreement"], "agreement", 128),
        canonical.text_of(found["lane"], "lane", 8),
        canonical.text_of(found["source"], "source", 200),
        canonical.text_of(found["destination"], "destination", 200),
        canonical.parse_hex(found["root"], 32).hex(),
        found["cosigned"],
        Flow._make(canonical.parse_decimal(flow[name]) for name in Flow._fields),
    )
