"""Working days of the prefecture: no weekend, no holiday, not the days around New Year (休日に関する条例)."""

from datetime import date, timedelta

import jpholiday

ONE_DAY = timedelta(days=1)


def is_working_day(day: date) -> bool:
    """Monday to Friday, without 祝日・振替休日・国民の休日 and without 12/29 to 1/3."""
    return day.weekday() < 5 and not _around_new_year(day) and not jpholiday.is_holiday(day)


def shift(day: date, working_days: int) -> date:
    """The n-th working day after `day`; before it where n is negative; `day` itself where n is 0."""
    step = ONE_DAY if working_days > 0 else -ONE_DAY
    left = abs(working_days)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def _around_new_year(day: date) -> bool:
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
