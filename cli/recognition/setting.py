"""What each region has before it recognises anything: organisations, a methodology, credits, people with points."""

import json
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Final

from tanhui.cli.demo.clerk import (
    APPROVER,
    CUSTODIAN,
    ORGANISER,
    OWNER,
    RECORDER,
    REGISTRAR,
    VERIFIER,
)
from tanhui.cli.recognition.region import Region
from tanhui.proofs import keys, notes, same_person
from tanhui.proofs.keys import KeyType, NoteSigner

METHODOLOGY: Final = "restored-wetland"
PROJECT: Final = "wetland"
PROGRAMME: Final = "carbon-points"
SCENE: Final = "welcome"
ISSUED_KG: Final = 100_000
POINTS: Final = 1_000
"""Each person's, in each region."""
EPOCH: Final = date(1970, 1, 1)

_ROLES: Final = {
    RECORDER: ("运营主体", "OperatorMSP", ("platform_operator", "data_source", "methodology_developer")),
    CUSTODIAN: ("交易机构", "ExchangeMSP", ("exchange", "holder")),
    VERIFIER: ("核证机构", "ExchangeMSP", ("verifier",)),
    OWNER: ("项目业主", "ExchangeMSP", ("project_owner", "holder")),
    ORGANISER: ("活动主办方", "ExchangeMSP", ("event_organiser", "holder")),
}


def digest(text: str) -> str:
    """Hash of a document that the demonstration does not have."""
    return sha256(f"tanhui recognition demo {text}".encode()).hexdigest()


def account_of(region: Region, person: int) -> str:
    """The person's account id in a region: random to everybody but the operator."""
    return sha256(f"{region.place.name} person {person}".encode()).hexdigest()[:32]


async def prepare(region: Region, people: int) -> str:
    """Found the registry and fill it; the id of its one batch of credits."""
    clerk, place = region.clerk, region.place
    await clerk.send(REGISTRAR, "governance:Found", "found", name=f"{place.title}主管部门", region=place.code)
    for number, (user, (name, msp_id, roles)) in enumerate(_ROLES.items()):
        organisation = region.organisation(user)
        await clerk.send(
            REGISTRAR,
            "organisations:Register",
            f"register-{number}",
            organisation=organisation,
            name=f"{place.title}{name}",
            region=place.code,
            msp_id=msp_id,
        )
        await clerk.by_two(
            REGISTRAR,
            APPROVER,
            "organisations:SetRoles",
            f"roles-{number}",
            organisation=organisation,
            roles=list(roles),
            reason="admitted",
        )
    await _programme(region, people)
    return await _credits(region)


async def _programme(region: Region, people: int) -> None:
    clerk = region.clerk
    rules = {
        "scenes": [{"scene": SCENE, "award": "flat", "points": 1}],
        "expiry": {"kind": "year_end", "after": 1},
        "transfer": {"kind": "forbidden"},
    }
    await clerk.send(
        REGISTRAR,
        "programmes:Draft",
        "programme",
        programme=PROGRAMME,
        name="碳积分（示例）",
        region=region.place.code,
        parent="",
        operator=region.organisation(RECORDER),
        rules=rules,
    )
    await clerk.by_regulator("programmes:PutInForce", "in-force", programme=PROGRAMME, version=1)
    accounts = [{"account": account_of(region, person), "holder": "person"} for person in range(people)]
    await clerk.send(RECORDER, "accounts:Open", "accounts", programme=PROGRAMME, accounts=accounts)
    for person in range(people):
        await clerk.send(
            RECORDER,
            "points:Issue",
            f"earn-{person}",
            programme=PROGRAMME,
            account=account_of(region, person),
            scene=SCENE,
            times=POINTS,
            tranche=0,
        )


async def _credits(region: Region) -> str:
    clerk = region.clerk
    await _file_methodology(region)
    last = EPOCH + timedelta(days=clerk.day - 1)
    first = last - timedelta(days=29)
    await clerk.send(
        OWNER,
        "projects:Draft",
        "project",
        project=PROJECT,
        title="湿地修复（示例）",
        region=region.place.code,
        programme=PROGRAMME,
        methodology=METHODOLOGY,
        version=1,
        boundary=digest(f"{region.place.name} boundary"),
        exclusion=digest("exclusion"),
        first_day=first.isoformat(),
        last_day=(first + timedelta(days=3_650)).isoformat(),
        buffer_basis_points=0,
        buffer_holder="",
    )
    await clerk.send(OWNER, "projects:List", "list", project=PROJECT, reason="complete")
    await clerk.send(
        VERIFIER,
        "projects:Validate",
        "validate",
        project=PROJECT,
        reason="sound",
        report=digest("validation"),
    )
    await clerk.send(REGISTRAR, "projects:Register", "registered", project=PROJECT, reason="approved")
    period: dict[str, Any] = {"project": PROJECT, "number": 1}
    await clerk.send(
        OWNER,
        "projects:SubmitPeriod",
        "period",
        **period,
        first_day=first.isoformat(),
        last_day=last.isoformat(),
        inputs=[ISSUED_KG],
        evidence=digest("evidence"),
    )
    await clerk.send(
        VERIFIER,
        "projects:VerifyPeriod",
        "verified",
        **period,
        evidence=digest("evidence"),
        verdict="verified",
        report=digest("verification"),
    )
    await clerk.send(REGISTRAR, "projects:ApprovePeriod", "approved", **period, verdict="approved")
    effects = await clerk.by_regulator("credits:Issue", "issue", **period, quantity=str(ISSUED_KG))
    batch: str = effects[-1]["ranges"][0]["batch"]
    return batch


async def _file_methodology(region: Region) -> None:
    formula = json.dumps(
        {
            "v": "1",
            "inputs": [{"name": "sequestered", "unit": "kg", "low": "0", "high": "1000000000"}],
            "factors": {
                "grams": {
                    "numerator": "1000",
                    "denominator": "1",
                    "unit": "g/kg",
                    "source": "illustrative",
                    "date": "2024-08-01",
                }
            },
            "tables": {},
            "grams": {"scale": [{"input": "sequestered"}, "grams"]},
            "vectors": [{"inputs": ["1"], "grams": "1000"}],
        }
    )
    clerk = region.clerk
    order: dict[str, Any] = {"methodology": METHODOLOGY, "version": 1}
    await clerk.send(
        RECORDER,
        "methodologies:Draft",
        "draft",
        **order,
        title="湿地修复（示例）",
        lane="projects",
        crediting=None,
        formula=formula,
        document=digest("methodology"),
    )
    found = await clerk.ask("methodologies:Version", **order)
    pinned = {**order, "pin": found["version"]["pin"], "note": "test vectors agree"}
    await clerk.send(
        VERIFIER,
        "methodologies:Assess",
        "assess",
        **pinned,
        verdict="assessed",
        report=digest("assessment"),
    )
    await clerk.send(REGISTRAR, "methodologies:File", "file", **pinned)


def shared_authority() -> NoteSigner:
    """The identity authority that the regions name; its key is the demonstration's own."""
    return keys.signer_from_seed("identity.example", KeyType.ED25519, sha256(b"demo authority").digest())


def arbiters() -> tuple[NoteSigner, ...]:
    """Three arbiters, of whom two decide."""
    return tuple(
        keys.signer_from_seed(
            f"arbiter.example/{n}", KeyType.ED25519, sha256(b"demo arbiter %d" % n).digest()
        )
        for n in range(3)
    )


def binding(terms: str, source: Region, target: Region, person: int) -> str:
    """The authority's statement that two accounts are one person's."""
    said = same_person.SamePerson(
        bytes.fromhex(terms),
        (PROGRAMME, account_of(source, person)),
        (PROGRAMME, account_of(target, person)),
        sha256(f"{terms} person {person}".encode()).digest(),
        "2099-12-31",
    ).text()
    return notes.Note(said, (notes.signature(said, shared_authority()),)).encode().decode()
