"""What a refusal is made of: a code, the field and the value that it names (state.md, Errors)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from string import Formatter


class Kind(Enum):
    """What sort of thing went wrong; the API and the gateway map it once to a status."""

    INVALID = "invalid"
    """The request can never be right as it stands (HTTP 422)."""
    DENIED = "denied"
    """The caller may not do this (HTTP 403)."""
    MISSING = "missing"
    """Nothing stands under that id (HTTP 404)."""
    CONFLICT = "conflict"
    """The state of the ledger does not allow it now (HTTP 409)."""
    LIMIT = "limit"
    """A size or count is over its bound (HTTP 413)."""


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of the catalogue: dotted name, kind, and a template in Chinese and in English.

    A template may use {field}, {value} and each of `params`, and no other name.
    """

    name: str
    kind: Kind
    zh: str
    en: str
    params: tuple[str, ...] = ()

    def at(self, field: str, value: object, **params: object) -> "Refusal":
        """The refusal of `value` in `field`; values become text, integers as decimal strings."""
        if set(params) != set(self.params):
            raise TypeError(f"{self.name} takes params {self.params}, got {tuple(params)}")
        return Refusal(self, field, str(value), {name: str(params[name]) for name in self.params})

    def placeholders(self) -> frozenset[str]:
        """The names that the two templates use."""
        parts = Formatter().parse(self.zh + self.en)
        return frozenset(name for _, name, _, _ in parts if name is not None)

    def render(self, language: str, field: str, value: str, params: Mapping[str, str]) -> str:
        """One sentence for a person; `language` "zh" or "en". A missing param shows as its own name."""
        template = self.zh if language == "zh" else self.en
        known = {name: params.get(name, name) for name in self.params}
        return template.format(field=field, value=value, **known)


class Refusal(Exception):  # noqa: N818  a refusal is an answer, not a fault
    """A rule said no. Carries the four parts that cross Fabric as one string."""

    def __init__(self, entry: Code, field: str, value: str, params: Mapping[str, str]) -> None:
        super().__init__(f"{entry.name}: {entry.render('en', field, value, params)}")
        self.entry = entry
        self.field = field
        self.value = value
        self.params = dict(params)

    @property
    def code(self) -> str:
        """The dotted code, for example "points.insufficient"."""
        return self.entry.name
