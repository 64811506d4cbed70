"""所属一覧: opened, ended, renamed, moved; the past keeps its names and its people."""

from datetime import date

import pytest

from aomori_dx.kernel.models import AuditEvent
from aomori_dx.kernel.tables.importing import KINDS, prepare
from aomori_dx.kernel.tables.reading import Choices
from staff.models import Department, DepartmentKind, Posting, Succession, SuccessionKind
from tests.factories import files
from tests.factories.files import department, person, transfer
from tests.factories.loading import (
    R6,
    R7,
    R8,
    counts,
    errors,
    everything,
    load,
    loaded,
    place_of,
    reasons,
)  # fmt: skip

pytestmark = pytest.mark.django_db
JINJI = department("010110", "人事課")
ZEIMU = department("010120", "税務課", 区分="課室")
HOKEN = department("020110", "保健所", "健康部", "出先機関")


def names_on(day: date) -> dict[str, str]:
    rows = Department.objects.on(day).below_bureaus().select_related("parent")
    return {row.code: f"{row.parent.name}/{row.name}" for row in rows}


class TestOpening:
    def test_the_first_file_opens_bureaus_and_departments(self):
        assert counts(loaded("departments", JINJI, ZEIMU, HOKEN)) == {"created": 3}
        assert names_on(R6) == {"010110": "総務部/人事課", "010120": "総務部/税務課", "020110": "健康部/保健所"}
        assert Department.objects.get(code="020110").kind == DepartmentKind.OFFICE
        assert all(Department.objects.below_bureaus().values_list("nominates", flat=True))

    def test_nothing_was_there_before_its_first_day(self):
        loaded("departments", JINJI)
        assert names_on(date(2024, 3, 31)) == {}

    def test_the_same_file_again_changes_nothing(self):
        loaded("departments", JINJI, ZEIMU)
        before = everything()
        assert counts(loaded("departments", JINJI, ZEIMU)) == {"unchanged": 2}
        assert everything() == before

    def test_a_later_file_that_says_the_same_changes_nothing(self):
        loaded("departments", JINJI, ZEIMU)
        before = everything()
        assert counts(loaded("departments", ZEIMU, JINJI, as_of=R7)) == {"unchanged": 2}
        assert everything() == before

    def test_codes_that_a_spreadsheet_made_numbers_of_are_the_same_codes(self):
        loaded("departments", JINJI)
        content = files.as_xlsx([JINJI | {"所属コード": 10110}])
        assert counts(loaded("departments", content=content, as_of=R7)) == {"unchanged": 1}

    def test_another_way_of_writing_is_no_new_name(self):
        loaded("departments", department("010110", "DX推進課", "総務・企画部"))
        again = department("010110", " ＤＸ推進課", "総務･企画部　")
        assert counts(loaded("departments", again, as_of=R7)) == {"unchanged": 1}

    def test_a_name_that_lost_a_character_is_no_new_name(self):
        loaded("departments", department("010110", "𠮷野事務所"))
        assert counts(loaded("departments", department("010110", "〓野事務所"), as_of=R7)) == {"unchanged": 1}

    def test_a_file_may_say_which_departments_nominate(self):
        loaded("departments", JINJI | {"推薦対象": "○"}, ZEIMU | {"推薦対象": "×"})
        assert dict(Department.objects.below_bureaus().values_list("code", "nominates")) == {
            "010110": True, "010120": False
        }  # fmt: skip


class TestEnding:
    def test_what_is_missing_has_ended_on_that_day(self):
        loaded("departments", JINJI, ZEIMU)
        assert counts(loaded("departments", JINJI, as_of=R7)) == {"ended": 1, "unchanged": 1}
        assert set(names_on(date(2025, 3, 31))) == {"010110", "010120"}
        assert set(names_on(R7)) == {"010110"}

    def test_a_bureau_without_departments_has_ended_too(self):
        loaded("departments", JINJI, HOKEN)
        loaded("departments", JINJI, as_of=R7)
        assert [row.name for row in Department.objects.on(R7).bureaus()] == ["総務部"]

    def test_its_people_are_unplaced_and_counted(self):
        loaded("departments", JINJI, ZEIMU)
        loaded("roster", person("0000001"), person("0000002", code="010120"))
        report = loaded("departments", JINJI, as_of=R7)
        assert report.totals["unplaced"] == 1
        assert (place_of("0000002", date(2025, 3, 31)), place_of("0000002", R7)) == ("税務課", "")
        assert AuditEvent.objects.filter(action="unplaced").get().before == {"所属": "税務課"}

    def test_a_dry_run_counts_the_same(self):
        loaded("departments", JINJI, ZEIMU)
        loaded("roster", person("0000001"), person("0000002", code="010120"))
        before = everything()
        dry = load("departments", JINJI, as_of=R7, dry_run=True)
        assert everything() == before
        assert dry.as_json() == load("departments", JINJI, as_of=R7).as_json()

    def test_a_department_does_not_end_before_a_posting_to_it_begins(self):
        loaded("departments", JINJI, ZEIMU)
        loaded("roster", person("0000001"))
        loaded("transfers", transfer("0000001", code="010120", 発令年月日="R7.06.01"))
        assert "廃止できません" in reasons(load("departments", JINJI, as_of=R7))

    def test_a_code_may_be_used_again_later(self):
        for day, rows in ((R6, [JINJI, ZEIMU]), (R7, [JINJI]), (R8, [JINJI, department("010120", "納税課")])):
            loaded("departments", *rows, as_of=day)
        assert [names_on(day).get("010120") for day in (R6, R7, R8)] == ["総務部/税務課", None, "総務部/納税課"]
        assert not Succession.objects.exists()

    def test_an_officer_may_leave_what_is_missing_alone(self):
        loaded("departments", JINJI, ZEIMU, HOKEN)
        prepared = prepare(KINDS["departments"], files.as_csv([JINJI]), as_of=R7, choices=Choices(missing_ends=False))
        assert counts(prepared.report) == {"unchanged": 1}
        assert prepared.plan.ended_bureaus == []


class TestRenaming:
    def test_the_past_keeps_the_old_name(self):
        loaded("departments", JINJI)
        assert counts(loaded("departments", department("010110", "人財課"), as_of=R7)) == {"changed": 1}
        assert (names_on(date(2025, 3, 31))["010110"], names_on(R7)["010110"]) == ("総務部/人事課", "総務部/人財課")

    @pytest.mark.parametrize(
        ("name", "bureau", "kind"),
        [
            ("人財課", "総務部", SuccessionKind.RENAMED),
            ("人事課", "経営部", SuccessionKind.MOVED),
            ("人財課", "経営部", SuccessionKind.RENAMED_MOVED),
        ],
    )
    def test_the_succession_says_what_happened(self, name, bureau, kind):
        loaded("departments", JINJI)
        loaded("departments", department("010110", name, bureau), as_of=R7)
        link = Succession.objects.get()
        assert (link.predecessor.name, link.successor.name, link.kind, link.on) == ("人事課", name, kind, R7)

    def test_everybody_goes_along_as_what_they_were(self):
        loaded("departments", JINJI, ZEIMU)
        head = person("0000001", 補職名="課長", 管理職="1", 所属長="1", 所属異動年月日="R5.04.01")
        loaded("roster", head, person("0000002", code="010120", 兼務所属コード="010110"))
        loaded("departments", department("010110", "人財課"), ZEIMU, as_of=R7)
        postings = Posting.objects.on(R7).filter(department__name="人財課").order_by("is_primary")
        assert [(p.employee.employee_number, p.is_primary, p.is_head) for p in postings] == [
            ("0000002", False, False),
            ("0000001", True, True),
        ]
        assert postings[1].posted_on == date(2023, 4, 1)
        assert place_of("0000001", date(2025, 3, 31)) == "人事課"
        assert AuditEvent.objects.filter(action="moved_along").count() == 2

    def test_whether_a_department_nominates_is_part_of_its_history(self):
        loaded("departments", JINJI | {"推薦対象": "1"})
        loaded("departments", JINJI | {"推薦対象": "0"}, as_of=R7)
        assert [Department.objects.on(day).get(code="010110").nominates for day in (R6, R7)] == [True, False]
        before = everything()
        assert counts(loaded("departments", JINJI | {"推薦対象": "1"})) == {"unchanged": 1}
        assert everything() == before

    def test_a_short_name_is_filled_in_where_none_was_known(self):
        loaded("departments", JINJI)
        assert counts(loaded("departments", JINJI | {"略称": "人事"}, as_of=R7)) == {"changed": 1}
        assert Department.objects.get(code="010110").short_name == "人事"
        assert counts(loaded("departments", JINJI)) == {"unchanged": 1}

    def test_on_its_first_day_a_name_is_corrected_in_place(self):
        loaded("departments", JINJI)
        loaded("roster", person("0000001"))
        assert counts(loaded("departments", department("010110", "人財課", "経営部"))) == {"changed": 1}
        assert names_on(R6) == {"010110": "経営部/人財課"}
        assert [row.name for row in Department.objects.bureaus()] == ["経営部"]
        assert AuditEvent.objects.get(action="corrected").before == {"name": "人事課", "parent": "総務部"}

    def test_a_bureau_is_renamed_with_all_its_departments(self):
        loaded("departments", JINJI, ZEIMU)
        moved = [row | {"部局名": "経営部"} for row in (JINJI, ZEIMU)]
        assert counts(loaded("departments", *moved, as_of=R7)) == {"changed": 2}
        assert [row.name for row in Department.objects.on(R7).bureaus()] == ["経営部"]
        assert names_on(R6)["010110"] == "総務部/人事課"


class TestRefusing:
    def test_all_errors_are_told_at_once_and_nothing_is_written(self):
        rows = [JINJI, department("A", "税務課"), JINJI | {"区分": "部屋"}, department("010130", "")]
        report = load("departments", *rows)
        assert errors(report) == [(3, "所属コード"), (4, "区分"), (4, "所属コード"), (5, "所属名")]
        assert report.read == 4
        assert not Department.objects.exists()

    def test_a_row_that_cannot_be_read_ends_no_department(self):
        loaded("departments", JINJI, ZEIMU)
        report = load("departments", JINJI, ZEIMU | {"区分": "部屋"}, as_of=R7)
        assert errors(report) == [(3, "区分")]
        assert report.count("ended") == 0

    def test_an_older_file_that_says_something_new_is_refused(self):
        loaded("departments", JINJI)
        loaded("departments", JINJI, ZEIMU, as_of=R8)
        before = everything()
        report = load("departments", JINJI, HOKEN, as_of=R7)
        assert "2026-04-01からの組織がすでに登録されています" in reasons(report)
        assert everything() == before

    def test_files_in_the_wrong_order_are_refused(self):
        loaded("departments", JINJI, as_of=R7)
        assert "古い日付のものから順に" in reasons(load("departments", JINJI, as_of=R6))

    def test_a_department_of_the_day_in_use_is_not_taken_back(self):
        loaded("departments", JINJI, as_of=R6)
        loaded("departments", JINJI, ZEIMU, as_of=R7)
        loaded("successions", files.succession(("010110", "人事課"), ("010120", "税務課")), as_of=R7)
        dry = load("departments", JINJI, as_of=R7, dry_run=True)
        report = load("departments", JINJI, as_of=R7)
        assert "「税務課」はすでに使われているため、取り消せません" in reasons(report)
        assert dry.as_json() == report.as_json()

    def test_a_department_of_the_day_without_any_use_is_taken_back(self):
        loaded("departments", JINJI)
        loaded("departments", JINJI, ZEIMU, as_of=R7)
        assert counts(loaded("departments", JINJI, as_of=R7)) == {"ended": 1, "unchanged": 1}
        assert set(Department.objects.below_bureaus().values_list("code", flat=True)) == {"010110"}
        assert AuditEvent.objects.filter(action="voided").count() == 1
