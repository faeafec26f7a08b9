"""Why the API makes no proof: nothing to make it from yet, or nothing that could be proved."""

from tanhui.registry_api.problems import ApiCode

PENDING = ApiCode(
    "api.proof_pending",
    503,
    "审计日志尚未覆盖交易 {value},请稍后重试",
    "The audited log does not cover transaction {value} yet; try again in a moment",
)
NOTHING = ApiCode(
    "api.proof_nothing",
    422,
    "{field} 无可证明的内容:{reason}",
    "There is nothing to prove at {field}: {reason}",
)
NOT_VALID = ApiCode(
    "api.proof_not_valid",
    409,
    "交易 {value} 未生效(代码 {reason}),没有可证明的内容",
    "Transaction {value} did not take effect (code {reason}): there is nothing to prove",
)
DISAGREES = ApiCode(
    "api.proof_disagrees",
    502,
    "审计日志与账本不一致:{reason}",
    "The audited log and the ledger do not agree: {reason}",
)
NO_ISSUER = ApiCode(
    "api.proof_no_issuer",
    501,
    "本登记处未配置证书签发密钥",
    "This registry holds no key that signs certificates",
)
