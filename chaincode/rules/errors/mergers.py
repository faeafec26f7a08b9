"""Refusals about mergers of organisations (family `mergers`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

SUCCESSOR = Code(
    "mergers.successor",
    Kind.CONFLICT,
    "{value} 不能承继：状态 {status}，角色 {roles}，所需角色 {needed}",
    "{value} cannot succeed, it is {status} with roles {roles}; needed is {needed}",
    ("status", "roles", "needed"),
)
SAME = Code(
    "mergers.same",
    Kind.INVALID,
    "机构不能并入自身：{value}",
    "{value} cannot be merged into itself",
)
RIGHT_ON_UNITS = Code(
    "mergers.right_on_units",
    Kind.CONFLICT,
    "序号段 {value} 上有 {hold}（{reference}），须随该项权利一并移转",
    "range {value} is under {hold} {reference} and moves with that right",
    ("hold", "reference"),
)
NOT_TIED = Code(
    "mergers.not_tied",
    Kind.MISSING,
    "{organisation} 不是 {kind} {value} 的当事方，或其已终结",
    "{organisation} is no party of {kind} {value}, or that has ended",
    ("organisation", "kind"),
)
PIECES = Code(
    "mergers.pieces",
    Kind.INVALID,
    "信托 {value} 尚有 {remaining} 千克，所列为 {listed} 千克",
    "trust {value} has {remaining} kg left, the pieces hold {listed}",
    ("remaining", "listed"),
)
