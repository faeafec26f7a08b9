"""Registers: one row for each retirement, event or red card."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tanhui.registry_api.reports.reading import day_of, start_of
from tanhui.registry_api.reports.report import Column, Effects, Happened, Report, Row, Wish, wanted


def spans(ranges: Any) -> str:
    """Serial ranges as people write them: batch:first-last."""
    return " ".join(f"{one['batch']}:{one['first']}-{one['last']}" for one in ranges)


def party(of: Mapping[str, Any] | None) -> str:
    """An organisation's id, or a person's commitment; "" for nobody."""
    return "" if of is None else str(of.get("organisation") or of.get("person") or "")


def _retirements(effects: Effects, wish: Wish) -> Iterator[Row]:
    # A certificate of which units were recalled says so; what it says last stands in the newest of these effects.
    recalled: dict[str, str] = {}
    for one in effects(("recalls.marked", "recalls.replaced")):
        retirement = one.effect.get("retirement")
        if retirement:
            recalled[retirement] = str(one.effect.get("certificate", "recalled"))
    for one in effects(("retirements.retired",)):
        effect = one.effect
        beneficiary = party(effect["beneficiary"])
        if wish.since is not None and one.at < start_of(wish.since):
            continue
        conditions = {
            "organisation": effect["holder"],
            "beneficiary": beneficiary,
            "purpose": effect["purpose"],
            "event": effect.get("reference") or "",
        }
        if wanted(wish, **conditions):
            yield (
                effect["retirement"],
                effect["day"],
                effect["holder"],
                beneficiary,
                party(effect.get("on_behalf_of")),
                effect["purpose"],
                effect.get("reason") or "",
                effect.get("reference") or "",
                int(effect["quantity_kg"]),
                spans(effect["ranges"]),
                recalled.get(effect["retirement"], "valid"),
                f"{one.transaction}.{one.position}",
                one.block,
            )


RETIREMENTS: Final = Report(
    "retirement-register",
    "注销登记簿",
    "Retirement register",
    (
        Column("retirement", "注销编号", "Retirement"),
        Column("day", "日期", "Day", "day"),
        Column("holder", "持有方", "Holder"),
        Column("beneficiary", "受益方", "Beneficiary"),
        Column("on_behalf_of", "代表方", "On behalf of"),
        Column("purpose", "用途", "Purpose", words=("purpose",)),
        Column("reason", "事由", "Reason"),
        Column("reference", "关联编号", "Reference"),
        Column("quantity_kg", "数量(千克)", "Quantity (kg)", "amount"),
        Column("serials", "序列号", "Serials"),
        Column("certificate", "证书状态", "Certificate", words=("certificate_state",)),
        Column("certificate_id", "证书编号", "Certificate id"),
        Column("block", "区块", "Block", "amount"),
    ),
    _retirements,
    of=("organisation", "beneficiary", "purpose", "event"),
)


def _events(effects: Effects, wish: Wish) -> Iterator[Row]:
    latest: dict[str, Happened] = {}
    claims: dict[str, Mapping[str, Any]] = {}
    for one in effects(("events.changed", "events.declared")):
        if one.kind == "events.declared":
            claims[one.effect["event"]] = one.effect
        else:
            latest[one.effect["event"]] = one
    for event in sorted(latest):
        effect = latest[event].effect
        if wanted(wish, event=event, organisation=effect["organiser"]):
            claim = claims.get(event, {})
            yield (
                event,
                effect["organiser"],
                effect["event_kind"],
                effect["status"],
                int(effect["emissions_kg"]),
                int(effect["offset_kg"]),
                str(claim.get("claim", "")),
                int(claim.get("counted_kg", 0)),
                str(claim.get("day", "")),
                day_of(latest[event].at),
            )


EVENTS: Final = Report(
    "event-register",
    "活动碳中和登记簿",
    "Register of events",
    (
        Column("event", "活动", "Event"),
        Column("organiser", "主办方", "Organiser"),
        Column("kind", "类别", "Kind", words=("event_kind",)),
        Column("status", "状态", "Status", words=("state",)),
        Column("emissions_kg", "排放量(千克)", "Emissions (kg)", "amount"),
        Column("offset_kg", "抵销量(千克)", "Offset (kg)", "amount"),
        Column("claim", "声明", "Claim", words=("claim",)),
        Column("counted_kg", "计入声明(千克)", "Counted (kg)", "amount"),
        Column("declared", "声明日期", "Declared", "day"),
        Column("changed", "最近变更", "Last change", "day"),
    ),
    _events,
    of=("event", "organisation"),
)


_DOSSIER_KINDS: Final = ("events.changed", "events.attested", "events.offset", "events.declared")


def _dossier(effects: Effects, wish: Wish) -> Iterator[Row]:
    for one in effects((*_DOSSIER_KINDS, "retirements.retired")):
        effect = one.effect
        mine = effect.get("reference" if one.kind == "retirements.retired" else "event")
        if mine != wish.of["event"]:
            continue
        yield (
            day_of(one.at),
            one.kind,
            str(
                effect.get("status")
                or effect.get("verdict")
                or effect.get("claim")
                or effect.get("purpose")
                or ""
            ),
            str(effect.get("organiser") or effect.get("verifier") or effect.get("holder") or ""),
            int(effect.get("emissions_kg", 0)),
            int(effect.get("quantity_kg") or effect.get("offset_kg") or effect.get("counted_kg") or 0),
            str(effect.get("document") or effect.get("report") or ""),
            str(effect.get("retirement") or effect.get("reference") or effect.get("note") or ""),
            one.transaction,
        )


DOSSIER: Final = Report(
    "event-dossier",
    "活动碳中和档案",
    "Event dossier",
    (
        Column("day", "日期", "Day", "day"),
        Column("entry", "事项", "Entry", words=("kind",)),
        Column("outcome", "结果", "Outcome", words=("state", "verdict", "claim", "purpose")),
        Column("who", "主体", "Who"),
        Column("emissions_kg", "排放量(千克)", "Emissions (kg)", "amount"),
        Column("quantity_kg", "数量(千克)", "Quantity (kg)", "amount"),
        Column("document", "文件哈希", "Document hash"),
        Column("reference", "关联", "Reference"),
        Column("transaction", "交易", "Transaction"),
    ),
    _dossier,
    of=("event",),
    needs=("event",),
)


def _red_cards(effects: Effects, wish: Wish) -> Iterator[Row]:
    latest: dict[tuple[str, str], Happened] = {}
    shown: dict[tuple[str, str], str] = {}
    for one in effects(("budgets.red_card_changed",)):
        key = (one.effect["institution"], one.effect["year"])
        latest[key] = one
        if one.effect["status"] == "shown":
            shown[key] = one.effect["day"]
    for key in sorted(latest):
        effect = latest[key].effect
        if wanted(wish, organisation=key[0], year=key[1]):
            reason, document = effect["reason"], effect["document"]
            yield (*key, effect["status"], shown.get(key, ""), effect["day"], reason, document)


RED_CARDS: Final = Report(
    "red-cards",
    "亮红牌登记簿",
    "Red cards",
    (
        Column("institution", "机构", "Institution"),
        Column("year", "年度", "Year"),
        Column("status", "状态", "Status", words=("state",)),
        Column("shown", "亮牌日期", "Shown", "day"),
        Column("changed", "最近日期", "Changed", "day"),
        Column("reason", "事由", "Reason"),
        Column("document", "文件哈希", "Document hash"),
    ),
    _red_cards,
    of=("organisation", "year"),
)
