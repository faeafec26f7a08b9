"""Administrative divisions by GB/T 2260: six digits, two each for province, prefecture and county.

Only the provinces are listed: they are settled since 1997. Below them a code's shape is checked and its
existence is not, because counties merge and split every year and a ledger must not refuse a new one.
"""

from enum import Enum

from tanhui.chaincode.rules.errors import values as codes

NATION = "100000"
"""The whole country, as GB/T 2260's users write it."""

PROVINCES: dict[str, tuple[str, str]] = {
    "11": ("北京市", "Beijing"),
    "12": ("天津市", "Tianjin"),
    "13": ("河北省", "Hebei"),
    "14": ("山西省", "Shanxi"),
    "15": ("内蒙古自治区", "Inner Mongolia"),
    "21": ("辽宁省", "Liaoning"),
    "22": ("吉林省", "Jilin"),
    "23": ("黑龙江省", "Heilongjiang"),
    "31": ("上海市", "Shanghai"),
    "32": ("江苏省", "Jiangsu"),
    "33": ("浙江省", "Zhejiang"),
    "34": ("安徽省", "Anhui"),
    "35": ("福建省", "Fujian"),
    "36": ("江西省", "Jiangxi"),
    "37": ("山东省", "Shandong"),
    "41": ("河南省", "Henan"),
    "42": ("湖北省", "Hubei"),
    "43": ("湖南省", "Hunan"),
    "44": ("广东省", "Guangdong"),
    "45": ("广西壮族自治区", "Guangxi"),
    "46": ("海南省", "Hainan"),
    "50": ("重庆市", "Chongqing"),
    "51": ("四川省", "Sichuan"),
    "52": ("贵州省", "Guizhou"),
    "53": ("云南省", "Yunnan"),
    "54": ("西藏自治区", "Tibet"),
    "61": ("陕西省", "Shaanxi"),
    "62": ("甘肃省", "Gansu"),
    "63": ("青海省", "Qinghai"),
    "64": ("宁夏回族自治区", "Ningxia"),
    "65": ("新疆维吾尔自治区", "Xinjiang"),
    "71": ("台湾省", "Taiwan"),
    "81": ("香港特别行政区", "Hong Kong"),
    "82": ("澳门特别行政区", "Macao"),
}
"""First two digits → (Chinese, English) name."""


class Level(Enum):
    """How far down a code goes."""

    NATION = "nation"
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"


def require_region(code: str, field: str) -> str:
    """`code` again, when it is six ASCII digits under a known province, or the nation.

    Raises:
        Refusal: value.not_a_region.
    """
    digits = len(code) == 6 and code.isascii() and code.isdigit()
    in_order = digits and not (code[2:4] == "00" and code[4:6] != "00")
    if code != NATION and not (in_order and code[:2] in PROVINCES):
        raise codes.NOT_A_REGION.at(field, code[:40])
    return code


def level(code: str) -> Level:
    """The level of a well-formed code."""
    if code == NATION:
        return Level.NATION
    if code.endswith("0000"):
        return Level.PROVINCE
    return Level.PREFECTURE if code.endswith("00") else Level.COUNTY


def parent(code: str) -> str | None:
    """The division that contains this one; the nation has none."""
    return {
        Level.NATION: None,
        Level.PROVINCE: NATION,
        Level.PREFECTURE: code[:2] + "0000",
        Level.COUNTY: code[:4] + "00",
    }[level(code)]


def contains(outer: str, inner: str) -> bool:
    """Whether `inner` is `outer` or lies in it."""
    step: str | None = inner
    while step is not None and step != outer:
        step = parent(step)
    return step is not None
