"""Working days: weekends, holidays of every kind, the days around New Year."""

from datetime import date, timedelta

import pytest

from aomori_dx.kernel import workdays

FREE = [
    date(2026, 11, 21),  # Saturday
    date(2026, 11, 22),  # Sunday
    date(2026, 11, 23),  # 勤労感謝の日, a Monday
    date(2026, 5, 6),  # 振替休日: 3 May was a Sunday
    date(2026, 9, 22),  # 国民の休日: between two holidays
    date(2026, 12, 29),
    date(2026, 12, 31),
    date(2027, 1, 1),
    date(2028, 1, 3),  # a Monday without a holiday of the law
]
WORKING = [date(2026, 11, 24), date(2026, 12, 28), date(2027, 1, 4), date(2026, 8, 13)]


@pytest.mark.parametrize("day", FREE, ids=str)
def test_a_free_day(day):
    assert not workdays.is_working_day(day)


@pytest.mark.parametrize("day", WORKING, ids=str)
def test_a_working_day(day):
    assert workdays.is_working_day(day)


def test_shifting_counts_working_days_only_in_both_directions():
    friday, tuesday = date(2026, 11, 20), date(2026, 11, 24)
    assert workdays.shift(friday, 1) == tuesday
    assert workdays.shift(tuesday, -1) == friday
    assert workdays.shift(date(2026, 12, 28), 1) == date(2027, 1, 4)
    assert workdays.shift(friday, 0) == friday


def test_there_and_back_is_where_one_began_from_a_working_day():
    for day in (date(2026, 4, 1) + timedelta(days=n) for n in range(400)):
        if workdays.is_working_day(day):
            assert workdays.shift(workdays.shift(day, 5), -5) == day
