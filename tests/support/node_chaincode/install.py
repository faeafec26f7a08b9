"""The official Node shim, installed from package-lock.json."""

import subprocess
from pathlib import Path

NODE_CHAINCODE = Path(__file__).resolve().parent


def install_node_chaincode() -> None:
    """npm ci, unless what is installed belongs to this lock."""
    lock = NODE_CHAINCODE / "package-lock.json"
    installed = NODE_CHAINCODE / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    done = subprocess.run(["npm", "ci"], cwd=NODE_CHAINCODE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    installed.touch()
