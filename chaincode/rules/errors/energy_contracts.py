"""Refusals about energy-management contracts (family `energy_contracts`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

EXISTS = Code(
    "energy_contracts.exists",
    Kind.CONFLICT,
    "{field} 已登记：{value}",
    "{field} is recorded already: {value}",
)
PARTIES = Code(
    "energy_contracts.parties",
    Kind.INVALID,
    "服务方不得为用能单位本身：{value}",
    "the provider is not the institution itself: {value}",
)
PERIOD = Code(
    "energy_contracts.period",
    Kind.INVALID,
    "末年早于首年 {first_year}：{value}",
    "the last year lies before the first year {first_year}: {value}",
    ("first_year",),
)
YEAR_OUTSIDE = Code(
    "energy_contracts.year_outside",
    Kind.CONFLICT,
    "{value} 年不在合同期 {first_year} 至 {last_year} 之内",
    "the year {value} lies outside the contract's {first_year} to {last_year}",
    ("first_year", "last_year"),
)
INCOMPLETE = Code(
    "energy_contracts.incomplete",
    Kind.CONFLICT,
    "全年读数不齐或有冲突未裁定，表：{value}",
    "readings of the year are missing or not settled for meter {value}",
)
NO_SAVING = Code(
    "energy_contracts.no_saving",
    Kind.CONFLICT,
    "用能 {value} 未低于基准 {baseline}",
    "use of {value} is not below the baseline {baseline}",
    ("baseline",),
)
PARTY_VERIFIES = Code(
    "energy_contracts.party_verifies",
    Kind.DENIED,
    "合同方 {value} 不得核证本合同的节能量",
    "the party {value} does not verify this contract's saving",
)
LIEN = Code(
    "energy_contracts.lien",
    Kind.CONFLICT,
    "合同权益已抵押给 {value}",
    "the contract's rights stand under the lien of {value}",
)
NO_LIEN = Code(
    "energy_contracts.no_lien",
    Kind.CONFLICT,
    "合同 {value} 未设抵押",
    "contract {value} stands under no lien",
)
