"""Refusals of the points lane (family `points`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

INSUFFICIENT = Code(
    "points.insufficient",
    Kind.CONFLICT,
    "未过期积分不足:需要 {value},可用 {available}",
    "not enough unexpired points: {value} asked, {available} available",
    ("available",),
)
LOTS_FULL = Code(
    "points.lots_full",
    Kind.LIMIT,
    "账户积分批次为 {value} 个,超过上限 {limit}",
    "the account would hold {value} lots, {limit} at most",
    ("limit",),
)
BALANCE_LIMIT = Code(
    "points.balance_limit",
    Kind.LIMIT,
    "账户积分 {value} 超过上限 {limit}",
    "the account would hold {value} points, {limit} at most",
    ("limit",),
)
TRANSFER_FORBIDDEN = Code(
    "points.transfer_forbidden",
    Kind.DENIED,
    "项目 {value} 不允许转让积分",
    "programme {value} forbids transfers",
)
TRANSFER_CAP = Code(
    "points.transfer_cap",
    Kind.CONFLICT,
    "单次转让 {value} 超过上限 {limit}",
    "a transfer of {value} points, {limit} at most",
    ("limit",),
)
TRANSFER_DAY_CAP = Code(
    "points.transfer_day_cap",
    Kind.CONFLICT,
    "当日累计转让 {value} 超过上限 {limit}",
    "{value} points transferred in one day, {limit} at most",
    ("limit",),
)
TRANSFER_NOT_TEAM = Code(
    "points.transfer_not_team",
    Kind.DENIED,
    "转让仅限同一单位成员之间:{value} 不属于单位 {unit}",
    "transfers stay within a unit: {value} is no member of {unit}",
    ("unit",),
)
TRANSFER_NOT_DONATION = Code(
    "points.transfer_not_donation",
    Kind.DENIED,
    "转让仅限捐赠给单位账户:{value}",
    "transfers are donations to unit accounts only: {value}",
)
SAME_ACCOUNT = Code(
    "points.same_account",
    Kind.INVALID,
    "转出与转入为同一账户:{value}",
    "sender and receiver are the same account: {value}",
)
SCENE_UNKNOWN = Code(
    "points.scene_unknown",
    Kind.MISSING,
    "项目 {programme} 没有场景 {value}",
    "programme {programme} has no scene {value}",
    ("programme",),
)
SCENE_BY_GRAM = Code(
    "points.scene_by_gram",
    Kind.CONFLICT,
    "场景 {value} 按减排量计分,须通过活动批次发放",
    "scene {value} awards by gram: record activities instead",
)
DAY_CAP = Code(
    "points.day_cap",
    Kind.CONFLICT,
    "账户当日积分 {value} 超过上限 {limit}",
    "the account would earn {value} points in one day, {limit} at most",
    ("limit",),
)
BUDGET_EXHAUSTED = Code(
    "points.budget_exhausted",
    Kind.CONFLICT,
    "年度预算第 {tranche} 份剩余 {available},不足 {value}",
    "tranche {tranche} of the year's budget has {available} points left, {value} asked",
    ("tranche", "available"),
)
TRANCHE_UNKNOWN = Code(
    "points.tranche_unknown",
    Kind.INVALID,
    "预算份号 {value} 不存在,共 {tranches} 份",
    "there is no tranche {value}: the budget has {tranches}",
    ("tranches",),
)
NOTHING_EXPIRED = Code(
    "points.nothing_expired",
    Kind.CONFLICT,
    "{value} 个账户中没有过期积分",
    "none of the {value} accounts holds expired points",
)
AWARD_REVERSED = Code(
    "points.award_reversed",
    Kind.CONFLICT,
    "该笔发放已冲正:{value}",
    "award {value} was reversed already",
)
NOT_A_MULTIPLE = Code(
    "points.not_a_multiple",
    Kind.INVALID,
    "兑换积分须为 {denominator} 的整数倍:{value}",
    "converted points must be a multiple of {denominator}: {value}",
    ("denominator",),
)
CONVERSION_DAY_CAP = Code(
    "points.conversion_day_cap",
    Kind.CONFLICT,
    "当日转换将达 {value}，超过每日上限 {limit}",
    "conversions of the day would come to {value}, the day's cap is {limit}",
    ("limit",),
)
CONVERSION_CAP = Code(
    "points.conversion_cap",
    Kind.CONFLICT,
    "单次兑换 {value} 超过上限 {limit}",
    "a conversion of {value} points, {limit} at most",
    ("limit",),
)
CONVERSION_ENDED = Code(
    "points.conversion_ended",
    Kind.CONFLICT,
    "积分互认协议已于 {until} 到期,今日为 {value}",
    "the conversion agreement ended on {until}; today is {value}",
    ("until",),
)
