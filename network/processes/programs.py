"""Fabric's own programs: the user installs them, we find them and say which ones we found."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tanhui.network.processes.errors import ProgramMissingError

FOLDER_VARIABLE = "FABRIC_BIN"
VERSION_TIMEOUT_S = 20
HOW_TO_INSTALL = (
    "install Hyperledger Fabric's peer and orderer by Fabric's own instructions (release archive or images), "
    f"then put them on PATH or name their folder in {FOLDER_VARIABLE}"
)


@dataclass(frozen=True, slots=True)
class Programs:
    """The two programs that a network runs.

    Attributes:
        version: what `peer version` says, for example "v3.1.5".
    """

    peer: Path
    orderer: Path
    version: str


def find_programs(environment: Mapping[str, str] | None = None) -> Programs:
    """`peer` and `orderer` from FABRIC_BIN, else from PATH.

    Raises:
        ProgramMissingError: one is not there or does not say its version; the message says what to do.
    """
    environment = os.environ if environment is None else environment
    folder = environment.get(FOLDER_VARIABLE)
    path = folder or environment.get("PATH", "")
    found = {name: shutil.which(name, path=path) for name in ("peer", "orderer")}
    missing = [name for name, program in found.items() if program is None]
    if missing:
        where = f"{FOLDER_VARIABLE}={folder}" if folder else "PATH"
        raise ProgramMissingError(f"{' and '.join(missing)} not found in {where}: {HOW_TO_INSTALL}")
    peer, orderer = Path(str(found["peer"])), Path(str(found["orderer"]))
    return Programs(peer, orderer, _version(peer))


def _version(program: Path) -> str:
    try:
        said = subprocess.run(  # noqa: S603  the program that the user pointed us to
            [program, "version"], capture_output=True, text=True, timeout=VERSION_TIMEOUT_S, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ProgramMissingError(f"{program} does not run: {error}") from error
    match = re.search(r"^ ?Version: *(\S+)", said, re.MULTILINE)
    if match is None:
        raise ProgramMissingError(f"{program} does not say its version: is it Fabric's?")
    return match[1]
