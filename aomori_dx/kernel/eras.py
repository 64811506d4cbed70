"""Japanese eras: which one a day lies in, and back."""

import unicodedata
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Era:
    name: str
    letter: str
    first_day: date

    @property
    def offset(self) -> int:
        """What is added to a year of the era to get the western year."""
        return self.first_day.year - 1


# Newest first. 明治 counts from 1868; its calendar is the Gregorian one from 1 January 1873 on.
ERAS = (
    Era("令和", "R", date(2019, 5, 1)),
    Era("平成", "H", date(1989, 1, 8)),
    Era("昭和", "S", date(1926, 12, 25)),
    Era("大正", "T", date(1912, 7, 30)),
    Era("明治", "M", date(1868, 1, 25)),
)
FIRST_GREGORIAN_DAY = date(1873, 1, 1)
BY_SIGN = {sign: era for era in ERAS for sign in (era.name, era.letter)}

TOO_EARLY = "明治6年1月1日より前の日付は扱えません。"

# What an input method or a spreadsheet writes for a hyphen and NFKC leaves as it is.
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))


def era_of(day: date) -> Era:
    """The era `day` lies in. Raises ValueError before 1873, when Japan had another calendar."""
    if day < FIRST_GREGORIAN_DAY:
        raise ValueError(TOO_EARLY)
    return next(era for era in ERAS if era.first_day <= day)


def even(text: str) -> str:
    """The text with full-width signs, ㋿ and hyphens evened out, for reading only."""
    return unicodedata.normalize("NFKC", text).translate(_HYPHENS).strip()


def narrow(text: str) -> str:
    """The same, without any white space."""
    return "".join(even(text).split())
