"""`python -m tests.support.up_on_a_full_disk DATA`: `tanhui up` whose ledger finds no room for its first block.

Prints the status of a write that was under way; ends as the command ends.
"""

import errno
import sys
import threading
from pathlib import Path
from typing import Any

import httpx2 as httpx

from tanhui.cli import up
from tanhui.cli.main import app
from tanhui.node.ledger import Ledger
from tests.support.running_registry import today_digits


def full(*_arguments: Any) -> None:
    """As a file system without room answers."""
    raise OSError(errno.ENOSPC, "No space left on device")


def write(url: str, data: Path) -> None:
    """Found the registry."""
    token = (data / "api/tokens/regulator-registrar").read_text("ascii").strip()
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"{today_digits()}-found"}
    found = {"name": "成都市生态环境局", "region": "510100"}
    status = httpx.post(f"{url}/v1/registry", json=found, headers=headers, timeout=30).status_code
    print(f"answered {status}", flush=True)


def main(data: Path) -> None:
    """Fill the disk as soon as the registry is ready, and write."""

    def on_ready(where: str) -> None:
        Ledger.commit_block = full  # type: ignore[method-assign,assignment]
        threading.Thread(target=write, args=[where.split(maxsplit=1)[0], data]).start()

    up.say_ready = on_ready  # type: ignore[attr-defined]
    app(["up", "--data", str(data), "--api-port", "0", "--gateway-port", "0", "--empty", "--no-log"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
