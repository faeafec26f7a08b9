"""Errors planted in the contract's own code, to see that an audit finds them."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True)
class Mutant:
    """One planted error. `owner` is a class, or a module whose function is replaced wherever it was imported."""

    family: str
    what: str
    owner: Any
    name: str
    make: Callable[[Any], Any]
    lanes: bool = False
    """Seen in the life of the other lanes (registry_lanes.py)."""


def plant(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the function in its owner, and in every module of the contract that imported it by name."""
    real = getattr(mutant.owner, mutant.name)
    made = mutant.make(real)
    if isinstance(mutant.owner, type):
        monkeypatch.setattr(mutant.owner, mutant.name, made)
        return
    for name, module in list(sys.modules.items()):
        if name.startswith("tanhui.chaincode.") and not name.startswith("tanhui.chaincode.audit"):
            for known, value in list(vars(module).items()):
                if value is real:
                    monkeypatch.setattr(module, known, made)
