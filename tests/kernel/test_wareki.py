"""Dates as an office writes them: every usual form is read, nothing is guessed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aomori_dx.kernel.wareki import format_date, parse_date, parse_recorded_date, short_date

days = st.dates(date(1873, 1, 1), date(2090, 12, 31))
APRIL_R6 = date(2024, 4, 1)


@given(days)
def test_what_is_written_is_read_back(day):
    assert parse_date(format_date(day)) == day
    assert parse_date(short_date(day)) == day


@given(days)
def test_western_forms_and_values_of_cells_are_read_back(day):
    written = [day.isoformat(), f"{day.year}/{day.month}/{day.day}", f"{day.year}年{day.month}月{day.day}日"]
    assert {parse_date(text) for text in written} == {day}
    assert parse_date(f"{day:%Y%m%d}") == day
    assert parse_date(int(f"{day:%Y%m%d}")) == day
    assert parse_date(datetime(day.year, day.month, day.day, 23, 59)) == day  # noqa: DTZ001  (as a cell has it)


@given(st.integers(10_000, 69_760))
def test_an_excel_serial_is_its_day_as_number_and_as_text(serial):
    day = date(1899, 12, 30) + timedelta(days=serial)
    assert {parse_date(serial), parse_date(serial + 0.75), parse_date(str(serial)), parse_date(f"{serial}.0")} == {day}


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("R7.4.1", date(2025, 4, 1)),
        ("r7.4.1", date(2025, 4, 1)),
        ("R07/04/01", date(2025, 4, 1)),
        ("R7-4-1", date(2025, 4, 1)),
        ("R7−4−1", date(2025, 4, 1)),
        ("H08.04.01", date(1996, 4, 1)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("令和1年5月1日", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("㋿6年4月1日", APRIL_R6),
        ("Ｒ６．４．１", APRIL_R6),
        ("令和　６年 ４月　１日", APRIL_R6),
        ("S64.1.7", date(1989, 1, 7)),
        ("M6.1.1", date(1873, 1, 1)),
        ("2026/4/1", date(2026, 4, 1)),
        ("2026-04-01", date(2026, 4, 1)),
        ("2026.4.1", date(2026, 4, 1)),
        ("2026年4月1日", date(2026, 4, 1)),
        ("20240401", APRIL_R6),
        (20240401, APRIL_R6),
        (20240401.0, APRIL_R6),
        (45383, APRIL_R6),
        ("45383", APRIL_R6),
        (date(2024, 4, 1), APRIL_R6),
        ("2026-04-01 00:00:00", date(2026, 4, 1)),
        ("2026-04-01T09:30:00.000", date(2026, 4, 1)),
        ("2026/4/1 10:30", date(2026, 4, 1)),  # and not the 11th
        ("R8.4.1 9:05", date(2026, 4, 1)),
        (datetime(2026, 3, 31, 15, tzinfo=UTC), date(2026, 4, 1)),  # a moment is a day in Japan
    ],
)
def test_usual_ways_of_writing_are_read(written, day):
    assert parse_date(written) == day


@pytest.mark.parametrize(
    "written",
    [
        "R7.2.30", "R7.13.1", "R7.4.0", "2026-02-29", "20260231", 20260231,
        "H31.5.1", "R1.4.30", "S64.1.8", "T1.7.29", "M5.12.31", "R0.4.1", "令和0年4月1日",
        "2026", 2026, 2026.0, "R8", "令和8年", "2026年度", "8", 8, "09999", 1_000_000, 9999,
        "4/1", "4月1日", "26/4/1", "1/4/2026", "2026/4", "2026-04-01 25:00", "2026-04-01 10:30 頃",
        "1872/12/31", date(1872, 12, 31), "", "   ", None, True, False, "未定", "R7.4.1～", "²⁰²⁶/4/x",
        float("nan"), float("inf"), float("-inf"), -45383, 1e300, [], object(),
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused_in_a_japanese_sentence(written):
    with pytest.raises(ValueError, match=r"[ぁ-ん].*。$"):
        parse_date(written)


def test_the_refusal_says_what_is_wrong():
    for written, reason in {
        "R7.2.30": "2月30日という日付は2025年にありません。",
        "H31.5.1": "平成の期間にない日付です(平成元年1月8日から平成31年4月30日まで)。",
        "R1.4.30": "令和の期間にない日付です(令和元年5月1日から)。",
        "M5.12.31": "明治の期間にない日付です(明治6年1月1日から明治45年7月29日まで)。",
        "1872/12/31": "明治6年1月1日より前の日付は扱えません。",
    }.items():
        with pytest.raises(ValueError, match=r"。$") as refusal:
            parse_date(written)
        assert str(refusal.value) == reason


@pytest.mark.parametrize(
    ("day", "long", "short"),
    [
        (date(2019, 5, 1), "令和元年5月1日", "R1.5.1"),
        (date(2019, 4, 30), "平成31年4月30日", "H31.4.30"),
        (date(2026, 11, 23), "令和8年11月23日", "R8.11.23"),
    ],
)
def test_a_day_is_written_in_its_era(day, long, short):
    assert (format_date(day), short_date(day)) == (long, short)


def test_days_before_the_gregorian_calendar_have_no_name():
    with pytest.raises(ValueError, match="明治6年"):
        format_date(date(1872, 12, 31))


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("R1.04.01", date(2019, 4, 1)),
        ("H31.5.1", date(2019, 5, 1)),
        ("H00.04.01", date(1988, 4, 1)),
        ("S64.4.1", date(1989, 4, 1)),
    ],
)
def test_what_a_personnel_system_counts_past_an_era_is_read_with_a_remark(written, day):
    assert parse_recorded_date(written) == (day, f"元号の期間にない日付です。{format_date(day)}と読みました。")


@pytest.mark.parametrize("written", ["R8.4.1", "2026/4/1", 45383])
def test_a_recorded_date_within_its_era_needs_no_remark(written):
    assert parse_recorded_date(written) == (parse_date(written), "")


@pytest.mark.parametrize("written", ["R7.2.30", "H35.4.1", "S70.4.1", "", None, "2026", "未定"])
def test_a_recorded_date_is_not_guessed_either(written):
    with pytest.raises(ValueError, match=r"[ぁ-ん].*。$"):
        parse_recorded_date(written)
