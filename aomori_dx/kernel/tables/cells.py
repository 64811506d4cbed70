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
from aomori_dx.kernel.text import fold
from aomori_dx.kernel.wareki import parse_date, parse_recorded_date

Parser = Callable[[object], Any]
_YES = {"1", "true", "yes", "y", "○", "◯", "〇", "有", "はい", "該当", "する"}
_NO = {"", "0", "false", "no", "n", "×", "無", "いいえ", "非該当", "しない", "-", "ー"}


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


def text(value: object) -> str:
    """The text as written, without white space around it."""
    plain = unicodedata.normalize("NFC", shown(value)).strip()
    if any(unicodedata.category(sign) == "Cc" for sign in plain):
        raise ValueError("改行などの制御文字が含まれています。")
    return plain


def limited(length: int) -> Parser:
    """A text of at most `length` characters."""

    def parse(value: object) -> str:
        plain = text(value)
        if len(plain) > length:
            raise ValueError(f"{length}文字以内にしてください({len(plain)}文字あります)。")
        return plain

    return parse


def code(width: int) -> Parser:
    """A code of `width` digits; the leading zeros that Excel dropped come back."""

    def parse(value: object) -> str:
        plain = unicodedata.normalize("NFKC", shown(value)).strip()
        if not re.fullmatch(r"[0-9]+", plain) or len(plain) > width:
            raise ValueError(f"{width}桁の数字で入力してください。")
        return plain.zfill(width)

    return parse


def codes(width: int) -> Parser:
    """Several codes in one cell, parted by 、 , ; / or white space."""
    one = code(width)

    def parse(value: object) -> tuple[str, ...]:
        parts = re.split(r"[、,，;；/・\s]+", shown(value).strip())
        return tuple(dict.fromkeys(one(part) for part in parts if part))

    return parse


def flag(value: object) -> bool:
    """1/0, ○/空欄, true/false."""
    word = unicodedata.normalize("NFKC", shown(value)).strip().lower()
    if word in _YES or shown(value).strip() in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError("「1」か「0」で入力してください。")


def choice(words: Mapping[str, str]) -> Parser:
    """One of fixed words, given as word → value."""
    by_key = {fold(word): value for word, value in words.items()}

    def parse(value: object) -> str:
        found = by_key.get(fold(shown(value)))
        if found is None:
            raise ValueError(f"次のいずれかを入力してください: {'、'.join(words)}。")
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
    plain = unicodedata.normalize("NFKC", text(value))
    try:
        validate_email(plain)
    except ValidationError as error:
        raise ValueError("メールアドレスの形になっていません。") from error
    return plain


def number(value: object) -> int:
    plain = unicodedata.normalize("NFKC", shown(value)).strip().replace(",", "")
    if not re.fullmatch(r"[0-9]+", plain):
        raise ValueError("数字で入力してください。")
    return int(plain)
