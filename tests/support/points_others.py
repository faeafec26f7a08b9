"""What rows 3 and 3b are held against: a bare loop, SQLite, and PostgreSQL by its own command line.

All keep a record once for each account and half hour. The databases also keep a balance for each account, and
make every commit durable.
"""

import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from struct import Struct

import msgspec

SLOT_S = 1800
GRAMS_OF = 1871
PACKED = Struct(">16sI32sQ")
HEX = re.compile("[0-9a-f]+")
SQLITE_SETUP = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    """CREATE TABLE records (account BLOB, slot INTEGER, happened INTEGER, evidence BLOB, grams INTEGER,
       PRIMARY KEY (account, slot)) WITHOUT ROWID""",
    "CREATE TABLE accounts (account BLOB PRIMARY KEY, grams INTEGER) WITHOUT ROWID",
)
ROW_BY_ROW_MAX = 2_000
"""Records of one round, row by row: a second or so."""


class Line(msgspec.Struct, forbid_unknown_fields=True):
    """One activity."""

    account: str
    when: int
    inputs: dict[str, int]
    evidence: str


def core_loop(lines: Sequence[bytes]) -> float:
    """Records a CPU-second: read, validate, de-duplicate, pack, Merkle root; no account, signature or disk."""
    began_s = time.process_time()
    decode = msgspec.json.Decoder(Line).decode
    seen: set[tuple[bytes, int]] = set()
    hashes: list[bytes] = []
    pack = PACKED.pack
    for raw in lines:
        line = decode(raw)
        account, evidence = bytes.fromhex(line.account), bytes.fromhex(line.evidence)
        metres = line.inputs["distance"]
        key = (account, line.when // SLOT_S)
        if len(account) != 16 or len(evidence) != 32 or not 0 <= metres <= 200_000 or key in seen:
            raise ValueError("the lines of a bench are good")
        seen.add(key)
        hashes.append(
            sha256(b"\0" + pack(account, line.when, evidence, metres * GRAMS_OF // 10_000)).digest()
        )
    while len(hashes) > 1:
        odd = hashes[len(hashes) & ~1 :]
        hashes = [
            sha256(b"\1" + a + b).digest() for a, b in zip(hashes[::2], hashes[1::2], strict=False)
        ] + odd
    return len(lines) / (time.process_time() - began_s)


def sqlite(lines: Sequence[bytes], batches: int) -> float:
    """Records a second in a database of its own: each batch read, then one synced transaction."""
    decode = msgspec.json.Decoder(Line).decode
    with tempfile.TemporaryDirectory() as name:
        database = sqlite3.connect(Path(name) / "ledger.sqlite", isolation_level=None)
        for statement in SQLITE_SETUP:
            database.execute(statement)
        began_s = time.perf_counter()
        for batch in range(batches):
            rows = []
            earned: Counter[bytes] = Counter()
            for raw in lines:
                line = decode(raw)
                account = batch.to_bytes(4, "big") + bytes.fromhex(line.account)
                grams = line.inputs["distance"] * GRAMS_OF // 10_000
                earned[account] += grams
                slot = line.when // SLOT_S
                rows.append((account, slot, line.when, bytes.fromhex(line.evidence), grams))
            database.execute("BEGIN")
            database.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?)", rows)
            database.executemany(
                "INSERT INTO accounts VALUES (?, ?) ON CONFLICT DO UPDATE SET grams = grams + excluded.grams",
                earned.items(),
            )
            database.execute("COMMIT")
        spent_s = time.perf_counter() - began_s
        database.close()
    return batches * len(lines) / spent_s


@dataclass(frozen=True, slots=True)
class Postgres:
    """A server of our own, reached through a socket in its folder."""

    psql: str
    folder: Path

    def run(self, script: str) -> None:
        """Run SQL; raises CalledProcessError at the first error."""
        subprocess.run(
            [self.psql, "-qX", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder), "-U", "bench", "postgres"],
            input=script.encode(),
            check=True,
            stdout=subprocess.DEVNULL,
        )


TABLES = """
DROP TABLE IF EXISTS records, accounts;
CREATE TABLE records (account text, slot bigint, happened bigint, evidence text, grams bigint,
  PRIMARY KEY (account, slot));
CREATE TABLE accounts (account text PRIMARY KEY, grams bigint);
"""
EARN = "ON CONFLICT (account) DO UPDATE SET grams = accounts.grams + excluded.grams;"


def postgres_row_by_row(server: Postgres, lines: Sequence[bytes]) -> float:
    """Records a second, one durable transaction each."""
    some = lines[:ROW_BY_ROW_MAX]
    statements = []
    for account, slot, when, evidence, grams in map(_values, some):
        statements.append(
            f"BEGIN; INSERT INTO records VALUES ('{account}', {slot}, {when}, '{evidence}', {grams}); "
            f"INSERT INTO accounts VALUES ('{account}', {grams}) {EARN} COMMIT;\n"
        )
    return _rate(server, "".join(statements), len(some))


def postgres_set_based(server: Postgres, lines: Sequence[bytes]) -> float:
    """Records a second, all lines in one transaction: copied in, then two statements over the whole set."""
    rows = "".join("\t".join(map(str, values)) + "\n" for values in map(_values, lines))
    script = (
        "BEGIN; CREATE TEMP TABLE incoming (LIKE records) ON COMMIT DROP; COPY incoming FROM STDIN;\n"
        f"{rows}\\.\n"
        "INSERT INTO records SELECT * FROM incoming;"
        f"INSERT INTO accounts SELECT account, sum(grams) FROM incoming GROUP BY account {EARN} COMMIT;\n"
    )
    return _rate(server, script, len(lines))


def _rate(server: Postgres, script: str, records: int) -> float:
    server.run(TABLES)
    began_s = time.perf_counter()
    server.run("SELECT 1;")
    connecting_s = time.perf_counter() - began_s
    began_s = time.perf_counter()
    server.run(script)
    return records / (time.perf_counter() - began_s - connecting_s)


def _values(raw: bytes) -> tuple[str, int, int, str, int]:
    line = msgspec.json.decode(raw, type=Line)
    assert HEX.fullmatch(line.account)
    assert HEX.fullmatch(line.evidence)
    grams = line.inputs["distance"] * GRAMS_OF // 10_000
    return line.account, line.when // SLOT_S, line.when, line.evidence, grams


@contextmanager
def running_postgres() -> Iterator[Postgres | None]:
    """A fresh server with its defaults, on a socket alone; None where PostgreSQL is not installed."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = str(installed[-1]) if installed else shutil.which("initdb")
    if initdb is None:
        yield None
        return
    programs = Path(initdb).parent
    # The server refuses to run as root: then the packaged account runs it.
    user = "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory() as name:
        if user:
            shutil.chown(name, user)
        data = Path(name) / "data"
        quiet = subprocess.DEVNULL
        subprocess.run(
            [initdb, "-D", data, "-U", "bench", "-A", "trust"], check=True, stdout=quiet, user=user
        )
        options = f"-c listen_addresses= -c unix_socket_directories={name}"
        control = [str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", f"{name}/log"]
        subprocess.run([*control, "-o", options, "start"], check=True, stdout=quiet, user=user)
        try:
            yield Postgres(str(programs / "psql"), Path(name))
        finally:
            subprocess.run([*control, "-m", "fast", "stop"], check=True, stdout=quiet, user=user)
