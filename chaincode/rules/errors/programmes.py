"""Refusals about programmes and their rules (family `programmes`)."""

from tanhui.chaincode.rules.errors.code import Code, Kind

ALREADY_DRAFTED = Code(
    "programmes.already_drafted",
    Kind.CONFLICT,
    "项目编号已使用:{value}",
    "programme id {value} is taken",
)
STATE = Code(
    "programmes.state",
    Kind.CONFLICT,
    "项目状态为 {value},只有 {allowed} 状态才能办理",
    "the programme is {value}; this needs it to be {allowed}",
    ("allowed",),
)
VERSION = Code(
    "programmes.version",
    Kind.CONFLICT,
    "待生效的版本应为 {expected},收到 {value}",
    "the version to put in force is {expected}, not {value}",
    ("expected",),
)
NOT_IN_FORCE = Code(
    "programmes.not_in_force",
    Kind.CONFLICT,
    "项目 {value} 状态为 {state},不能发放或转让积分",
    "programme {value} is {state}",
    ("state",),
)
NOT_OPERATOR = Code(
    "programmes.not_operator",
    Kind.DENIED,
    "项目由 {operator} 运营,{value} 无权办理",
    "the programme is operated by {operator}, not by {value}",
    ("operator",),
)
OPERATOR_ROLE = Code(
    "programmes.operator_role",
    Kind.CONFLICT,
    "机构 {value} 不是有效的平台运营主体",
    "organisation {value} is no active platform operator",
)
SCENE_TWICE = Code(
    "programmes.scene_twice",
    Kind.INVALID,
    "场景重复:{value}",
    "scene {value} stands twice",
)
SCENE_OF_PARENT = Code(
    "programmes.scene_of_parent",
    Kind.CONFLICT,
    "场景 {value} 由上级项目 {parent} 规定,不得另行规定",
    "scene {value} is ruled by the parent programme {parent} and cannot be redefined",
    ("parent",),
)
PARENT_REGION = Code(
    "programmes.parent_region",
    Kind.INVALID,
    "区域 {value} 不在上级项目区域 {parent_region} 内",
    "region {value} lies outside the parent's region {parent_region}",
    ("parent_region",),
)
PARENT_DEPTH = Code(
    "programmes.parent_depth",
    Kind.INVALID,
    "上级项目 {value} 自身已有上级,项目只分两级",
    "programme {value} is itself a local one: there are two levels",
)
RULE_SHAPE = Code(
    "programmes.rule_shape",
    Kind.INVALID,
    "规则 {field} 不成立:{value}",
    "the rule {field} makes no sense: {value}",
)
RULES_UNCHANGED = Code(
    "programmes.rules_unchanged",
    Kind.CONFLICT,
    "规则与现行版本相同:{value}",
    "these rules are those of version {value}",
)
SAME_PROGRAMME = Code(
    "programmes.same_programme",
    Kind.INVALID,
    "兑换双方为同一项目:{value}",
    "both sides are programme {value}",
)
NEVER_MINTS = Code(
    "programmes.never_mints",
    Kind.CONFLICT,
    "商家积分 {value} 不得转换为碳积分 {target}",
    "points of merchant {value} never become carbon points of {target}",
    ("target",),
)
