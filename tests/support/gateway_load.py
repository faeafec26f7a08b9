"""Our client under load: `python -m … FOLDER PORT SECONDS IN_FLIGHT own|shared`; prints one JSON object."""

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

from tanhui.crypto_config.identity import Identity
from tanhui.crypto_config.keys import PrivateKeySigner, read_private_key
from tanhui.network.gateway import Contract, GrpcTransport, TlsOptions, connect
from tests.support.null_gateway import CHAINCODE, CHANNEL

WARM_UP_S = 2.0
ARGUMENT = "x" * 200


def cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def load(contract: Contract, seconds: float, in_flight: int) -> int:
    """Transactions done by `in_flight` callers, each waiting for its own."""
    until = time.monotonic() + seconds
    done = 0

    async def caller() -> None:
        nonlocal done
        while time.monotonic() < until:
            assert await contract.submit_transaction("f", ARGUMENT) == b"answer"
            done += 1

    await asyncio.gather(*(caller() for _ in range(in_flight)))
    return done


async def main(credentials: Identity, signer: PrivateKeySigner, tls: TlsOptions) -> None:
    _, _, port, seconds, in_flight, commit = sys.argv
    async with (
        GrpcTransport(f"127.0.0.1:{port}", tls) as transport,
        connect(transport, credentials, signer, share_commit_stream=commit == "shared") as gateway,
    ):
        contract = gateway.network(CHANNEL).contract(CHAINCODE)
        await load(contract, WARM_UP_S, int(in_flight))
        cpu_before_s, before_s = cpu_s(), time.monotonic()
        done = await load(contract, float(seconds), int(in_flight))
        wall_s = time.monotonic() - before_s
        print(json.dumps({"transactions": done, "wall_s": wall_s, "cpu_s": cpu_s() - cpu_before_s}))


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    asyncio.run(
        main(
            Identity("Org1MSP", (folder / "client.pem").read_bytes()),
            PrivateKeySigner(read_private_key(folder / "client.key")),
            TlsOptions((folder / "ca.pem").read_bytes(), "localhost"),
        )
    )
