"""A fiscal year as a value: 1 April to 31 March, in Japan."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Self

from aomori_dx.kernel.eras import BY_SIGN, ERAS, Era, narrow

_ERA_YEAR = re.compile(r"^(?P<era>令和|平成|昭和|[RHS])(?P<y>元|[0-9]{1,2})(?:年度|年)?$", re.IGNORECASE)
_WESTERN_YEAR = re.compile(r"^(?:FY)?(?P<y>[0-9]{4})(?:年度)?$", re.IGNORECASE)
_FIRST, _LAST = 1927, 2117  # 令和99年度: what two digits of an era can name

EXPECTED = "年度は「R8」「令和8年度」「2026」の形で入力してください"


@dataclass(frozen=True, order=True)
class FiscalYear:
    """`start_year` is the western year of its first day: FiscalYear(2026) is 令和8年度."""

    start_year: int

    def __post_init__(self) -> None:
        if isinstance(self.start_year, bool) or not isinstance(self.start_year, int):
            raise ValueError(f"{EXPECTED}。")
        if not _FIRST <= self.start_year <= _LAST:
            raise ValueError(f"{self.start_year}年度は扱えません({_FIRST}年度から{_LAST}年度まで)。")

    @classmethod
    def containing(cls, day: date) -> Self:
        """The year `day` lies in. A moment is refused: only `clock.day_of` knows its day in Japan."""
        if isinstance(day, datetime):
            raise TypeError("A fiscal year contains days: ask clock.day_of(moment) first.")
        return cls(day.year if day.month >= 4 else day.year - 1)

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read R8, R8年度, 令和8年度, 令和元年度, H31, 2026, 2026年度 or 2026 as a number.

        Raises ValueError with a Japanese reason for anything else, a bare 8 too.
        """
        if isinstance(value, cls):
            return value
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        text = narrow(str(value))
        if match := _WESTERN_YEAR.match(text):
            return cls(int(match["y"]))
        if match := _ERA_YEAR.match(text):
            return cls._of_era(match)
        raise ValueError(f"{EXPECTED}。")

    @classmethod
    def _of_era(cls, match: re.Match[str]) -> Self:
        era = BY_SIGN[match["era"].upper()]
        number = 1 if match["y"] == "元" else int(match["y"])
        year = cls(era.offset + number)
        # The year in which the era changes has two names: 平成31年度 is 令和元年度.
        if number < 1 or era not in _eras_within(year):
            raise ValueError(f"{era.name}{number}年度という年度はありません。")
        return year

    @classmethod
    def between(cls, first: Self, last: Self) -> Iterator[Self]:
        """Every year from `first` to `last`, both included."""
        return (cls(number) for number in range(first.start_year, last.start_year + 1))

    @property
    def first_day(self) -> date:
        return date(self.start_year, 4, 1)

    @property
    def last_day(self) -> date:
        return date(self.start_year + 1, 3, 31)

    @property
    def next(self) -> Self:
        return type(self)(self.start_year + 1)

    @property
    def previous(self) -> Self:
        return type(self)(self.start_year - 1)

    @property
    def short(self) -> str:
        """R8"""
        era, number = self._in_era
        return f"{era.letter}{number}"

    @property
    def western(self) -> str:
        """2026年度"""
        return f"{self.start_year}年度"

    @property
    def _in_era(self) -> tuple[Era, int]:
        era = _eras_within(self)[0]
        return era, self.start_year - era.offset

    def clamp(self, day: date) -> date:
        """The day of this year that is nearest to `day`."""
        return min(max(day, self.first_day), self.last_day)

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def __str__(self) -> str:
        """令和8年度"""
        era, number = self._in_era
        return f"{era.name}{'元' if number == 1 else number}年度"

    def __int__(self) -> int:
        return self.start_year


@lru_cache(maxsize=500)  # a list of thousands names the same few years
def _eras_within(year: FiscalYear) -> tuple[Era, ...]:
    """The eras that can name the year, newest first: the newest names it.

    An era names a year in which it has a day and whose number it counts: 平成 began in January 1989, and yet
    the year from April 1988 is 昭和63年度, since 平成 has no year 0.
    """
    found = []
    for era in ERAS:
        if era.first_day <= year.last_day and era.offset < year.start_year:
            found.append(era)
        if era.first_day <= year.first_day:
            break
    return tuple(found)
