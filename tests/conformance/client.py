"""What a scenario says, whichever client runs it."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tanhui.network.connection import ConnectionProfile, read_profile
from tests.conformance.drivers import Answer, Driver


@dataclass(frozen=True)
class Client:
    """Acts as one identity of the profile: the first organisation's first, unless told."""

    driver: Driver
    path: Path
    signed_by: tuple[str, str] | None = None
    chosen: tuple[str, str] | None = None
    profile: ConnectionProfile = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "profile", read_profile(self.path))

    @property
    def identity(self) -> tuple[str, str]:
        organisation = self.profile.organisations[0]
        return self.chosen or (organisation.msp_id, organisation.identities[0].name)

    @property
    def msp_ids(self) -> list[str]:
        return [organisation.msp_id for organisation in self.profile.organisations]

    @property
    def ed25519(self) -> "Client":
        """Acts as the identity of that name, whichever organisation has it."""
        return next(
            self.acting_as(organisation.msp_id, identity.name)
            for organisation in self.profile.organisations
            for identity in organisation.identities
            if identity.name == "ed25519"
        )

    def acting_as(self, msp_id: str, name: str) -> "Client":
        return replace(self, chosen=(msp_id, name))

    def without_signer(self, signed_by: tuple[str, str]) -> "Client":
        """Every message is signed outside the gateway, with this identity's key."""
        return replace(self, signed_by=signed_by)

    def evaluate(self, function: str, *arguments: str, **options: Any) -> str:
        answer = self._run("evaluate", function=function, arguments=list(arguments), **options)
        return str(answer["payload"])

    def submit(self, function: str, *arguments: str, **options: Any) -> Answer:
        return self._run("submit", function=function, arguments=list(arguments), **options)

    def conflict(self, function: str, *arguments: str) -> tuple[Answer, Answer]:
        answer = self._run("conflict", function=function, arguments=list(arguments))
        return answer["winner"], answer["loser"]

    def checkpointer(self, path: Path | None = None) -> str:
        name = fresh("checkpointer")
        self.driver.run("checkpointer", name=name, **({} if path is None else {"path": str(path)}))
        return name

    @contextmanager
    def events(self, kind: str, **options: Any) -> Iterator["Events"]:
        stream = fresh("stream")
        self._run("open_events", stream=stream, kind=kind, **options)
        events = Events(self.driver, stream, options.get("checkpoint"))
        try:
            yield events
        finally:
            events.close()

    def _run(self, do: str, **command: Any) -> Answer:
        signed = {} if self.signed_by is None else {"signed_by": list(self.signed_by)}
        return self.driver.run(do, identity=list(self.identity), **signed, **command)


@dataclass
class Events:
    """One open stream."""

    driver: Driver
    stream: str
    checkpoint: str | None
    closed: bool = False

    def next(self) -> Answer:
        kept = {} if self.checkpoint is None else {"checkpoint": self.checkpoint}
        return self.driver.run("next_event", stream=self.stream, **kept)

    def until(self, transaction_id: str) -> Answer:
        """The next answer that names a transaction: other tests write to the same channel."""
        while True:
            answer = self.next()
            if transaction_id in [
                answer.get("transaction_id"),
                *(t["id"] for t in answer.get("transactions", ())),
            ]:
                return answer

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self.driver.run("close_events", stream=self.stream)


def fresh(name: str) -> str:
    """A name that no other test, and no earlier run on the same network, has used."""
    return f"{name}-{uuid.uuid4().hex}"
