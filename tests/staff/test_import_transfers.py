"""人事異動: moves, hirings, retirements, leave and returns, each on its day."""

from datetime import date

import pytest

from staff.models import Absence, Employee, Posting
from tests.factories import files
from tests.factories.files import department, person, succession, transfer
from tests.factories.loading import (
    R6,
    R7,
    R8,
    acts_on,
    contradictions,
    counts,
    everything,
    load,
    loaded,
    place_of,
    reasons,
    state_on,
)  # fmt: skip

pytestmark = pytest.mark.django_db
A, B, C = ("010110", "人事課"), ("010120", "税務課"), ("010130", "財政課")
JUNE = date(2025, 6, 1)
IN_JUNE = {"発令年月日": "R7.06.01"}


@pytest.fixture(autouse=True)
def _office():
    """0000001 in 人事課, 0000002 head of 税務課, 0000003 on leave from 財政課."""
    loaded("departments", *(department(*pair) for pair in (A, B, C)))
    loaded(
        "roster",
        person("0000001", 所属異動年月日="R5.04.01", 兼務所属コード=C[0]),
        person("0000002", "八戸　花子", B[0], 補職名="課長", 管理職="1", 所属長="1"),
        person("0000003", "弘前　健", C[0], 休職等区分="育児休業"),
    )


def posting_on(day: date, number: str = "0000001") -> Posting:
    return Posting.objects.primary().on(day).get(employee__employee_number=number)


class TestMoves:
    def test_a_move_holds_from_its_day(self):
        report = loaded("transfers", transfer("0000001", code=B[0], 新補職名="主査"))
        assert counts(report) == {"changed": 1}
        assert report.changed_fields() == {"所属": 1, "補職名": 1}
        assert (place_of("0000001", date(2025, 3, 31)), place_of("0000001", R7)) == ("人事課", "税務課")
        assert posting_on(R7).posted_on == R7
        assert acts_on("0000001") == ["roster_created", "transfer_changed"]

    def test_promoted_in_place_the_day_of_arrival_stays(self):
        loaded("transfers", transfer("0000001", "昇任", A[0], 新補職名="課長", 管理職="1", 所属長="1"))
        assert state_on(R7)["0000001"][:4] == (A[0], "課長", True, True)
        assert state_on(date(2025, 3, 31))["0000001"][1:4] == ("主事", False, False)
        assert posting_on(R7).posted_on == date(2023, 4, 1)

    def test_heads_change_places(self):
        rows = [
            transfer("0000002", code=A[0], name="八戸　花子", 新補職名="課長", 管理職="1", 所属長="1"),
            transfer("0000001", "昇任", B[0], 新補職名="課長", 管理職="1", 所属長="1"),
        ]
        loaded("transfers", *rows)
        heads = {p.department.name: p.employee.name for p in Posting.objects.heads().on(R7)}
        assert heads == {"人事課": "八戸　花子", "税務課": "青森　太郎"}
        assert [p.employee.name for p in Posting.objects.heads().on(date(2025, 3, 31))] == ["八戸　花子"]

    def test_a_move_in_the_middle_of_the_year(self):
        loaded("transfers", transfer("0000001", code=B[0], **IN_JUNE))
        assert (place_of("0000001", date(2025, 5, 31)), place_of("0000001", JUNE)) == ("人事課", "税務課")

    def test_several_days_in_one_file_in_any_order(self):
        rows = [
            transfer("0000001", code=C[0], **IN_JUNE),
            transfer("0000002", "退職", name="八戸　花子", 発令年月日="2025/10/1"),
            transfer("0000001", code=B[0]),
        ]
        assert counts(loaded("transfers", *rows)) == {"changed": 2, "ended": 1}
        assert [place_of("0000001", day) for day in (R6, R7, JUNE)] == ["人事課", "税務課", "財政課"]
        assert Employee.objects.get(employee_number="0000002").left_on == date(2025, 10, 1)

    @pytest.mark.parametrize(
        "cell", ["R7.4.1", "令和7年4月1日", "２０２５／４／１", "2025-04-01", "20250401", "45748", "㋿7年4月1日"]
    )
    def test_the_day_may_be_written_in_any_form(self, cell):
        loaded("transfers", transfer("0000001", code=B[0], 発令年月日=cell))
        assert posting_on(R7).valid_from == R7

    def test_a_workbook_with_dates_and_numbers_says_the_same(self):
        row = transfer("0000001", code=B[0]) | {
            "職員番号": 1, "新所属コード": 10120.0, "発令年月日": R7, "管理職": 0, "所属長": 0
        }  # fmt: skip
        loaded("transfers", content=files.as_xlsx([row], title=[["人事異動"]], blank=(30, 2)))
        assert place_of("0000001", R7) == "税務課"

    def test_who_moves_to_a_concurrent_post_has_it_no_longer_as_such(self):
        loaded("transfers", transfer("0000001", code=C[0]))
        assert state_on(date(2025, 3, 31))["0000001"][5] == (C[0],)
        assert state_on(R7)["0000001"] == (C[0], "主事", False, False, "", ())

    def test_other_concurrent_posts_go_on(self):
        loaded("transfers", transfer("0000001", code=B[0]))
        assert state_on(R7)["0000001"][5] == (C[0],)

    def test_a_department_may_be_named_with_its_bureau(self):
        row = transfer("0000001", code=B[0], 旧所属名="総務部人事課", 新所属名="総務部　税務課")
        assert loaded("transfers", row).warnings == []

    def test_a_former_department_that_the_record_does_not_know_is_remarked(self):
        report = loaded("transfers", transfer("0000001", code=B[0], 旧所属名="広報課"))
        assert [(w.column, w.reason) for w in report.warnings] == [("旧所属名", "記録では「人事課」です。")]


class TestComingAndLeaving:
    def test_a_hired_person_is_in_service_from_that_day(self):
        report = loaded("transfers", transfer("0000009", "採用", A[0], name="新井　翼"))
        assert counts(report) == {"created": 1}
        assert (place_of("0000009", date(2025, 3, 31)), place_of("0000009", R7)) == ("", "人事課")
        new = Employee.objects.get(employee_number="0000009")
        assert (new.hired_on, new.name_key, new.profile_as_of) == (R7, "新井翼", None)

    def test_hired_and_moved_in_one_file(self):
        rows = [transfer("0000009", code=B[0], **IN_JUNE), transfer("0000009", "採用", A[0])]
        assert counts(loaded("transfers", *rows)) == {"created": 1, "changed": 1}
        assert (place_of("0000009", R7), place_of("0000009", JUNE)) == ("人事課", "税務課")

    def test_a_retirement_closes_everything(self):
        loaded("transfers", transfer("0000001", "退職"), transfer("0000003", "退職", name="弘前　健"))
        assert {"0000001", "0000003"} <= set(state_on(date(2025, 3, 31)))
        assert set(state_on(R7)) == {"0000002"}
        assert not Posting.objects.on(R7).filter(employee__employee_number="0000001").exists()
        assert not Absence.objects.on(R7).exists()
        assert contradictions() == []

    @pytest.mark.parametrize("word", ["定年退職", "死亡", "任期満了"])
    def test_there_are_several_words_for_leaving(self, word):
        assert counts(loaded("transfers", transfer("0000001", word))) == {"ended": 1}

    def test_retired_and_hired_again_on_one_day_the_service_goes_on(self):
        rows = [transfer("0000001", "退職"), transfer("0000001", "採用", B[0], 新補職名="専門員")]
        assert counts(loaded("transfers", *rows)) == {"changed": 1, "unchanged": 1}
        assert Employee.objects.get(employee_number="0000001").left_on is None
        assert (place_of("0000001", date(2025, 3, 31)), place_of("0000001", R7)) == ("人事課", "税務課")
        before = everything()
        assert counts(loaded("transfers", *rows)) == {"unchanged": 2}
        assert everything() == before


class TestLeave:
    def test_leave_and_a_move_on_one_day(self):
        loaded("transfers", transfer("0000001", "派遣", B[0]))
        assert (state_on(R7)["0000001"][0], state_on(R7)["0000001"][4]) == (B[0], "派遣")

    def test_leave_alone_moves_nobody(self):
        loaded("transfers", transfer("0000001", "休職"))
        assert state_on(R7)["0000001"] == (A[0], "主事", False, False, "休職", (C[0],))
        assert Posting.objects.filter(employee__employee_number="0000001").count() == 2

    def test_leave_with_the_own_department_and_no_title_moves_nobody(self):
        loaded("transfers", transfer("0000002", "休職", B[0], name="八戸　花子", 新補職名=""))
        assert state_on(R7)["0000002"][:5] == (B[0], "課長", True, True, "休職")

    @pytest.mark.parametrize("turned", [False, True])
    def test_a_return_and_a_move_on_one_day_in_any_order(self, turned):
        rows = [transfer("0000003", "復職", name="弘前　健"), transfer("0000003", code=A[0], name="弘前　健")]
        rows = rows[::-1] if turned else rows
        assert counts(loaded("transfers", *rows)) == {"changed": 2}
        assert state_on(R7)["0000003"][:5] == (A[0], "主事", False, False, "")
        assert counts(loaded("transfers", *rows)) == {"unchanged": 2}

    def test_a_return_that_names_the_place_is_one_row(self):
        loaded("transfers", transfer("0000003", "復職", A[0], name="弘前　健"))
        assert state_on(R7)["0000003"][:5] == (A[0], "主事", False, False, "")

    @pytest.mark.parametrize("turned", [False, True])
    def test_back_from_one_leave_and_into_another_on_one_day(self, turned):
        rows = [transfer("0000003", "休職", name="弘前　健"), transfer("0000003", "復職", name="弘前　健")]
        rows = rows[::-1] if turned else rows
        loaded("transfers", *rows)
        assert [state_on(day)["0000003"][4] for day in (date(2025, 3, 31), R7)] == ["育児休業", "休職"]
        before = everything()
        assert counts(loaded("transfers", *rows)) == {"unchanged": 2}
        assert everything() == before

    def test_a_return_without_leave_is_an_error(self):
        report = load("transfers", transfer("0000001", "復職", B[0]))
        assert "復職ですが、休職等の記録がありません" in reasons(report)
        assert place_of("0000001", R7) == "人事課"


class TestReorganisation:
    def test_the_people_of_dissolved_departments_are_placed_by_the_transfers(self):
        new = ("010210", "税務納税課")
        loaded("departments", *(department(*pair) for pair in (A, C, new)), as_of=R7)
        loaded("successions", succession(B, new, "改称・移管"), as_of=R7)
        row = transfer("0000002", "組織改編", new[0], name="八戸　花子", 新補職名="課長", 管理職="1", 所属長="1")
        report = loaded("transfers", row | {"旧所属名": B[1]})
        assert (report.totals["unplaced"], report.warnings) == (0, [])
        assert state_on(R7)["0000002"][:4] == (new[0], "課長", True, True)

    def test_who_is_left_without_a_place_is_named_and_nothing_is_written(self):
        loaded("departments", department(*A), as_of=R7)
        before = everything()
        dry = load("transfers", transfer("0000002", code=A[0], name="八戸　花子"), dry_run=True)
        report = load("transfers", transfer("0000002", code=A[0], name="八戸　花子"))
        assert report.totals["unplaced"] == 1
        assert "「0000003」: 弘前　健の所属が廃止され、新しい所属が決まっていません" in reasons(report)
        assert everything() == before
        assert dry.as_json() == report.as_json()

    def test_who_leaves_needs_no_place(self):
        loaded("departments", department(*A), department(*C), as_of=R7)
        assert loaded("transfers", transfer("0000002", "退職", name="八戸　花子")).totals["unplaced"] == 0

    def test_whoever_went_along_with_a_renamed_department_need_not_be_listed(self):
        loaded("departments", department(A[0], "人財課"), department(*B), department(*C), as_of=R7)
        row = transfer("0000001", "組織改編", A[0], 新所属名="人財課")
        assert counts(loaded("transfers", row)) == {"unchanged": 1}
        assert loaded("transfers", transfer("0000002", code=C[0], name="八戸　花子")).totals["unplaced"] == 0


class TestTheSameAgain:
    def test_every_kind_of_row_changes_nothing_the_second_time(self):
        rows = [
            transfer("0000001", "昇任", B[0], 新補職名="課長"),
            transfer("0000002", "退職", name="八戸　花子"),
            transfer("0000003", "復職", name="弘前　健"),
            transfer("0000009", "採用", A[0]),
            transfer("0000009", "育児休業", **IN_JUNE),
        ]
        loaded("transfers", *rows)
        before = everything()
        assert counts(loaded("transfers", *rows)) == {"unchanged": 5}
        assert everything() == before

    def test_an_old_list_changes_nothing_after_all_that_came_later(self):
        rows = [
            transfer("0000001", code=B[0]),
            transfer("0000003", "復職", name="弘前　健"),
            transfer("0000009", "採用", A[0], name="新井　翼"),
        ]
        loaded("transfers", *rows)
        loaded("transfers", transfer("0000003", "休職", name="弘前　健", **IN_JUNE))
        loaded("departments", department(*A), department(B[0], "納税課"), as_of=R8)
        loaded(
            "roster",
            person("0000001", code=B[0], 補職名="主査"),
            person("0000002", "八戸　花子", B[0], 補職名="課長", 管理職="1", 所属長="1"),
            person("0000009", "新井　翼", A[0], 採用年月日="H20.04.01"),
            as_of=R8,
        )
        before = everything()
        assert counts(loaded("transfers", *rows)) == {"unchanged": 3}
        assert everything() == before
        assert contradictions() == []
