"""Row 2c: an auditor's replay against what its signatures alone cost.

CPU time, user and system, of the whole process. The bound is what no replay of one endorsed transaction can do
without: two P-256 verifications, the creator's and the endorser's, of these very signatures over these bytes, block
by block in as many threads as the follower has, and nothing else. Our side does the whole of an auditor's work: orderer
signatures, re-marshalled envelopes, policies, MVCC, commit hash compared with the peer's, one synced commit a block, a
leaf for each transaction and a signed checkpoint at the end.
"""

import asyncio
import gc
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fabric_protos.common import common_pb2
from fabric_protos.msp import identities_pb2

from tanhui.node.collector import settle_collector
from tanhui.node.follower import AuditLog, Replay
from tanhui.node.follower.replay import THREADS
from tanhui.node.validation.candidate import read_candidates
from tests.bench.measure import ROUNDS, Ratio, Target, compare
from tests.bench.node import IN_FLIGHT, cpu_s
from tests.support.auditor import ORIGIN, genesis_hash, log_signer
from tests.support.kv_node import gateway, kv_node, topology

TRANSACTIONS = 3_000
ENDORSED = 2
"""Signatures of a transaction with one endorsement."""
ALGORITHM = ec.ECDSA(hashes.SHA256())

Signature = tuple[ec.EllipticCurvePublicKey, bytes, bytes]
"""Key, signature, message."""


def measure(quick: bool) -> list[Ratio]:
    """Row 2c."""
    rounds, transactions = (1, 300) if quick else (ROUNDS, TRANSACTIONS)
    genesis, blocks = asyncio.run(history(transactions))
    count = sum(len(common_pb2.Block.FromString(raw).data.data) for raw in blocks)
    signatures = [signatures_of(raw) for raw in blocks]
    note = (
        f"{count} transactions in {len(blocks)} blocks, each reads and writes one key; one endorsement; "
        "ledger and log on disk, every block synced"
    )
    return [
        compare(
            "2c",
            "Follower's replay against two verifications a transaction",
            ("follower", "tx/CPU-s", lambda: replay_rate(genesis, blocks, count)),
            ("2 verifies", "tx/CPU-s", lambda: verify_rate(signatures)),
            Target(0.6, 0.8),
            rounds=rounds,
            notes=(note,),
            bound_by="beside two verifications a transaction costs, in us: a dozen protobuf messages parsed 18; "
            "policies, MVCC and the index of transactions 14; five hashes over its bytes 7; LevelDB and the commit "
            "hash 7; blocks, leaves and log put together and written, synced 14, half of it in the kernel; the rest, "
            "memory given back first of all, 8",
        )
    ]


async def history(transactions: int) -> tuple[bytes, list[bytes]]:
    """Genesis hash, and the blocks of a node on which so many transactions were committed."""
    described = topology(timeout_ms=200, messages_max=500, policy="OR('OneMSP.peer')")
    with tempfile.TemporaryDirectory() as name:
        async with kv_node(Path(name), described) as node, gateway(node) as client:
            contract = client.network("credits").contract("kv")
            todo = iter(range(transactions))

            async def caller() -> None:
                for number in todo:
                    await contract.submit_transaction("put", f"key{number}", "value")

            await asyncio.gather(*(caller() for _ in range(IN_FLIGHT)))
            ledger = node.channel.ledger
            return genesis_hash(node), [ledger.block_bytes(number) for number in range(ledger.height)]


def replay_rate(genesis: bytes, blocks: list[bytes], count: int) -> float:
    """Replayed transactions a CPU-second, from an empty folder to a published checkpoint."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        thresholds = gc.get_threshold()
        settle_collector()  # as `tanhui audit follow` does
        before_s = cpu_s()
        with (
            Replay.open(folder / "ledger", genesis, "kv") as replay,
            AuditLog(folder / "log", ORIGIN, [log_signer()]) as log,
        ):
            for raw in blocks:
                log.append(replay.accept(common_pb2.Block.FromString(raw), "bench").leaves)
            log.publish()
            assert log.size == count
        rate = count / (cpu_s() - before_s)
        gc.unfreeze()
        gc.set_threshold(*thresholds)
        return rate


def signatures_of(raw: bytes) -> list[Signature]:
    """The signatures of a block's endorsed transactions, the creator's and the endorser's of each."""
    keys: dict[bytes, ec.EllipticCurvePublicKey] = {}
    found: list[Signature] = []
    for candidate in read_candidates(common_pb2.Block.FromString(raw).data.data):
        signed = candidate.signatures()
        for one in signed if len(signed) == ENDORSED else ():
            if one.identity not in keys:
                pem = identities_pb2.SerializedIdentity.FromString(one.identity).id_bytes
                key = x509.load_pem_x509_certificate(pem).public_key()
                assert isinstance(key, ec.EllipticCurvePublicKey)
                keys[one.identity] = key
            found.append((keys[one.identity], one.signature, one.data))
    return found


def verify_all(signatures: Sequence[Signature]) -> None:
    """Verify each."""
    for key, signature, message in signatures:
        key.verify(signature, message, ALGORITHM)


def verify_rate(blocks: Sequence[Sequence[Signature]]) -> float:
    """Transactions a CPU-second of which nothing but the signatures is looked at, shared out as a replay does."""
    with ThreadPoolExecutor(THREADS) as pool:
        before_s = cpu_s()
        for signatures in blocks:
            for _ in pool.map(verify_all, [signatures[start::THREADS] for start in range(THREADS)]):
                pass
        return sum(map(len, blocks)) / ENDORSED / (cpu_s() - before_s)
