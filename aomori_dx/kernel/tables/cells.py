"""From a cell to a value: one function a kind of value. Each raises ValueError with a Japanese reason."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.tables.xlsx_child import UNCOMPUTED
from aomori_dx.kernel.text import fold
from aomori_dx.kernel.wareki import parse_date, parse_recorded_date

Parser = Callable[[object], Any]
_YES = {"1", "true", "yes", "y", "○", "◯", "〇", "●", "✓", "✔", "有", "はい", "該当", "する"}
_NO = {"", "0", "false", "no", "n", "×", "✕", "無", "なし", "いいえ", "非該当", "しない", "-", "ー", "―", "‐", "−"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_NOT_COMPATIBILITY = re.compile("[^\uf900-\ufaff\U0002f800-\U0002fa1f]+")
_WHOLE = re.compile(r"(?<=[0-9])\.0+$")
_TEXT_MARK = re.compile(r"^'(?=[0-9=+\-@])")
_WIDEST = 18
"""No character becomes more characters than these by normalisation."""

_BROKEN = {
    **dict.fromkeys(
        ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"),
        "セルがエラーになっています。正しい値を入れてください。",
    ),
    UNCOMPUTED: "数式の結果がファイルにありません。Excelで開いて保存し直すか、値を入れてください。",
}


def shown(value: object) -> str:
    """A cell as a person saw it: whole numbers without .0, dates as dates."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def is_blank(value: object) -> bool:
    """Empty, or nothing but white space, the full-width one too."""
    return value is None or (isinstance(value, str) and not value.strip())


def broken(value: object) -> str:
    """Why a cell has no value although it is not empty: a formula that failed; empty where it has one."""
    return _BROKEN.get(value, "") if isinstance(value, str) and value.startswith("#") else ""


def plain(value: object) -> str:
    """The text of a cell without what only spreadsheets need: ="0012" and '0012 are 0012."""
    written = shown(value).strip()
    if written.startswith('="') and written.endswith('"') and len(written) > 2:
        written = written[2:-1]
    return _TEXT_MARK.sub("", written).strip()


def narrow(value: object) -> str:
    """The text of a cell for reading only: full-width signs evened out."""
    return unicodedata.normalize("NFKC", plain(value)).strip()


def text(value: object) -> str:
    """The text as written, without white space around it and without signs that nobody sees."""
    written = plain(value)
    if written.isascii() and written.isprintable():
        return written
    if _CONTROL.search(written):
        raise ValueError("改行などの制御文字が含まれています。")
    written = _INVISIBLE.sub("", written)
    if unicodedata.is_normalized("NFC", written):
        return written
    # Parted marks (ｶ + ﾞ, か + ゙) are put together. 外字 like 隆 (U+F9DC) stay: NFC would make another character of them.
    return _NOT_COMPATIBILITY.sub(lambda part: unicodedata.normalize("NFC", part[0]), written)


def limited(length: int) -> Parser:
    """A text of at most `length` characters, its key for searching too."""

    def parse(value: object) -> str:
        written = text(value)
        if len(written) > length:
            raise ValueError(f"{length}文字以内にしてください({len(written)}文字あります)。")
        if len(written) * _WIDEST > length and len(unicodedata.normalize("NFKC", written)) > length:
            raise ValueError(f"{length}文字以内にしてください(1文字で表した略語が多すぎます)。")
        return written

    return parse


def code(width: int) -> Parser:
    """A code of `width` digits; the leading zeros that Excel dropped come back."""

    def parse(value: object) -> str:
        digits = _WHOLE.sub("", narrow(value))
        if not re.fullmatch(r"[0-9]+", digits) or len(digits) > width:
            raise ValueError(f"{width}桁の数字で入力してください。")
        return digits.zfill(width)

    return parse


def codes(width: int) -> Parser:
    """Several codes in one cell, parted by 、 , ; / or white space."""
    one = code(width)

    def parse(value: object) -> tuple[str, ...]:
        parts = re.split(r"[、,;/・･\s]+", narrow(value))
        return tuple(dict.fromkeys(one(part) for part in parts if part))

    return parse


def flag(value: object) -> bool:
    """1/0, ○/空欄, true/false."""
    word = _WHOLE.sub("", narrow(value)).lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError("「1」か「0」で入力してください。")


def choice(words: Mapping[str, str]) -> Parser:
    """One of fixed words, given as word → value."""
    by_key = {fold(word): value for word, value in words.items()}
    known: dict[object, str] = {}

    def parse(value: object) -> str:
        if value in known:
            return known[value]
        found = by_key.get(fold(plain(value)))
        if found is None:
            raise ValueError(f"次のいずれかを入力してください: {'、'.join(words)}。")
        known[value] = found
        return found

    return parse


@dataclass(frozen=True)
class Doubtful:
    """A value that was read, with a remark for the officer."""

    value: Any
    remark: str


def day(value: object) -> date:
    return parse_date(value)


def recorded_day(value: object) -> date | Doubtful:
    """A day as a personnel system writes it: loose about the limits of an era."""
    found, remark = parse_recorded_date(value)
    return Doubtful(found, remark) if remark else found


def fiscal_year(value: object) -> FiscalYear:
    return FiscalYear.parse(value)


def email(value: object) -> str:
    address = unicodedata.normalize("NFKC", limited(254)(value))
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValueError("メールアドレスの形になっていません。") from error
    return address


def number(value: object) -> int:
    digits = _WHOLE.sub("", narrow(value)).replace(",", "")
    if not re.fullmatch(r"[0-9]{1,9}", digits):
        raise ValueError("数字で入力してください。")
    return int(digits)
