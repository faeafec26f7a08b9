"""`tanhui audit` as an auditor runs it: follow over gRPC and TLS, anchors, a bundle, and its verification."""

import asyncio
import json
import shutil
import subprocess
from pathlib import Path

from tanhui.cli.audit_follow import EXIT_FOLDER
from tanhui.network.protocol.envelopes import parse_envelope
from tanhui.proofs.anchors import parse as parse_anchors
from tests.node.witness.test_cosigning import DOCUMENT
from tests.support.auditor import ORIGIN
from tests.support.kv_node import gateway, kv_node
from tests.support.running_registry import TANHUI


def tanhui(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [TANHUI, *(str(one) for one in arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_an_auditor_from_connection_to_verified_bundle(tmp_path: Path) -> None:
    data = tmp_path / "auditor"

    async def run() -> None:
        async with kv_node(tmp_path / "node") as node:
            await node.serve()
            async with gateway(node) as client:
                contract = client.network("credits").contract("kv")
                await contract.submit_transaction("put", "a", "1")
                await contract.submit_transaction("put", "t", DOCUMENT.decode(), "tanhui.v1")
            block = node.channel.ledger.block(node.channel.ledger.height - 1)
            txid = parse_envelope(block.data.data[0]).transaction_id
            await asyncio.to_thread(
                audit, tmp_path, node.network.genesis_file, txid, node.channel.ledger.commit_hash.hex()
            )

    def audit(folder: Path, genesis_file: Path, txid: str, commit: str) -> None:
        genesis = tanhui("audit", "genesis", genesis_file).stdout.strip()
        assert len(genesis) == 64
        for content in (b"# no block at all", b""):
            (folder / "README.md").write_bytes(content)
            none = tanhui("audit", "genesis", folder / "README.md")
            assert (none.returncode, none.stderr) == (1, f"{folder / 'README.md'}: no block\n")
        connection = folder / "node" / "connection.json"
        following = ("audit", "follow", "--connection", connection, "--genesis", genesis, "--origin", ORIGIN)
        for _ in range(2):  # the second finds nothing new
            done = tanhui(*following, "--data", data, "--msp", "TwoMSP", "--once")
            assert done.returncode == 0, done.stderr
            assert f"commit {commit}" in done.stdout
            assert "replayed from genesis" in done.stderr
        status = json.loads(tanhui("audit", "status", "--data", data, "--json").stdout)
        assert (status["commit_hash"], status["evidence"]) == (commit, [])
        made = tanhui("audit", "keys", "--data", data, "--origin", ORIGIN, "--auditor", "auditor.example")
        assert [line.split("+")[0] for line in made.stdout.split()] == [ORIGIN, "auditor.example"]
        anchors, bundle = folder / "anchors.json", folder / "bundle.json"
        drafted = tanhui("audit", "anchors", "--data", data, "--network", "样例")
        anchors.write_text(drafted.stdout, "utf-8")
        fingerprint = parse_anchors(anchors.read_bytes()).fingerprint().hex()
        assert drafted.stderr.splitlines() == [f"anchors SHA-256 {fingerprint}"]
        made = tanhui("audit", "bundle", txid, "--data", data, "--effect", "0", "--out", bundle)
        assert made.returncode == 0, made.stderr
        verified = tanhui("verify", bundle, "--anchors", anchors, "--json")
        assert (verified.returncode, json.loads(verified.stdout)["transaction"]) == (0, txid)
        # the walk-through of docs/audit.md: keys first, then --cosign, so that one replay auditor may be asked for
        own, quorum = folder / "own", folder / "quorum.json"
        public = tanhui("audit", "keys", "--data", own, "--origin", ORIGIN, "--auditor", "auditor.example")
        cosigned = tanhui(*following, "--data", own, "--msp", "TwoMSP", "--once", "--cosign")
        assert cosigned.returncode == 0, cosigned.stderr
        asked = ("--auditor", public.stdout.split()[1], "--auditors-needed", "1")
        quorum.write_text(
            tanhui("audit", "anchors", "--data", own, "--network", "样例", *asked).stdout, "utf-8"
        )
        made = tanhui("audit", "bundle", txid, "--data", own, "--effect", "0", "--out", folder / "own.json")
        assert made.returncode == 0, made.stderr
        assert tanhui("verify", folder / "own.json", "--anchors", quorum).returncode == 0
        snapshot = folder / "snapshot"
        assert tanhui("audit", "snapshot", "--data", data, "--out", snapshot).returncode == 0
        late = (*following, "--data", folder / "late", "--snapshot", snapshot, "--anchors", anchors, "--once")
        refused = tanhui(*late)
        assert refused.returncode == 1
        assert "snapshot.auditors" in refused.stderr, "no auditor vouches for it"
        other = tanhui(*following[:5], "00" * 32, *following[6:], "--data", folder / "other", "--once")
        assert other.returncode == 3
        assert "another channel's first block" in other.stderr
        checkpoint = data / "log" / "checkpoint"
        assert tanhui("audit", "compare", checkpoint, checkpoint, "--anchors", anchors).returncode == 0
        published = checkpoint.read_bytes()
        shutil.rmtree(data / "ledger")
        differs = tanhui(*following, "--data", data, "--once")
        assert differs.returncode == EXIT_FOLDER, "his log says more than he can derive"
        assert "is not of this ledger" in " ".join(differs.stderr.split())
        assert "Traceback" not in differs.stderr
        assert checkpoint.read_bytes() == published

    asyncio.run(run())


def test_a_witness_serves_until_it_is_stopped(tmp_path: Path) -> None:
    made = tanhui("audit", "keys", "--data", tmp_path / "a", "--origin", ORIGIN, "--auditor", "a.example")
    log = made.stdout.split()[0]
    command = [TANHUI, "witness", "serve", "--data", str(tmp_path / "w"), "--log", log]
    command += ["--name", "witness.example", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        ready, url, key = process.stdout.readline().split()
        assert (ready, key.split("+")[0]) == ("ready", "witness.example")
        assert url.startswith("http://127.0.0.1:")
        process.terminate()
        process.communicate(timeout=20)
