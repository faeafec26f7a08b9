"""What an effect is: a frozen dataclass with a `kind`, registered once, in one file per lane.

    @effect("points.expired")
    class PointsExpired(Effect):
        account: Id
        lots: tuple[PointsLot, ...]

A kind's fields never change their meaning. A new optional field (`T | None = None`) may be added at the end;
any other change is a new kind, because the hash of every earlier transaction stands in the log.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, TypeVar, dataclass_transform

_KIND = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\Z", re.ASCII)
_kinds: dict[str, type["Effect"]] = {}

KINDS: Mapping[str, type["Effect"]] = MappingProxyType(_kinds)
"""Every registered kind, by name."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that a transaction did. Subclasses carry the decorator `effect`."""

    kind: ClassVar[str] = ""


EffectType = TypeVar("EffectType", bound=Effect)


@dataclass_transform(frozen_default=True)
def effect(kind: str) -> Callable[[type[EffectType]], type[EffectType]]:
    """Make a class a frozen dataclass and register it as `kind`, written "lane.done" in lowercase.

    Raises:
        TypeError: the name is not of that form, or is taken.
    """

    def register(cls: type[EffectType]) -> type[EffectType]:
        if not _KIND.match(kind):
            raise TypeError(f"effect kind {kind!r} is not written lane.done")
        if kind in _kinds:
            raise TypeError(f"effect kind {kind!r} is registered twice")
        made = dataclass(frozen=True, slots=True)(cls)
        made.kind = kind
        _kinds[kind] = made
        return made

    return register
