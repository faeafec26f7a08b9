"""Before the first activity: organisations with their roles, methodologies, a data source, a programme."""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any, Final

from tanhui.chaincode.rules.uscc import check_character
from tanhui.cli.activity_batches import SourceKeys
from tanhui.cli.demo.clerk import (
    RECORDER,
    REGISTRAR,
    SECOND_RECORDER,
    VERIFIER,
    Clerk,
    Effects,
    in_flight,
)
from tanhui.cli.demo.scenes import SCENES, Scene

PROGRAMME: Final = "tanxiaohui"
SOURCE: Final = "platform"
REGION: Final = "370000"
METHODOLOGY_VERSION: Final = 1
CLAIM_DAYS: Final = 40
RECORDS_PER_DAY: Final = 20

OPERATOR_ID: Final = "91510100MA6000001R"
EXCHANGE_ID: Final = "91510100MA6000002W"
VERIFIER_ID: Final = "91510100MA60000030"
OWNER_ID: Final = "91510100MA60000043"
ORGANISER_ID: Final = "91510100MA60000056"

EXCHANGE_MSP: Final = "ExchangeMSP"
"""On a network without it, the operator's stands in its place (clerk.host_of)."""

ORGANISATIONS: Final = (
    (
        OPERATOR_ID,
        "运营主体(示例)",
        "OperatorMSP",
        ("platform_operator", "data_source", "methodology_developer"),
    ),
    (EXCHANGE_ID, "交易机构(示例)", EXCHANGE_MSP, ("exchange", "holder")),
    (VERIFIER_ID, "核证机构(示例)", EXCHANGE_MSP, ("verifier",)),
    (OWNER_ID, "项目业主(示例)", EXCHANGE_MSP, ("project_owner", "holder")),
    (ORGANISER_ID, "活动主办方(示例)", EXCHANGE_MSP, ("event_organiser", "holder")),
)

RULES: Final[dict[str, Any]] = {
    "scenes": [
        {"scene": scene.id, "award": "per_gram", "numerator": 1, "denominator": 10} for scene in SCENES
    ]
    + [{"scene": "welcome", "award": "flat", "points": 100}],
    "expiry": {"kind": "year_end", "after": 2},
    "transfer": {"kind": "team", "cap": 1_000},
}
"""A point for ten grams, 100 for joining; they last to the end of the second year, and move within a unit."""


def unit_organisation(number: int) -> str:
    """A made-up public institution's id, well-formed."""
    body = f"11370000MB28{number:05d}"
    return body + check_character(body)


def document_hash(name: str) -> str:
    """Hash of a document that the demo does not have: SHA-256 of its name."""
    return sha256(f"tanhui demo document {name}".encode()).hexdigest()


async def register_organisations(clerk: Clerk) -> None:
    """The founding regulator, then the others, each with the roles that two persons of the regulator grant."""
    await clerk.send(REGISTRAR, "governance:Found", "found", name="主管部门(示例)", region=REGION)

    def joining(number: int) -> Callable[[], Awaitable[Effects]]:
        organisation, name, msp_id, roles = ORGANISATIONS[number]

        async def join() -> Effects:
            await clerk.send(
                REGISTRAR,
                "organisations:Register",
                f"register-{number}",
                organisation=organisation,
                name=name,
                region=REGION,
                msp_id=f"{clerk.host.capitalize()}MSP" if msp_id == EXCHANGE_MSP else msp_id,
            )
            return await clerk.by_regulator(
                "organisations:SetRoles",
                f"roles-{number}",
                organisation=organisation,
                roles=list(roles),
                reason="admitted",
            )

        return join

    await in_flight([joining(number) for number in range(len(ORGANISATIONS))], len(ORGANISATIONS))


async def file_methodology(
    clerk: Clerk, methodology: str, title: str, formula: str, crediting: dict[str, Any] | None
) -> None:
    """Draft (the formula's test vectors run), assess by the verifier, file by the regulator."""
    await clerk.send(
        RECORDER,
        "methodologies:Draft",
        f"draft-{methodology}",
        methodology=methodology,
        version=METHODOLOGY_VERSION,
        title=title,
        lane="projects" if crediting is None else "activities",
        crediting=crediting,
        formula=formula,
        document=document_hash(methodology),
    )
    found = await clerk.ask("methodologies:Version", methodology=methodology, version=METHODOLOGY_VERSION)
    order: dict[str, Any] = {
        "methodology": methodology,
        "version": METHODOLOGY_VERSION,
        "pin": found["version"]["pin"],
        "note": "test vectors agree",
    }
    await clerk.send(
        VERIFIER,
        "methodologies:Assess",
        f"assess-{methodology}",
        **order,
        verdict="assessed",
        report=document_hash(f"{methodology} assessment"),
    )
    await clerk.send(REGISTRAR, "methodologies:File", f"file-{methodology}", **order)


async def file_scenes(clerk: Clerk) -> None:
    """A methodology for each scene. Those of one exclusion group come one after the other: they share its record."""

    def filing(scenes: list[Scene]) -> Callable[[], Awaitable[None]]:
        async def file_all() -> None:
            for scene in scenes:
                crediting = {
                    "exclusion_group": scene.group,
                    "slot": "30m",
                    "claim_days": CLAIM_DAYS,
                    "records_per_day": RECORDS_PER_DAY,
                }
                await file_methodology(clerk, scene.id, scene.label, scene.formula, crediting)

        return file_all

    groups: dict[str, list[Scene]] = {}
    for scene in SCENES:
        groups.setdefault(scene.group, []).append(scene)
    await in_flight([filing(scenes) for scenes in groups.values()], len(groups))


async def register_source(clerk: Clerk, keys: SourceKeys) -> None:
    """The platform's system that signs activity records, by two persons of the operator."""
    public = keys.create(SOURCE)
    await clerk.by_two(
        RECORDER, SECOND_RECORDER, "activities:RegisterSource", "source", source=SOURCE, key=public
    )


async def start_programme(clerk: Clerk) -> None:
    """The regulator drafts the rules, two of its persons put them in force; the operator cannot edit them."""
    await clerk.send(
        REGISTRAR,
        "programmes:Draft",
        "programme",
        programme=PROGRAMME,
        name="公共机构碳小惠(示例)",
        region=REGION,
        parent="",
        operator=OPERATOR_ID,
        rules=RULES,
    )
    await clerk.by_regulator("programmes:PutInForce", "in-force", programme=PROGRAMME, version=1)
