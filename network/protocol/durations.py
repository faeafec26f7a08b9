"""Go's durations, as Fabric's configuration writes them: "2s", "1m30s", "500ms" (time.ParseDuration)."""

import re

from tanhui.network.protocol.errors import ConfigError

_UNIT_NS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
_PART = re.compile(r"(\d+)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)|\.(\d+)(ns|us|µs|μs|ms|s|m|h)")
_DURATION_NS_MAX = 2**63 - 1


def parse_duration_ns(text: str, field: str) -> int:
    """Nanoseconds; fractions below one are cut. Raises ConfigError naming `field`."""
    sign = -1 if text.startswith("-") else 1
    rest = text[1:] if text[:1] in ("-", "+") else text
    if rest == "0":
        return 0
    position, total = 0, 0
    while match := _PART.match(rest, position):
        whole, fraction, unit, bare, bare_unit = match.groups()
        size = _UNIT_NS[unit or bare_unit]
        digits = (fraction if bare is None else bare) or ""
        total += int(whole or 0) * size + (int(digits) * size // 10 ** len(digits) if digits else 0)
        position = match.end()
    if position == 0 or position != len(rest) or total > _DURATION_NS_MAX:
        raise ConfigError(field, f"{text!r} is no duration")
    return sign * total
