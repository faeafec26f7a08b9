"""Binds review.feature."""

import base64
from hashlib import sha256

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from tanhui.chaincode.rules.attestations import VERDICT_BYTES, Verdict, pack, unpack
from tanhui.chaincode.rules.errors import Refusal
from tanhui.proofs.ed25519 import MemorySigner
from tests.support import activities
from tests.support.registry_world import World

scenarios("review.feature")

DEVICE_KEY = MemorySigner(b"\x0a" * 32)


@given(parsers.parse("a scene whose records are reviewed below {confidence:d} basis points"))
def _reviewed_scene(world: World, confidence: int) -> None:
    bus = activities.RULES["scenes"][0] | {"review": confidence}
    activities.prepare(world, "A", "B", rules={"scenes": [bus]})
    fan = world.persons["Fan"]
    world.person("Fu", "verifier", fan.role, fan.msp_id)
    world.names |= {one: activities.account_id(one) for one in ("A", "B")}


@given("the source is a registered device")
def _device(world: World) -> None:
    key = DEVICE_KEY.public_key.hex()
    world.by_two("Dong", "Dai", "activities:RegisterSource", source="camera-1", key=key, device=True)
    world.names["source"] = "camera-1"


@given("the source's organisation verifies too")
def _involved(world: World) -> None:
    roles = ["data_source", "verifier"]
    metro = world.names["metro"]
    world.by_two("Rui", "Ren", "organisations:SetRoles", organisation=metro, roles=roles, reason="wider")
    before = world.persons["Dong"]
    world.person("Dong", "metro", "data_source,verifier", before.msp_id)


def evidence(account: str) -> tuple[int, bytes]:
    seconds = activities.moment("2026-11-20", "08:00")
    return seconds, sha256(f"{account}{seconds}".encode()).digest()


@when(parsers.parse('records of A and B are sent as "{batch}"'))
def _sent(world: World, batch: str) -> None:
    claims = [activities.claim(one, evidence(one)[0], 100_000) for one in ("A", "B")]
    if world.names.get("source"):
        activities.record(world, *claims, batch=batch, source="camera-1", key=DEVICE_KEY)
    else:
        activities.record(world, *claims, batch=batch)


@given(parsers.parse('records of A and B were sent as "{batch}"'))
def _were_sent(world: World, batch: str) -> None:
    _sent(world, batch)
    accepted(world)


def accepted(world: World) -> None:
    assert world.last is not None
    assert world.last.refusal is None, world.last.refusal


def verdicts(datatable: list[list[str]]) -> str:
    packed = b""
    for position, accepted, confidence, reviewer in datatable[1:]:
        looked = sha256(b"Fang").digest() if reviewer == "yes" else bytes(32)
        image = evidence("AB"[int(position)])[1]
        packed += pack(Verdict(int(position), image, int(accepted), int(confidence), looked))
    return base64.b64encode(packed).decode()


def attested(batch: str, packed: str) -> dict[str, str]:
    return {
        "programme": "tianfu",
        "batch": batch,
        "model": "bus-eye",
        "model_version": "2.1",
        "verdicts": packed,
    }


@when(parsers.re(r'(?P<who>\w+) checks "(?P<batch>[^"]+)"$'))
def _checks(world: World, who: str, batch: str, datatable: list[list[str]]) -> None:
    world.submit(who, "activities:CheckBatch", **attested(batch, verdicts(datatable)))


@given(parsers.parse('Fan has checked "{batch}"'))
def _has_checked(world: World, batch: str, datatable: list[list[str]]) -> None:
    _checks(world, "Fan", batch, datatable)
    accepted(world)


@when(parsers.parse('Fan checks "{batch}" by another image'))
def _other_image(world: World, batch: str) -> None:
    packed = b"".join(pack(Verdict(at, bytes(32), 1, 9_900, bytes(32))) for at in (0, 1))
    world.submit("Fan", "activities:CheckBatch", **attested(batch, base64.b64encode(packed).decode()))


@when(parsers.parse('Fan and Fu sample "{batch}"'))
def _samples(world: World, batch: str, datatable: list[list[str]]) -> None:
    order = attested(batch, verdicts(datatable)) | {"request_id": world.request_id()}
    world.submit("Fan", "activities:SampleBatch", number=1, **order)
    accepted(world)
    world.submit("Fu", "activities:SampleBatch", number=1, **order)


@then(parsers.re(r"(?P<account>[AB]) has (?P<held>\d+) points"))
def _has_points(world: World, account: str, held: str) -> None:
    found = world.ask("Rui", "accounts:Get", programme="tianfu", account=world.names[account])
    assert found["points"] == held


@when(parsers.parse("{days:d} days pass"))
def _days_pass(world: World, days: int) -> None:
    world.seconds += days * 86_400


@pytest.mark.parametrize(
    ("packed", "code"),
    [
        (b"", "activities.verdicts_width"),
        (bytes(VERDICT_BYTES + 1), "activities.verdicts_width"),
        (bytes(2 * VERDICT_BYTES), "activities.verdict_order"),
        (pack(Verdict(0, bytes(32), 2, 0, bytes(32))), "activities.verdict_value"),
        (pack(Verdict(0, bytes(32), 1, 10_001, bytes(32))), "activities.verdict_value"),
    ],
)
def test_malformed_verdicts_are_refused(packed: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        unpack(packed)
    assert refused.value.code == code
