"""Two auditors of one ledger, of different history: one from genesis, one from a snapshot of the first's."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fabric_protos.common import common_pb2

from tanhui.network.protocol.requests import Position
from tanhui.node.follower import AuditLog, DeliverSource, Follower, Replay
from tanhui.node.follower.folder import AUDITOR_KEY, LOG_KEY, Audited, AuditFolder, Basis
from tanhui.node.follower.own_copy import OwnCopy
from tanhui.node.follower.snapshot import load_snapshot
from tanhui.proofs.anchors import Anchors, LogKey
from tanhui.proofs.keys import KeyType
from tanhui.proofs.policy import Quorum
from tests.support.auditor import QUICK, SMALL


@dataclass(frozen=True)
class Reached:
    """Where an auditor came."""

    height: int
    commit: bytes
    size: int
    root: bytes


class _UpTo(DeliverSource):
    """The same source, whose newest block is an older one."""

    def __init__(self, source: DeliverSource, newest: int) -> None:
        self.__dict__.update(source.__dict__)
        self._newest = newest

    async def block(self, position: Position) -> common_pb2.Block | None:
        return await super().block(self._newest if position == "newest" else position)


@contextmanager
def _open(home: AuditFolder, audited: Audited, origin: str) -> Iterator[tuple[Replay, AuditLog]]:
    signer = home.signer(LOG_KEY, origin, KeyType.ED25519)
    vouching = home.signer(AUDITOR_KEY, f"auditor.{origin}", KeyType.COSIGNATURE)
    with (
        Replay.open(home.ledger, audited.genesis, audited.chaincode, options=SMALL) as replay,
        AuditLog(home.log, origin, [signer], vouching=vouching if audited.basis.is_genesis else None) as log,
    ):
        yield replay, log


async def _follow(home: AuditFolder, audited: Audited, origin: str, source: DeliverSource) -> Reached:
    with _open(home, audited, origin) as (replay, log):
        await Follower(replay, log, source, evidence=home.evidence, settings=QUICK).run(once=True)
        return Reached(replay.height, replay.commit_hash, log.size, log.root())


async def two_auditors(
    first: DeliverSource, second: DeliverSource, genesis: bytes, chaincode: str, folder: Path
) -> tuple[Reached, Reached]:
    """What both reach: the first from genesis, the second from the first's snapshot of half the chain.

    Each asks a source of his own.
    """
    newest = await first.block("newest")
    assert newest is not None
    one, other = AuditFolder(folder / "one"), AuditFolder(folder / "other")
    from_genesis = Audited(genesis, chaincode, "one.example/log")
    one.write(from_genesis)
    await _follow(one, from_genesis, from_genesis.origin, _UpTo(first, newest.header.number // 2))
    snapshot = folder / "snapshot"
    OwnCopy(one).snapshot(snapshot)
    trusted = Anchors(
        number=1,
        network="test",
        channel="credits",
        genesis=genesis,
        origin=from_genesis.origin,
        logs=(LogKey(one.log_key()),),
        witnesses=Quorum(0, ()),
        auditors=Quorum(1, (one.existing_signer(AUDITOR_KEY).key,)),
    )
    other.root.mkdir(parents=True)
    basis: Basis = load_snapshot(
        snapshot, other.ledger, trusted, genesis=genesis, chaincode=chaincode, options=SMALL
    )
    assert basis.size > 0
    from_snapshot = Audited(genesis, chaincode, "other.example/log", basis)
    other.write(from_snapshot)
    reached = await _follow(one, from_genesis, from_genesis.origin, first)
    return reached, await _follow(other, from_snapshot, from_snapshot.origin, second)
