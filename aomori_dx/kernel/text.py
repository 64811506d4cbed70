"""Folding of Japanese text for search and comparison. What a person wrote is stored as it is."""

import re
import unicodedata
from functools import lru_cache

import jaconv

# Forms of the same character that offices use one for another (外字 and their common stand-ins).
VARIANTS = str.maketrans(
    {
        "髙": "高", "﨑": "崎", "嵜": "崎", "碕": "崎", "齊": "斉", "斎": "斉", "齋": "斉", "邊": "辺", "邉": "辺",
        "德": "徳", "𠮷": "吉", "栁": "柳", "澤": "沢", "廣": "広", "濵": "浜", "濱": "浜", "眞": "真", "惠": "恵",
        "國": "国", "嶋": "島", "嶌": "島", "彌": "弥", "條": "条", "桒": "桑", "槗": "橋", "瀨": "瀬", "禮": "礼",
        "龍": "竜", "榮": "栄", "壽": "寿", "實": "実", "櫻": "桜", "靜": "静", "曾": "曽", "對": "対", "會": "会",
        "圓": "円", "藏": "蔵", "萬": "万", "與": "与", "亞": "亜", "收": "収", "將": "将", "峯": "峰", "冨": "富",
        "舘": "館", "淸": "清", "靑": "青", "增": "増", "黑": "黒", "彥": "彦", "寬": "寛", "豐": "豊", "寶": "宝",
        "關": "関", "學": "学", "鐵": "鉄", "鷗": "鴎", "檜": "桧", "遙": "遥", "祿": "禄", "昻": "昂", "曻": "昇",
        "敎": "教", "莊": "荘", "兒": "児", "嶽": "岳", "佛": "仏", "晉": "晋", "緖": "緒", "ヶ": "ケ", "ヵ": "カ",
    }
)  # fmt: skip
_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_LOST = re.compile("[〓?？\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]")
_DASHES = re.compile("[-‐‑‒–—―−ー~〜]")

MANGLED = "〓"
"""What a personnel system writes for a character that its encoding lacks."""


def fold(text: str) -> str:
    """A key that is the same for all ways of writing it: width, kana, case, white space, variants.

    Folding a key again changes nothing.
    """
    if text.isascii() and text.isalnum():  # a number or a code: hundreds of thousands, each its own
        return text.casefold()
    return _folded(text)


@lru_cache(maxsize=10_000)
def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", _VARIATION_SELECTORS.sub("", text))
    plain = _DASHES.sub("ー", jaconv.hira2kata(plain).casefold())
    # Again: without the white space a detached 濁点 meets its kana.
    return unicodedata.normalize("NFKC", "".join(plain.split())).translate(VARIANTS)


def is_mangled(text: str) -> bool:
    """True where a character was lost on the way: 〓, ?, U+FFFD or one of private use."""
    return _LOST.search(text) is not None


def same_name(one: str, other: str) -> bool:
    """Whether two spellings can be the same name; a lost character stands for any one."""
    if one == other:
        return True
    a, b = fold(one), fold(other)
    if len(a) != len(b):
        return False
    return all(x == y or is_mangled(x) or is_mangled(y) for x, y in zip(a, b, strict=True))


def given_name(name: str) -> str:
    """The part behind the (full-width) space; empty where the name is written in one piece."""
    parts = name.replace("　", " ").split(maxsplit=1)
    return parts[1] if len(parts) == 2 else ""
