"""Refusals about activity batches and, as per-item results, about their records (family `activities`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

BATCH_EXISTS = Code(
    "activities.batch_exists",
    Kind.CONFLICT,
    "批次 {value} 已存在",
    "batch {value} exists already",
)
RECORDS_WIDTH = Code(
    "activities.records_width",
    Kind.INVALID,
    "{field} 的长度 {value} 不是每条 {width} 字节的整数倍",
    "{field} has {value} bytes, no whole number of {width}-byte records",
    ("width",),
)
RECORDS_COUNT = Code(
    "activities.records_count",
    Kind.LIMIT,
    "{field} 应有 1 至 {limit} 条：{value}",
    "{field} must be 1 to {limit} records: {value}",
    ("limit",),
)
SOURCE_EXISTS = Code(
    "activities.source_exists",
    Kind.CONFLICT,
    "数据源 {value} 已登记",
    "data source {value} is registered already",
)
SOURCE_REVOKED = Code(
    "activities.source_revoked",
    Kind.CONFLICT,
    "数据源 {value} 已撤销",
    "data source {value} is revoked",
)
SIGNATURE = Code(
    "activities.signature",
    Kind.DENIED,
    "数据源 {source} 的签名与批次 {value} 不符",
    "the signature of data source {source} does not fit batch {value}",
    ("source",),
)
POSITION_UNKNOWN = Code(
    "activities.position_unknown",
    Kind.INVALID,
    "批次共 {count} 条，没有第 {value} 条",
    "the batch has {count} records, none at position {value}",
    ("count",),
)
POSITION_REVERSED = Code(
    "activities.position_reversed",
    Kind.CONFLICT,
    "第 {value} 条已冲正",
    "the record at position {value} is reversed already",
)
POSITION_REJECTED = Code(
    "activities.position_rejected",
    Kind.CONFLICT,
    "第 {value} 条未入账",
    "the record at position {value} was not credited",
)

ACCOUNT_UNKNOWN = Code(
    "activities.account_unknown", Kind.MISSING, "账户 {value} 不存在", "account {value} does not exist"
)
ACCOUNT_INACTIVE = Code(
    "activities.account_inactive", Kind.CONFLICT, "账户 {value} 未启用", "account {value} is not active"
)
INPUT_RANGE = Code(
    "activities.input_range",
    Kind.INVALID,
    "输入超出方法学规定的范围：{value}",
    "an input is out of the methodology's range: {value}",
)
CLAIM_CLOSED = Code(
    "activities.claim_closed",
    Kind.CONFLICT,
    "申报期已过：{value}",
    "the time to claim is over: {value}",
)
IN_FUTURE = Code(
    "activities.in_future", Kind.INVALID, "发生时间在未来：{value}", "it happens in the future: {value}"
)
UNBOUND = Code(
    "activities.unbound",
    Kind.MISSING,
    "账户在该月未经身份机构绑定：{value}",
    "the identity authority has not bound the account for this month: {value}",
)
IDENTITY_MODE = Code(
    "activities.identity_mode",
    Kind.CONFLICT,
    "项目 {value} 只接受逐时段凭证，排他组 {group} 使用月度凭证桶",
    "programme {value} accepts nullifiers only, and group {group} claims from buckets",
    ("group",),
)
SLOT_CLAIMED = Code(
    "activities.slot_claimed",
    Kind.CONFLICT,
    "该时段已在同一互斥组申报：{value}",
    "the slot is claimed already in this exclusion group: {value}",
)
DAY_RECORDS = Code(
    "activities.day_records",
    Kind.CONFLICT,
    "当日记录数已达上限：{value}",
    "the day's number of records is reached: {value}",
)
REVIEW_REFUSED = Code(
    "activities.review_refused",
    Kind.CONFLICT,
    "审核未通过：第 {value} 条",
    "the review turned down the record at position {value}",
)
VERDICTS_WIDTH = Code(
    "activities.verdicts_width",
    Kind.INVALID,
    "{field} 的长度 {value} 不是每条 {width} 字节的 1 至 {limit} 条",
    "{field} has {value} bytes: 1 to {limit} verdicts of {width} bytes are wanted",
    ("width", "limit"),
)
VERDICT_ORDER = Code(
    "activities.verdict_order",
    Kind.INVALID,
    "审核结论须按位置递增，且每条一次：{value}",
    "verdicts stand in rising order of positions, each once: {value}",
)
VERDICT_VALUE = Code(
    "activities.verdict_value",
    Kind.INVALID,
    "第 {value} 条的结论或置信度超出范围",
    "verdict or confidence of position {value} is out of range",
)
VERDICT_EVIDENCE = Code(
    "activities.verdict_evidence",
    Kind.CONFLICT,
    "第 {position} 条的证据哈希应为 {expected}：{value}",
    "the evidence of position {position} is {expected}, not {value}",
    ("position", "expected"),
)
REVIEWER_NEEDED = Code(
    "activities.reviewer_needed",
    Kind.CONFLICT,
    "第 {value} 条的置信度 {confidence} 低于 {limit}，须人工复核",
    "position {value} has confidence {confidence}, below {limit}: a person must look at it",
    ("confidence", "limit"),
)
VERDICT_MISSING = Code(
    "activities.verdict_missing",
    Kind.INVALID,
    "缺少第 {value} 条的审核结论",
    "there is no verdict on position {value}",
)
VERDICT_UNASKED = Code(
    "activities.verdict_unasked",
    Kind.INVALID,
    "第 {value} 条不待审核",
    "position {value} does not wait for a verdict",
)
VERIFIER_INVOLVED = Code(
    "activities.verifier_involved",
    Kind.DENIED,
    "审核机构 {value} 是本批的运营方或数据方",
    "verifier {value} operates the programme or owns the data source of this batch",
)
POSITION_STANDS = Code(
    "activities.position_stands",
    Kind.CONFLICT,
    "第 {value} 条并未在审核中被拒",
    "the record at position {value} was not turned down by a review",
)
APPEAL_EXISTS = Code(
    "activities.appeal_exists",
    Kind.CONFLICT,
    "第 {value} 条已提出申诉",
    "the record at position {value} was appealed already",
)
APPEAL_LATE = Code(
    "activities.appeal_late",
    Kind.CONFLICT,
    "申诉期于 {until} 届满：{value}",
    "the time to appeal ended on {until}: {value}",
    ("until",),
)
APPEAL_RULED = Code(
    "activities.appeal_ruled",
    Kind.CONFLICT,
    "第 {value} 条的申诉已裁定：{status}",
    "the appeal of position {value} is ruled already: {status}",
    ("status",),
)
SAMPLE_EXISTS = Code(
    "activities.sample_exists",
    Kind.CONFLICT,
    "第 {value} 次抽查已存在",
    "sample {value} of this batch exists already",
)
