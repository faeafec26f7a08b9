"""Refusals about public notices (family `notices`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

NOT_PUBLISHED = Code(
    "notices.not_published", Kind.CONFLICT, "{value} 尚未公示", "{value} was not put on notice"
)
STILL_OPEN = Code(
    "notices.still_open",
    Kind.CONFLICT,
    "{value} 的公示期至 {until}",
    "the notice of {value} runs until {until}",
    ("until",),
)
OVER = Code(
    "notices.over",
    Kind.CONFLICT,
    "{value} 的公示期已于 {until} 结束",
    "the notice of {value} ended on {until}",
    ("until",),
)
EXISTS = Code("notices.exists", Kind.CONFLICT, "{value} 已公示", "{value} is on notice already")
NO_RULES = Code("notices.no_rules", Kind.CONFLICT, "{value} 无需公示", "{value} needs no notice")
COMMENT_EXISTS = Code(
    "notices.comment_exists", Kind.CONFLICT, "意见 {value} 已存在", "comment {value} exists already"
)
UNANSWERED = Code(
    "notices.unanswered", Kind.CONFLICT, "意见 {value} 尚未答复", "comment {value} is not answered yet"
)
ANSWERED = Code(
    "notices.answered", Kind.CONFLICT, "意见 {value} 已答复", "comment {value} is answered already"
)
