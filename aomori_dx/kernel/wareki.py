"""Dates as a Japanese office writes them: reading every usual form, writing 和暦."""

import re
from datetime import date, datetime, timedelta

from aomori_dx.kernel.eras import BY_SIGN, ERAS, FIRST_GREGORIAN_DAY, era_of, narrow

_ERA_DATE = re.compile(
    r"^(?P<era>令和|平成|昭和|大正|明治|[RHSTM])(?P<y>元|\d{1,2})(?:年|[./-])(?P<m>\d{1,2})(?:月|[./-])(?P<d>\d{1,2})日?$",
    re.IGNORECASE,
)
_WESTERN = re.compile(
    r"^(?P<y>\d{4})(?:年|[./-])(?P<m>\d{1,2})(?:月|[./-])(?P<d>\d{1,2})日?"
    r"(?:T?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$"
)
_COMPACT = re.compile(r"^(?P<y>(?:18|19|20|21)\d{2})(?P<m>\d{2})(?P<d>\d{2})$")
_SERIAL = re.compile(r"^\d{5}(?:\.\d+)?$")

# Excel counts days from 30 December 1899. Below 10,000 (18 May 1927) a number is more likely a bare year.
_EXCEL_ZERO = date(1899, 12, 30)
_SERIALS = range(10_000, 100_000)

EXPECTED = "日付は「R8.4.1」「令和8年4月1日」「2026/4/1」「2026-04-01」の形で入力してください"


def parse_date(value: object) -> date:
    """Read a date from a cell or a field: 和暦, western, compact, an Excel serial, a date or a datetime.

    Raises ValueError with a Japanese reason for a day that does not exist (R7.2.30), a day outside its
    era, a bare year and anything else.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool) or value is None:
        raise ValueError(f"{EXPECTED}。")
    if isinstance(value, (int, float)):
        return _from_serial(float(value))
    text = narrow(str(value))
    if match := _ERA_DATE.match(text):
        return _from_era(match)
    if match := _WESTERN.match(text) or _COMPACT.match(text):
        return _real_day(int(match["y"]), int(match["m"]), int(match["d"]))
    if _SERIAL.match(text):
        return _from_serial(float(text))
    raise ValueError(f"{EXPECTED}。")


def _from_serial(number: float) -> date:
    if int(number) not in _SERIALS:
        raise ValueError(f"数値を日付として読めません。{EXPECTED}。")
    return _EXCEL_ZERO + timedelta(days=int(number))


def _from_era(match: re.Match[str]) -> date:
    era = BY_SIGN[match["era"].upper()]
    year = 1 if match["y"] == "元" else int(match["y"])
    if year < 1:
        raise ValueError(f"{era.name}{year}年はありません。")
    day = _real_day(era.offset + year, int(match["m"]), int(match["d"]))
    if day < FIRST_GREGORIAN_DAY or era_of(day) != era:
        last = _last_day_of(era)
        until = f"、{format_date(last)}まで" if last else ""
        raise ValueError(
            f"{era.name}の期間にない日付です({format_date(max(era.first_day, FIRST_GREGORIAN_DAY))}から{until})。"
        )
    return day


def _last_day_of(era: object) -> date | None:
    later = [e for e in ERAS if e.first_day > era.first_day]  # type: ignore[attr-defined]
    return min(e.first_day for e in later) - timedelta(days=1) if later else None


def _real_day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ValueError(f"{month}月{day}日という日付は{year}年にありません。") from error


def format_date(day: date) -> str:
    """令和8年4月1日; the first year is 元年."""
    era = era_of(day)
    year = day.year - era.offset
    return f"{era.name}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def short_date(day: date) -> str:
    """R8.4.1"""
    era = era_of(day)
    return f"{era.letter}{day.year - era.offset}.{day.month}.{day.day}"
