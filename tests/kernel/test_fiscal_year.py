"""A fiscal year is a value: its laws, its names, and the night in which it turns."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from aomori_dx.kernel import clock
from aomori_dx.kernel.fiscal_year import FiscalYear

years = st.integers(1927, 2117).map(FiscalYear)
days = st.dates(date(1927, 4, 1), date(2118, 3, 31))


@given(days)
def test_every_day_lies_in_exactly_one_year(day):
    home = FiscalYear.containing(day)
    around = [FiscalYear(n) for n in range(home.start_year - 1, home.start_year + 2) if 1927 <= n <= 2117]
    assert [year for year in around if day in year] == [home]


@given(years)
def test_a_year_is_its_days_from_first_to_last(year):
    assert year.first_day in year
    assert year.last_day in year
    assert (year.last_day - year.first_day).days in {364, 365}
    assert year.first_day - timedelta(days=1) not in year
    assert year.last_day + timedelta(days=1) not in year


@given(years)
def test_what_is_written_in_any_form_is_read_back(year):
    assert FiscalYear.parse(str(year)) == year
    assert FiscalYear.parse(year.short) == year
    assert FiscalYear.parse(year.western) == year
    assert FiscalYear.parse(int(year)) == year
    assert FiscalYear.parse(year) is year


@given(days, years)
def test_a_clamped_day_lies_in_the_year_and_is_the_day_itself_where_it_can(day, year):
    clamped = year.clamp(day)
    assert clamped in year
    assert (clamped == day) == (day in year)


def test_neighbours_and_spans():
    year = FiscalYear(2026)
    assert (year.previous, year.next) == (FiscalYear(2025), FiscalYear(2027))
    assert list(FiscalYear.between(year.previous, year.next)) == [year.previous, year, year.next]
    assert sorted([year.next, year]) == [year, year.next]
    assert FiscalYear(2117).last_day == date(2118, 3, 31)


@pytest.mark.parametrize(
    ("moment", "start_year"),
    [
        ("2026-03-31T14:59:59+00:00", 2025),  # 23:59:59 in Japan
        ("2026-03-31T15:00:00+00:00", 2026),  # 00:00:00 on 1 April in Japan; UTC still says March
        ("2027-03-31T14:59:59+00:00", 2026),
        ("2027-03-31T15:00:00+00:00", 2027),
    ],
)
def test_the_year_turns_at_midnight_in_japan_whatever_utc_says(moment, start_year):
    at = datetime.fromisoformat(moment)
    with time_machine.travel(at, tick=False):
        assert FiscalYear.containing(clock.today()) == FiscalYear(start_year)
    assert FiscalYear.containing(clock.day_of(at)) == FiscalYear(start_year)


def test_a_moment_is_refused_where_a_day_is_asked():
    moment = datetime(2026, 3, 31, 15, tzinfo=UTC)
    with pytest.raises(TypeError):
        FiscalYear.containing(moment)
    with pytest.raises(TypeError):
        assert moment in FiscalYear(2026)


@pytest.mark.parametrize(
    ("written", "start_year"),
    [
        ("R8", 2026), ("r8", 2026), ("R08", 2026), ("R8年度", 2026), ("令和8年度", 2026), ("令和８年度", 2026),
        ("Ｒ８", 2026), ("㋿8年度", 2026), (" 令和 8 年度 ", 2026), ("2026年度", 2026), ("FY2026", 2026), (2026, 2026),
        (2026.0, 2026), ("令和元年度", 2019), ("R1", 2019), ("令和1年度", 2019), ("H31", 2019), ("平成31年度", 2019),
        ("H30", 2018), ("平成元年度", 1989), ("S63", 1988), ("昭和63年度", 1988),
    ],
)  # fmt: skip
def test_usual_ways_of_writing_are_read(written, start_year):
    assert FiscalYear.parse(written) == FiscalYear(start_year)


@pytest.mark.parametrize(
    "written",
    [8, "8", "R0", "R", "R100",
     "令和", "令和0年度", "H32", "S64", "昭和64年度", 2026.5, True, None, "", "来年度", "2026/4/1", "26",
     "T15", 20260401, "2026年", "٢٠٢٦", "R8.4", float("nan"), 1900, 9999, -2026, [], "2026年度末"],
)  # fmt: skip
def test_what_is_no_fiscal_year_is_refused_in_japanese(written):
    with pytest.raises(ValueError, match=r"[ぁ-ん].*。$"):
        FiscalYear.parse(written)


@pytest.mark.parametrize("number", [2026.0, True, "2026", 26, 2118])
def test_only_a_whole_number_in_range_makes_a_year(number):
    with pytest.raises(ValueError, match="年度"):
        FiscalYear(number)


@pytest.mark.parametrize(
    ("start_year", "long", "short"),
    [
        (2026, "令和8年度", "R8"),
        (2019, "令和元年度", "R1"),  # the year in which the era changed has the new name
        (2018, "平成30年度", "H30"),
        (1989, "平成元年度", "H1"),
        (1988, "昭和63年度", "S63"),  # 平成 began in its last winter and has no year 0
        (1927, "昭和2年度", "S2"),
    ],
)
def test_a_year_is_named_by_the_newest_era_that_counts_it(start_year, long, short):
    year = FiscalYear(start_year)
    assert (str(year), year.short, year.western) == (long, short, f"{start_year}年度")
