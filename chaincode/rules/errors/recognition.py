"""Refusals about mutual recognition (family `recognition`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

TERMS = Code(
    "recognition.terms",
    Kind.INVALID,
    "协议 {value} 的条款自相矛盾：{field}",
    "the terms of agreement {value} contradict themselves: {field}",
)
VERSION = Code(
    "recognition.version",
    Kind.CONFLICT,
    "协议的下一版本应为 {expected}，收到 {value}",
    "the agreement's next version is {expected}, not {value}",
    ("expected",),
)
OTHER_PARTIES = Code(
    "recognition.other_parties",
    Kind.CONFLICT,
    "协议 {value} 的双方账本与上一版本不同，须另立协议",
    "agreement {value} is between other ledgers than its version before; make another agreement",
)
SHARDS = Code(
    "recognition.shards",
    Kind.CONFLICT,
    "限额须仍分为 {expected} 份，不能改为 {value} 份：已用额度按份记录",
    "caps stay cut into {expected} shards, not {value}: what was used is counted by shard",
    ("expected",),
)
NOT_PARTY = Code(
    "recognition.not_party",
    Kind.DENIED,
    "主管部门 {value} 不是协议中本方的主管部门 {regulator}",
    "regulator {value} is not this side's regulator of the agreement, {regulator}",
    ("regulator",),
)
KEY = Code(
    "recognition.key",
    Kind.INVALID,
    "{field} 不是可用的 Ed25519 签名公钥（{reason}）：{value}",
    "{field} is no usable Ed25519 key of signed notes ({reason}): {value}",
    ("reason",),
)
ANCHORS = Code(
    "recognition.anchors",
    Kind.INVALID,
    "信任锚文件的 {field} 与协议不符：{value}，应为 {expected}",
    "the anchors' {field} is not what the agreement says: {value}, expected {expected}",
    ("expected",),
)
ANCHORS_UNREADABLE = Code(
    "recognition.anchors_unreadable",
    Kind.INVALID,
    "无法读取 {field}（{value}）",
    "{field} cannot be read ({value})",
)
STATUS = Code(
    "recognition.status",
    Kind.CONFLICT,
    "协议 {value} 的状态为 {status}，需为 {allowed}",
    "agreement {value} is {status}, it must be {allowed}",
    ("status", "allowed"),
)
TERMS_UNKNOWN = Code(
    "recognition.terms_unknown",
    Kind.CONFLICT,
    "协议 {agreement} 没有双方均已同意的条款 {value}",
    "agreement {agreement} has no terms {value} that both sides agreed to",
    ("agreement",),
)
PROOF_INVALID = Code(
    "recognition.proof_invalid",
    Kind.INVALID,
    "对方账本的证明不成立（{value}）",
    "the proof of the partner's ledger does not hold ({value})",
)
PROOF_INSUFFICIENT = Code(
    "recognition.proof_insufficient",
    Kind.CONFLICT,
    "对方账本的证明缺少签名：{value}",
    "the proof of the partner's ledger lacks signatures: {value}",
)
NOT_PROVEN = Code(
    "recognition.not_proven",
    Kind.INVALID,
    "证明中没有关于 {value} 的 {effect}",
    "the proof says nothing of {value} being {effect}",
    ("effect",),
)
LANE = Code(
    "recognition.lane",
    Kind.INVALID,
    "协议 {value} 只涉及 {lane}",
    "agreement {value} is about {lane}",
    ("lane",),
)
DIRECTION = Code(
    "recognition.direction",
    Kind.DENIED,
    "协议 {value} 只允许 {direction} 方向",
    "agreement {value} goes only {direction}",
    ("direction",),
)
TERM = Code(
    "recognition.term",
    Kind.CONFLICT,
    "{value} 不在协议有效期 {first} 至 {last} 之内",
    "{value} does not lie in the agreement's term, {first} to {last}",
    ("first", "last"),
)
METHODOLOGY = Code(
    "recognition.methodology",
    Kind.DENIED,
    "协议 {agreement} 不认可方法学 {value}",
    "agreement {agreement} does not recognise the methodology {value}",
    ("agreement",),
)
VINTAGE = Code(
    "recognition.vintage",
    Kind.DENIED,
    "协议只认可 {since} 年及以后产生的量，收到 {value} 年",
    "only vintages from {since} on are recognised, not {value}",
    ("since",),
)
CAP = Code(
    "recognition.cap",
    Kind.CONFLICT,
    "数量 {value} 超出上限 {cap}，尚余 {available}",
    "{value} exceeds the cap {cap}, of which {available} is left",
    ("cap", "available"),
)
SHARD_UNKNOWN = Code(
    "recognition.shard_unknown",
    Kind.INVALID,
    "没有份额 {value}，共有 {shards} 份",
    "there is no shard {value}, only {shards}",
    ("shards",),
)
NOT_A_MULTIPLE = Code(
    "recognition.not_a_multiple",
    Kind.INVALID,
    "{value} 不是 {denominator} 的整数倍",
    "{value} is no multiple of {denominator}",
    ("denominator",),
)
INSUFFICIENT = Code(
    "recognition.insufficient",
    Kind.CONFLICT,
    "可转出的积分为 {available}，不足 {value}",
    "only {available} points can be transferred to the other region, not {value}",
    ("available",),
)
EXISTS = Code(
    "recognition.exists",
    Kind.CONFLICT,
    "{field} {value} 已存在",
    "{field} {value} exists already",
)
TWICE = Code(
    "recognition.twice",
    Kind.INVALID,
    "{field} 中两次列出 {value}",
    "{field} lists {value} twice",
)
TRANSFER_STATUS = Code(
    "recognition.transfer_status",
    Kind.CONFLICT,
    "转移 {value} 的状态为 {status}",
    "transfer {value} is {status}",
    ("status",),
)
OTHER_TERMS = Code(
    "recognition.other_terms",
    Kind.CONFLICT,
    "转移 {value} 的条款是 {terms}，不是证明中的条款",
    "transfer {value} was made under the terms {terms}, not those in the proof",
    ("terms",),
)
DIFFERS = Code(
    "recognition.differs",
    Kind.INVALID,
    "转移 {transfer} 的 {field} 与条款不符：{value}，应为 {expected}",
    "{field} of transfer {transfer} is not what the terms give: {value}, expected {expected}",
    ("transfer", "expected"),
)
BINDING = Code(
    "recognition.binding",
    Kind.DENIED,
    "同一人证明不成立（{value}）",
    "the statement that both accounts are one person's does not hold ({value})",
)
NOT_A_PERSON = Code(
    "recognition.not_a_person",
    Kind.DENIED,
    "账户 {value} 不是个人账户，积分只在同一人之间转移",
    "account {value} is no person's; points move only to the same person",
)
ABORT_EARLY = Code(
    "recognition.abort_early",
    Kind.DENIED,
    "转移 {value} 在 {deadline} 之前只有接收方或主管部门可以拒绝",
    "before {deadline} only its receiver or the regulator may refuse transfer {value}",
    ("deadline",),
)
MIRROR_ABROAD = Code(
    "recognition.mirror_abroad",
    Kind.DENIED,
    "批次 {value} 来自 {agreement}，只能退回原签发地",
    "batch {value} came under {agreement}; its units only go home",
    ("agreement",),
)
BATCH_ID_LONG = Code(
    "recognition.batch_id_long",
    Kind.LIMIT,
    "镜像批次号超过 {limit} 个字符：{value}",
    "the mirror's batch id has more than {limit} characters: {value}",
    ("limit",),
)
NOT_EXPORTED = Code(
    "recognition.not_exported",
    Kind.CONFLICT,
    "序号段 {value} 没有按协议 {agreement} 转出",
    "range {value} did not leave under agreement {agreement}",
    ("agreement",),
)
PIECES = Code(
    "recognition.pieces",
    Kind.INVALID,
    "{field} 没有恰好覆盖 {value}",
    "{field} do not cover exactly {value}",
)
PIECES_MANY = Code(
    "recognition.pieces_many",
    Kind.LIMIT,
    "{field} 有 {value} 项，最多 {limit} 项",
    "{field} has {value} pieces, at most {limit}",
    ("limit",),
)
RULING_HOME = Code(
    "recognition.ruling_home",
    Kind.CONFLICT,
    "转移 {value} 的减排量已回到原签发地，不能撤销，须由双方以争议程序处理",
    "what transfer {value} brought has come home and is not revoked; settle it by a dispute",
)
NOT_ABOUT = Code(
    "recognition.not_about",
    Kind.INVALID,
    "裁定不是关于争议 {value} 及其转移的，或与其条款不符",
    "the ruling is not about dispute {value} and its transfer, or not under its terms",
)
USE = Code(
    "recognition.use",
    Kind.DENIED,
    "批次 {value} 来自其他地区，协议不允许用于 {use}",
    "batch {value} came from another region, whose agreement does not allow {use}",
    ("use",),
)
TOMBSTONE = Code(
    "recognition.tombstone",
    Kind.DENIED,
    "仲裁裁定不成立（{value}）",
    "the arbiter's ruling does not hold ({value})",
)
STATEMENT_PERIOD = Code(
    "recognition.statement_period",
    Kind.INVALID,
    "结算期 {value} 与协议约定的 {settlement} 不符",
    "period {value} is no {settlement}, by which the agreement settles",
    ("settlement",),
)
STATEMENT_EARLY = Code(
    "recognition.statement_early",
    Kind.DENIED,
    "结算期 {value} 尚未结束",
    "period {value} has not ended yet",
)
STATEMENT_UNBALANCED = Code(
    "recognition.statement_unbalanced",
    Kind.INVALID,
    "结算单 {value} 不平衡：期初加转出为 {gone}，铸入加撤销加期末为 {came}",
    "statement {value} does not balance: opening and out are {gone}; minted, aborted and closing {came}",
    ("gone", "came"),
)
STATEMENT_OPENING = Code(
    "recognition.statement_opening",
    Kind.CONFLICT,
    "期初 {value} 与上期经双方签署的期末 {expected} 不符",
    "opening {value} is not the closing {expected} that both sides signed for the period before",
    ("expected",),
)
STATEMENT_COSIGNED = Code(
    "recognition.statement_cosigned",
    Kind.CONFLICT,
    "结算单 {value} 已由双方签署，不得更改",
    "statement {value} is co-signed and stands",
)
