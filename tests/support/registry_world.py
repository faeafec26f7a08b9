"""A registry on a backend, with named organisations and persons: what feature steps and tests speak to.

A backend submits and evaluates as one caller at one time; the in-memory ledger is one, the embedded
node and a real Fabric network are others.
"""

import json
from dataclasses import dataclass, field
from typing import Any, Protocol

from tanhui.chaincode.contract.canonical import canonical_json
from tanhui.chaincode.rules.days import day_of, day_text
from tanhui.chaincode.rules.uscc import check_character
from tanhui.chaincode.transactions.registry import registry_contract
from tests.support.callers import creator
from tests.support.memory_ledger import MemoryLedger

START_SECONDS = 1_795_219_200
"""2026-11-21 00:00:00 UTC, 08:00 in UTC+8."""


@dataclass(frozen=True)
class Person:
    """Who signs: a certificate of an organisation, for one role, in one person's hand."""

    msp_id: str
    organisation: str
    role: str
    person: str


@dataclass(frozen=True)
class Outcome:
    """What a transaction came to: an answer, or the four parts of a refusal."""

    status: int
    payload: Any
    refusal: dict[str, Any] | None
    transaction_id: str

    @property
    def effects(self) -> list[dict[str, Any]]:
        assert self.refusal is None, self.refusal
        listed: list[dict[str, Any]] = self.payload["event"]["effects"]
        return listed


def usual_msp_id(organisation: str) -> str:
    """metro → MetroMSP."""
    return f"{organisation.title()}MSP"


class Backend(Protocol):
    """Where transactions run. `seconds` is the proposal's timestamp."""

    def msp_id(self, organisation: str) -> str:
        """Which MSP speaks for an organisation of this name."""

    def submit(self, person: Person, function: str, argument: bytes, seconds: int) -> Outcome:
        """Endorse, order and commit; raises when it was endorsed and then found invalid."""

    def evaluate(self, person: Person, function: str, argument: bytes, seconds: int) -> Outcome:
        """Simulate only."""


class MemoryBackend:
    """The contract over the in-memory ledger."""

    def __init__(self) -> None:
        self.ledger = MemoryLedger()
        self.contract = registry_contract()

    def msp_id(self, organisation: str) -> str:
        return usual_msp_id(organisation)

    def submit(self, person: Person, function: str, argument: bytes, seconds: int) -> Outcome:
        done = self.ledger.submit(self.contract, _creator(person), (function.encode(), argument), seconds)
        assert done.code == "VALID", done.code
        answer = done.response
        return outcome(answer.status, answer.message, answer.payload, done.stub.transaction_id)

    def evaluate(self, person: Person, function: str, argument: bytes, seconds: int) -> Outcome:
        stub, answer = self.ledger.simulate(
            self.contract, _creator(person), (function.encode(), argument), seconds
        )
        return outcome(answer.status, answer.message, answer.payload, stub.transaction_id)


def _creator(person: Person) -> bytes:
    return creator(person.msp_id, person.organisation, person.role, person.person)


def outcome(status: int, message: str, payload: bytes, transaction_id: str) -> Outcome:
    """An answer as a chaincode gives it: the refusal stands in `message`."""
    if status >= 400:
        return Outcome(status, None, json.loads(message), transaction_id)
    return Outcome(status, json.loads(payload), None, transaction_id)


def uscc(number: int, region: str = "510100") -> str:
    """A well-formed unified social credit code, different for each number."""
    body = f"91{region}{number:09d}"
    return body + check_character(body)


@dataclass
class World:
    """A founded registry; names stand for organisations, accounts and whatever steps make."""

    backend: Backend
    seconds: int = START_SECONDS
    names: dict[str, str] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    last: Outcome | None = None
    last_sent: dict[str, Any] | None = None
    _requests: int = 0

    def request_id(self) -> str:
        self._requests += 1
        return f"{self.day_digits()}-{self._requests:06d}"

    def day_digits(self) -> str:
        return day_text(day_of(self.seconds)).replace("-", "")

    def submit(self, who: str, function: str, **fields: Any) -> Outcome:
        """Send an order as `who`; a request_id is made unless one is given."""
        order = {"request_id": self.request_id(), **fields}
        self.last_sent = {"who": who, "function": function, **order}
        self.last = self.backend.submit(self.persons[who], function, canonical_json(order), self.seconds)
        return self.last

    def done(self, who: str, function: str, **fields: Any) -> list[dict[str, Any]]:
        """The effects of an order that must be accepted."""
        return self.submit(who, function, **fields).effects

    def by_two(self, one: str, other: str, function: str, **fields: Any) -> list[dict[str, Any]]:
        """The effects of an order that two persons send."""
        fields.setdefault("request_id", self.request_id())
        self.done(one, function, **fields)
        return self.done(other, function, **fields)

    def ask(self, who: str, function: str, **fields: Any) -> Any:
        """The answer of a query that must be accepted."""
        outcome = self.backend.evaluate(self.persons[who], function, canonical_json(fields), self.seconds)
        assert outcome.refusal is None, outcome.refusal
        return outcome.payload

    def person(self, name: str, organisation: str, role: str, msp_id: str = "") -> Person:
        """Make a certificate known under `name`."""
        known = self.names.setdefault(organisation, uscc(len(self.names) + 1))
        made = Person(msp_id or self.backend.msp_id(organisation), known, role, name)
        self.persons[name] = made
        return made

    def found(self) -> None:
        """The first regulator with two persons, Rui and Ren."""
        self.person("Rui", "regulator", "regulator")
        self.person("Ren", "regulator", "regulator")
        self.done("Rui", "governance:Found", name="省生态环境厅", region="510000")

    def organisation(self, name: str, *roles: str, person: str, region: str = "510100") -> None:
        """Register an organisation with roles, and one person who acts in all of them."""
        made = self.person(person, name, ",".join(roles))
        self.done(
            "Rui",
            "organisations:Register",
            organisation=made.organisation,
            name=name,
            region=region,
            msp_id=made.msp_id,
        )
        if roles:
            self.by_two(
                "Rui",
                "Ren",
                "organisations:SetRoles",
                organisation=made.organisation,
                roles=list(roles),
                reason="licensed",
            )
