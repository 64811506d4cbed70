"""Dates as a Japanese office writes them: reading every usual form, writing 和暦."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from aomori_dx.kernel.eras import BY_SIGN, ERAS, FIRST_GREGORIAN_DAY, TOO_EARLY, Era, era_of, even, narrow

_ERA_DATE = re.compile(
    r"^(?P<era>令和|平成|昭和|大正|明治|[RHSTM])(?P<y>元|[0-9]{1,2})(?:年|[./-])"
    r"(?P<m>[0-9]{1,2})(?:月|[./-])(?P<d>[0-9]{1,2})日?$",
    re.IGNORECASE,
)
_WESTERN = re.compile(r"^(?P<y>[0-9]{4})(?:年|[./-])(?P<m>[0-9]{1,2})(?:月|[./-])(?P<d>[0-9]{1,2})日?$")
_COMPACT = re.compile(r"^(?P<y>(?:18|19|20|21)[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})$")
_SERIAL = re.compile(r"^[0-9]{5}(?:\.[0-9]+)?$")
_TIME_OF_DAY = re.compile(r"[\sT](?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?$")

# Excel counts days from 30 December 1899. Below 10,000 (18 May 1927) a number is more likely a bare year.
_EXCEL_ZERO = date(1899, 12, 30)
_SERIALS = range(10_000, 100_000)
_TOKYO = ZoneInfo("Asia/Tokyo")

EXPECTED = "日付は「R8.4.1」「令和8年4月1日」「2026/4/1」「2026-04-01」の形で入力してください"


def parse_date(value: object) -> date:
    """Read a date from a cell or a field: 和暦, western, compact, an Excel serial, a date or a datetime.

    Raises ValueError with a Japanese reason for a day that does not exist (R7.2.30), a day outside its
    era or before the Gregorian calendar, a bare year and anything else.
    """
    if isinstance(value, datetime):
        day = value.astimezone(_TOKYO).date() if value.tzinfo else value.date()
    elif isinstance(value, date):
        day = value
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        day = _from_number(value)
    else:
        day = _from_text("" if value is None else str(value))
    if day < FIRST_GREGORIAN_DAY:
        raise ValueError(TOO_EARLY)
    return day


def _from_text(text: str) -> date:
    # The time of day goes before the white space does: "2026-4-1 10:30" is not the 11th.
    text = narrow(_TIME_OF_DAY.sub("", even(text)))
    if match := _ERA_DATE.match(text):
        return _from_era(match)
    if match := _WESTERN.match(text) or _COMPACT.match(text):
        return _real_day(int(match["y"]), int(match["m"]), int(match["d"]))
    if _SERIAL.match(text):
        return _from_number(float(text))
    raise ValueError(f"{EXPECTED}。")


def _from_number(number: float) -> date:
    """An Excel serial, or 20240401 that a spreadsheet made a number of."""
    if _SERIALS.start <= number < _SERIALS.stop:
        return _EXCEL_ZERO + timedelta(days=int(number))
    whole = int(number) if isinstance(number, float) and number.is_integer() else number
    if match := _COMPACT.match(str(whole)):
        return _real_day(int(match["y"]), int(match["m"]), int(match["d"]))
    raise ValueError(f"数値を日付として読めません。{EXPECTED}。")


def _from_era(match: re.Match[str]) -> date:
    era = BY_SIGN[match["era"].upper()]
    number = 1 if match["y"] == "元" else int(match["y"])
    if number < 1:
        raise ValueError(f"{era.name}{number}年はありません。")
    day = _real_day(era.offset + number, int(match["m"]), int(match["d"]))
    if day < FIRST_GREGORIAN_DAY or era_of(day) != era:
        raise ValueError(f"{era.name}の期間にない日付です({_span(era)})。")
    return day


def _span(era: Era) -> str:
    """From when to when the era lasts, in words; the present one has no end."""
    first = f"{format_date(max(era.first_day, FIRST_GREGORIAN_DAY))}から"
    later = [other.first_day for other in ERAS if other.first_day > era.first_day]
    return f"{first}{format_date(min(later) - timedelta(days=1))}まで" if later else first


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


def parse_recorded_date(value: object) -> tuple[date, str]:
    """Read a date as a personnel system exports it; returns the day, and a remark where its era is loose.

    Such systems count an era's years without its limits: R1.04.01 for 平成31年4月1日, H31.5.1 for 令和元年5月1日,
    H00.04.01 for 昭和63年4月1日. The day is certain all the same. Raises ValueError as `parse_date` does.
    """
    try:
        return parse_date(value), ""
    except ValueError:
        match = _ERA_DATE.match(narrow("" if value is None else str(value)))
        if not match:
            raise
        era = BY_SIGN[match["era"].upper()]
        number = 1 if match["y"] == "元" else int(match["y"])
        later = [other.first_day.year for other in ERAS if other.first_day > era.first_day]
        if later and era.offset + number > min(later):
            raise
    day = _real_day(era.offset + number, int(match["m"]), int(match["d"]))
    return day, f"元号の期間にない日付です。{format_date(day)}と読みました。"
