"""職員名簿: who is in service on a day, where, as what; who is missing has left."""

from datetime import date

import pytest

from aomori_dx.kernel.tables.importing import KINDS, prepare
from aomori_dx.kernel.tables.reading import Choices
from staff.models import Employee, EmploymentType, Posting
from tests.factories import files
from tests.factories.files import department, person, transfer
from tests.factories.loading import (
    R6,
    R7,
    R8,
    acts_on,
    contradictions,
    counts,
    errors,
    everything,
    load,
    loaded,
    place_of,
    reasons,
    state_on,
)  # fmt: skip

pytestmark = pytest.mark.django_db
A, B, C = ("010110", "人事課"), ("010120", "税務課"), ("010130", "財政課")


@pytest.fixture(autouse=True)
def _departments():
    loaded("departments", *(department(*pair) for pair in (A, B, C)))


def one() -> Employee:
    return Employee.objects.get(employee_number="0000001")


class TestNewPeople:
    def test_a_row_becomes_a_person_with_a_posting(self):
        row = person("0000001", "一戸　健", 補職名="課長", 管理職="1", 所属長="1", 所属異動年月日="R5.04.01")
        assert counts(loaded("roster", row)) == {"created": 1}
        employee = one()
        assert (employee.name, employee.kana, employee.email) == (
            "一戸　健", "ｱｵﾓﾘ ﾀﾛｳ", "u0000001@pref.example.jp"
        )  # fmt: skip
        assert (employee.hired_on, employee.employment_type) == (date(2010, 4, 1), EmploymentType.REGULAR)
        assert (employee.name_key, employee.kana_key) == ("一戸健", "アオモリタロウ")
        posting = Posting.objects.get()
        assert (posting.title, posting.is_manager, posting.is_head) == ("課長", True, True)
        assert (posting.valid_from, posting.posted_on) == (R6, date(2023, 4, 1)), "the department begins with its list"
        assert acts_on("0000001") == ["roster_created"]

    def test_leave_and_concurrent_posts_hold_from_the_day_of_the_roster(self):
        loaded("roster", person("0000001", 休職等区分="育児休業", 兼務所属コード="010120、010130"))
        assert state_on(R6)["0000001"][4:] == ("育児休業", ("010120", "010130"))

    def test_who_is_first_seen_later_is_posted_since_the_arrival_if_no_roster_speaks_against_it(self):
        loaded("roster", person("0000001"))
        new = person("0000002", 採用年月日="R6.10.01", 所属異動年月日="R6.10.01")
        loaded("roster", person("0000001"), new, as_of=R7)
        assert [place_of("0000002", day) for day in (date(2024, 9, 30), date(2024, 10, 1))] == ["", "人事課"]

    def test_who_was_not_in_the_last_roster_was_not_here_on_its_day(self):
        loaded("roster", person("0000001"))
        new = person("0000002", 所属異動年月日="R5.04.01")
        loaded("roster", person("0000001"), new, as_of=R7)
        assert (place_of("0000002", date(2025, 3, 31)), place_of("0000002", R7)) == ("", "人事課")

    def test_columns_that_a_roster_need_not_have_are_left_open(self):
        columns = ["職員番号", "氏名", "所属コード", "補職名", "管理職", "所属長"]
        loaded("roster", content=files.as_csv([person("0000001")], columns=columns))
        assert (one().hired_on, one().email, one().kana) == (None, "", "")


class TestTheSameAgain:
    ROWS = (
        person("0000001", 所属異動年月日="R5.04.01", 兼務所属コード="010120"),
        person("0000002", code="010120", 休職等区分="休職"),
    )

    def test_the_same_file_again_changes_nothing(self):
        loaded("roster", *self.ROWS)
        before = everything()
        assert counts(loaded("roster", *self.ROWS)) == {"unchanged": 2}
        assert everything() == before

    def test_a_later_roster_that_says_the_same_changes_nothing(self):
        loaded("roster", *self.ROWS)
        states = state_on(R6)
        assert counts(loaded("roster", *self.ROWS, as_of=R8)) == {"unchanged": 2}
        assert state_on(R8) == states
        assert Posting.objects.count() == 3

    @pytest.mark.parametrize("encoding", ["cp932", "utf-16", "utf-8-sig"])
    def test_in_another_encoding_it_is_the_same_file(self, encoding):
        loaded("roster", *self.ROWS)
        content = files.as_csv(self.ROWS, encoding=encoding)
        assert counts(loaded("roster", content=content)) == {"unchanged": 2}

    def test_as_a_workbook_with_numbers_for_codes_it_is_the_same_file(self):
        loaded("roster", *self.ROWS)
        numbers = [
            row | {"職員番号": int(row["職員番号"]), "所属コード": int(row["所属コード"]), "管理職": 0, "所属長": 0}
            for row in self.ROWS
        ]
        content = files.as_xlsx(numbers, title=[["職員名簿"]], blank=(50, 3))
        assert counts(loaded("roster", content=content)) == {"unchanged": 2}

    def test_an_old_roster_after_newer_ones_changes_nothing(self):
        loaded("roster", *self.ROWS)
        moved = [self.ROWS[0] | {"所属コード": "010130"}, self.ROWS[1] | {"休職等区分": "", "氏名": "八戸　太郎"}]
        loaded("roster", *moved, as_of=R7)
        loaded("roster", moved[0], as_of=R8)
        before = everything()
        assert counts(loaded("roster", *self.ROWS)) == {"unchanged": 2}
        assert counts(loaded("roster", *moved, as_of=R7)) == {"unchanged": 2}
        assert everything() == before


class TestChanges:
    def test_a_move_ends_the_old_posting_on_the_day_of_arrival(self):
        loaded("roster", person("0000001"))
        report = loaded("roster", person("0000001", code="010120", 所属異動年月日="R6.06.01"), as_of=R7)
        assert report.changed_fields() == {"所属": 1, "所属異動年月日": 1}
        assert [place_of("0000001", d) for d in (date(2024, 5, 31), date(2024, 6, 1), R7)] == [
            "人事課",
            "税務課",
            "税務課",
        ]

    def test_without_a_day_of_arrival_it_ends_on_the_day_of_the_roster(self):
        loaded("roster", person("0000001"))
        loaded("roster", person("0000001", code="010120"), as_of=R7)
        assert (place_of("0000001", date(2025, 3, 31)), place_of("0000001", R7)) == ("人事課", "税務課")

    @pytest.mark.parametrize("arrival", ["R6.04.01", "R5.06.01"])
    def test_what_an_earlier_roster_said_of_its_day_stands(self, arrival):
        loaded("roster", person("0000001"))
        loaded("roster", person("0000001", code="010120", 所属異動年月日=arrival), as_of=R7)
        assert (place_of("0000001", R6), place_of("0000001", R7)) == ("人事課", "税務課")
        assert counts(loaded("roster", person("0000001"))) == {"unchanged": 1}

    def test_promoted_in_place_the_day_of_arrival_stays(self):
        row = person("0000001", 所属異動年月日="R5.04.01")
        loaded("roster", row)
        loaded("roster", row | {"補職名": "課長", "管理職": "1", "所属長": "1"}, as_of=R7)
        assert [state_on(day)["0000001"][1:4] for day in (R6, R7)] == [("主事", False, False), ("課長", True, True)]
        assert Posting.objects.on(R7).get().posted_on == date(2023, 4, 1)

    def test_leave_begins_changes_and_ends_with_the_rosters(self):
        told = {R6: "", R7: "育児休業", R8: "休職", date(2027, 4, 1): ""}
        for day, reason in told.items():
            loaded("roster", person("0000001", 休職等区分=reason), as_of=day)
        assert {day: state_on(day)["0000001"][4] for day in told} == told
        assert contradictions() == []

    def test_concurrent_posts_are_exactly_those_of_the_roster(self):
        told = {R6: "010120", R7: "010130、010120", R8: ""}
        for day, codes in told.items():
            loaded("roster", person("0000001", 兼務所属コード=codes), as_of=day)
        assert [state_on(day)["0000001"][5] for day in told] == [("010120",), ("010120", "010130"), ()]

    def test_an_own_department_among_the_concurrent_ones_is_passed_over(self):
        loaded("roster", person("0000001", 兼務所属コード="010110、010120"))
        assert state_on(R6)["0000001"][5] == ("010120",)

    def test_columns_that_are_missing_change_nothing(self):
        loaded("roster", person("0000001", 休職等区分="休職", 兼務所属コード="010120"))
        columns = ["職員番号", "氏名", "所属コード", "補職名", "管理職", "所属長"]
        content = files.as_csv([person("0000001")], columns=columns)
        assert counts(loaded("roster", content=content, as_of=R7)) == {"unchanged": 1}

    def test_empty_cells_leave_what_is_known(self):
        loaded("roster", person("0000001"))
        empty = person("0000001", 氏名カナ="", 職員区分="", 採用年月日="", メールアドレス="")
        assert counts(loaded("roster", empty, as_of=R7)) == {"unchanged": 1}

    def test_empty_cells_clear_what_is_known_where_the_officer_says_so(self):
        loaded("roster", person("0000001"))
        content = files.as_csv([person("0000001", メールアドレス="")])
        prepared = prepare(KINDS["roster"], content, as_of=R7, choices=Choices(blanks_clear=True))
        assert prepared.report.changed_fields() == {"メールアドレス": 1}

    def test_a_day_of_hiring_after_the_first_posting_is_not_taken(self):
        """再任用 under the same number: the day of the new hiring would take the person out of the past."""
        loaded("roster", person("0000001"))
        report = loaded("roster", person("0000001", 職員区分="再任用", 採用年月日="R7.04.01"), as_of=R7)
        assert [warning.column for warning in report.warnings if warning.row] == ["採用年月日"]
        assert (one().hired_on, one().employment_type) == (date(2010, 4, 1), EmploymentType.REAPPOINTED)
        assert "0000001" in state_on(R6)

    def test_dates_may_come_in_any_form(self):
        for number, cell in enumerate(
            ["H22.04.01", "平成22年4月1日", "2010/4/1", "20100401", "Ｈ２２．４．１", "40269"], 1
        ):
            row = person(f"000000{number}", 採用年月日=cell)
            loaded("roster", *(person(f"000000{n}") for n in range(1, number)), row)
        assert set(Employee.objects.values_list("hired_on", flat=True)) == {date(2010, 4, 1)}


class TestLeaving:
    def test_who_is_missing_has_left_on_that_day(self):
        loaded("roster", person("0000001", 休職等区分="休職", 兼務所属コード="010120"), person("0000002"))
        assert counts(loaded("roster", person("0000002"), as_of=R7)) == {"ended": 1, "unchanged": 1}
        assert one().left_on == R7
        assert ("0000001" in state_on(date(2025, 3, 31)), "0000001" in state_on(R7)) == (True, False)
        assert contradictions() == []
        assert acts_on("0000001") == ["roster_created", "roster_ended"]

    def test_a_dry_run_counts_the_same_and_writes_nothing(self):
        loaded("roster", person("0000001"), person("0000002"))
        rows = [person("0000002", code="010120", 補職名="主査"), person("0000003")]
        before = everything()
        dry = load("roster", *rows, as_of=R7, dry_run=True)
        assert everything() == before
        assert dry.as_json() == load("roster", *rows, as_of=R7).as_json()
        assert counts(dry) == {"created": 1, "changed": 1, "ended": 1}

    def test_who_comes_to_work_later_is_not_missing(self):
        loaded("roster", person("0000001"))
        loaded("transfers", transfer("0000002", "採用", "010120", name="弘前　花子"))
        loaded("roster", person("0000001"), person("0000002", "弘前　花子", "010120", 採用年月日="H20.04.01"), as_of=R8)
        before = everything()
        assert counts(loaded("roster", person("0000001"))) == {"unchanged": 1}
        assert everything() == before

    def test_nobody_leaves_on_the_day_of_being_hired(self):
        loaded("roster", person("0000001"), person("0000002", 採用年月日="R6.04.01"))
        dry = load("roster", person("0000001"), dry_run=True)
        report = load("roster", person("0000001"))
        assert "名簿にない青森　太郎を退職にできません。採用年月日" in reasons(report)
        assert dry.as_json() == report.as_json()

    def test_half_a_roster_is_doubted(self):
        everybody = [person(f"{n:07}") for n in range(1, 41)]
        loaded("roster", *everybody)
        report = loaded("roster", *everybody[:28], as_of=R7)
        assert "12人が名簿になく、退職になります。" in str(report.warnings[0])
        assert not any("退職になります" in str(w) for w in loaded("roster", *everybody[:20], as_of=R8).warnings)

    def test_an_officer_may_leave_who_is_missing_alone(self):
        loaded("roster", person("0000001"), person("0000002"))
        content = files.as_csv([person("0000001")])
        prepared = prepare(KINDS["roster"], content, as_of=R7, choices=Choices(missing_ends=False))
        assert counts(prepared.report) == {"unchanged": 1}

    def test_a_row_that_cannot_be_read_ends_nobody(self):
        loaded("roster", person("0000001"), person("0000002"))
        report = load("roster", person("0000001"), person("0000002", 採用年月日="R7.2.30"), as_of=R7)
        assert errors(report) == [(3, "採用年月日")]
        assert counts(report) == {"unchanged": 1, "errors": 1}

    def test_the_unplaced_of_a_dissolved_department_are_placed_by_a_roster(self):
        loaded("roster", person("0000001"), person("0000002", code="010120"))
        assert loaded("departments", department(*A), as_of=R7).totals["unplaced"] == 1
        report = loaded("roster", person("0000001"), person("0000002", 所属異動年月日="R5.04.01"), as_of=R7)
        assert report.totals["unplaced"] == 0
        assert (place_of("0000002", date(2025, 3, 31)), place_of("0000002", R7)) == ("税務課", "人事課")
