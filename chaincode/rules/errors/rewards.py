"""Refusals about rewards, vouchers and draws (family `rewards`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

EXISTS = Code(
    "rewards.exists",
    Kind.CONFLICT,
    "{field} 编号 {value} 已存在",
    "{field} {value} exists already",
)
PARTY = Code(
    "rewards.party",
    Kind.DENIED,
    "{value} 无权办理：{field} 由 {allowed} 办理",
    "{value} may not do this to {field}: {allowed} may",
    ("allowed",),
)
FUNDER = Code(
    "rewards.funder",
    Kind.CONFLICT,
    "{value} 不是有效的合作商户",
    "{value} is no active merchant",
)
BENEFIT = Code(
    "rewards.benefit",
    Kind.INVALID,
    "{field} 与权益类型 {kind} 不符：{value}",
    "{field} does not suit a benefit of kind {kind}: {value}",
    ("kind",),
)
STOCK_LOWERED = Code(
    "rewards.stock_lowered",
    Kind.CONFLICT,
    "年度数量只能增加：原为 {before}，现为 {value}",
    "units per year can only be raised: {before} before, {value} now",
    ("before",),
)
OUT_OF_STOCK = Code(
    "rewards.out_of_stock",
    Kind.CONFLICT,
    "编号 {value} 超出 {year} 年度数量 {units}",
    "number {value} lies beyond the {units} units of {year}",
    ("year", "units"),
)
NUMBER_TAKEN = Code(
    "rewards.number_taken",
    Kind.CONFLICT,
    "{year} 年第 {value} 份已被兑换",
    "number {value} of {year} is taken already",
    ("year",),
)
ACCOUNT_LIMIT = Code(
    "rewards.account_limit",
    Kind.CONFLICT,
    "账户本年度将兑换 {value} 份，上限为 {limit}",
    "the account would take {value} units this year, {limit} at most",
    ("limit",),
)
ENDED = Code(
    "rewards.ended",
    Kind.CONFLICT,
    "{field} 已于 {until} 截止，今日为 {value}",
    "{field} ended on {until}; today is {value}",
    ("until",),
)
HOLDER = Code(
    "rewards.holder",
    Kind.DENIED,
    "该权益仅供 {allowed} 账户兑换：{value}",
    "only accounts of a {allowed} may take this reward, not {value}",
    ("allowed",),
)
NOT_ELIGIBLE = Code(
    "rewards.not_eligible",
    Kind.DENIED,
    "账户缺少由 {attester} 证明且未过期的条件 {value}",
    "the account lacks the condition {value}, attested by {attester} and unexpired",
    ("attester",),
)
NOT_SHARED = Code(
    "rewards.not_shared",
    Kind.CONFLICT,
    "权益 {value} 未在项目 {programme} 中共享",
    "reward {value} is not on sale in programme {programme}",
    ("programme",),
)
KIND = Code(
    "rewards.kind",
    Kind.CONFLICT,
    "权益类型为 {value}，此处要求 {needed}",
    "the reward is of kind {value}; this needs {needed}",
    ("needed",),
)
COMMITMENT = Code(
    "rewards.commitment_mismatch",
    Kind.DENIED,
    "{field} 与先前的承诺 {commitment} 不一致：{value}",
    "{field} {value} does not open the commitment {commitment}",
    ("commitment",),
)
REGION = Code(
    "rewards.region",
    Kind.DENIED,
    "券只能在 {allowed} 使用：{value}",
    "the voucher is good in {allowed}, not in {value}",
    ("allowed",),
)
DRAW_PARTIES = Code(
    "rewards.draw_parties",
    Kind.CONFLICT,
    "抽奖的运营方与出资方须为不同机构：{value}",
    "a draw needs an operator and a funder that are not one: {value}",
)
DRAW_OPEN = Code(
    "rewards.draw_open",
    Kind.CONFLICT,
    "抽奖报名至 {until} 截止，今日为 {value}",
    "the draw takes entries until {until}; today is {value}",
    ("until",),
)
DRAW_ENTRANTS = Code(
    "rewards.draw_entrants",
    Kind.CONFLICT,
    "抽奖人数为 {value}，应为 {low} 至 {high}",
    "the draw has {value} entrants, it needs {low} to {high}",
    ("low", "high"),
)
SEED_TWICE = Code(
    "rewards.seed_twice",
    Kind.CONFLICT,
    "{value} 已公布随机种子",
    "{value} has revealed its seed already",
)
NOT_A_WINNER = Code(
    "rewards.not_a_winner",
    Kind.DENIED,
    "账户 {value} 未中奖，或奖品已领取",
    "account {value} has not won, or has claimed its prize",
)
REVEAL_TIME = Code(
    "rewards.reveal_time",
    Kind.CONFLICT,
    "在 {until} 之前双方仍可公布种子，今日为 {value}",
    "both sides may reveal their seeds until {until}; today is {value}",
    ("until",),
)
STOCK_NEEDED = Code(
    "rewards.stock_needed",
    Kind.CONFLICT,
    "权益 {value} 有库存，须通过 rewards:Redeem 兑换",
    "reward {value} has stock: it is redeemed by rewards:Redeem",
)
CATALOGUE_ONLY = Code(
    "rewards.catalogue_only",
    Kind.CONFLICT,
    "项目 {programme} 的积分只能兑换目录内的权益：{value}",
    "points of programme {programme} are redeemed for rewards of its catalogue only: {value}",
    ("programme",),
)
SHARE_PRICE = Code(
    "rewards.share_price",
    Kind.CONFLICT,
    "共享价格已变为 {offered}，不是 {value}",
    "the share is offered at {offered}, not at {value}",
    ("offered",),
)
NOTHING_BACK = Code(
    "rewards.nothing_back",
    Kind.CONFLICT,
    "账户 {value} 的报名积分已退回，或未支付积分",
    "account {value} has its entry's points back, or paid none",
)
