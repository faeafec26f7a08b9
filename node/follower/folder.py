"""An auditor's folder.

DATA/auditor.json     what is audited, under which origin, and where the replay began
DATA/ledger/          the auditor's own ledger (node.ledger)
DATA/log/             his log as static files: checkpoint, tiles, entries
DATA/keys/            log.key, auditor.key: private keys of notes, mode 0600
DATA/evidence/        one file a lie
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from tanhui.proofs import canonical, keys
from tanhui.proofs.canonical import Json
from tanhui.proofs.errors import FormatError
from tanhui.proofs.keys import KeyType, NoteSigner, VerifierKey

FORMAT = "tanhui-auditor/v1"
FILE_BYTES_MAX = 64 * 1024
LOG_KEY = "log.key"
AUDITOR_KEY = "auditor.key"


@dataclass(frozen=True, slots=True)
class Basis:
    """Where the replay began.

    Attributes:
        size: leaves that were taken from a snapshot, 0 when everything was replayed from genesis.
        root: the root at that size, hex; "" from genesis.
        auditors: who cosigned that root, as vkeys: their word stands for the verdicts below `size`.
    """

    size: int = 0
    root: str = ""
    auditors: tuple[str, ...] = ()

    @property
    def is_genesis(self) -> bool:
        """Every transaction was judged by this auditor himself."""
        return self.size == 0

    def describe(self) -> str:
        """For people."""
        if self.is_genesis:
            return "replayed from genesis: every verdict is this auditor's own"
        return (
            f"began from a snapshot of {self.size} leaves, root {self.root}: the verdicts on these are those of "
            f"{', '.join(self.auditors)}; every later one is this auditor's own"
        )


@dataclass(frozen=True, slots=True)
class Audited:
    """What DATA/auditor.json says."""

    genesis: bytes
    chaincode: str
    origin: str
    basis: Basis = Basis()

    def to_json(self) -> Json:
        """The file's content."""
        return {
            "format": FORMAT,
            "genesis": self.genesis.hex(),
            "chaincode": self.chaincode,
            "origin": self.origin,
            "basis": {
                "size": canonical.decimal(self.basis.size),
                "root": self.basis.root,
                "auditors": list(self.basis.auditors),
            },
        }


class AuditFolder:
    """Paths and small files of an auditor's folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.ledger = root / "ledger"
        self.log = root / "log"
        self.keys = root / "keys"
        self.evidence = root / "evidence"
        self._file = root / "auditor.json"

    def read(self) -> Audited | None:
        """What is audited here; None before the first time. Raises FormatError."""
        try:
            data = self._file.read_bytes()
        except FileNotFoundError:
            return None
        found = canonical.members(
            canonical.parse(data, FILE_BYTES_MAX),
            ("format", "genesis", "chaincode", "origin", "basis"),
            of="auditor.json",
        )
        if found["format"] != FORMAT:
            raise FormatError("auditor.format", f"{found['format']!r:.40}, known is {FORMAT}")
        basis = canonical.members(found["basis"], ("size", "root", "auditors"), of="basis")
        return Audited(
            genesis=canonical.parse_hex(found["genesis"], 32),
            chaincode=canonical.text_of(found["chaincode"], "chaincode", 249),
            origin=canonical.text_of(found["origin"], "origin", 255),
            basis=Basis(
                canonical.parse_decimal(basis["size"]),
                canonical.text_of(basis["root"], "root", 64),
                tuple(
                    canonical.text_of(one, "key", 400)
                    for one in canonical.list_of(basis["auditors"], "auditors", 32)
                ),
            ),
        )

    def write(self, audited: Audited) -> None:
        """Keep what is audited, for good: another genesis or origin needs another folder.

        Raises:
            FormatError: the folder is of another ledger, chaincode or origin.
        """
        found = self.read()
        if found is not None:
            named = {"genesis": "genesis", "chaincode": "chaincode", "origin": "origin"}
            for field in named:
                if getattr(found, field) != getattr(audited, field):
                    raise FormatError("auditor.other", f"{self.root} audits another {field}")
            return
        if self.ledger.exists() and audited.basis.is_genesis:
            # Left by a snapshot that was loaded and not recorded: nobody judged these blocks here.
            raise FormatError("auditor.unknown", f"{self.ledger} stands without auditor.json: remove it")
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_synced(self._file, canonical.encode(audited.to_json()))

    def signer(self, file: str, name: str, key_type: KeyType) -> NoteSigner:
        """A key of this folder, made when it is not there.

        Raises:
            FormatError: the file holds the key of another name or type.
        """
        path = self.keys / file
        if not path.exists():
            self.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
            seed = secrets.token_bytes(32)
            made = keys.signer_from_seed(name, key_type, seed)
            write_synced(path, keys.secret_text(made.key, seed).encode() + b"\n")
        signer = self.existing_signer(file)
        if (signer.key.name, signer.key.key_type) != (name, key_type):
            raise FormatError("key.name", f"{path} holds the key {signer.key.name!r}, not {name!r}")
        return signer

    def existing_signer(self, file: str) -> NoteSigner:
        """A key of this folder. Raises FormatError, OSError."""
        return keys.parse_secret((self.keys / file).read_text("utf-8").strip())

    def log_key(self) -> VerifierKey:
        """The log's public key. Raises FormatError, OSError."""
        return self.existing_signer(LOG_KEY).key


def write_synced(path: Path, data: bytes) -> None:
    """Replace a file as a whole, readable by its owner alone, synced."""
    fresh = path.with_name(path.name + ".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
