"""Every code there is, by name: what the API and the command line turn into a sentence.

One file a family. A code that was ever released is never given another meaning, and never removed.
"""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType, ModuleType

from tanhui.chaincode.rules import errors
from tanhui.chaincode.rules.errors.code import Code

_MACHINERY = frozenset({"catalogue", "code"})

FAMILIES: tuple[ModuleType, ...] = tuple(
    import_module(f"{errors.__name__}.{name}")
    for name in sorted(module.name for module in pkgutil.iter_modules(errors.__path__))
    if name not in _MACHINERY
)
"""Every other module beside this one, in the order of their names: a new family needs no listing."""


def codes_of(family: ModuleType) -> tuple[Code, ...]:
    """The codes that a family's module defines, in the order in which they stand there."""
    return tuple(entry for entry in vars(family).values() if isinstance(entry, Code))


def collect(families: tuple[ModuleType, ...]) -> Mapping[str, Code]:
    """Codes by name.

    Raises:
        ValueError: two entries carry one name, or a template uses a name that it does not declare.
    """
    entries: dict[str, Code] = {}
    for family in families:
        for entry in codes_of(family):
            if entry.name in entries:
                raise ValueError(f"code {entry.name} stands twice in the catalogue")
            unknown = entry.placeholders() - {"field", "value", *entry.params}
            if unknown:
                raise ValueError(f"code {entry.name} uses undeclared {sorted(unknown)}")
            entries[entry.name] = entry
    return MappingProxyType(entries)


CATALOGUE: Mapping[str, Code] = collect(FAMILIES)


def sentence(language: str, code: str, field: str, value: str, params: Mapping[str, str]) -> str:
    """What a refusal says to a person, in "zh" or "en"; an unknown code is shown bare with its four parts."""
    entry = CATALOGUE.get(code)
    if entry is None:
        return f"{code}: {field}={value} {dict(sorted(params.items()))}"
    return entry.render(language, field, value, params)
