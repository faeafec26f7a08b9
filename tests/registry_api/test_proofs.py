"""Proofs over HTTP from a registry as its user runs it: bundles, certificates, one's own record, and the same
from the auditor's folder beside it without the API."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from fabric_protos.common import common_pb2

from tanhui.network.protocol.envelopes import parse_envelope
from tanhui.proofs import anchors, bundles, checkpoints, merkle, notes
from tanhui.proofs.anchors import Anchors
from tanhui.proofs.effects.activities import ActivitiesRecorded
from tanhui.proofs.log_reader import LogReader
from tanhui.proofs.verdicts import Invalid, ValidAsOf, Verdict
from tanhui.proofs.verify import verify
from tanhui.registry_api.access.caller import Caller, Standing
from tanhui.registry_api.problems import Problem
from tanhui.registry_api.routes.transactions import require_own_block
from tests.support.running_registry import Client, registry, tanhui

COVERED_WITHIN_S = 60


class Served:
    """A running registry, and its reader."""

    def __init__(self, url: str, data: Path) -> None:
        self.data = data
        self.url = url
        self.reader = Client(url, data, "regulator-registrar")

    def ask(self, path: str) -> httpx.Response:
        """An answer; while the log does not cover it yet, the API says so and it is asked again."""
        deadline = time.monotonic() + COVERED_WITHIN_S
        while True:
            answer = httpx.get(self.url + path, headers=self.reader.headers(), timeout=30)
            if answer.status_code != 503 or time.monotonic() > deadline:
                return answer
            assert answer.json()["code"] == "api.proof_pending"
            assert int(answer.headers["Retry-After"]) > 0
            time.sleep(0.2)

    def effect(self, kind: str) -> tuple[str, int]:
        """Transaction and place of some effect of a kind; the read model may still be on its way to it."""
        deadline = time.monotonic() + COVERED_WITHIN_S
        while True:
            items = self.reader.get(f"/v1/effects?kind={kind}&limit=1")["items"]
            if items:
                return items[0]["transaction"], int(items[0]["position"])
            assert time.monotonic() < deadline, f"no {kind} in the read model"
            time.sleep(0.2)

    def bundle(self, kind: str, more: str = "") -> tuple[bytes, str]:
        txid, effect = self.effect(kind)
        answer = self.ask(f"/v1/transactions/{txid}/bundle?effect={effect}{more}")
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Type"] == "application/vnd.tanhui.bundle+json"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        return answer.content, txid

    @property
    def anchors(self) -> Anchors:
        return anchors.parse(httpx.get(f"{self.url}/v1/log/anchors", timeout=30).content)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("proofs") / "data"
    with registry(data) as (url, _):
        yield Served(url, data)


def valid(verdict: Verdict) -> ValidAsOf:
    assert isinstance(verdict, ValidAsOf), verdict
    return verdict


def test_a_retirement_comes_with_its_certificate(served: Served) -> None:
    data, txid = served.bundle("retirements.retired")
    found = bundles.parse(data)
    verdict = valid(verify(data, served.anchors, now=int(time.time()), expect="retirements.retired"))
    assert (found.kind, verdict.leaf.txid, verdict.issuer) == ("retirement", txid, "registry.local")
    path = f"/v1/transactions/{txid}/effects/{found.effect}/certificate"
    first, again = served.ask(path), served.ask(path)
    assert first.content == again.content, "one retirement has one certificate"
    assert first.json() == found.certificate
    assert first.headers["Content-Type"] == "application/vc"
    assert "immutable" in first.headers["Cache-Control"]


def test_a_transaction_without_an_effect_named_gets_an_inclusion_bundle(served: Served) -> None:
    txid, _ = served.effect("retirements.retired")
    data = served.ask(f"/v1/transactions/{txid}/bundle").content
    verdict = valid(verify(data, served.anchors))
    assert (bundles.parse(data).kind, verdict.effect) == ("inclusion", None)
    assert len(verdict.effects) > 0


def test_a_person_shows_one_record_of_a_batch_and_nothing_of_the_others(served: Served) -> None:
    data, _ = served.bundle("activities.recorded", "&record=2")
    verdict = valid(verify(data, served.anchors, expect="activities.recorded"))
    opened = bundles.parse(data).record
    assert opened is not None
    batch = verdict.effects[verdict.effect or 0]
    programme, name = batch["programme"], batch["batch"]  # type: ignore[index,call-overload]
    shown = served.reader.get(f"/v1/programmes/{programme}/activity-batches/{name}/records?first=0&count=5")
    mine, others = shown[2], shown[:2] + shown[3:]
    assert opened.record[:16].hex() == mine["account"]
    assert opened.record[20:52].hex() == mine["evidence"]
    for other in others:
        assert other["evidence"].encode() not in data
        assert bytes.fromhex(other["account"]) not in opened.record or other["account"] == mine["account"]
    # Another's record in its place, or at another position, leads to another root.
    changed = json.loads(data)
    changed["record"]["position"] = "1"
    verdict_of_moved = verify(canonical_bytes(changed), served.anchors)
    assert verdict_of_moved == Invalid("merkle.root", verdict_of_moved.detail)  # type: ignore[union-attr]


def canonical_bytes(value: dict[str, Any]) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode()


def test_a_transfer_of_points(served: Served) -> None:
    operator = Client(served.url, served.data, "operator-recorder")
    people = served.reader.get("/v1/programmes/tanxiaohui/accounts")["items"]
    rich = max(people, key=lambda one: int(one["available"]))
    other = next(one for one in people if one["account"] != rich["account"])
    body = {"sender": rich["account"], "receiver": other["account"], "points": "1"}
    done = operator.done("/v1/programmes/tanxiaohui/transfers", "moved", body)
    data = served.ask(f"/v1/transactions/{done['transaction']}/bundle?effect=0").content
    assert bundles.parse(data).kind == "transfer"
    valid(verify(data, served.anchors, expect="points.transferred"))
    refused = verify(data, served.anchors, expect="recognition.finalized")
    assert isinstance(refused, Invalid)
    assert refused.reason == "bundle.effect_kind"


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("?effect=900", 422, "api.proof_nothing"),
        ("?record=0", 422, "api.proof_nothing"),
        ("?effect=0&record=0", 422, "api.proof_nothing"),
        ("?effect=-1", 400, "api.malformed"),
        ("?effect=x", 400, "api.malformed"),
    ],
)
def test_what_cannot_be_proved(served: Served, query: str, status: int, code: str) -> None:
    txid, _ = served.effect("retirements.retired")
    answer = served.ask(f"/v1/transactions/{txid}/bundle{query}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_no_transaction_no_key_no_certificate(served: Served) -> None:
    for absent in ("00" * 32, "x", "0" * 63):
        assert served.ask(f"/v1/transactions/{absent}/bundle").status_code == 404
    txid, _ = served.effect("retirements.retired")
    assert httpx.get(f"{served.url}/v1/transactions/{txid}/bundle", timeout=30).status_code == 401
    batch, effect = served.effect("activities.recorded")
    refused = served.ask(f"/v1/transactions/{batch}/effects/{effect}/certificate")
    assert (refused.status_code, refused.json()["code"]) == (422, "api.proof_nothing")


def test_records_of_persons_are_proved_to_their_operator_alone(served: Served) -> None:
    """Whoever may not read the transaction may not have it proved, by whatever road."""
    batch, effect = served.effect("activities.recorded")
    retired, _ = served.effect("retirements.retired")

    def status(identity: str, path: str) -> int:
        headers = Client(served.url, served.data, identity).headers()
        return httpx.get(f"{served.url}/v1/transactions/{path}", headers=headers, timeout=30).status_code

    for query in ("", f"?effect={effect}", f"?effect={effect}&record=2"):
        assert served.ask(f"/v1/transactions/{batch}/bundle{query}").status_code == 200, "a supervisor"
        assert status("operator-recorder", f"{batch}/bundle{query}") == 200
        assert status("exchange-custodian", f"{batch}/bundle{query}") == 403
    assert status("exchange-custodian", f"{batch}/block") == 403
    assert status("exchange-custodian", f"{retired}/bundle?effect=0") in {200, 422}, "open to every key"


def test_a_block_is_shown_to_whoever_may_read_all_of_it(served: Served) -> None:
    """One's own transaction's block is no way to read whose transactions stand beside it."""

    def block_of(txid: str) -> common_pb2.Block:
        """Of that transaction alone: which others share its block is the clock's doing."""
        block = common_pb2.Block.FromString(served.ask(f"/v1/transactions/{txid}/block").content)
        (own,) = [raw for raw in block.data.data if parse_envelope(raw).transaction_id == txid]
        return common_pb2.Block(data=common_pb2.BlockData(data=[own]))

    batch, _ = served.effect("activities.recorded")
    retired, _ = served.effect("retirements.retired")
    standing = Standing("ExchangeMSP", "91510100MA6000002W", frozenset({"exchange"}), "exchange-1")
    stranger = Caller("key", "exchange-custodian", standing, ("read",))
    open_to_all = block_of(retired)
    assert not require_own_block(stranger, open_to_all)
    both = common_pb2.Block()
    both.data.data.extend([*open_to_all.data.data, *block_of(batch).data.data])
    with pytest.raises(Problem) as refused:
        require_own_block(stranger, both)
    assert refused.value.code.status == 403


def test_the_log_is_served_to_anybody_and_agrees_with_the_bundles(served: Served) -> None:
    def read(path: str) -> bytes | None:
        answer = httpx.get(f"{served.url}/v1/log/{path}", timeout=30)
        return answer.content if answer.status_code == 200 else None

    published = httpx.get(f"{served.url}/v1/log/anchors", timeout=30)
    assert published.headers["ETag"] == f'"{served.anchors.fingerprint().hex()}"'
    note = notes.parse(read("checkpoint") or b"")
    trusted = served.anchors
    signed = notes.verify(note, [*[one.key for one in trusted.logs], *trusted.auditors.keys])
    assert len(signed) == 2, "the log's key, and the auditor who replayed it"
    checkpoint = checkpoints.parse(note.text)
    reader = LogReader(read, checkpoint.size)
    assert reader.root() == checkpoint.root
    data, _ = served.bundle("retirements.retired")
    proof = bundles.parse(data).proof
    leaf = merkle.leaf_hash(reader.entry(proof.index))
    merkle.verify_inclusion(
        leaf, proof.index, checkpoint.size, reader.inclusion_proof(proof.index), checkpoint.root
    )


def test_the_auditors_copy_proves_the_same_without_the_api_while_he_follows(
    served: Served, tmp_path: Path
) -> None:
    auditor, trusted = served.data / "auditor", tmp_path / "anchors.json"
    trusted.write_bytes(served.anchors.file())
    txid, effect = served.effect("activities.recorded")
    assert served.ask(f"/v1/transactions/{txid}/bundle").status_code == 200, "the log covers it"
    common = (txid, "--data", str(auditor), "--effect", str(effect))
    out = tmp_path / "record.json"
    made = tanhui("audit", "bundle", *common, "--record", "2", "--out", str(out))
    assert made.returncode == 0, made.stderr
    over_http, _ = served.bundle("activities.recorded", "&record=2")
    assert bundles.parse(out.read_bytes()).record == bundles.parse(over_http).record
    verified = tanhui("verify", str(out), "--anchors", str(trusted), "--expect", ActivitiesRecorded.kind)
    assert verified.returncode == 0, verified.stdout

    txid, effect = served.effect("retirements.retired")
    common = (txid, "--data", str(auditor), "--effect", str(effect))
    certificate, out = tmp_path / "certificate.json", tmp_path / "retirement.json"
    key = auditor / "keys" / "issuer.key"
    made = tanhui("audit", "certificate", *common, "--key", str(key), "--out", str(certificate))
    assert made.returncode == 0, made.stderr
    assert (
        json.loads(certificate.read_bytes())
        == bundles.parse(served.bundle("retirements.retired")[0]).certificate
    )
    made = tanhui("audit", "bundle", *common, "--certificate", str(certificate), "--out", str(out))
    assert made.returncode == 0, made.stderr
    assert tanhui("verify", str(out), "--anchors", str(trusted)).returncode == 0
    snapshot = tanhui("audit", "snapshot", "--data", str(auditor), "--out", str(tmp_path / "snapshot"))
    assert snapshot.returncode == 0, snapshot.stderr
    assert "signed by registry.local/credits, auditor.registry.local" in snapshot.stdout
